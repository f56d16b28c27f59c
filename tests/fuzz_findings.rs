//! What fuzzing found (see `tools/fuzz`), each as a test.

use bareprop::*;
use core::ops::ControlFlow;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<2, 4, Relu>, Dropout<4>, Dense<4, 1>);

const INPUTS: [[f32; 2]; 3] = [[0.5, -1.0], [0.25, 2.0], [1.0, 1.0]];
const GOOD: [[f32; 1]; 3] = [[0.0], [1.0], [1.0]];

/// A trainer with three rows waiting.
fn trainer() -> (Trainer<Net, Adam, 2>, Settings<BinaryCrossEntropy, Adam>) {
    let mut trainer = Trainer::<Net, Adam, 2>::ZERO;
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(3));
    trainer.network.1.rate = 0.5;
    let settings = Settings::new(BinaryCrossEntropy::default(), Adam::default());
    trainer.accumulate(&settings, &Samples::new(&INPUTS, &GOOD).unwrap()).unwrap();
    (trainer, settings)
}

fn state(trainer: &Trainer<Net, Adam, 2>) -> (u32, u32, usize, u32) {
    (trainer.network.bits(), trainer.gradient().bits(), trainer.pending(), trainer.steps())
}

/// `fit` trained for an epoch before it looked at the targets of the validation rows.
#[test]
fn fit_refuses_validation_targets_before_it_trains() {
    let (mut trainer, settings) = trainer();
    let before = state(&trainer);
    let (good, bad) = (Samples::new(&INPUTS, &GOOD).unwrap(), [[0.0], [f32::NAN], [1.0]]);
    let bad = Samples::new(&INPUTS, &bad).unwrap();
    let error = trainer.fit(&settings, &good, Some(&bad), None, |_, _| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(error, Error::ValidationTarget { row: 1 });
    assert_eq!(state(&trainer), before);
}

/// `gradient_check` forgot the rows that waited before it refused a target.
#[test]
fn gradient_check_refuses_targets_before_it_forgets_rows() {
    let (mut trainer, settings) = trainer();
    let before = state(&trainer);
    let bad = [[0.0], [2.0], [1.0]];
    let error = trainer.gradient_check(&settings, &Samples::new(&INPUTS, &bad).unwrap(), 1e-3).unwrap_err();
    assert_eq!(error, Error::Target { row: 1, value: 2.0, range: [0.0, 1.0] });
    assert_eq!(state(&trainer), before);
}

/// `gradient_check` moved the noise of dropout on where a row overflowed after a tile that did not.
#[test]
fn gradient_check_leaves_the_noise_where_it_was() {
    let ((mut trainer, settings), (mut untouched, _)) = (self::trainer(), self::trainer());
    trainer.network.0.weights.0 = [[2.0; 4]; 2];
    untouched.network.0.weights.0 = [[2.0; 4]; 2];
    let huge = [[1.0, 1.0], [1.0, 1.0], [3e38, 3e38]];
    let huge = Samples::new(&huge, &GOOD).unwrap();
    assert!(matches!(trainer.gradient_check(&settings, &huge, 1e-3), Err(Error::Loss { row: 2, .. })));
    untouched.discard();
    let samples = Samples::new(&INPUTS, &GOOD).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
    untouched.accumulate(&settings, &samples).unwrap();
    assert_eq!(state(&trainer), state(&untouched));
}

/// The mean loss of rows whose losses are finite was infinite where their sum is not, in `evaluate` and in `epoch`.
#[test]
fn mean_losses_are_finite() {
    let mut trainer = Trainer::<Dense<1, 1, Identity, f64>, Sgd<f64>, 1>::ZERO;
    let settings = Settings { batch_size: 1, ..Settings::new(Huber { threshold: 1.0 }, Sgd { learning_rate: 0.0 }) };
    let samples = Samples::new(&[[0.0]; 3], &[[1.5e308]; 3]).unwrap();
    assert_eq!(trainer.evaluate(&settings.loss, &samples), Err(Error::Loss { row: 1, layer: None }));
    assert!(trainer.epoch(&settings, &samples, 0..3, |_| ()).unwrap().is_finite());
}

/// A trace whose step failed had moved the noise of dropout on.
#[test]
fn a_trace_that_fails_leaves_the_noise_where_it_was() {
    let (mut touched, settings) = trainer();
    let (mut untouched, _) = trainer();
    untouched.discard();
    let huge = Samples::new(&[[1e30, 1e30], [-1e30, 1e30], [1e30, -1e30], [-1e30, -1e30]], &[[0.5]; 4]).unwrap();
    let (mut before, mut units) = (Net::ZERO, [trace::UnitTrace::ZERO; 5]);
    let error = touched.trace(&settings, &huge, &mut before, &mut units, |_| ()).unwrap_err();
    assert!(matches!(error, Error::Gradient { .. }), "{error}");
    let samples = Samples::new(&INPUTS, &GOOD).unwrap();
    touched.accumulate(&settings, &samples).unwrap();
    untouched.accumulate(&settings, &samples).unwrap();
    assert_eq!(state(&touched), state(&untouched));
}
