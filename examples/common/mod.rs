//! What the examples share: options, reading tables, progress, printing, pictures.
#![allow(dead_code, unused_imports, unused_macros, reason = "each example uses a part")]

pub mod graph;
pub mod options;
pub mod output;
pub mod picture;
mod pixels;
pub mod plane;
mod progress;
pub mod table;

use std::error::Error;
use std::fmt;

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

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
