//! What the programs `flash_…` share: one trainer in programs of different shapes, to see what the shape costs in flash.

use bareprop::*;

use crate::count::Counter;
use crate::quadrants::{COUNTED, Sensor};

/// An autoencoder 16-8-16: 280 parameters.
pub type Device = Trainer<(Dense<16, 8, Tanh>, Dense<8, 16>), Adam, 1>;
/// How it learns.
pub type How = Settings<MeanSquaredError, Adam>;

/// Settings that the compiler knows.
pub const CONSTANT: How =
    Settings::new(MeanSquaredError, Adam { learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });

/// A step for each row.
#[inline(always)]
pub fn learn(device: &mut Device, how: &How, sensor: &mut Sensor, counter: &mut Counter) -> Result<(), Error> {
    for _ in 0..COUNTED {
        let mut rows = [[0.0; 16]];
        sensor.fill(&mut rows);
        counter.count(true, || {
            device.accumulate(how, &Samples::new(&rows, &rows)?)?;
            device.update(how)
        })?;
    }
    Ok(())
}
