//! Tables of numbers from CSV files.

use std::path::Path;

/// Reads rows of `IN` features and a class below `classes`, comma-separated; a first line without any number is a header.
/// An error names the file, and the line and the column in it, both from 1.
pub fn read<const IN: usize>(path: &Path, classes: usize) -> Result<(Vec<[f32; IN]>, Vec<usize>), String> {
    let at = |problem: String| format!("{}{problem}", path.display());
    let bytes = std::fs::read(path).map_err(|error| at(format!(": {error}")))?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(at(", line 1, column 1: this is UTF-16; save the table as UTF-8".into()));
    }
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (mut inputs, mut targets) = (vec![], vec![]);
    for (line, row) in (1..).zip(text.lines()) {
        let cells = cells(row).map_err(|problem| at(format!(", line {line}: {problem}")))?;
        let header = line == 1 && !cells.iter().any(|cell| cell.parse::<f32>().is_ok());
        if row.trim().is_empty() || header && !separated_otherwise(row) {
            continue;
        }
        let place = |(column, problem)| at(format!(", line {line}, column {column}: {problem}"));
        let (input, class) = sample(row, &cells, classes).map_err(place)?;
        inputs.push(input);
        targets.push(class);
    }
    if inputs.is_empty() {
        return Err(at(", line 1, column 1: no rows of numbers in this file".into()));
    }
    Ok((inputs, targets))
}

/// The cells of a line, without the spaces around them.
fn cells(line: &str) -> Result<Vec<String>, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(line.as_bytes());
    let record = reader.records().next().transpose()?;
    Ok(record.unwrap_or_default().iter().map(String::from).collect())
}

/// Whether semicolons or tabs stand where commas should.
fn separated_otherwise(line: &str) -> bool {
    line.contains([';', '\t'])
}

/// Features and class of a line; an error names the column, from 1.
fn sample<const IN: usize>(
    line: &str,
    cells: &[String],
    classes: usize,
) -> Result<([f32; IN], usize), (usize, String)> {
    if separated_otherwise(line) {
        let column = cells.iter().position(|cell| separated_otherwise(cell)).unwrap_or(0);
        let problem = "semicolons or tabs between the columns; separate them by commas and write 0.5, not 0,5";
        return Err((column + 1, problem.into()));
    }
    let mut input = [0.0; IN];
    for (column, (value, cell)) in input.iter_mut().zip(cells).enumerate() {
        *value = number(cell).map_err(|problem| (column + 1, problem))?;
    }
    if cells.len() != IN + 1 {
        let hint = if cells.len() > IN + 1 { "; does a number have a comma inside? Write 0.5, not 0,5" } else { "" };
        let place = cells.len().min(IN + 1) + usize::from(cells.len() < IN + 1);
        return Err((place, format!("{} columns in this line, but {IN} features and a class{hint}", cells.len())));
    }
    let class = number(&cells[IN]).map_err(|problem| (IN + 1, problem))?;
    if class.fract() != 0.0 || class < 0.0 || class >= classes as f32 {
        return Err((IN + 1, format!("`{}` is no class; classes are 0 to {}", cells[IN], classes - 1)));
    }
    Ok((input, class as usize))
}

/// A finite number, or what is wrong with it.
fn number(cell: &str) -> Result<f32, String> {
    match cell.parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(format!("`{cell}` is not a finite number of 32 bits")),
        Err(_) if cell.is_empty() => Err("nothing stands here, where a number should".into()),
        Err(_) if cell.replacen(',', ".", 1).parse::<f32>().is_ok() => {
            Err(format!("`{cell}` has a comma inside; write `{}`", cell.replacen(',', ".", 1)))
        }
        Err(_) => Err(format!("`{cell}` is not a number")),
    }
}
