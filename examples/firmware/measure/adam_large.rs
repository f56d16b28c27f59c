//! Counts adam on the large network.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

firmware::adam!(Large);
