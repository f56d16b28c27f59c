//! An array of layers is no network.
use bareprop::{Adam, Dense, Relu, Trainer, Zero};

static TRAINER: Trainer<[Dense<4, 4, Relu>; 3], Adam, 1> = Trainer::ZERO;

fn main() {
    let _ = &TRAINER;
}
