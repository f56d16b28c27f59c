//! A loss that takes logits behind a sigmoid.

use bareprop::*;

fn main() {
    let mut trainer = Trainer::<(Dense<2, 4, Relu>, Dense<4, 1, Sigmoid>, Dropout<1>), Sgd>::ZERO;
    let settings = Settings::new(BinaryCrossEntropy::default(), Sgd::default());
    let samples = Samples::new(&[[0.0, 1.0]], &[[1.0]]).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
}
