//! Networks as bytes.

pub mod safetensors;
