//! The examples' reader of tables: any file is rows of finite numbers and classes, or an error that names the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::{Seek, Write};
use std::sync::{LazyLock, Mutex};
use tempfile::NamedTempFile;

#[path = "../../examples/common/table.rs"]
mod table;

static FILE: LazyLock<Mutex<NamedTempFile>> = LazyLock::new(|| Mutex::new(NamedTempFile::new().expect("a file")));

fuzz_target!(|data: &[u8]| {
    let mut file = FILE.lock().expect("one thread");
    file.as_file().set_len(0).expect("an empty file");
    file.rewind().and_then(|()| file.write_all(data)).expect("a written file");
    // Two classes may have any labels.
    match table::read_with::<2>(file.path(), 2, |_| ()) {
        Ok(table) => {
            assert!(!table.inputs.is_empty() && table.inputs.len() == table.classes.len());
            assert!(table.classes.iter().all(|&class| class < 2) && table.names.len() <= 2);
        }
        Err(error) => assert!(error.starts_with(&file.path().display().to_string()), "{error}"),
    }
    match table::read::<2>(file.path(), 3) {
        Ok((inputs, targets)) => {
            assert!(!inputs.is_empty() && inputs.len() == targets.len());
            assert!(inputs.as_flattened().iter().all(|x| x.is_finite()) && targets.iter().all(|&class| class < 3));
        }
        Err(error) => assert!(error.starts_with(&file.path().display().to_string()), "{error}"),
    }
});
