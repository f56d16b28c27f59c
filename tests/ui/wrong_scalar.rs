//! A layer of f32 before one of f64.
use bareprop::{Dense, Identity, Layer, Relu};

fn network<N: Layer>() {}

fn main() {
    network::<(Dense<2, 4, Relu, f32>, Dense<4, 1, Identity, f64>)>();
}
