//! The networks of the library: one line each. After a change, `./header` writes their headers.
//!
//! Name: layers; loss. The name becomes the prefix of the functions in C.

use bareprop::{BinaryCrossEntropy, Dense, Relu, SoftmaxCrossEntropy};

crate::c_networks! {
    motions: Dense<12, 16, Relu>, Dense<16, 4>; SoftmaxCrossEntropy<4>;
    quadrants: Dense<2, 16, Relu>, Dense<16, 8, Relu>, Dense<8, 1>; BinaryCrossEntropy;
}
