//! What the examples share: reading tables, progress, pictures.
#![allow(dead_code, reason = "each example uses a part")]

pub mod graph;
pub mod picture;
mod pixels;
pub mod plane;
pub mod table;

use std::error::Error;
use std::fmt;

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};
use indicatif::{ProgressBar, ProgressStyle};

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

/// A progress bar for `epochs` epochs, with room for the losses.
pub fn progress(epochs: u32) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar:.cyan/blue} epoch {pos}/{len}  {msg}  {eta} left");
    ProgressBar::new(u64::from(epochs)).with_style(style.expect("a valid template"))
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
    println!("{table}\n");
}
