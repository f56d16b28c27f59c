//! The hash of all parameters after each job in double precision: to be the same on every target.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{Adam, Sgd, Trainer, Zero};
use firmware::chip::Bits;
use firmware::line;
use firmware::moons_small::{Net, stream};
use static_cell::ConstStaticCell;

static SGD: ConstStaticCell<Trainer<Net<f64>, Sgd<f64>, 1>> = ConstStaticCell::new(Trainer::ZERO);
static ADAM: ConstStaticCell<Trainer<Net<f64>, Adam<f64>, 1>> = ConstStaticCell::new(Trainer::ZERO);

fn run() -> bool {
    let (Some(sgd), Some(adam)) = (SGD.try_take(), ADAM.try_take()) else { return false };
    let sgd = stream(sgd, Sgd { learning_rate: 0.1 }, 5);
    let adam = stream(adam, Adam { learning_rate: 0.01, ..Adam::default() }, 5);
    let (Ok(sgd), Ok(adam)) = (sgd, adam) else { return false };
    line!("2-16-8-1-sgd-f64 {}", Bits(sgd));
    line!("2-16-8-1-adam-f64 {}", Bits(adam));
    true
}

firmware::start!(run);
