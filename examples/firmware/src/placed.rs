//! What the programs in statics/ share: the trainer that each of them places in another way, and what it learns there.

use bareprop::{Adam, BinaryCrossEntropy, Dense, Error, Layer, Relu, Samples, Settings, Trainer};

use crate::quadrants::{Large, Sensor, settings};

/// 2-64-32-1 with Adam, 37.7 KB.
pub type Device = Trainer<Large, Adam, 1>;
/// 2-64-60-1 with Adam, 68.3 KB.
pub type LargeDevice = Trainer<(Dense<2, 64, Relu>, Dense<64, 60, Relu>, Dense<60, 1>), Adam, 1>;

const HOW: Settings<BinaryCrossEntropy, Adam> =
    settings(Adam { learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });

/// A step with four samples. Returns the hash of all parameters, or 0 where something failed.
#[inline(never)]
pub fn learn<N: Layer<Input = [f32; 2], Output = [f32; 1], Scalar = f32>>(trainer: &mut Trainer<N, Adam, 1>) -> u32 {
    let mut sensor = Sensor::new();
    sensor.initialize(&mut trainer.network);
    let mut step = || -> Result<(), Error> {
        for _ in 0..4 {
            let (input, target) = sensor.read();
            trainer.accumulate(&HOW, &Samples::new(&[input], &[target])?)?;
        }
        trainer.update(&HOW).map(|_| ())
    };
    if step().is_ok() { trainer.network.bits() } else { 0 }
}

/// Makes a function `fn() -> u32` the program; it returns the hash of what was learnt.
#[macro_export]
macro_rules! placed {
    ($learn:path) => {
        #[inline(never)]
        fn job(_: &mut firmware::count::Counter) -> u32 {
            $learn()
        }
        fn run() -> bool {
            firmware::count::run(job)
        }
        firmware::start!(run);
    };
}
