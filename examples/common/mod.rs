//! What the examples share: reading tables, progress, pictures.
#![allow(dead_code, reason = "each example uses a part")]

pub mod graph;
pub mod picture;
pub mod plane;
pub mod table;

use indicatif::{ProgressBar, ProgressStyle};

/// Whatever went wrong, as people read it: `main` prints it after `Error: `, without quotes.
pub struct Failure(String);

/// Nothing, or what went wrong.
pub type Outcome = Result<(), Failure>;

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.to_string())
    }
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A progress bar for `epochs` epochs, with room for the losses.
pub fn progress(epochs: u32) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar:.cyan/blue} epoch {pos}/{len}  {msg}  {eta} left");
    ProgressBar::new(u64::from(epochs)).with_style(style.expect("a valid template"))
}

/// A number in few characters: four decimals, or one digit and a power of ten for what is very large or small.
pub fn short(value: f32) -> String {
    match value.abs() {
        0.0 => "0".into(),
        size if size.is_finite() && !(5e-5..1e4).contains(&size) => format!("{value:.0e}"),
        _ => format!("{value:.4}"),
    }
}
