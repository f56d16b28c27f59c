//! Targets of 2 numbers for a network with 1 output.
use bareprop::{BinaryCrossEntropy, Dense, Samples, Settings, Sgd, Trainer, Zero};

fn main() {
    let mut trainer = Trainer::<Dense<2, 1>, Sgd, 1>::ZERO;
    let settings = Settings::new(BinaryCrossEntropy::default(), Sgd::default());
    let samples = Samples::new(&[[0.0, 1.0]], &[[0.0, 1.0]]).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
}
