//! To files and from files.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::{Error, Stored, load, save};

/// Writes the file of a value. It is written under a temporary name beside `path` and renamed once it is whole, so that
/// after a crash `path` is the old file or the new one.
///
/// ```
/// use bareprop::{Dense, Layer, Parameters, Zero, storage};
/// # let path = &std::env::temp_dir().join(format!("bareprop-{}.model", std::process::id()));
/// let (mut layer, mut other) = (Dense::<2, 3>::ZERO, Dense::<2, 3>::ZERO);
/// layer.initialize_seeded(1);
/// storage::save_file(&mut layer, path)?;
/// storage::load_file(&mut other, path)?;
/// assert_eq!(other, layer);
/// # std::fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of the file system. The temporary file is then removed.
pub fn save_file<S: Stored>(value: &mut S, path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref();
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_os_string();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = write(value, &part).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

/// Writes a file, down to the disk.
fn write<S: Stored>(value: &mut S, path: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    save(value, |bytes| file.write_all(bytes))?;
    file.into_inner()?.sync_all()
}

/// Reads the file of a value, as [`load`] does.
///
/// # Errors
/// [`Error`]; the value is as it was.
pub fn load_file<S: Stored>(value: &mut S, path: impl AsRef<Path>) -> Result<(), Error<io::Error>> {
    let bytes = fs::read(path).map_err(Error::Source)?;
    load(value, &mut bytes.as_slice()).map_err(|error| error.map_source(|never| match never {}))
}
