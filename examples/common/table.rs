//! Tables of numbers from CSV files.

use std::path::Path;

/// Reads rows of `IN` features and a class, comma-separated; a first line that starts with no number is a header.
/// An error names the file, and the line and the column in it.
pub fn read<const IN: usize>(path: &Path, classes: usize) -> Result<(Vec<[f32; IN]>, Vec<usize>), String> {
    let at = |place: &str, problem: &str| format!("{}{place}: {problem}", path.display());
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_path(path);
    let (mut inputs, mut targets) = (vec![], vec![]);
    for (number, record) in reader.map_err(|error| at("", &error.to_string()))?.records().enumerate() {
        let record = record.map_err(|error| at("", &error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        if number == 0 && record.get(0).is_some_and(|first| first.parse::<f32>().is_err()) {
            continue;
        }
        if record.len() != IN + 1 {
            let problem = format!("{} columns; {IN} features and a class are {}", record.len(), IN + 1);
            return Err(at(&format!(", line {line}"), &problem));
        }
        let mut values = [0.0; IN];
        for (column, (value, text)) in values.iter_mut().zip(&record).enumerate() {
            *value = text.parse().ok().filter(|value: &f32| value.is_finite()).ok_or_else(|| {
                at(&format!(", line {line}, column {}", column + 1), &format!("`{text}` is no finite number"))
            })?;
        }
        let class = record[IN].parse::<f32>().ok().filter(|class| class.fract() == 0.0 && *class >= 0.0);
        let class = class.map(|class| class as usize).filter(|&class| class < classes).ok_or_else(|| {
            let problem = format!("`{}` is no class from 0 to {}", &record[IN], classes - 1);
            at(&format!(", line {line}, column {}", IN + 1), &problem)
        })?;
        inputs.push(values);
        targets.push(class);
    }
    if inputs.is_empty() {
        return Err(at("", "no rows of numbers"));
    }
    Ok((inputs, targets))
}
