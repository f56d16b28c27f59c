//! One function trains, with settings that the compiler knows.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::Parameters;
use firmware::shapes::{CONSTANT, Device, learn};

firmware::counted!(Device, |device, sensor, counter| {
    sensor.initialize(&mut device.network);
    if learn(device, &CONSTANT, &mut sensor, counter).is_err() {
        return 0;
    }
    device.network.bits()
});
