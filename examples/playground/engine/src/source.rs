//! The run as a program in Rust.

use crate::run::Run;

/// A whole `main.rs`.
pub fn program(_: &mut Run) -> String {
    String::new()
}
