//! The contract of a layer, and the layers of this crate.

pub(crate) mod activation;
pub(crate) mod by_row;
pub(crate) mod conv1d;
pub(crate) mod conv2d;
mod convolution;
pub(crate) mod dense;
pub(crate) mod dropout;
pub(crate) mod frozen;
pub(crate) mod init;
pub(crate) mod layer;
pub(crate) mod parameters;
pub(crate) mod row;
mod tuple;
pub(crate) mod windows;

#[doc = include_str!("own_layer.md")]
pub mod own_layer {}
