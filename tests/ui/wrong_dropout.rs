//! Dropout over 32 units behind 64.
use bareprop::{Dense, Dropout, Layer, Relu};

fn network<N: Layer>() {}

fn main() {
    network::<(Dense<2, 64, Relu>, Dropout<32>, Dense<32, 1>)>();
}
