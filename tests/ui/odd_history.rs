//! A history that could not be halved.
use bareprop::{History, Zero};

static HISTORY: History<f32, 7> = History::ZERO;

fn main() {
    let _ = &HISTORY;
}
