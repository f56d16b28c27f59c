//! A kernel of 5 steps has 124 windows in 128 steps, not 128.
use bareprop::{Adam, Conv1d, Trainer, Zero};

static TRAINER: Trainer<Conv1d<128, 128, 6, 16, 5, 1>, Adam, 8> = Trainer::ZERO;

fn main() {
    let _ = &TRAINER;
}
