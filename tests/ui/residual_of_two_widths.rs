//! A residual block adds rows of one width.
use bareprop::{Dense, Layer, Residual};

fn network<N: Layer>() {}

fn main() {
    network::<(Dense<2, 8>, Residual<Dense<8, 4>>)>();
}
