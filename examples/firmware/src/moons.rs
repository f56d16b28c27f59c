//! The guide's main job: 2-64-32-1 with dropout, L2 and Adam learns to tell two moons apart.

use core::ops::ControlFlow;

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// 2305 parameters.
pub type Net = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);

/// Everything: data, network, gradient, moments.
pub struct State<O: Optimizer<f32>> {
    inputs: [[f32; 2]; 1000],
    targets: [[f32; 1]; 1000],
    trainer: Trainer<Net, O, 1>,
}

impl<O: Optimizer<f32>> Zero for State<O> {
    const ZERO: Self = State { inputs: [[0.0; 2]; 1000], targets: [[0.0; 1]; 1000], trainer: Trainer::ZERO };
}

/// What came of it.
pub struct Outcome {
    /// Right answers among the 200 test rows.
    pub hits: u32,
    /// The hash of all parameters.
    pub bits: u32,
}

impl<O: Optimizer<f32>> State<O> {
    /// Draws data and weights, trains, tests. `each` sees every epoch.
    ///
    /// # Errors
    /// None with settings in their ranges.
    pub fn run(&mut self, optimizer: O, epochs: u32, mut each: impl FnMut(&Epoch)) -> Result<Outcome, Error> {
        let State { inputs, targets, trainer } = self;
        datasets::moons(inputs, targets, 0.2, 1)?;
        let split = split::train_test_split(inputs, targets, 200, 1)?;
        let train = split.train.samples()?;
        let test = split.test.samples()?;
        trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
        trainer.network.1.rate = 0.1;
        trainer.network.3.rate = 0.1;
        let settings =
            Settings { l2: 0.001, epochs, seed: 1, ..Settings::new(BinaryCrossEntropy::default(), optimizer) };
        trainer.fit(&settings, &train, None, None, |epoch, _| {
            each(epoch);
            ControlFlow::Continue(())
        })?;
        Ok(Outcome { hits: hits(trainer, &test)?, bits: trainer.network.bits() })
    }
}

/// How many rows are on the right side.
pub fn hits<N: Layer<Input = [f32; 2], Output = [f32; 1], Scalar = f32>, O: Optimizer<f32>, const TILE: usize>(
    trainer: &mut Trainer<N, O, TILE>,
    test: &Samples<'_, [f32; 2], [f32; 1]>,
) -> Result<u32, Error> {
    let mut hits = 0;
    for (input, target) in test.inputs().iter().zip(test.targets()) {
        let mut logit = [[0.0]];
        trainer.logits(core::slice::from_ref(input), &mut logit)?;
        hits += u32::from((logit[0][0] > 0.0) == (target[0] > 0.5));
    }
    Ok(hits)
}
