//! A `StaticCell` that gets its value while the program runs, as an argument.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::Zero;
use firmware::placed::{Device, learn};
use static_cell::StaticCell;

static TRAINER: StaticCell<Device> = StaticCell::new();

fn program() -> u32 {
    learn(TRAINER.init(Device::ZERO))
}
firmware::placed!(program);
