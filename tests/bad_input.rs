//! Whatever is wrong with data and settings gets an error that names it, and changes nothing.

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<2, 4, Relu>, Dropout<4>, Dense<4, 1>);
type Classes = (Dense<2, 4, Relu>, Dense<4, 3>);

const INPUTS: [[f32; 2]; 3] = [[0.5, -1.0], [0.25, 2.0], [1.0, 1.0]];

/// A trainer with one step behind it and one row waiting.
fn trainer<O: Optimizer<f32>>(optimizer: O) -> (Trainer<Net, O, 2>, Settings<BinaryCrossEntropy, O>) {
    let mut trainer = Trainer::<Net, O, 2>::ZERO;
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(3));
    let settings = Settings::new(BinaryCrossEntropy::default(), optimizer);
    let samples = Samples::new(&INPUTS, &[[0.0], [1.0], [1.0]]).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
    trainer.update(&settings).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
    (trainer, settings)
}

/// Everything that training could have changed: parameters, gradient, rows that wait, steps; and, by one more step,
/// what the optimizer remembers.
fn state<O: Optimizer<f32> + Copy>(trainer: &mut Trainer<Net, O, 2>, optimizer: O) -> [u32; 5] {
    let before = [trainer.network.bits(), trainer.gradient().bits(), trainer.pending() as u32, trainer.steps()];
    let settings = Settings::new(BinaryCrossEntropy::default(), optimizer);
    trainer.discard();
    trainer.accumulate(&settings, &Samples::new(&INPUTS, &[[0.0], [1.0], [1.0]]).unwrap()).unwrap();
    trainer.update(&settings).unwrap();
    let [network, gradient, pending, steps] = before;
    [network, gradient, pending, steps, trainer.network.bits()]
}

#[test]
fn samples() {
    let none: [[f32; 2]; 0] = [];
    let targets = [[0.0_f32], [1.0], [0.5]];
    assert_eq!(Samples::new(&none, &targets[..0]).unwrap_err(), Error::Empty);
    assert_eq!(
        Samples::new(&INPUTS, &targets[..2]).unwrap_err(),
        Error::Lengths { slices: "inputs and targets", expected: 3, found: 2 }
    );
    assert_eq!(
        Samples::new(&none, &targets).unwrap_err(),
        Error::Lengths { slices: "inputs and targets", expected: 0, found: 3 }
    );
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut inputs = INPUTS;
        inputs[1][1] = bad;
        let error = Samples::new(&inputs, &targets).unwrap_err();
        assert!(matches!(error, Error::Feature { row: 1, column: 1, value } if value.to_bits() == bad.to_bits()));
    }
    let samples = Samples::new(&INPUTS, &targets).unwrap();
    assert_eq!(
        samples.weighted(&[1.0]).unwrap_err(),
        Error::Lengths { slices: "inputs and weights", expected: 3, found: 1 }
    );
    assert_eq!(samples.weighted(&[1.0, -1.0, 1.0]).unwrap_err(), Error::SampleWeight { row: 1, value: -1.0 });
    assert!(matches!(samples.weighted(&[f32::NAN; 3]), Err(Error::SampleWeight { row: 0, .. })));
}

#[test]
fn targets() {
    for bad in [-0.01, 1.01, f32::NAN, f32::INFINITY] {
        let (mut trainer, settings) = trainer(Adam::default());
        let (mut untouched, _) = self::trainer(Adam::default());
        let targets = [[0.0], [1.0], [bad]];
        let samples = Samples::new(&INPUTS, &targets).unwrap();
        let error = trainer.accumulate(&settings, &samples).unwrap_err();
        assert!(matches!(error, Error::Target { row: 2, value, .. } if value.to_bits() == bad.to_bits()));
        assert_eq!(trainer.epoch(&settings, &samples, 0..3, |_| ()).unwrap_err().to_string(), error.to_string());
        assert_eq!(trainer.evaluate(&settings.loss, &samples).unwrap_err().to_string(), error.to_string());
        assert_eq!(state(&mut trainer, settings.optimizer), state(&mut untouched, settings.optimizer));
    }
    let mut trainer = Trainer::<Classes, Sgd, 2>::ZERO;
    let settings = Settings::new(SoftmaxCrossEntropy::default(), Sgd::default());
    let samples = Samples::new(&INPUTS, &[0, 3, 1]).unwrap();
    assert_eq!(trainer.accumulate(&settings, &samples).unwrap_err(), Error::Class { row: 1, class: 3, classes: 3 });
    let mut trainer = Trainer::<Net, Sgd, 2>::ZERO;
    let targets = [[0.0], [f32::NAN], [0.0]];
    let samples = Samples::new(&INPUTS, &targets).unwrap();
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    assert!(matches!(trainer.accumulate(&settings, &samples), Err(Error::Target { row: 1, .. })));
    let settings = Settings::new(Huber::default(), Sgd::default());
    assert!(matches!(trainer.accumulate(&settings, &samples), Err(Error::Target { row: 1, .. })));
}

