//! Tables of numbers from CSV files. An error names the file, and the line and the column in it, both from 1.

use std::path::Path;

use csv::StringRecord;

/// Rows of `IN` features and a class.
pub struct Table<const IN: usize> {
    pub inputs: Vec<[f32; IN]>,
    pub classes: Vec<usize>,
    /// What the file calls each class. Empty where classes are numbers from 0 in the file.
    pub names: Vec<String>,
}

/// Inputs and classes of [`read_with`].
pub fn read<const IN: usize>(path: &Path, classes: usize) -> Result<(Vec<[f32; IN]>, Vec<usize>), String> {
    read_with(path, classes, |_| ()).map(|table: Table<IN>| (table.inputs, table.classes))
}

/// Reads rows of `IN` features and a class below `classes`. Two classes may have any labels.
/// A first line without any number is a header. `progress` hears from time to time how many bytes are read.
pub fn read_with<const IN: usize>(
    path: &Path,
    classes: usize,
    mut progress: impl FnMut(u64),
) -> Result<Table<IN>, String> {
    let at = |problem: String| format!("{}{problem}", path.display());
    let (text, separator) = text::<IN>(path).map_err(at)?;
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut rows = Rows { inputs: vec![], classes: vec![], labels: Labels::new(classes), has_index: false };
    let (mut cells, mut first) = (StringRecord::new(), true);
    while reader.read_record(&mut cells).map_err(|error| at(format!(": {error}")))? {
        if cells.len() == 1 && cells[0].trim().is_empty() {
            continue;
        }
        let byte = cells.position().map_or(0, |position| position.byte());
        let line = || line(&text, byte as usize);
        rows.add(&cells, first, line)
            .map_err(|(column, problem)| at(format!(", line {}, column {column}: {problem}", line())))?;
        first = false;
        if rows.inputs.len().is_multiple_of(4096) {
            progress(byte);
        }
    }
    rows.table().map_err(at)
}

/// The text with `\n` at the end of each line, and what separates its columns.
fn text<const IN: usize>(path: &Path) -> Result<(String, u8), String> {
    let bytes = std::fs::read(path).map_err(|error| format!(": {error}"))?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(", line 1, column 1: this is UTF-16; save the table as UTF-8".into());
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf]) {
        return Err(", line 1, column 1: this is no text; save the table as CSV".into());
    }
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n").replace('\r', "\n");
    let separator = separator::<IN>(text.lines().find(|line| !line.trim().is_empty()).unwrap_or(""));
    if separator != ' ' {
        return Ok((text, separator as u8));
    }
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    Ok((lines.collect::<Vec<_>>().join("\n"), b' '))
}

/// What separates the columns of this line: commas if these give as many columns as there have to be, otherwise what
/// stands in the line.
fn separator<const IN: usize>(line: &str) -> char {
    let cells: Vec<&str> = line.split(',').collect();
    if cells.len() == IN + 1 && !cells.iter().any(|cell| cell.trim().contains([';', '\t'])) {
        return ',';
    }
    [';', '\t', ',', ' '].into_iter().find(|&separator| line.trim().contains(separator)).unwrap_or(',')
}

/// The number of the line, from 1, in which the record at this byte begins. Empty lines before it belong to it.
fn line(text: &str, byte: usize) -> usize {
    let (before, rest) = text.as_bytes().split_at(byte);
    let empty = rest.iter().take_while(|&&byte| byte == b'\n').count();
    before.iter().filter(|&&byte| byte == b'\n').count() + empty + 1
}

/// What has been read so far.
struct Rows<const IN: usize> {
    inputs: Vec<[f32; IN]>,
    classes: Vec<usize>,
    labels: Labels,
    /// Whether the header has no name, or that of an index, for the first column.
    has_index: bool,
}

/// What is wrong, and in which column, from 1.
type Problem = (usize, String);

impl<const IN: usize> Rows<IN> {
    fn table(self) -> Result<Table<IN>, String> {
        if self.inputs.is_empty() {
            return Err(", line 1, column 1: no rows of numbers in this file".into());
        }
        let (classes, names) = self.labels.sorted(self.classes);
        Ok(Table { inputs: self.inputs, classes, names })
    }

    /// Takes a line, or skips it if it is a header.
    fn add(&mut self, cells: &StringRecord, first: bool, line: impl Fn() -> usize) -> Result<(), Problem> {
        if let Some(open) = cells.iter().position(|cell| cell.contains('\n')) {
            return Err((open + 1, "a quotation mark opens here, and is not closed in this line".into()));
        }
        let is_header = |cell: &str| cell.is_empty() || !is_missing(cell) && cell.parse::<f32>().is_err();
        if first && cells.iter().map(str::trim).all(is_header) {
            let name = cells.get(0).unwrap_or_default().trim().to_lowercase();
            self.has_index = ["", "id", "index", "no", "nr", "row"].contains(&name.as_str());
            return Ok(());
        }
        self.check_width(cells)?;
        let mut input = [0.0; IN];
        for (column, (value, cell)) in (1..).zip(input.iter_mut().zip(cells)) {
            *value = number(cell.trim()).map_err(|problem| (column, problem))?;
        }
        let class = self.labels.class(cells[IN].trim(), line).map_err(|problem| (IN + 1, problem))?;
        self.inputs.push(input);
        self.classes.push(class);
        Ok(())
    }

