//! What the programs for the chip share: entry and output of each target, the jobs, the counting.

#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std)]

pub mod chip;
pub mod count;
pub mod quadrants;

/// What the programs name in their macros.
pub use {bareprop, static_cell};
