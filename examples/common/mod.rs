//! What the examples share: reading tables, progress, pictures.
#![allow(dead_code, reason = "each example uses a part")]

pub mod picture;
pub mod table;

use indicatif::{ProgressBar, ProgressStyle};

/// Whatever went wrong, as people read it.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A progress bar for `epochs` epochs, with room for the losses.
pub fn progress(epochs: u32) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar:.cyan/blue} epoch {pos}/{len}  {msg}  {eta} left");
    ProgressBar::new(u64::from(epochs)).with_style(style.expect("a valid template"))
}
