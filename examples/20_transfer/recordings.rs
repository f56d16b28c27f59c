//! Recordings from a CSV file. An error names the file, and the line in it.

use std::path::Path;

use super::job::{CLASSES, PER_CLASS};
use crate::common::open_csv;

pub const NAMES: [&str; CLASSES] = ["Standing", "Running", "Walking", "Badminton"];

/// Measurements of six axes, and the activity of each recording.
pub struct Recordings {
    pub axes: Vec<Vec<[f32; 6]>>,
    pub classes: Vec<usize>,
}

/// Reads lines of a recording's name, an activity and six numbers, below a header. Lines of a recording stand together.
pub fn read(path: &Path) -> Result<Recordings, String> {
    let (mut recordings, mut last) = (Recordings { axes: vec![], classes: vec![] }, None);
    for (number, line) in (2..).zip(open_csv(path)?.records()) {
        let at = |problem: String| format!("{}, line {number}: {problem}", path.display());
        let line = line.map_err(|error| format!("{}: {error}", path.display()))?;
        let cells: Vec<&str> = line.iter().map(str::trim).collect();
        let &[recording, activity, ref axes @ ..] = &cells[..] else {
            return Err(at("a recording, an activity and six numbers have to stand here".into()));
        };
        let (class, axes) = measurement(activity, axes).map_err(at)?;
        if last.as_deref() != Some(recording) {
            recordings.axes.push(vec![]);
            recordings.classes.push(class);
            last = Some(recording.to_string());
        }
        if recordings.classes.last() != Some(&class) {
            return Err(at(format!("recording {recording} has two activities")));
        }
        recordings.axes.last_mut().into_iter().for_each(|all| all.push(axes));
    }
    check(&recordings).map_err(|problem| format!("{}: {problem}", path.display()))?;
    Ok(recordings)
}

/// The class and the axes of a line.
fn measurement(activity: &str, axes: &[&str]) -> Result<(usize, [f32; 6]), String> {
    let class = NAMES.iter().position(|name| name.eq_ignore_ascii_case(activity));
    let class = class.ok_or_else(|| format!("`{activity}` is none of {}", NAMES.join(", ")))?;
    let numbers = axes.iter().map(|cell| {
        let number = cell.parse().ok().filter(|number: &f32| number.abs() < 1e6);
        number.ok_or_else(|| format!("`{cell}` is not a number below a million"))
    });
    let numbers = numbers.collect::<Result<Vec<f32>, String>>()?;
    let axes = <[f32; 6]>::try_from(numbers).map_err(|numbers| format!("{} numbers, but six axes", numbers.len()))?;
    Ok((class, axes))
}

/// Recordings to learn from and one to test with, of two seconds at least.
fn check(recordings: &Recordings) -> Result<(), String> {
    for (class, name) in NAMES.iter().enumerate() {
        let count = recordings.classes.iter().filter(|&&other| other == class).count();
        if count <= PER_CLASS {
            return Err(format!("recordings of {name}: {count}; at least {} are needed", PER_CLASS + 1));
        }
    }
    match recordings.axes.iter().position(|axes| axes.len() < 20) {
        Some(short) => Err(format!("recording {} of the file has fewer than 20 lines, two seconds", short + 1)),
        None => Ok(()),
    }
}
