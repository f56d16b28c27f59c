//! The hash of all parameters after each job, a line each: to be the same on every target.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{Adam, Error, Online, Sgd, Trainer, Zero};
use firmware::chip::Bits;
use firmware::line;
use firmware::moons_small::{Net, stream, stream_online};
use static_cell::ConstStaticCell;

static SGD: ConstStaticCell<Trainer<Net, Sgd, 1>> = ConstStaticCell::new(Trainer::ZERO);
static ADAM: ConstStaticCell<Trainer<Net, Adam, 1>> = ConstStaticCell::new(Trainer::ZERO);
static ONLINE: ConstStaticCell<Online<Net>> = ConstStaticCell::new(Online::ZERO);

/// Prints a job's hash.
fn report(job: &str, bits: Result<u32, Error>) -> bool {
    match bits {
        Ok(bits) => line!("{} {}", job, Bits(bits)),
        Err(_) => line!("{} failed", job),
    }
    bits.is_ok()
}

/// The guide's network does not fit into the 16 KB of a Cortex-M0.
#[cfg(not(all(target_arch = "arm", target_abi = "eabi")))]
fn large() -> bool {
    use firmware::moons::State;
    static SGD: ConstStaticCell<State<Sgd>> = ConstStaticCell::new(State::ZERO);
    static ADAM: ConstStaticCell<State<Adam>> = ConstStaticCell::new(State::ZERO);
    let (Some(sgd), Some(adam)) = (SGD.try_take(), ADAM.try_take()) else { return false };
    report("2-64-32-1-sgd-f32", sgd.run(Sgd { learning_rate: 0.1 }, 5, |_| ()).map(|outcome| outcome.bits))
        && report("2-64-32-1-adam-f32", adam.run(Adam::default(), 5, |_| ()).map(|outcome| outcome.bits))
}

#[cfg(all(target_arch = "arm", target_abi = "eabi"))]
fn large() -> bool {
    true
}

fn run() -> bool {
    let (Some(sgd), Some(adam), Some(online)) = (SGD.try_take(), ADAM.try_take(), ONLINE.try_take()) else {
        return false;
    };
    report("2-16-8-1-sgd-f32", stream(sgd, Sgd { learning_rate: 0.1 }, 5))
        && report("2-16-8-1-adam-f32", stream(adam, Adam { learning_rate: 0.01, ..Adam::default() }, 100))
        && report("2-16-8-1-online-f32", stream_online(online, Sgd { learning_rate: 0.1 }, 5))
        && large()
}

firmware::start!(run);
