//! One-hot targets for softmax, which takes the index of the class.
use bareprop::{Dense, Samples, Settings, Sgd, SoftmaxCrossEntropy, Trainer, Zero};

fn main() {
    let mut trainer = Trainer::<Dense<2, 3>, Sgd, 1>::ZERO;
    let settings = Settings::new(SoftmaxCrossEntropy::default(), Sgd::default());
    let samples = Samples::new(&[[0.0, 1.0]], &[[0.0, 1.0, 0.0]]).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
}
