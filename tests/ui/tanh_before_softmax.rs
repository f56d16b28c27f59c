//! A loss that takes logits behind a tanh, in a prediction and online.

use bareprop::*;

fn main() {
    let loss = SoftmaxCrossEntropy::<2>::default();
    let mut predictor = Predictor::<Dense<1, 2, Tanh>>::ZERO;
    predictor.predict(&Dense::ZERO, &loss, &[[1.0]], &mut [[0.0; 2]]).unwrap();
    let mut online = Online::<Dense<1, 2, Relu>>::ZERO;
    online.step(&Settings::new(loss, Sgd::default()), &[1.0], &1).unwrap();
}
