//! 784-512-256-10, trained with `fit`: how long does this take to compile?

use std::ops::ControlFlow;

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<784, 512, Relu>, Dense<512, 256, Relu>, Dense<256, 10>);

fn main() {
    let mut trainer = Box::new(Trainer::<Net, Adam, 32>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let settings = Settings { epochs: 2, ..Settings::new(SoftmaxCrossEntropy::default(), Adam::default()) };
    let (inputs, targets) = (vec![[0.5; 784]; 100], vec![3; 100]);
    let samples = Samples::new(&inputs, &targets).expect("good rows");
    trainer.fit(&settings, &samples, Some(&samples), None, |_, _| ControlFlow::Continue(())).expect("finite losses");
    println!("{:08x}", trainer.network.bits());
}
