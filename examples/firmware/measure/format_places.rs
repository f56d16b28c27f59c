//! Writes a number with `{:.2}` of `core`.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use core::fmt::Write;

firmware::written!(|sink, number| write!(sink, "{number:.2}"));
