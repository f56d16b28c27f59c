//! Trainer and Predictor: any calls in any order, with any network, settings and data.
#![no_main]

use arbitrary::{Result, Unstructured};
use bareprop::*;
use bareprop_fuzz::twins::{Classes, Every, Moons, Small, Twins};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    match run(&mut Unstructured::new(data)) {
        Ok(()) => Corpus::Keep,
        Err(_) => Corpus::Reject, // too few bytes
    }
});

fn run(u: &mut Unstructured<'_>) -> Result<()> {
    match u.int_in_range(0..=7_u8)? {
        0 => Twins::<Small<f32>, Sgd, 1, 4>::run::<MeanSquaredError>(u),
        1 => Twins::<Moons<f32>, Momentum, 2, 3>::run::<BinaryCrossEntropy>(u),
        2 => Twins::<Classes<f32>, AdamW, 4, 1>::run::<SoftmaxCrossEntropy<3>>(u),
        3 => Twins::<Every<f32>, AmsGrad, 5, 2>::run::<Huber>(u),
        4 => Twins::<Small<f32>, AdaGrad, 7, 1>::run::<Huber>(u),
        5 => Twins::<Moons<f64>, Adam<f64>, 3, 1>::run::<Huber<f64>>(u),
        6 => Twins::<Small<f64>, Momentum<f64>, 9, 2>::run::<MeanSquaredError>(u),
        _ => Twins::<Small<f64>, RmsProp<f64>, 2, 5>::run::<BinaryCrossEntropy<f64>>(u),
    }
}
