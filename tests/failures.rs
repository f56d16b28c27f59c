//! What fails changes nothing, whatever the optimizer; nor does a learning rate of zero.

mod network;

use bareprop::*;
use network::{Net, settings, trainer};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// Rows and targets of samples.
fn data(rows: usize, seed: u64) -> (Vec<[f32; 2]>, Vec<[f32; 1]>) {
    let mut rng = XorShiftRng::seed_from_u64(seed);
    let mut draw = || f32::uniform(&mut rng);
    (0..rows).map(|_| ([draw() * 4.0 - 2.0, draw() * 4.0 - 2.0], [draw()])).collect()
}

/// Calls a generic function with each optimizer: one whose learning rate is 0, one that trains, one that is wrong.
macro_rules! every_optimizer {
    ($check:ident) => {
        $check(Sgd { learning_rate: 0.0 }, Sgd::default(), Sgd { learning_rate: -1.0 });
        let momentum = |learning_rate, momentum, nesterov| Momentum { learning_rate, momentum, nesterov };
        $check(momentum(0.0, 0.9, false), momentum(0.01, 0.9, false), momentum(0.01, 1.0, false));
        $check(momentum(0.0, 0.9, true), momentum(0.01, 0.9, true), momentum(0.01, f32::NAN, true));
        let adam = |learning_rate, beta1| Adam { learning_rate, beta1, ..Adam::default() };
        $check(adam(0.0, 0.9), adam(0.01, 0.9), adam(0.01, -0.1));
        let adamw = |learning_rate, weight_decay| AdamW { adam: adam(learning_rate, 0.9), weight_decay };
        $check(adamw(0.0, 0.1), adamw(0.01, 0.1), adamw(0.01, f32::INFINITY));
        $check(AmsGrad(adam(0.0, 0.9)), AmsGrad(adam(0.01, 0.9)), AmsGrad(adam(0.01, f32::NAN)));
        let rmsprop = |learning_rate, alpha| RmsProp { learning_rate, alpha, ..RmsProp::default() };
        $check(rmsprop(0.0, 0.9), rmsprop(0.01, 0.9), rmsprop(0.01, 1.5));
        let adagrad = |learning_rate| AdaGrad { learning_rate, ..AdaGrad::default() };
        $check(adagrad(0.0), adagrad(0.01), adagrad(f32::NEG_INFINITY));
    };
}

fn a_zero_rate<O: Optimizer<f32> + std::fmt::Debug>(zero: O, training: O, _: O) {
    let (inputs, targets) = data(11, 5);
    let samples = Samples::new(&inputs, &targets).unwrap();
    let mut trainer = trainer::<O, 4>(3);
    let settings = |optimizer| Settings { batch_size: 4, ..settings(optimizer) };
    let (zero, training) = (settings(zero), settings(training));
    let before = trainer.network.bits();
    trainer.epoch(&zero, &samples, 0..11, |step| assert_eq!(step.learning_rate, 0.0)).unwrap();
    assert_eq!((trainer.network.bits(), trainer.steps()), (before, 3), "{:?}", zero.optimizer);
    trainer.epoch(&training, &samples, 0..11, |_| ()).unwrap();
    let moved = trainer.network.bits();
    assert_ne!(moved, before, "{:?}", training.optimizer);
    trainer.epoch(&zero, &samples, 0..11, |_| ()).unwrap(); // not from what was remembered either
    assert_eq!(trainer.network.bits(), moved, "{:?}", zero.optimizer);
}

#[test]
fn a_zero_learning_rate_changes_nothing() {
    every_optimizer!(a_zero_rate);
}

/// Trains on, and gives every bit that network, optimizer and counters can show.
fn continued<O: Optimizer<f32> + Copy>(trainer: &mut Trainer<Net, O, 8>, optimizer: O) -> Vec<u32> {
    trainer.discard();
    let (inputs, targets) = data(6, 1);
    let samples = Samples::new(&inputs, &targets).unwrap();
    let mut bits = vec![trainer.network.bits(), trainer.steps()];
    for _ in 0..3 {
        trainer.accumulate(&settings(optimizer), &samples).unwrap();
        let step = trainer.update(&settings(optimizer)).unwrap();
        bits.extend([trainer.network.bits(), step.step, step.loss.to_bits(), step.learning_rate.to_bits()]);
    }
    bits
}

/// What makes a step fail.
type Failure<O> = fn(&mut Trainer<Net, O, 8>, Settings<BinaryCrossEntropy, O>, wrong: O) -> Error;

