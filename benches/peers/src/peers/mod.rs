//! One module for each peer: a job goes in, a call that does it comes out.

#[cfg(feature = "bareprop")]
mod bareprop;
#[cfg(feature = "bareprop")]
mod bareprop_stacks;
#[cfg(feature = "burn")]
mod burn;
#[cfg(feature = "burn")]
mod burn_stacks;
#[cfg(feature = "candle")]
mod candle;
#[cfg(feature = "candle")]
mod candle_stacks;
#[cfg(feature = "dfdx")]
mod dfdx;
#[cfg(feature = "fann")]
mod fann;
#[cfg(feature = "rust-mlp")]
mod rust_mlp;

use crate::job::{Call, Job};

/// What makes a job's call, or nothing where the peer cannot do the job.
pub type Make = fn(Job) -> Option<Call>;

/// Every peer in this build.
const PEERS: &[(&str, Make)] = &[
    ("peak", crate::peak::make),
    #[cfg(feature = "bareprop")]
    ("bareprop", bareprop::make),
    #[cfg(feature = "bareprop")]
    ("bareprop-64", bareprop::make_tile::<64>),
    #[cfg(feature = "bareprop")]
    ("bareprop-128", bareprop::make_tile::<128>),
    #[cfg(feature = "bareprop")]
    ("bareprop-f64", bareprop::make_of::<f64, 32>),
    #[cfg(feature = "burn")]
    ("burn", burn::make),
    #[cfg(feature = "candle")]
    ("candle", candle::make),
    #[cfg(feature = "dfdx")]
    ("dfdx", dfdx::make),
    #[cfg(feature = "fann")]
    ("fann", fann::make),
    #[cfg(feature = "rust-mlp")]
    ("rust-mlp", rust_mlp::make),
];

/// The names of all peers, with spaces between them.
pub fn names() -> String {
    PEERS.iter().map(|&(name, _)| name).collect::<Vec<_>>().join(" ")
}

/// The peer of this name.
pub fn find(wanted: &str) -> Option<Make> {
    PEERS.iter().find(|(name, _)| *name == wanted).map(|&(_, make)| make)
}
