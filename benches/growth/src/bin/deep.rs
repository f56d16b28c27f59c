//! Twelve layers, trained with `fit`: how long does this take to compile?

use std::ops::ControlFlow;

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (
    Dense<16, 24, Relu>,
    Dense<24, 32, Tanh>,
    Dropout<32>,
    Dense<32, 28, Gelu>,
    Dense<28, 26, Silu>,
    Dropout<26>,
    Dense<26, 22, Elu>,
    Dense<22, 20, LeakyRelu>,
    Dense<20, 18, Softplus>,
    Dense<18, 14, Sigmoid>,
    Dense<14, 12, Relu>,
    Dense<12, 4>,
);

fn main() {
    let mut trainer = Box::new(Trainer::<Net, Adam, 32>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let settings = Settings { epochs: 2, ..Settings::new(SoftmaxCrossEntropy::default(), Adam::default()) };
    let (inputs, targets) = (vec![[0.5; 16]; 100], vec![3; 100]);
    let samples = Samples::new(&inputs, &targets).expect("good rows");
    trainer.fit(&settings, &samples, Some(&samples), None, |_, _| ControlFlow::Continue(())).expect("finite losses");
    println!("{:08x}", trainer.network.bits());
}
