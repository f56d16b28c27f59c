//! The same reports as structs, over defmt: `cargo run --features defmt --bin log`.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{Error, Sgd, TensorKind, Zero};
/// Holds the critical sections that defmt takes.
#[cfg(all(target_os = "none", target_arch = "arm"))]
use cortex_m as _;
use defmt_semihosting as _;
use firmware::moons::State;
use static_cell::ConstStaticCell;

static STATE: ConstStaticCell<State<Sgd>> = ConstStaticCell::new(State::ZERO);

fn run() -> bool {
    let Some(state) = STATE.try_take() else { return false };
    match state.run(Sgd { learning_rate: 0.1 }, 2, |epoch| defmt::info!("{}", epoch)) {
        Ok(outcome) => defmt::info!("{} of 200 right", outcome.hits),
        Err(error) => defmt::error!("{}", error),
    }
    defmt::info!("an error looks like this: {}", Error::Gradient { layer: 1, kind: TensorKind::Weights, value: 1e30 });
    true
}

firmware::start!(run);
