//! Recordings from CSV files. An error names the file and the line.

use std::fmt::Display;
use std::path::Path;

use bareprop::{Error, StandardScaler, Zero};

use crate::windows::{ACTIVITIES, Axes, LENGTH, Window, window, windows};

/// What was measured, one line after the other, during one activity.
pub struct Recording {
    /// What the file calls it.
    pub name: String,
    pub activity: usize,
    pub axes: Vec<Axes>,
    /// The line of the file in which it begins.
    line: u64,
}

/// The recordings of a file, in their order. `names` are the activities that are known; training recordings add new
/// ones.
pub fn read(path: &Path, names: &mut Vec<String>, training: bool) -> Result<Vec<Recording>, String> {
    let at = |line: u64, problem: &dyn Display| format!("{}, line {line}: {problem}", path.display());
    let file = std::fs::File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.flexible(true).trim(csv::Trim::All).from_reader(file);
    let mut recordings: Vec<Recording> = vec![];
    for cells in reader.records() {
        let cells = cells.map_err(|error| format!("{}: {error}", path.display()))?;
        let line = cells.position().map_or(0, |position| position.line());
        let (name, activity, axes) = measurement(&cells).map_err(|problem| at(line, &problem))?;
        let activity = number(activity, names, training).map_err(|problem| at(line, &problem))?;
        match recordings.last_mut().filter(|last| last.name == name) {
            Some(last) if last.activity != activity => {
                return Err(at(line, &format!("recording {name} has a second activity, `{}`", names[activity])));
            }
            Some(last) => last.axes.push(axes),
            None => recordings.push(Recording { name: name.into(), activity, axes: vec![axes], line }),
        }
    }
    if let Some(short) = recordings.iter().find(|recording| recording.axes.len() < LENGTH) {
        let (name, measurements) = (&short.name, short.axes.len());
        let problem = format!("recording {name} has {measurements} measurements; a window needs {LENGTH}");
        return Err(at(short.line, &problem));
    }
    if recordings.is_empty() {
        return Err(format!("{}: no recordings; their lines come below a header", path.display()));
    }
    Ok(recordings)
}

/// The parts of a line: recording, activity and six numbers.
fn measurement(cells: &csv::StringRecord) -> Result<(&str, &str, Axes), String> {
    if cells.len() != 8 {
        return Err(format!("{} columns, but a recording, an activity and 6 axes are 8", cells.len()));
    }
    let mut axes = [0.0; 6];
    for (place, (axis, cell)) in (3..).zip(axes.iter_mut().zip(cells.iter().skip(2))) {
        let value = cell.parse().ok().filter(|value: &f32| value.is_finite());
        *axis = value.ok_or_else(|| format!("`{cell}` in column {place} is not a finite number"))?;
    }
    Ok((&cells[0], &cells[1], axes))
}

/// The number of an activity.
fn number(activity: &str, names: &mut Vec<String>, training: bool) -> Result<usize, String> {
    if let Some(number) = names.iter().position(|name| name == activity) {
        return Ok(number);
    }
    if !training {
        return Err(format!("no training recording is of the activity `{activity}`"));
    }
    if names.len() == ACTIVITIES {
        return Err(format!("`{activity}` is one activity too many; the networks tell {ACTIVITIES} apart"));
    }
    names.push(activity.into());
    Ok(names.len() - 1)
}

/// Mean and deviation of each axis over all measurements.
pub fn scaler(recordings: &[Recording]) -> Result<StandardScaler<6>, Error> {
    let mut scaler = StandardScaler::ZERO;
    recordings.iter().flat_map(|recording| &recording.axes).try_for_each(|axes| scaler.add(axes))?;
    Ok(scaler)
}

/// The windows of all recordings, standardised, and their activities.
pub fn rows(recordings: &[Recording], scaler: &StandardScaler<6>) -> Result<(Vec<Window>, Vec<usize>), Error> {
    let (mut inputs, mut activities) = (vec![], vec![]);
    for recording in recordings {
        for number in 0..windows(recording.axes.len()) {
            inputs.extend(window(&recording.axes, number, scaler)?);
            activities.push(recording.activity);
        }
    }
    Ok((inputs, activities))
}
