//! A kernel of 5 steps over 4 steps.
use bareprop::{Conv1d, Zero};

static LAYER: Conv1d<4, 1, 1, 2, 5, 1> = Conv1d::ZERO;

fn main() {
    let _ = &LAYER;
}