/// A setting out of range: `accumulate` or `update`, and `epoch`, refuse it by name.
#[track_caller]
fn refused<O: Optimizer<f32> + Copy>(name: &str, change: impl Fn(&mut Settings<BinaryCrossEntropy, O>), optimizer: O) {
    let (mut trainer, good) = trainer(optimizer);
    let (mut untouched, _) = self::trainer(optimizer);
    let mut settings = good;
    change(&mut settings);
    let samples = Samples::new(&INPUTS, &[[0.0], [1.0], [1.0]]).unwrap();
    let named = |error: Error| match error {
        Error::Setting { name: found, .. } => found == name,
        Error::BatchSize => name == "batch_size",
        _ => false,
    };
    let error = trainer.epoch(&settings, &samples, 0..3, |_| ()).unwrap_err();
    assert!(named(error), "{name}: {error}");
    if name != "batch_size" {
        let error = match settings.loss.check_as_loss() {
            Err(_) => trainer.accumulate(&settings, &samples).unwrap_err(),
            Ok(()) => trainer.update(&settings).unwrap_err(),
        };
        assert!(named(error), "{name}: {error}");
    }
    assert_eq!(state(&mut trainer, good.optimizer), state(&mut untouched, good.optimizer), "{name}");
}

trait CheckAsLoss {
    fn check_as_loss(&self) -> Result<(), Error>;
}

impl CheckAsLoss for BinaryCrossEntropy {
    fn check_as_loss(&self) -> Result<(), Error> {
        Loss::<[f32; 1]>::check(self)
    }
}

