//! Counts sgd on the small network.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

firmware::sgd!(Small);
