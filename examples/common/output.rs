//! Printing to stdout. `println!` panics where nobody reads: here, a closed pipe ends the program quietly.

use std::fmt;
use std::io::{ErrorKind, Write};
use std::process::exit;

/// Prints a line, as `println!` does, but without its panic.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::common::output::print(format_args!("{}\n", format_args!($($text)*)))
    };
}

/// Prints a part of a line, as `print!` does, but without its panic.
macro_rules! put {
    ($($text:tt)*) => {
        $crate::common::output::print(format_args!($($text)*))
    };
}

pub(crate) use {put, say};

/// Writes the text at once. Where the reader has gone, as `head` does, the program ends with status 0. Any other error
/// goes to stderr, and the status is 1.
pub fn print(text: fmt::Arguments) {
    let Err(error) = std::io::stdout().write_all(text.to_string().as_bytes()) else { return };
    if error.kind() == ErrorKind::BrokenPipe {
        exit(0);
    }
    let _ = writeln!(std::io::stderr(), "stdout: {error}");
    exit(1);
}
