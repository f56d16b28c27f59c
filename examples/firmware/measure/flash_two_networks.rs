//! Two functions train a network each, both of one type, with settings that arrive while the program runs.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{Error, Parameters};
use firmware::count::Counter;
use firmware::quadrants::Sensor;
use firmware::shapes::{CONSTANT, Device, How, learn};

#[inline(never)]
fn first(devices: &mut [Device; 2], how: &How, sensor: &mut Sensor, counter: &mut Counter) -> Result<(), Error> {
    learn(&mut devices[0], how, sensor, counter)
}

#[inline(never)]
fn second(devices: &mut [Device; 2], how: &How, sensor: &mut Sensor, counter: &mut Counter) -> Result<(), Error> {
    learn(&mut devices[1], how, sensor, counter)
}

firmware::counted!([Device; 2], |devices, sensor, counter| {
    devices.iter_mut().for_each(|device| sensor.initialize(&mut device.network));
    let how = core::hint::black_box(CONSTANT);
    if first(devices, &how, &mut sensor, counter).and_then(|()| second(devices, &how, &mut sensor, counter)).is_err() {
        return 0;
    }
    devices[0].network.bits() ^ devices[1].network.bits()
});
