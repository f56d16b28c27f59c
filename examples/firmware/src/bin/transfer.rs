//! A pretrained body stays in flash, and its head learns on the chip how new people wear the sensor.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{Error, Online, Parameters};
use firmware::body::{HEAD, Head};
use firmware::chip::{Bits, Fixed};
use firmware::line;
use firmware::motions::{TEST_CLASSES, TEST_RECORDINGS};
use firmware::transfer::{Device, EPOCHS, Net, People, Wear, choose, hits};
use static_cell::ConstStaticCell;

static DEVICE: ConstStaticCell<Device<Net>> = ConstStaticCell::new(Device::ZERO);

/// RAM for parameters is that of the head.
const _: () = assert!(size_of::<Net>() == size_of::<Head>() && Online::<Net>::BYTES < 1024);

/// The draw of the recordings to learn from, and the seed of the order.
const DRAW: u64 = 1;

/// Windows recognised before and after, and how many there are.
fn transfer(device: &mut Device<Net>) -> Result<(u64, u64, u64), Error> {
    let people = People { recordings: &TEST_RECORDINGS, classes: &TEST_CLASSES, wear: Wear::NEW };
    let mut learned = [false; TEST_CLASSES.len()];
    choose(people.classes, DRAW, &mut learned);
    device.online.network.1 = HEAD.clone();
    let (before, _) = hits(&device.test(&people, &learned)?);
    for epoch in 1..=EPOCHS {
        line!("epoch {} loss {}", epoch, Fixed(device.learn(&people, &learned, (DRAW, epoch))?));
    }
    let (after, windows) = hits(&device.test(&people, &learned)?);
    Ok((before, after, windows))
}

fn run() -> bool {
    let Some(device) = DEVICE.try_take() else { return false };
    let Ok((before, after, windows)) = transfer(device) else { return false };
    let share = |hits: u64| Fixed(hits as f32 / windows as f32);
    line!("of {} windows recognised before: {}", windows as u32, share(before));
    line!("after: {}", share(after));
    line!("bits {}", Bits(device.online.network.bits()));
    after > before
}

firmware::start!(run);
