//! What the programs share: entry and output of each target, the jobs, the counting.

#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std)]

pub mod anomaly;
pub mod arithmetic;
#[path = "../../20_transfer/body.rs"]
pub mod body;
pub mod chip;
pub mod count;
#[cfg(not(target_family = "wasm"))]
pub mod image;
pub mod moons;
pub mod moons_small;
pub mod motions;
pub mod motions_raw;
pub mod network;
pub mod placed;
pub mod quadrants;
pub mod shapes;
pub mod sink;
#[path = "../../20_transfer/job.rs"]
pub mod transfer;
#[path = "../../20_transfer/window.rs"]
pub mod window;
