//! A network with two dropouts in nested tuples, and how it is trained: for the tests of what may change a bit.

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

pub type Net = (Dense<2, 5, Silu>, Dropout<5>, (Dense<5, 4, Relu>, Dropout<4>), Dense<4, 1>);

pub fn trainer<O: Optimizer<f32>, const TILE: usize>(seed: u64) -> Trainer<Net, O, TILE> {
    let mut trainer = Trainer::<Net, O, TILE>::ZERO;
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
    trainer.network.1.rate = 0.3;
    trainer.network.2.1.rate = 0.2;
    trainer
}

pub fn settings<O>(optimizer: O) -> Settings<BinaryCrossEntropy, O> {
    Settings { l2: 0.01, seed: 7, ..Settings::new(BinaryCrossEntropy::default(), optimizer) }
}