fn update_with<O: Optimizer<f32> + Copy>(
    trainer: &mut Trainer<Net, O, 8>,
    settings: &Settings<BinaryCrossEntropy, O>,
) -> Error {
    let (bits, pending) = (trainer.gradient().bits(), trainer.pending());
    let error = trainer.update(settings).unwrap_err();
    assert_eq!((trainer.gradient().bits(), trainer.pending()), (bits, pending), "the rows that wait have changed");
    error
}

fn failures<O: Optimizer<f32> + Copy>() -> Vec<(&'static str, &'static str, Failure<O>)> {
    vec![
        ("the optimizer's setting", "Setting", |trainer, settings, wrong| {
            update_with(trainer, &Settings { optimizer: wrong, ..settings })
        }),
        ("l2", "Setting", |trainer, settings, _| update_with(trainer, &Settings { l2: f32::NAN, ..settings })),
        ("clip", "Setting", |trainer, settings, _| {
            update_with(trainer, &Settings { clip: Clip::Norm(-1.0), ..settings })
        }),
        ("schedule", "Setting", |trainer, settings, _| {
            let decay = Decay::Exponential { factor: 2.0 };
            update_with(trainer, &Settings { schedule: Schedule { warm_up: 0, decay }, ..settings })
        }),
        ("no rows", "Empty", |trainer, settings, _| {
            trainer.discard();
            trainer.update(&settings).unwrap_err()
        }),
        ("no weight", "NoWeight", |trainer, settings, _| {
            trainer.discard();
            let weights = [0.0; 2];
            let samples = Samples::new(&[[0.5, 0.5]; 2], &[[0.0], [1.0]]).unwrap().weighted(&weights).unwrap();
            trainer.accumulate(&settings, &samples).unwrap();
            trainer.update(&settings).unwrap_err()
        }),
        ("a gradient that overflows", "Gradient", |trainer, settings, _| {
            let huge = [[1e30, 1e30], [1e30, -1e30], [-1e30, 1e30], [-1e30, -1e30]];
            let samples = Samples::new(&huge, &[[0.5]; 4]).unwrap();
            trainer.accumulate(&settings, &samples).unwrap();
            trainer.update(&settings).unwrap_err()
        }),
        ("a loss that overflows", "Loss", |trainer, settings, _| {
            let samples = Samples::new(&[[0.5, 0.5], [3e38, 3e38]], &[[0.0], [1.0]]).unwrap();
            trainer.network.0.weights.0[0] = [1e5; 5];
            let error = trainer.accumulate(&settings, &samples).unwrap_err();
            trainer.network.0.weights.0[0] = [0.5; 5];
            error
        }),
        ("a parameter that is too large", "Parameter", |trainer, settings, _| {
            let before = trainer.network.3.bias[0];
            trainer.network.3.bias[0] = -1e25;
            let error = trainer.update(&settings).unwrap_err();
            assert_eq!(trainer.network.3.bias[0], -1e25);
            trainer.network.3.bias[0] = before;
            error
        }),
        ("a target", "Target", |trainer, settings, _| {
            let samples = Samples::new(&[[0.5, 0.5]; 2], &[[0.0], [1.5]]).unwrap();
            trainer.accumulate(&settings, &samples).unwrap_err()
        }),
        ("an index", "Index", |trainer, settings, _| {
            let samples = Samples::new(&[[0.5, 0.5]; 2], &[[0.0], [1.0]]).unwrap();
            trainer.epoch(&settings, &samples, [2, 0], |_| ()).unwrap_err()
        }),
        ("a batch of 0 rows", "BatchSize", |trainer, settings, _| {
            let samples = Samples::new(&[[0.5, 0.5]; 2], &[[0.0], [1.0]]).unwrap();
            trainer.epoch(&Settings { batch_size: 0, ..settings }, &samples, [1, 0], |_| ()).unwrap_err()
        }),
    ]
}

