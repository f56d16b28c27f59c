//! The contract of a layer, and the layers of this crate.

pub(crate) mod activation;
pub(crate) mod average_pool;
pub(crate) mod batch_norm;
pub(crate) mod by_row;
pub(crate) mod conv1d;
pub(crate) mod conv2d;
mod convolution;
pub(crate) mod dense;
pub(crate) mod dropout;
mod fixed;
pub(crate) mod flatten;
pub(crate) mod frozen;
pub(crate) mod gate;
pub(crate) mod gru;
mod gru_row;
pub(crate) mod init;
pub(crate) mod layer;
pub(crate) mod layer_norm;
pub(crate) mod max_pool;
pub(crate) mod parameters;
pub(crate) mod places;
pub(crate) mod residual;
pub(crate) mod row;
pub(crate) mod states;
mod tuple;
mod window;
pub(crate) mod windows;

#[doc = include_str!("own_layer.md")]
pub mod own_layer {}
