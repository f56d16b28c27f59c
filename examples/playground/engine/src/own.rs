//! An own table: text with two features and a target in each line.

use bareprop::{Scalar, StandardScaler, Zero};
use serde::Serialize;

use crate::data::{Data, Scaled};
use crate::error::Wrong;
use crate::separator::Separator;
use crate::settings::Settings;

/// How many rows a table may have.
pub const ROWS: std::ops::RangeInclusive<usize> = 10..=5000;
/// How long a table may be, in bytes.
pub const BYTES: usize = 4_000_000;

/// A table as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    points: Vec<[f32; 2]>,
    targets: Vec<f32>,
    /// What was found.
    pub found: Found,
}

/// What was found in a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Found {
    pub rows: usize,
    pub header: bool,
    pub names: Vec<String>,
    /// How many columns lie between the second and the last.
    pub ignored: usize,
    pub problem: &'static str,
    /// The names of class 0 and class 1.
    pub classes: Vec<String>,
}

/// An error of the table.
fn wrong(reason: impl Into<String>) -> Wrong {
    Wrong::new("own", reason)
}

/// A row of a table: its line, its features, the text of its target.
struct Line {
    line: u64,
    point: [f32; 2],
    target: String,
}

impl Own {
    /// Reads a table.
    ///
    /// # Errors
    /// Line and column of what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, Wrong> {
        if bytes.len() > BYTES {
            return Err(wrong(format!("the table has {} bytes, at most {BYTES} are possible", bytes.len())));
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let separator = Separator::of(bytes);
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.delimiter(separator.0).has_headers(false).trim(csv::Trim::All).from_reader(bytes);
        let (mut names, mut lines, mut width) = (None, Vec::new(), 0);
        for (index, record) in reader.records().enumerate() {
            let record = separator.with_points(record.map_err(|error| of_csv(&error))?);
            width = record.len();
            if index == 0 && is_header(&record) {
                names = Some(ends(&record));
                continue;
            }
            lines.push(line(&record)?);
            if lines.len() > *ROWS.end() {
                return Err(wrong(format!("the table has more than {} rows", ROWS.end())));
            }
        }
        if lines.len() < *ROWS.start() {
            return Err(wrong(format!("the table has {} rows, at least {} are needed", lines.len(), ROWS.start())));
        }
        Self::of(names, &lines, width)
    }

    /// Decides between classes and numbers.
    fn of(names: Option<Vec<String>>, lines: &[Line], width: usize) -> Result<Self, Wrong> {
        let (header, ignored) = (names.is_some(), width.saturating_sub(3));
        let names = names.unwrap_or_else(|| ["x1", "x2", "target"].map(String::from).to_vec());
        let mut different: Vec<&str> = Vec::new();
        for Line { target, .. } in lines {
            if different.len() < 3 && !different.contains(&target.as_str()) {
                different.push(target);
            }
        }
        let (problem, classes, targets) = match different[..] {
            [single] => return Err(wrong(format!("the target is `{single}` in every row"))),
            [one, other] => {
                let (first, second) = ordered(one, other);
                let targets = lines.iter().map(|line| if line.target == second { 1.0 } else { 0.0 }).collect();
                ("classes", vec![first.to_string(), second.to_string()], targets)
            }
            _ => ("regression", Vec::new(), numbers(lines, width)?),
        };
        let points = lines.iter().map(|line| line.point).collect();
        Ok(Own { points, targets, found: Found { rows: lines.len(), header, names, ignored, problem, classes } })
    }

    /// The rows of a run: split, then scaled by mean and deviation of the training rows.
    pub(crate) fn data(&self, settings: &Settings) -> Result<Data, Wrong> {
        let regression = self.found.problem == "regression";
        let targets = self.targets.iter().map(|&target| [target]).collect();
        let mut data = Data::split(self.points.clone(), targets, settings)?;
        let (mut mean, mut deviation) = ([0.0; 3], [1.0; 3]);
        let mut scaler = StandardScaler::<2>::ZERO;
        scaler.fit(data.points.get(..data.train).unwrap_or(&[]))?;
        scale(&scaler, &mut data.points, &mut mean, &mut deviation)?;
        if regression {
            let mut scaler = StandardScaler::<1>::ZERO;
            scaler.fit(data.targets.get(..data.train).unwrap_or(&[]))?;
            let [_, _, mean] = &mut mean;
            let [_, _, deviation] = &mut deviation;
            scale(&scaler, &mut data.targets, std::slice::from_mut(mean), std::slice::from_mut(deviation))?;
        }
        data.regression = regression;
        data.own = Some(Scaled { own: self.clone(), mean, deviation });
        data.features(settings);
        Ok(data)
    }
}

