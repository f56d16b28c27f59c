//! A user's own acceleration: a CSV file of three columns.

use std::path::Path;

use super::detector::{AXES, WINDOW};

/// A window of measurements.
pub type Window = [[f32; WINDOW]; AXES];

/// The windows of a file, one behind the other. A first line without numbers is a header; what does not fill a window is
/// left out.
pub fn read(path: &Path) -> Result<Vec<Window>, String> {
    let mut builder = csv::ReaderBuilder::new();
    let reader = builder.has_headers(false).flexible(true).trim(csv::Trim::All).from_path(path);
    let mut reader = reader.map_err(|error| format!("{}: {error}", path.display()))?;
    let (mut windows, mut window, mut filled) = (vec![], [[0.0; WINDOW]; AXES], 0);
    for (number, cells) in (1..).zip(reader.records()) {
        let cells = cells.map_err(|error| format!("{}: {error}", path.display()))?;
        if number == 1 && cells.iter().all(|cell| cell.parse::<f32>().is_err()) {
            continue;
        }
        let line = cells.position().map_or(number, |position| position.line());
        let row = row(&cells).map_err(|problem| format!("{}, line {line}{problem}", path.display()))?;
        window.iter_mut().zip(row).for_each(|(axis, x)| axis[filled] = x);
        filled = (filled + 1) % WINDOW;
        if filled == 0 {
            windows.push(window);
        }
    }
    Ok(windows)
}

/// The three numbers of a line. Energies of numbers beyond 10⁶ could overflow.
fn row(cells: &csv::StringRecord) -> Result<[f32; AXES], String> {
    if cells.len() != AXES {
        return Err(format!(": {} columns in this line, but three axes", cells.len()));
    }
    let mut row = [0.0; AXES];
    for (column, (x, cell)) in (1..).zip(row.iter_mut().zip(cells)) {
        let value: f32 = cell.parse().map_err(|_| format!(", column {column}: `{cell}` is not a number"))?;
        if value.is_nan() || value.abs() > 1e6 {
            return Err(format!(", column {column}: `{cell}` is not between -1000000 and 1000000"));
        }
        *x = value;
    }
    Ok(row)
}
