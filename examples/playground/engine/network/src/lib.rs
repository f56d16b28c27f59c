//! A network of bareprop whose sizes, activations, loss and optimizer are chosen at run time, by the public contracts of
//! layers, losses and optimizers.

#![forbid(unsafe_code)]
#![deny(clippy::disallowed_methods)]

pub use serde;

pub mod activation;
pub mod chosen;
pub mod flexible;
pub mod goal;
pub mod init;
pub mod learner;
pub mod named;
pub mod network;
