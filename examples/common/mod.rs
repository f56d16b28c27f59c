//! What the examples share: options, reading tables, progress, printing, pictures.
#![allow(dead_code, unused_imports, unused_macros, reason = "each example uses a part")]

pub mod digits;
pub mod graph;
pub mod options;
pub mod output;
pub mod picture;
pub mod plane;
mod progress;
pub mod table;

use std::error::Error;
use std::fmt;
use std::path::Path;

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};
use indicatif::ProgressBar;

pub(crate) use output::{put, say};
pub use progress::{Progress, progress};

/// Whatever went wrong, as people read it: `main` prints it to stderr, and the exit code is 1.
pub type Outcome = Result<(), Failure>;

/// Any error. Its `Debug`, which `main` prints, is the plain message.
pub struct Failure(Box<dyn Error>);

impl<E: Into<Box<dyn Error>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.into())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Prints a table: the first column to the left, the numbers after it to the right.
pub fn print_table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = Table::new();
    let line = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().header_separator(line)).set_header(header);
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    say!("{table}\n");
}

/// A CSV file, whose name is in the error if it cannot be read.
pub fn open_csv(path: &Path) -> Result<csv::Reader<std::fs::File>, String> {
    csv::Reader::from_path(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// How many bytes of a table are read at once, that is in less than a second.
const LARGE: u64 = 10_000_000;

/// Reads a table, behind a bar if the file is large.
pub fn read_table<const IN: usize>(path: &Path, classes: usize) -> Result<table::Table<IN>, String> {
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    let bar = if size > LARGE {
        progress::bar(size, "{wide_bar:.cyan/blue} {bytes} of {total_bytes} read  {eta} left")
    } else {
        ProgressBar::hidden()
    };
    let table = table::read_with(path, classes, |bytes| bar.set_position(bytes));
    bar.finish_and_clear();
    table
}

/// What the classes are called in the file: `; class 0: no, class 1: yes`. Nothing if these are their numbers.
pub fn named_classes(names: &[String]) -> String {
    let pairs: Vec<_> = (0..).zip(names).map(|(class, name): (usize, _)| format!("class {class}: {name}")).collect();
    if pairs.is_empty() { String::new() } else { format!("; {}", pairs.join(", ")) }
}
