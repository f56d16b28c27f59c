//! A layer of 16 outputs before one of 8 inputs.
use bareprop::{Adam, Dense, Relu, Trainer, Zero};

static TRAINER: Trainer<(Dense<2, 16, Relu>, Dense<8, 1>), Adam, 1> = Trainer::ZERO;

fn main() {
    let _ = &TRAINER;
}
