//! Two functions train one network, with settings that arrive while the program runs.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{Error, Parameters};
use firmware::count::Counter;
use firmware::quadrants::Sensor;
use firmware::shapes::{CONSTANT, Device, How, learn};

#[inline(never)]
fn first(device: &mut Device, how: &How, sensor: &mut Sensor, counter: &mut Counter) -> Result<(), Error> {
    learn(device, how, sensor, counter)
}

#[inline(never)]
fn later(device: &mut Device, how: &How, sensor: &mut Sensor, counter: &mut Counter) -> Result<(), Error> {
    device.discard();
    learn(device, how, sensor, counter)
}

firmware::counted!(Device, |device, sensor, counter| {
    sensor.initialize(&mut device.network);
    let how = core::hint::black_box(CONSTANT);
    if first(device, &how, &mut sensor, counter).and_then(|()| later(device, &how, &mut sensor, counter)).is_err() {
        return 0;
    }
    device.network.bits()
});
