//! Writes the bytes of a number: no formatting.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use core::fmt::Write;

firmware::written!(|sink, number| sink.write_char(char::from(number.to_bits() as u8)));
