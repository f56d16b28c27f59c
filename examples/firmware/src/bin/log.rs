//! The same reports as structs, over defmt: `cargo run --features defmt --bin log`.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use core::ops::ControlFlow;

use bareprop::{Error, Layer, Samples, Settings, Sgd, TensorKind, Trainer, Zero};
/// Holds the critical sections that defmt takes.
#[cfg(all(target_os = "none", target_arch = "arm"))]
use cortex_m as _;
use defmt_semihosting as _;
use firmware::moons_small::{Net, TEST_INPUTS, TEST_TARGETS, TRAIN_INPUTS, TRAIN_TARGETS, settings};
use static_cell::ConstStaticCell;

static TRAINER: ConstStaticCell<Trainer<Net, Sgd, 1>> = ConstStaticCell::new(Trainer::ZERO);

fn train(trainer: &mut Trainer<Net, Sgd, 1>) -> Result<u32, Error> {
    trainer.network.initialize_seeded(1);
    let settings = Settings { epochs: 2, ..settings(Sgd { learning_rate: 0.1 }) };
    trainer.fit(&settings, &Samples::new(&TRAIN_INPUTS, &TRAIN_TARGETS)?, None, None, |epoch, _| {
        defmt::info!("{}", epoch);
        ControlFlow::Continue(())
    })?;
    firmware::moons::hits(trainer, &Samples::new(&TEST_INPUTS, &TEST_TARGETS)?)
}

fn run() -> bool {
    let Some(trainer) = TRAINER.try_take() else { return false };
    match train(trainer) {
        Ok(hits) => defmt::info!("{} of 100 right", hits),
        Err(error) => defmt::error!("{}", error),
    }
    defmt::info!("an error looks like this: {}", Error::Gradient { layer: 1, kind: TensorKind::Weights, value: 1e30 });
    true
}

firmware::start!(run);
