//! Losses without a link take what any activation gives. (A program that compiles makes trybuild build all programs, not only check
//! them: what depends on the types of a call is found then.)

use bareprop::*;

fn main() {
    let mut trainer = Trainer::<(Dense<1, 2, Relu>, Dense<2, 1, Sigmoid>), Sgd>::ZERO;
    trainer.network.1.weights.0 = [[1.0], [1.0]];
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    let samples = Samples::new(&[[0.0]], &[[1.0]]).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
    trainer.update(&settings).unwrap();
    let huber = Settings::new(Huber::default(), Sgd::default());
    Online::<Dense<1, 1, Tanh>>::ZERO.step(&huber, &[1.0], &[0.5]).unwrap();
}
