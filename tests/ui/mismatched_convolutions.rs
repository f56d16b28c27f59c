//! 16 channels in front of a convolution that takes 8.
use bareprop::{Conv1d, Layer, Relu};

fn network<N: Layer>() {}

fn main() {
    network::<(Conv1d<128, 124, 6, 16, 5, 1, Relu>, Conv1d<124, 60, 8, 4, 5, 2>)>();
}
