//! Gradient descent a sample at a time: the same as a trainer with batches of one row, and all or nothing.

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net<A> = (Dense<3, 9, A, f64>, Dropout<9, f64>, Dense<9, 4, A, f64>, Dense<4, 2, Identity, f64>);

fn rows<T: Scalar, const N: usize>(count: usize, seed: u64) -> Vec<[T; N]> {
    let mut rng = XorShiftRng::seed_from_u64(seed);
    (0..count).map(|_| [(); N].map(|()| T::uniform(&mut rng) - T::from_f64(0.5))).collect()
}

/// What a trainer does in double precision, but for rounding: every activation, with dropout, L2 and a schedule.
fn agrees<A: Activation>() {
    let (inputs, targets) = (rows::<f64, 3>(50, 1), rows::<f64, 2>(50, 2));
    let (mut online, mut trainer) = (Online::<Net<A>>::ZERO, Trainer::<Net<A>, Sgd<f64>, 1>::ZERO);
    online.network.initialize(None, &mut XorShiftRng::seed_from_u64(3));
    online.network.1.rate = 0.3;
    trainer.network.copy_from(&online.network);
    trainer.network.1.rate = 0.3;
    let schedule = Schedule { warm_up: 7, decay: Decay::Exponential { factor: 0.99 } };
    let sgd = Sgd { learning_rate: 0.2 };
    let settings = Settings { l2: 0.03, seed: 5, schedule, ..Settings::new(Huber { threshold: 0.4 }, sgd) };
    for (input, target) in inputs.iter().zip(&targets) {
        let loss = online.step(&settings, input, target).unwrap();
        let (inputs, targets) = ([*input], [*target]);
        trainer.accumulate(&settings, &Samples::new(&inputs, &targets).unwrap()).unwrap();
        let step = trainer.update(&settings).unwrap();
        assert!((loss - step.loss).abs() <= 1e-12 * step.loss.abs(), "{loss} {}", step.loss);
        assert_eq!(online.steps(), step.step);
    }
    for index in 0..Net::<A>::TENSORS {
        for (&a, &b) in online.network.tensor(index).iter().zip(trainer.network.tensor(index)) {
            assert!((a - b).abs() <= 1e-11 * b.abs().max(1e-3), "tensor {index}: {a}, {b}");
        }
    }
}

#[test]
fn agrees_with_batches_of_one_row() {
    agrees::<Relu>();
    agrees::<LeakyRelu>();
    agrees::<Elu>();
    agrees::<Sigmoid>();
    agrees::<Tanh>();
    agrees::<Silu>();
    agrees::<Gelu>();
    agrees::<Softplus>();
    agrees::<Identity>();
}

/// The same with pools, whose gradient passes through them.
#[test]
fn agrees_with_pools() {
    type Pools = (MaxPool1d<5, 4, 4, 2, 1, f64>, AveragePool1d<4, 3, 4, 2, 1, f64>);
    type Sequence =
        (Conv1d<6, 5, 2, 4, 2, 1, Tanh, f64>, Pools, Flatten<[[f64; 4]; 3], 12>, Dense<12, 1, Identity, f64>);
    let (inputs, targets) = (rows::<f64, 12>(50, 1), rows::<f64, 1>(50, 2));
    let (mut online, mut trainer) = (Online::<Sequence>::ZERO, Trainer::<Sequence, Sgd<f64>, 1>::ZERO);
    online.network.initialize_seeded(3);
    trainer.network.copy_from(&online.network);
    let settings = Settings::new(MeanSquaredError, Sgd { learning_rate: 0.1 });
    for (input, target) in inputs.iter().zip(&targets) {
        let input: [[f64; 2]; 6] = std::array::from_fn(|step| [input[2 * step], input[2 * step + 1]]);
        online.step(&settings, &input, target).unwrap();
        let (inputs, targets) = ([input], [*target]);
        trainer.accumulate(&settings, &Samples::new(&inputs, &targets).unwrap()).unwrap();
        trainer.update(&settings).unwrap();
    }
    let mut before = Sequence::ZERO;
    before.initialize_seeded(3);
    for index in 0..Sequence::TENSORS {
        let (a, b) = (online.network.tensor(index), trainer.network.tensor(index));
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-11 * b.abs().max(1e-3)), "tensor {index}");
        assert_ne!(a, before.tensor(index), "tensor {index} learns");
    }
}