#[test]
fn settings() {
    let bad = [-1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
    let step = |every, factor| Decay::Step { every, factor };
    let plateau = |factor, min_delta, floor| Decay::Plateau { factor, patience: 0, min_delta, floor };
    refused("batch_size", |s| s.batch_size = 0, Sgd::default());
    for bad in bad {
        refused("learning_rate", |s| s.optimizer.learning_rate = bad, Sgd::default());
        refused("learning_rate", |s| s.optimizer.learning_rate = bad, Momentum::default());
        refused("learning_rate", |s| s.optimizer.learning_rate = bad, Adam::default());
        refused("learning_rate", |s| s.optimizer.learning_rate = bad, RmsProp::default());
        refused("learning_rate", |s| s.optimizer.learning_rate = bad, AdaGrad::default());
        refused("learning_rate", |s| s.optimizer.0.learning_rate = bad, AmsGrad::default());
        refused("weight_decay", |s| s.optimizer.weight_decay = bad, AdamW::default());
        refused("momentum", |s| s.optimizer.momentum = bad, Momentum::default());
        refused("beta1", |s| s.optimizer.beta1 = bad, Adam::default());
        refused("beta2", |s| s.optimizer.beta2 = bad, Adam::default());
        refused("epsilon", |s| s.optimizer.epsilon = bad, Adam::default());
        refused("epsilon", |s| s.optimizer.epsilon = bad, RmsProp::default());
        refused("epsilon", |s| s.optimizer.epsilon = bad, AdaGrad::default());
        refused("alpha", |s| s.optimizer.alpha = bad, RmsProp::default());
        refused("l2", |s| s.l2 = bad, Sgd::default());
        refused("clip", |s| s.clip = Clip::Norm(bad), Sgd::default());
        refused("clip", |s| s.clip = Clip::Value(bad), Sgd::default());
        refused("positive_weight", |s| s.loss.positive_weight = bad, Sgd::default());
        refused("label_smoothing", |s| s.loss.label_smoothing = bad, Sgd::default());
        refused("factor", |s| s.schedule.decay = step(1, bad), Sgd::default());
        refused("factor", |s| s.schedule.decay = Decay::Exponential { factor: bad }, Sgd::default());
        refused("floor", |s| s.schedule.decay = Decay::Cosine { steps: 1, floor: bad }, Sgd::default());
        refused("factor", |s| s.schedule.decay = plateau(bad, 0.0, 0.0), Sgd::default());
        refused("min_delta", |s| s.schedule.decay = plateau(0.5, bad, 0.0), Sgd::default());
        refused("floor", |s| s.schedule.decay = plateau(0.5, 0.0, bad), Sgd::default());
    }
    refused("momentum", |s| s.optimizer.momentum = 1.0, Momentum::default());
    refused("epsilon", |s| s.optimizer.epsilon = 0.0, Adam::default());
    refused("learning_rate", |s| s.optimizer.learning_rate = 1e30, Sgd::default());
    refused("weight_decay", |s| s.optimizer.weight_decay = 1001.0, AdamW::default());
    refused("clip", |s| s.clip = Clip::Norm(0.0), Sgd::default());
    refused("label_smoothing", |s| s.loss.label_smoothing = 1.5, Sgd::default());
    refused("every", |s| s.schedule.decay = step(0, 0.5), Sgd::default());
    refused("steps", |s| s.schedule.decay = Decay::Cosine { steps: 0, floor: 0.0 }, Sgd::default());
    refused("factor", |s| s.schedule.decay = step(1, 1.5), Sgd::default());

    let targets = [[0.0], [1.0], [1.0]];
    let samples = Samples::new(&INPUTS, &targets).unwrap();
    for bad in [-0.1, 1.0, f32::NAN, f32::INFINITY] {
        let (mut trainer, settings) = trainer(Adam::default());
        let before = (trainer.network.bits(), trainer.gradient().bits(), trainer.pending(), trainer.steps());
        trainer.network.1.rate = bad;
        let error = trainer.accumulate(&settings, &samples).unwrap_err();
        assert!(matches!(error, Error::Setting { name: "rate", range: [0.0, 0.9999999], .. }), "{error}");
        let after = (trainer.network.bits(), trainer.gradient().bits(), trainer.pending(), trainer.steps());
        assert_eq!(after, before);
    }
}

#[test]
fn nothing_to_do() {
    let (mut trainer, settings) = trainer(Adam::default());
    trainer.discard();
    assert_eq!(trainer.update(&settings), Err(Error::Empty));
    let samples = Samples::new(&INPUTS, &[[0.0], [1.0], [1.0]]).unwrap();
    let weightless = samples.weighted(&[0.0; 3]).unwrap();
    let bits = trainer.network.bits();
    trainer.accumulate(&settings, &weightless).unwrap();
    assert_eq!(trainer.update(&settings), Err(Error::NoWeight));
    assert_eq!(trainer.evaluate(&settings.loss, &weightless), Err(Error::NoWeight));
    assert_eq!(trainer.epoch(&settings, &weightless, 0..3, |_| ()), Err(Error::NoWeight));
    assert_eq!(trainer.epoch(&settings, &samples, 0..0, |_| ()), Err(Error::NoWeight));
    assert_eq!((trainer.network.bits(), trainer.steps(), trainer.pending()), (bits, 1, 0));
    let error = trainer.epoch(&settings, &samples, [0, 1, 3], |_| ()).unwrap_err();
    assert_eq!(error, Error::Index { index: 3, rows: 3 });
    assert_eq!((trainer.network.bits(), trainer.steps(), trainer.pending()), (bits, 1, 0));
}

#[test]
fn predictions() {
    let (mut trainer, settings) = trainer(Adam::default());
    let mut outputs = [[7.0]; 2];
    let error = trainer.predict(&settings.loss, &INPUTS, &mut outputs).unwrap_err();
    assert_eq!(error, Error::Lengths { slices: "inputs and outputs", expected: 3, found: 2 });
    let error = trainer.logits(&[[0.0, f32::NAN]; 2], &mut outputs).unwrap_err();
    assert!(matches!(error, Error::Feature { row: 0, column: 1, .. }));
    assert_eq!(outputs, [[7.0]; 2]);
}

/// Numbers that leave the finite range: the error says where, and network and optimizer stay as they were.
#[test]
fn overflow() {
    let settings = Settings::new(MeanSquaredError, Adam::default());
    let huge = [[3e38, 3e38], [3e38, 3e38], [1.0, 1.0]];
    let targets = [[0.0], [0.0], [0.0]];

    // The first layer overflows.
    let (mut trainer, optimizer) = trainer(Adam::default());
    let (mut untouched, _) = self::trainer(Adam::default());
    untouched.discard(); // rows that waited are forgotten
    trainer.network.0.weights.0 = [[2.0; 4]; 2];
    untouched.network.0.weights.0 = [[2.0; 4]; 2];
    let error = trainer.accumulate(&settings, &Samples::new(&huge, &targets).unwrap()).unwrap_err();
    assert_eq!(error, Error::Loss { row: 0, layer: Some(0) });
    assert_eq!(state(&mut trainer, optimizer.optimizer), state(&mut untouched, optimizer.optimizer));

    // All outputs are finite, the squared error is not.
    let mut trainer = Trainer::<Dense<2, 1>, Adam, 2>::ZERO;
    trainer.network.weights.0 = [[0.5], [0.25]];
    let error = trainer.accumulate(&settings, &Samples::new(&huge, &targets).unwrap()).unwrap_err();
    assert_eq!(error, Error::Loss { row: 0, layer: None });

    // The loss is finite, the gradient is not.
    let settings = Settings::new(Huber { threshold: 1.0 }, Adam::default());
    let huge = [[3e38, 0.0], [3e38, 0.0], [3e38, 0.0]];
    trainer.network.weights.0 = [[0.125], [0.25]];
    trainer.accumulate(&settings, &Samples::new(&huge, &targets).unwrap()).unwrap();
    let error = trainer.update(&settings).unwrap_err();
    assert!(matches!(error, Error::Gradient { layer: 0, kind: TensorKind::Weights, .. }), "{error}");
    assert_eq!((trainer.network.weights.0, trainer.steps(), trainer.pending()), ([[0.125], [0.25]], 0, 0));

    // The loss of each row is finite, their sum is not.
    trainer.network.weights.0 = [[0.5], [0.25]];
    let error = trainer.accumulate(&settings, &Samples::new(&huge, &targets).unwrap()).unwrap_err();
    assert_eq!((error, trainer.pending()), (Error::Loss { row: 2, layer: None }, 0));

    // A parameter is not finite, or too large for a step.
    for bad in [f32::NAN, f32::INFINITY, 1e20] {
        trainer.network.bias = [bad];
        let tiny = [[1e-30, 0.0]; 3];
        let outcome = trainer.accumulate(&settings, &Samples::new(&tiny, &targets).unwrap());
        let error = outcome.and_then(|()| trainer.update(&settings).map(|_| ())).unwrap_err();
        let is_named = match error {
            Error::Parameter { layer: 0, kind: TensorKind::Bias, .. } => bad == 1e20,
            Error::Loss { row: 0, .. } => !bad.is_finite(),
            _ => false,
        };
        assert!(is_named, "{bad}: {error}");
        assert_eq!(trainer.network.bias[0].to_bits(), bad.to_bits());
    }
}

#[test]
fn traces() {
    let (mut trainer, settings) = trainer(Adam::default());
    let mut before = Net::ZERO;
    let samples = Samples::new(&INPUTS, &[[0.0], [1.0], [1.0]]).unwrap();
    let mut few = [trace::UnitTrace::ZERO; 4];
    let error = trainer.trace(&settings, &samples, &mut before, &mut few, |_| ()).unwrap_err();
    assert_eq!(error, Error::Scratch { needed: 5, found: 4 });
    for h in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let error = trainer.gradient_check(&settings, &samples, h).unwrap_err();
        assert!(matches!(error, Error::Setting { name: "h", .. }));
    }
    assert_eq!(trainer.pending(), 3);
}
