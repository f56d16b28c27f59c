//! Moons for a chip with 16 KB of RAM: 2-16-8-1, the data lie in flash.

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

mod data {
    include!(concat!(env!("OUT_DIR"), "/moons.rs"));
}
pub use data::{TEST_INPUTS, TEST_TARGETS, TRAIN_INPUTS, TRAIN_TARGETS};

/// 193 parameters.
pub type Net<T = f32> = (Dense<2, 16, Relu, T>, Dense<16, 8, Relu, T>, Dense<8, 1, Identity, T>);

/// The settings of the small job.
pub fn settings<O, T: Scalar>(optimizer: O) -> Settings<BinaryCrossEntropy<T>, O, T> {
    let l2 = T::from_f64(0.001);
    Settings { l2, epochs: 100, seed: 1, ..Settings::new(BinaryCrossEntropy::default(), optimizer) }
}

/// Trains row by row, as from a sensor, in either scalar; returns the hash of all parameters. The same bits as `fit` gives.
///
/// # Errors
/// None with settings in their ranges.
pub fn stream<T: Scalar, O: Optimizer<T>>(
    trainer: &mut Trainer<Net<T>, O, 1>,
    optimizer: O,
    epochs: u32,
) -> Result<u32, Error> {
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let settings = settings(optimizer);
    let widen = |x: f32| T::from_f64(f64::from(x));
    for epoch in 0..epochs {
        for row in Shuffle::new(TRAIN_INPUTS.len() as u32, settings.seed, epoch) {
            let (Some(input), Some(target)) = (TRAIN_INPUTS.get(row as usize), TRAIN_TARGETS.get(row as usize)) else {
                break;
            };
            let (input, target) = ([input.map(widen)], [target.map(widen)]);
            trainer.accumulate(&settings, &Samples::new(&input, &target)?)?;
            if trainer.pending() == settings.batch_size {
                trainer.update(&settings)?;
            }
        }
        trainer.update(&settings)?;
    }
    Ok(trainer.network.bits())
}

/// The same without a gradient in memory: a step for each row.
///
/// # Errors
/// None with settings in their ranges.
pub fn stream_online<T: Scalar>(online: &mut Online<Net<T>>, optimizer: Sgd<T>, epochs: u32) -> Result<u32, Error> {
    online.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let settings = settings(optimizer);
    let widen = |x: f32| T::from_f64(f64::from(x));
    for epoch in 0..epochs {
        for row in Shuffle::new(TRAIN_INPUTS.len() as u32, settings.seed, epoch) {
            let (Some(input), Some(target)) = (TRAIN_INPUTS.get(row as usize), TRAIN_TARGETS.get(row as usize)) else {
                break;
            };
            online.step(&settings, &input.map(widen), &target.map(widen))?;
        }
    }
    Ok(online.network.bits())
}