#[test]
fn takes_no_more_than_network_and_row() {
    type Moons = (Dense<2, 64, Relu>, Dense<64, 32, Relu>, Dense<32, 1>);
    const { assert!(Online::<Moons>::BYTES <= 9220 + 2 * 97 * 4 + 4) };
}

type Small = (Dense<2, 3, Relu>, Dense<3, 1>);
type Bce = Settings<BinaryCrossEntropy, Sgd>;

/// The error that `step` has to give, with nothing changed.
#[track_caller]
fn refused(prepare: impl Fn(&mut Small), change: impl Fn(&mut Bce), input: [f32; 2], target: [f32; 1]) -> Error {
    let mut online = Online::<Small>::ZERO;
    online.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let mut settings = Settings::new(BinaryCrossEntropy::default(), Sgd { learning_rate: 0.1 });
    online.step(&settings, &[1.0, 0.5], &[1.0]).unwrap();
    prepare(&mut online.network);
    change(&mut settings);
    let before = online.network.bits();
    let error = online.step(&settings, &input, &target).unwrap_err();
    assert_eq!((online.network.bits(), online.steps()), (before, 1));
    error
}

#[test]
fn errors_change_nothing() {
    let (same, fine) = (|_: &mut Small| (), |_: &mut Bce| ());
    let name = |error| match error {
        Error::Setting { name, .. } => name,
        other => panic!("{other}"),
    };
    assert_eq!(refused(same, fine, [1.0, 2.0], [2.0]), Error::Target { row: 0, value: 2.0, range: [0.0, 1.0] });
    assert!(matches!(refused(same, fine, [1.0, f32::NAN], [1.0]), Error::Feature { row: 0, column: 1, .. }));
    assert_eq!(name(refused(same, |s| s.optimizer.learning_rate = f32::NAN, [1.0; 2], [1.0])), "learning_rate");
    assert_eq!(name(refused(same, |s| s.loss.positive_weight = -1.0, [1.0; 2], [1.0])), "positive_weight");
    let unsupported = |name| Error::Unsupported { name };
    for clip in [Clip::Norm(1.0), Clip::Value(0.5)] {
        assert_eq!(refused(same, |s| s.clip = clip, [1.0; 2], [1.0]), unsupported("clip"));
    }
    assert_eq!(refused(same, |s| s.frozen_layers = 1, [1.0; 2], [1.0]), unsupported("frozen_layers"));
    let plateau = Decay::Plateau { factor: 0.5, patience: 1, min_delta: 0.0, floor: 0.0 };
    assert_eq!(refused(same, |s| s.schedule.decay = plateau, [1.0; 2], [1.0]), unsupported("decay"));
    assert_eq!(name(refused(same, |s| s.l2 = 11.0, [1.0; 2], [1.0])), "l2");
    // The first layer overflows, seen in the loss; or hidden from it by ReLU.
    let large = |n: &mut Small| n.0.weights.0 = [[3e38; 3]; 2];
    assert_eq!(refused(large, fine, [2.0, 2.0], [0.0]), Error::Loss { row: 0, layer: Some(0) });
    let not_seen = |n: &mut Small| (n.0.weights.0, n.1.weights.0) = ([[3e38, 0.0, 0.0]; 2], [[0.0]; 3]);
    assert_eq!(refused(not_seen, fine, [2.0, 2.0], [0.0]), Error::Loss { row: 0, layer: Some(0) });
    // A step that would be larger than half of the last place of the largest number.
    let fast = |s: &mut Bce| s.optimizer.learning_rate = 2e18;
    let small = |n: &mut Small| (n.0.weights.0, n.1.weights.0) = ([[1e-25; 3]; 2], [[1e-20]; 3]);
    let error = refused(small, fast, [1e34, 1e34], [0.0]);
    assert!(matches!(error, Error::Gradient { layer: 0, kind: TensorKind::Weights, .. }), "{error}");
}

