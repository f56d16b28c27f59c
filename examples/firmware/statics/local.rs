//! A local variable: the trainer lies on the stack.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::Zero;
use firmware::placed::{Device, learn};

fn program() -> u32 {
    let mut trainer = Device::ZERO;
    learn(&mut trainer)
}
firmware::placed!(program);
