//! What settings of the floating-point unit do to results, and that `arithmetic_is_ieee754` sees it: a line for each setting, with the check and
//! the hash of a job for `f32` and for `f64`.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{Online, Zero, arithmetic_is_ieee754};
use firmware::arithmetic::{Net, Setting, bits};
use firmware::chip::Bits;
use firmware::line;
use static_cell::ConstStaticCell;

static SINGLE: ConstStaticCell<Online<Net<f32>>> = ConstStaticCell::new(Online::ZERO);
static DOUBLE: ConstStaticCell<Online<Net<f64>>> = ConstStaticCell::new(Online::ZERO);

fn run() -> bool {
    let (Some(single), Some(double)) = (SINGLE.try_take(), DOUBLE.try_take()) else { return false };
    for (setting, name) in Setting::ALL {
        setting.set();
        let checks = [arithmetic_is_ieee754::<f32>(), arithmetic_is_ieee754::<f64>()];
        let hashes = [bits(single, 1000), bits(double, 8000)];
        Setting::Default.set();
        let [Ok(f32), Ok(f64)] = hashes else { return false };
        line!("{} {} {} {} {}", name, checks[0], Bits(f32), checks[1], Bits(f64));
    }
    true
}

firmware::start!(run);