/// The largest step that is taken leaves even the largest parameter finite.
#[test]
fn the_largest_step_is_finite() {
    let mut online = Online::<Dense<1, 1>>::ZERO;
    let settings = Settings::new(Huber { threshold: 1e12 }, Sgd { learning_rate: 1e18 });
    online.network.weights.0 = [[-f32::MAX]];
    let loss = online.step(&settings, &[1e-38], &[1e12]);
    assert!(loss.is_ok(), "{loss:?}");
    assert!(online.network.weights.0[0][0].is_finite() && online.network.bias[0].is_finite());
}

#[test]
fn the_layer_of_the_largest_step_is_named() {
    let mut online = Online::<(Dense<1, 1>, Dense<1, 1>, Dense<1, 1>)>::ZERO;
    for (index, w) in [1e15, 1e-16, 1.0].into_iter().enumerate() {
        online.network.tensor_mut(2 * index)[0] = w;
    }
    // x₁ = 10¹⁵ makes the product with δ large in layer 1 only.
    let settings = Settings::new(Huber { threshold: 1.0 }, Sgd { learning_rate: 2e18 });
    let error = online.step(&settings, &[1.0], &[-100.0]).unwrap_err();
    assert!(matches!(error, Error::Gradient { layer: 1, kind: TensorKind::Weights, .. }), "{error}");
}

/// tanh hides the overflow of the layer before it from the loss.
#[test]
fn a_hidden_overflow_is_found() {
    let mut online = Online::<(Dense<1, 1>, Dense<1, 1, Tanh>, Dense<1, 1>)>::ZERO;
    for (index, w) in [3e38, 1.0, 1.0].into_iter().enumerate() {
        online.network.tensor_mut(2 * index)[0] = w;
    }
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    let before = online.network.bits();
    assert_eq!(online.step(&settings, &[2.0], &[0.0]), Err(Error::Loss { row: 0, layer: Some(0) }));
    assert_eq!(online.network.bits(), before);
}

/// Infinite logits are an error where the loss is finite, and an infinite loss where the logits are.
#[test]
fn neither_loss_nor_logits_may_overflow() {
    let mut online = Online::<Dense<1, 1>>::ZERO;
    online.network.weights.0 = [[-3e38]];
    let settings = Settings::new(BinaryCrossEntropy::default(), Sgd::default());
    assert_eq!(online.step(&settings, &[2.0], &[0.0]), Err(Error::Loss { row: 0, layer: Some(0) }));
    online.network.weights.0 = [[1e25]];
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    assert_eq!(online.step(&settings, &[1.0], &[0.0]), Err(Error::Loss { row: 0, layer: None }));
    assert_eq!((online.steps(), online.network.weights.0), (0, [[1e25]]));
}

/// η·λ = 1 is the most: nothing is left of the weights but the step.
#[test]
fn the_largest_decay() {
    let mut online = Online::<Dense<1, 1>>::ZERO;
    online.network.weights.0 = [[0.75]];
    let settings = |l2| Settings { l2, ..Settings::new(MeanSquaredError, Sgd { learning_rate: 0.5 }) };
    assert!(matches!(online.step(&settings(2.001), &[0.0], &[1.0]), Err(Error::Setting { name: "l2", .. })));
    online.step(&settings(2.0), &[0.0], &[1.0]).unwrap();
    assert_eq!((online.network.weights.0, online.network.bias), ([[0.0]], [1.0]));
}

#[test]
fn predicts_as_a_predictor_does() {
    let (mut online, mut predictor) = (Online::<Net<Tanh>>::ZERO, Predictor::<Net<Tanh>, 4>::ZERO);
    online.network.initialize(None, &mut XorShiftRng::seed_from_u64(3));
    let (inputs, loss) = (rows::<f64, 3>(9, 1), BinaryCrossEntropy::default());
    let (mut a, mut b) = (vec![[0.0; 2]; 9], vec![[0.0; 2]; 9]);
    online.logits(&inputs, &mut a).unwrap();
    predictor.logits(&online.network, &inputs, &mut b).unwrap();
    assert_eq!(a, b);
    online.predict(&loss, &inputs, &mut a).unwrap();
    predictor.predict(&online.network, &loss, &inputs, &mut b).unwrap();
    assert_eq!(a, b);
    assert_eq!(
        online.predict(&loss, &inputs, &mut a[..8]),
        Err(Error::Lengths { slices: "inputs and outputs", expected: 9, found: 8 })
    );
}
