//! What the programs share.

use bareprop::*;
use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

pub type Moons = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);

/// Rows of two uniform numbers, and whether their signs agree.
pub fn fill(rng: &mut XorShiftRng, inputs: &mut [[f32; 2]], targets: &mut [[f32; 1]]) {
    for (input, target) in inputs.iter_mut().zip(targets) {
        *input = [0; 2].map(|_| (rng.next_u32() >> 8) as f32 / (1 << 23) as f32 - 1.0);
        *target = [f32::from(u8::from(input[0] * input[1] > 0.0))];
    }
}

/// A trainer of the moons' network, with dropout of 0.1.
pub fn moons() -> Box<Trainer<Moons, Adam, 32>> {
    let mut trainer = Box::new(Trainer::<Moons, Adam, 32>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    trainer.network.1.rate = 0.1;
    trainer.network.3.rate = 0.1;
    trainer
}