fn a_failure<O: Optimizer<f32> + Copy + std::fmt::Debug>(_: O, training: O, wrong: O) {
    for (name, kind, fail) in failures::<O>() {
        let start = || {
            let mut trainer = trainer::<O, 8>(9);
            trainer.network.0.weights.0[0] = [0.5; 5];
            let (inputs, targets) = data(5, 2);
            for _ in 0..2 {
                trainer.accumulate(&settings(training), &Samples::new(&inputs, &targets).unwrap()).unwrap();
                trainer.update(&settings(training)).unwrap();
            }
            trainer.network.0.weights.0[0] = [0.5; 5];
            trainer
        };
        let (mut touched, mut untouched) = (start(), start());
        let (inputs, targets) = data(3, 4);
        for trainer in [&mut touched, &mut untouched] {
            trainer.accumulate(&settings(training), &Samples::new(&inputs, &targets).unwrap()).unwrap();
        }
        // Failures that pass rows forward have seen them: noise goes on behind them.
        let error = fail(&mut touched, settings(training), wrong);
        assert!(format!("{error:?}").starts_with(kind), "{training:?}, {name}: {error:?}");
        let rows = match error {
            Error::NoWeight => 2,
            Error::Gradient { .. } => 4,
            _ => 0,
        };
        if rows > 0 {
            let samples = Samples::new(&[[0.0; 2]; 4][..rows], &[[0.0]; 4][..rows]).unwrap();
            untouched.accumulate(&settings(training), &samples).unwrap();
        }
        let (touched, untouched) = (continued(&mut touched, training), continued(&mut untouched, training));
        assert_eq!(touched, untouched, "{training:?}, {name}: {error}");
    }
}

#[test]
fn an_update_that_fails_changes_nothing() {
    every_optimizer!(a_failure);
}

/// Which rows a failed call had passed before the one that overflowed may not show in the masks of dropout afterwards.
#[test]
fn a_failure_is_the_same_in_every_tile() {
    fn after<const TILE: usize>() -> u32 {
        let mut trainer = trainer::<Sgd, TILE>(1);
        let settings = settings(Sgd::default());
        let inputs = [[0.5, 0.5], [0.25, 1.0], [3e38, 3e38], [1.0, 1.0]];
        trainer.network.0.weights.0[0] = [1e5; 5];
        trainer.accumulate(&settings, &Samples::new(&inputs, &[[0.0]; 4]).unwrap()).unwrap_err();
        trainer.network.0.weights.0[0] = [0.5; 5];
        trainer.accumulate(&settings, &Samples::new(&inputs[..2], &[[0.0]; 2]).unwrap()).unwrap();
        trainer.gradient().bits()
    }
    assert_eq!([after::<1>(), after::<2>(), after::<3>()], [after::<8>(); 3]);
}

/// The row and the layer that an overflow is blamed on are those that one row at a time would find.
#[test]
fn an_overflow_is_the_same_in_every_tile() {
    type Two = (Dense<2, 2>, Dense<2, 1>);
    fn error<const TILE: usize>(first: [[f32; 2]; 2], second: [[f32; 1]; 2], inputs: &[[f32; 2]]) -> Error {
        let mut trainer = Trainer::<Two, Sgd, TILE>::ZERO;
        trainer.network = (Dense::new(Matrix(first), [0.0; 2]), Dense::new(Matrix(second), [0.0]));
        let settings = Settings::new(MeanSquaredError, Sgd::default());
        let targets = vec![[0.0]; inputs.len()];
        trainer.accumulate(&settings, &Samples::new(inputs, &targets).unwrap()).unwrap_err()
    }
    // Row 0 overflows in layer 1, row 1 in layer 0.
    let (first, second, inputs) = ([[1.0, 0.0], [0.0, 1e5]], [[1e5], [0.0]], [[3e38, 0.0], [0.0, 3e38]]);
    let expected = Error::Loss { row: 0, layer: Some(1) };
    assert_eq!(error::<1>(first, second, &inputs), expected);
    assert_eq!(error::<2>(first, second, &inputs), expected);
    // Row 2 overflows in layer 0, and sigmoid makes 1 of it.
    fn hidden<const TILE: usize>() -> Error {
        let mut trainer = Trainer::<(Dense<1, 1>, Dense<1, 1, Sigmoid>), Sgd, TILE>::ZERO;
        trainer.network = (Dense::new(Matrix([[1e5]]), [0.0]), Dense::new(Matrix([[1.0]]), [0.0]));
        let settings = Settings::new(MeanSquaredError, Sgd::default());
        let samples = Samples::new(&[[1.0], [2.0], [3e38]], &[[0.0]; 3]).unwrap();
        trainer.accumulate(&settings, &samples).unwrap_err()
    }
    assert_eq!([hidden::<1>(), hidden::<2>(), hidden::<8>()], [Error::Loss { row: 2, layer: Some(0) }; 3]);
}
