//! A softmax over 4 classes for a network with 3 outputs.
use bareprop::{Dense, Samples, Settings, Sgd, SoftmaxCrossEntropy, Trainer, Zero};

fn main() {
    let mut trainer = Trainer::<Dense<2, 3>, Sgd, 1>::ZERO;
    let settings = Settings::new(SoftmaxCrossEntropy::<4>::default(), Sgd::default());
    let samples = Samples::new(&[[0.0, 1.0]], &[1_usize]).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
}
