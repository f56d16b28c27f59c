//! Counts gradient descent without a gradient in memory on the large network.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

firmware::online!(Large);
