//! No room for a single row.
use bareprop::{Dense, Predictor, Zero};

static PREDICTOR: Predictor<Dense<2, 1>, 0> = Predictor::ZERO;

fn main() {
    let _ = &PREDICTOR;
}
