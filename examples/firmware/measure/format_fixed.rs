//! Writes a number with four digits behind the point by integer arithmetic, with `ufmt`.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use firmware::chip::Fixed;

firmware::written!(|sink, number| ufmt::uwrite!(sink, "{}", Fixed(number)));
