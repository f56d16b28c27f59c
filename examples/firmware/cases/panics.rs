//! A program that may panic, so that the search for panics in the others is known to find them.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

fn run() -> bool {
    [1, 2, 3][core::hint::black_box(3)] == 3
}

firmware::start!(run);