/// Scales all rows. Mean and deviation follow from where the scaler takes 0 and 1 back to.
fn scale<const N: usize>(
    scaler: &StandardScaler<N>,
    rows: &mut [[f32; N]],
    mean: &mut [f64],
    deviation: &mut [f64],
) -> Result<(), Wrong> {
    scaler.transform_rows(rows)?;
    let (mut zero, mut one) = ([0.0_f64; N], [1.0_f64; N]);
    scaler.inverse(&mut zero)?;
    scaler.inverse(&mut one)?;
    for ((mean, deviation), (zero, one)) in mean.iter_mut().zip(deviation).zip(zero.into_iter().zip(one)) {
        (*mean, *deviation) = (zero, one - zero);
    }
    Ok(())
}

/// A first line is a header where no column of it is a number that is used.
fn is_header(record: &csv::StringRecord) -> bool {
    record.iter().take(2).all(|text| text.parse::<f32>().is_err()) && record.iter().any(|text| !text.is_empty())
}

/// The names of the first two columns and the last.
fn ends(record: &csv::StringRecord) -> Vec<String> {
    let last = record.len().saturating_sub(1);
    let name = |column: usize| match record.get(column) {
        None | Some("") => format!("column {}", column + 1),
        Some(text) => text.chars().take(40).collect(),
    };
    [0, 1, last].map(name).to_vec()
}

/// Reads a row.
fn line(record: &csv::StringRecord) -> Result<Line, Wrong> {
    let line = record.position().map_or(0, csv::Position::line);
    if record.len() < 3 {
        let columns = if record.len() == 1 { "column" } else { "columns" };
        return Err(wrong(format!(
            "line {line} has {} {columns}, at least 3 are needed, with commas, semicolons or tabs between them",
            record.len()
        )));
    }
    let number = |column: usize| number(record.get(column).unwrap_or(""), line, column + 1);
    let target = record.get(record.len() - 1).unwrap_or("");
    if target.is_empty() {
        return Err(wrong(format!("line {line}, column {}: the target is missing", record.len())));
    }
    Ok(Line { line, point: [number(0)?, number(1)?], target: target.chars().take(40).collect() })
}

/// Reads a number.
fn number(text: &str, line: u64, column: usize) -> Result<f32, Wrong> {
    let shown: String = text.chars().take(40).collect();
    match text.parse::<f32>() {
        Ok(number) if Scalar::is_finite(number) && Scalar::abs(number) < 1e9 => Ok(number),
        Ok(number) if !number.is_nan() => Err(wrong(format!("line {line}, column {column}: `{shown}` is too large"))),
        _ => Err(wrong(format!("line {line}, column {column}: `{shown}` is not a number"))),
    }
}

/// All targets as numbers.
fn numbers(lines: &[Line], width: usize) -> Result<Vec<f32>, Wrong> {
    lines.iter().map(|row| number(&row.target, row.line, width).map_err(more_classes)).collect()
}

/// With more than two values the target has to be a number.
fn more_classes(error: Wrong) -> Wrong {
    wrong(format!("{}; a target with more than two different values has to be a number", error.reason))
}

/// The two classes: numbers by size, other names by the alphabet.
fn ordered<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    let swapped = match (one.parse::<f32>(), other.parse::<f32>()) {
        (Ok(a), Ok(b)) => a > b,
        _ => one > other,
    };
    if swapped { (other, one) } else { (one, other) }
}

/// An error of the reader.
fn of_csv(error: &csv::Error) -> Wrong {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            wrong(format!("line {line} has {len} columns, but the lines before it have {expected_len}"))
        }
        csv::ErrorKind::Utf8 { pos, err } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            wrong(format!("line {line}, column {}: the text is not UTF-8", err.field() + 1))
        }
        _ => wrong(error.to_string()),
    }
}
