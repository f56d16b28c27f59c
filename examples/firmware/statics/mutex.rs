//! A `Mutex` of critical-section around a `RefCell`, for a trainer that an interrupt shares.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use core::cell::RefCell;

use bareprop::Zero;
#[cfg(all(target_os = "none", target_arch = "arm"))]
use cortex_m as _; // It has the critical section of a chip with one core.
use critical_section::Mutex;
use firmware::placed::{Device, learn};

static TRAINER: Mutex<RefCell<Device>> = Mutex::new(RefCell::new(Device::ZERO));

fn program() -> u32 {
    critical_section::with(|token| TRAINER.borrow(token).try_borrow_mut().map_or(0, |mut trainer| learn(&mut trainer)))
}
firmware::placed!(program);
