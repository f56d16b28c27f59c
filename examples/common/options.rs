//! Parsers of options, which refuse what would fail later. Clap names the option and the value.

use std::fs::{self, OpenOptions};
use std::path::PathBuf;

/// The path of a picture that can be written.
pub fn picture(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("png")) {
        return Err("its name has to end in .png".into());
    }
    writable(path)
}

/// The path of a file that can be written.
pub fn file(path: &str) -> Result<PathBuf, String> {
    writable(PathBuf::from(path))
}

/// Opens the file, and leaves none behind.
fn writable(path: PathBuf) -> Result<PathBuf, String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(format!("there is no folder {}", folder.display()));
    }
    if path.is_dir() {
        return Err("this is a folder".into());
    }
    let is_new = fs::symlink_metadata(&path).is_err();
    OpenOptions::new().append(true).create(true).open(&path).map_err(|error| format!("cannot be written: {error}"))?;
    if is_new {
        fs::remove_file(&path).map_err(|error| error.to_string())?;
    }
    Ok(path)
}

/// A finite number.
pub fn finite(text: &str) -> Result<f32, String> {
    number(text, "a finite number", |_| true)
}

/// A number from 0.
pub fn not_negative(text: &str) -> Result<f32, String> {
    number(text, "a finite number, at least 0", |value| value >= 0.0)
}

/// A number above 0.
pub fn positive(text: &str) -> Result<f32, String> {
    number(text, "a finite number above 0", |value| value > 0.0)
}

/// A probability that is not 1.
pub fn below_one(text: &str) -> Result<f32, String> {
    number(text, "at least 0 and below 1", |value| (0.0..1.0).contains(&value))
}

/// A finite number that is in the range, which the error describes.
fn number(text: &str, range: &str, within: impl Fn(f32) -> bool) -> Result<f32, String> {
    let value = text.parse().ok().filter(|value: &f32| value.is_finite() && within(*value));
    value.ok_or_else(|| format!("it has to be {range}"))
}
