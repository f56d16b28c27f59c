//! What a layer is, and the layers there are.

pub(crate) mod activation;
pub(crate) mod dense;
pub(crate) mod dropout;
pub(crate) mod init;
pub(crate) mod layer;
pub(crate) mod parameters;
mod tuple;
