//! What the playground computes: networks of bareprop whose sizes are chosen at run time. The same code runs in the
//! browser, as wasm, and on a desktop, where the tests compare it with the networks of the crate.

#![deny(unsafe_code)]
#![deny(clippy::disallowed_methods)]

pub mod abi;
pub mod data;
pub mod engine;
pub mod error;
pub mod features;
pub mod file;
pub mod metrics;
pub mod names;
pub mod own;
pub mod pictures;
pub mod ram;
pub mod read;
pub mod run;
pub mod separator;
pub mod settings;
pub mod six_steps;
pub mod source;
pub mod state;
pub mod status;
pub mod trace;
pub mod values;