    /// Whether there are as many columns as there have to be. If not: a guess at what the others are.
    fn check_width(&self, cells: &StringRecord) -> Result<(), Problem> {
        let (columns, first, row) = (cells.len(), cells[0].trim(), self.inputs.len());
        let counted = first.parse().is_ok_and(|index: usize| index == row || index == row + 1);
        let (column, hint) = match columns.checked_sub(IN + 1) {
            Some(0) => return Ok(()),
            None => (columns + 1, ""),
            Some(1) if cells[IN + 1].trim().is_empty() => (IN + 2, "; remove the separator at the end of the line"),
            Some(1) if self.has_index || counted => (1, "; the first looks like an index: remove this column"),
            Some(_) => (IN + 1, "; does a number have a comma inside? Write 0.5, not 0,5"),
        };
        Err((column, format!("{columns} columns in this line, but {IN} features and a class{hint}")))
    }
}

/// The labels of the classes.
struct Labels {
    classes: usize,
    /// If there are two classes: each label, and the line it was first seen in.
    seen: Vec<(String, usize)>,
}

impl Labels {
    fn new(classes: usize) -> Self {
        Labels { classes, seen: vec![] }
    }

    /// The class of this label: its number, or for two classes which label it is.
    fn class(&mut self, cell: &str, line: impl Fn() -> usize) -> Result<usize, String> {
        if is_missing(cell) {
            return Err(missing(cell));
        }
        if self.classes == 2 {
            return self.one_of_two(cell, line);
        }
        let class = number(cell)?;
        if class.fract() != 0.0 || class < 0.0 || class >= self.classes as f32 {
            return Err(format!("`{cell}` is no class; classes are 0 to {}", self.classes - 1));
        }
        Ok(class as usize)
    }

    fn one_of_two(&mut self, cell: &str, line: impl Fn() -> usize) -> Result<usize, String> {
        let seen = self.seen.iter().position(|(label, _)| label == cell);
        let same = |(label, _): &(String, usize)| value(label).is_some_and(|label| value(cell) == Some(label));
        if let Some(class) = seen.or_else(|| self.seen.iter().position(same)) {
            return Ok(class);
        }
        if let [(a, line_a), (b, line_b)] = &self.seen[..] {
            let cell = short(cell);
            return Err(format!("`{cell}` is a third label, beside `{a}` in line {line_a} and `{b}` in line {line_b}"));
        }
        self.seen.push((short(cell), line()));
        Ok(self.seen.len() - 1)
    }

    /// The classes in the order of their labels, and the names of those that are not 0 and 1.
    fn sorted(self, mut classes: Vec<usize>) -> (Vec<usize>, Vec<String>) {
        let mut names: Vec<String> = self.seen.into_iter().map(|(label, _)| label).collect();
        let values: Vec<Option<f64>> = names.iter().map(|name| value(name)).collect();
        let swap = match (&names[..], &values[..]) {
            ([_, _], [Some(a), Some(b)]) => a > b,
            ([a, b], _) => a > b,
            (_, values) => values == [Some(1.0)],
        };
        if swap {
            classes.iter_mut().for_each(|class| *class = 1 - *class);
            names.reverse();
        }
        if values.iter().all(|&value| value == Some(0.0) || value == Some(1.0)) {
            names.clear();
        }
        (classes, names)
    }
}

/// A label that is a number.
fn value(label: &str) -> Option<f64> {
    label.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Whether tables write this where there is no value.
fn is_missing(cell: &str) -> bool {
    ["", "?", "na", "n/a", "nan", "null"].iter().any(|missing| cell.eq_ignore_ascii_case(missing))
}

fn missing(cell: &str) -> String {
    let what = if cell.is_empty() { "nothing stands here" } else { &format!("`{cell}` is a missing value") };
    format!("{what}; fill it in, or leave the line out")
}

/// A finite number, or what is wrong with it.
fn number(cell: &str) -> Result<f32, String> {
    match cell.parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ if is_missing(cell) => Err(missing(cell)),
        Ok(_) => Err(format!("`{cell}` is not a finite number of 32 bits")),
        Err(_) => Err(commas(cell).unwrap_or_else(|| format!("`{}` is not a number", short(cell)))),
    }
}

/// What to write in place of a number with commas, which may stand before decimals or between thousands.
fn commas(cell: &str) -> Option<String> {
    let is_number = |text: &str| text.parse::<f32>().is_ok();
    let decimal = Some(cell.replacen(',', ".", 1)).filter(|text| is_number(text));
    let whole = cell.trim_start_matches(['-', '+']).split('.').next()?;
    let mut groups = whole.split(',');
    let head = groups.next()?;
    let grouped = (1..=3).contains(&head.len()) && !head.starts_with('0') && groups.all(|group| group.len() == 3);
    let thousands = Some(cell.replace(',', "")).filter(|text| grouped && is_number(text) && text != cell);
    let write = match (decimal, thousands) {
        (Some(decimal), Some(thousands)) => {
            format!("write `{decimal}` if it stands before decimals, `{thousands}` if it groups thousands")
        }
        (Some(text), None) | (None, Some(text)) => format!("write `{text}`"),
        (None, None) => return None,
    };
    Some(format!("`{cell}` has a comma inside; {write}"))
}

/// As much of a cell as an error can show.
fn short(cell: &str) -> String {
    if cell.chars().count() > 40 { cell.chars().take(40).chain(['…']).collect() } else { cell.into() }
}
