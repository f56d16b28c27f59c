//! No room for a single row.
use bareprop::{Adam, Dense, Trainer, Zero};

static TRAINER: Trainer<Dense<2, 1>, Adam, 0> = Trainer::ZERO;

fn main() {
    let _ = &TRAINER;
}
