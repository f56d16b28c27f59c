//! Training in less than 4 KB of RAM: 2-16-8-1 with Adam, the data in flash.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use core::ops::ControlFlow;

use bareprop::{Adam, Layer, Parameters, Samples, Trainer, Zero};
use firmware::chip::{Bits, Fixed};
use firmware::line;
use firmware::moons_small::{Net, TEST_INPUTS, TEST_TARGETS, TRAIN_INPUTS, TRAIN_TARGETS, settings};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;
use static_cell::ConstStaticCell;

const _: () = assert!(Trainer::<Net, Adam, 1>::BYTES <= 4096);
static TRAINER: ConstStaticCell<Trainer<Net, Adam, 1>> = ConstStaticCell::new(Trainer::ZERO);

fn train() -> Result<(), bareprop::Error> {
    let Some(trainer) = TRAINER.try_take() else { return Err(bareprop::Error::Empty) };
    let train = Samples::new(&TRAIN_INPUTS, &TRAIN_TARGETS)?;
    let test = Samples::new(&TEST_INPUTS, &TEST_TARGETS)?;
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let settings = settings(Adam { learning_rate: 0.01, ..Adam::default() });
    trainer.fit(&settings, &train, None, None, |epoch, _| {
        if epoch.epoch % 10 == 0 {
            line!("epoch {} loss {}", epoch.epoch, Fixed(epoch.loss));
        }
        ControlFlow::Continue(())
    })?;
    line!("test accuracy {}", Fixed(firmware::moons::hits(trainer, &test)? as f32 / 100.0));
    line!("bits {}", Bits(trainer.network.bits()));
    Ok(())
}

fn run() -> bool {
    train().is_ok()
}

firmware::start!(run);
