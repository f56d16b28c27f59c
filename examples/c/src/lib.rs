//! bareprop from C, without heap, without globals and without a way to panic. `README.md` says how to use it.

#![no_std]
#![deny(missing_docs)]

pub mod code;
pub mod constant;
pub mod memory;
pub mod network;
pub mod networks;

/// The codes of `bareprop.h` are those of [`code::Code`].
const _: () = code::check(include_str!("../include/bareprop.h"));

/// Never called: `./run` shows that this function is not in the program.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Panics for an index of 4 or more.
#[cfg(feature = "control")]
#[unsafe(no_mangle)]
pub extern "C" fn control(index: usize) -> u32 {
    [2, 3, 5, 7][index]
}
