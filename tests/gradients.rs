//! Backpropagation against central differences, in f64: every layer × activation × loss × (L2, dropout, weights).
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

mod golden;

use bareprop::*;
use golden::tolerance;
use proptest::prelude::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// The step of the differences.
const H: f64 = 1e-5;

/// `rows` rows of numbers in ±1.5 that are a multiple of nothing.
fn inputs<const N: usize>(rows: usize, seed: u64) -> Vec<[f64; N]> {
    let mut rng = XorShiftRng::seed_from_u64(seed);
    (0..rows).map(|_| [(); N].map(|()| f64::uniform(&mut rng) * 3.0 - 1.5)).collect()
}

/// Checks one network with weights and biases that are drawn.
#[track_caller]
fn check<N: Layer<Scalar = f64>, L: Loss<N::Output>>(
    what: &str,
    settings: &Settings<L, Sgd<f64>, f64>,
    samples: &Samples<'_, N::Input, L::Target>,
    prepare: impl Fn(&mut N),
) -> Box<Trainer<N, Sgd<f64>, 3>> {
    let mut trainer = Box::new(Trainer::<N, Sgd<f64>, 3>::ZERO);
    let mut rng = XorShiftRng::seed_from_u64(settings.seed);
    trainer.network.initialize(None, &mut rng);
    for index in (0..N::TENSORS).filter(|&index| N::describe(index).1 == TensorKind::Bias) {
        trainer.network.tensor_mut(index).iter_mut().for_each(|b| *b = f64::uniform(&mut rng) - 0.5);
    }
    prepare(&mut trainer.network);
    let bits = trainer.network.bits();
    let worst = trainer.gradient_check(settings, samples, H).unwrap();
    assert!(worst.relative_error <= tolerance::DIFFERENCES, "{what}: {worst:?}");
    assert!(worst.backpropagation != 0.0 || worst.numerical == 0.0, "{what}: {worst:?}");
    assert_eq!(trainer.network.bits(), bits, "{what}: the network changed");
    assert_eq!(trainer.pending(), 0);
    trainer
}

/// As [`check`]; and every tensor has a gradient, for zeros would agree with zeros.
#[track_caller]
fn check_that_all_learn<N: Layer<Scalar = f64>, L: Loss<N::Output>>(
    what: &str,
    settings: &Settings<L, Sgd<f64>, f64>,
    samples: &Samples<'_, N::Input, L::Target>,
    prepare: impl Fn(&mut N),
) {
    let mut trainer = check(what, settings, samples, prepare);
    trainer.accumulate(settings, samples).unwrap();
    for index in 0..N::TENSORS {
        assert!(trainer.gradient().tensor(index).iter().any(|&g| g != 0.0), "{what}: tensor {index} learns nothing");
    }
}

type Three<A, const OUT: usize> =
    (Dense<3, 5, A, f64>, Dropout<5, f64>, Dense<5, 4, A, f64>, Dense<4, OUT, Identity, f64>);

/// One activation with one loss: plain, with L2, with dropout, with weighted samples, with all of it.
fn combinations<A: Activation, L, const OUT: usize>(what: &str, loss: L, targets: &[L::Target])
where
    L: Loss<[f64; OUT]> + Copy,
{
    let inputs = inputs::<3>(targets.len(), 7);
    let weights: Vec<f64> = (0..targets.len()).map(|row| 0.25 + row as f64).collect();
    let plain = Samples::new(&inputs, targets).unwrap();
    let weighted = plain.weighted(&weights).unwrap();
    for (rate, l2, samples) in
        [(0.0, 0.0, plain), (0.0, 0.3, plain), (0.4, 0.0, plain), (0.0, 0.0, weighted), (0.4, 0.3, weighted)]
    {
        let settings = Settings { l2, seed: 11, ..Settings::new(loss, Sgd::default()) };
        let what = format!("{what}, dropout {rate}, l2 {l2}");
        check_that_all_learn::<Three<A, OUT>, L>(&what, &settings, &samples, |network| network.1.rate = rate);
    }
}

fn every_loss<A: Activation>(name: &str) {
    let binary = [[0.0, 1.0], [1.0, 1.0], [0.25, 0.0], [0.0, 0.0], [1.0, 0.5], [1.0, 0.0], [0.0, 1.0]];
    let real = binary.map(|row| row.map(|t| 3.0 * t - 1.0));
    let classes = [0, 2, 1, 1, 0, 2, 2];
    combinations::<A, _, 2>(&format!("{name} bce"), BinaryCrossEntropy::default(), &binary);
    let weighted = BinaryCrossEntropy { positive_weight: 2.5, label_smoothing: 0.2 };
    combinations::<A, _, 2>(&format!("{name} weighted smoothed bce"), weighted, &binary);
    combinations::<A, _, 3>(&format!("{name} softmax"), SoftmaxCrossEntropy::default(), &classes);
    let weighted = SoftmaxCrossEntropy { class_weights: [0.5, 3.0, 1.25], label_smoothing: 0.1 };
    combinations::<A, _, 3>(&format!("{name} weighted smoothed softmax"), weighted, &classes);
    combinations::<A, _, 2>(&format!("{name} mse"), MeanSquaredError, &real);
    combinations::<A, _, 2>(&format!("{name} huber"), Huber { threshold: 0.7 }, &real);

    let (inputs, what) = (inputs::<3>(real.len(), 7), format!("{name} of the outputs"));
    let settings = Settings { l2: 0.3, seed: 11, ..Settings::new(MeanSquaredError, Sgd::default()) };
    let samples = Samples::new(&inputs, &real).unwrap();
    check_that_all_learn::<(Dense<3, 4, Tanh, f64>, Dense<4, 2, A, f64>), _>(&what, &settings, &samples, |_| ());
    check_that_all_learn::<Dense<3, 2, A, f64>, _>(&format!("{what} alone"), &settings, &samples, |_| ());
}

macro_rules! every_activation {
    ($($test:ident: $A:ident),* $(,)?) => { $(
        #[test]
        fn $test() {
            every_loss::<$A>(stringify!($A));
        }
    )* };
}

every_activation! {
    identity: Identity, relu: Relu, leaky_relu: LeakyRelu, elu: Elu, sigmoid: Sigmoid, tanh: Tanh, silu: Silu,
    gelu: Gelu, softplus: Softplus,
}

type One = Dense<3, 2, Identity, f64>;
type Nested = (
    (Dense<3, 4, Tanh, f64>, Dropout<4, f64>),
    (Dense<4, 1, Softplus, f64>, Dense<1, 3, Silu, f64>, Dense<3, 2, Gelu, f64>),
    Dense<2, 2, Identity, f64>,
);
type Twelve = (
    Dense<3, 2, Tanh, f64>,
    Dense<2, 2, Tanh, f64>,
    Dense<2, 3, Elu, f64>,
    Dense<3, 2, Silu, f64>,
    Dense<2, 4, Tanh, f64>,
    Dropout<4, f64>,
    Dense<4, 2, Gelu, f64>,
    Dense<2, 2, LeakyRelu, f64>,
    Dense<2, 3, Tanh, f64>,
    Dense<3, 2, Softplus, f64>,
    Dense<2, 2, Sigmoid, f64>,
    Dense<2, 2, Identity, f64>,
);

#[test]
fn depths() {
    let (inputs, targets) = (inputs::<3>(6, 3), inputs::<2>(6, 4));
    let samples = Samples::new(&inputs, &targets).unwrap();
    let settings = Settings { l2: 0.1, seed: 5, ..Settings::new(MeanSquaredError, Sgd::default()) };
    check_that_all_learn::<One, _>("one layer", &settings, &samples, |_| ());
    check_that_all_learn::<Nested, _>("tuples in a tuple", &settings, &samples, |network| network.0.1.rate = 0.5);
    check_that_all_learn::<Twelve, _>("twelve layers", &settings, &samples, |network| network.5.rate = 0.2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Any data, any weights of any size, any number of rows.
    #[test]
    fn any_values(seed in any::<u64>(), rows in 1_usize..9, scale in 0.1_f64..3.0, l2 in 0.0_f64..2.0, rate in 0.0_f64..0.8) {
        let (inputs, targets) = (inputs::<3>(rows, seed), inputs::<2>(rows, !seed));
        let samples = Samples::new(&inputs, &targets).unwrap();
        let settings = Settings { l2, seed, ..Settings::new(MeanSquaredError, Sgd::default()) };
        check::<(Dense<3, 5, Tanh, f64>, Dropout<5, f64>, Dense<5, 2, Identity, f64>), _>(
            "any values", &settings, &samples,
            |network| {
                network.0.weights.0.as_flattened_mut().iter_mut().for_each(|w| *w *= scale);
                network.1.rate = rate;
            },
        );
    }
}

/// A zero that dropout is given is not one that it made: behind tanh it learns, behind ReLU it is a unit that is off. What decides is the
/// layer before, not the ReLU that follows.
#[test]
fn zeros_in_front_of_dropout() {
    let (inputs, targets) = (inputs::<3>(6, 3), inputs::<2>(6, 4));
    let samples = Samples::new(&inputs, &targets).unwrap();
    let settings = Settings { seed: 5, ..Settings::new(MeanSquaredError, Sgd::default()) };
    type Drop<A> = (Dense<3, 4, A, f64>, Dropout<4, f64>, Dense<4, 2, Relu, f64>);
    let mut tanh = check::<Drop<Tanh>, _>("tanh", &settings, &samples, |network| {
        network.0 = Dense::ZERO;
        network.1.rate = 0.5;
        network.2.bias = [1.0; 2];
    });
    tanh.accumulate(&settings, &samples).unwrap();
    assert!(tanh.gradient().0.bias.iter().all(|&g| g != 0.0), "{:?}", tanh.gradient().0);
    let mut relu = Trainer::<Drop<Relu>, Sgd<f64>, 3>::ZERO;
    relu.network.1.rate = 0.5;
    (relu.network.2.weights.0, relu.network.2.bias) = ([[1.0; 2]; 4], [1.0; 2]);
    relu.accumulate(&settings, &samples).unwrap();
    assert_eq!(relu.gradient().0.bias, [0.0; 4]);
}

/// At the kink of ReLU and its relatives, from either zero, the slope is that of the left side; so says the plain function too.
#[test]
fn kinks() {
    use bareprop::functions as f;
    fn slope<A: Activation>(z: f64) -> f64 {
        let mut trainer = Trainer::<(Dense<1, 1, A, f64>, Dense<1, 1, Identity, f64>), Sgd<f64>, 1>::ZERO;
        trainer.network.1.weights.0 = [[1.0]];
        trainer.network.0.bias = [z];
        let samples = [[1.0]];
        let settings = Settings::new(MeanSquaredError, Sgd::default());
        // y = f(z), target f(z) − ½: ∂loss/∂y = 1, so ∂loss/∂bias is the slope at z.
        let target = [[A::apply(z) - 0.5]];
        trainer.accumulate(&settings, &Samples::new(&samples, &target).unwrap()).unwrap();
        trainer.gradient().0.bias[0]
    }
    for zero in [0.0, -0.0] {
        let found = [slope::<Relu>(zero), slope::<LeakyRelu>(zero), slope::<Elu>(zero), slope::<Identity>(zero)];
        assert_eq!(found, [0.0, 0.01, 1.0, 1.0]);
        assert_eq!(
            [f::relu_derivative(zero), f::leaky_relu_derivative(zero), f::elu_derivative(zero)],
            [0.0, 0.01, 1.0]
        );
    }
    let smallest = f64::MIN_POSITIVE; // right beside the kink
    assert_eq!([slope::<Relu>(smallest), slope::<LeakyRelu>(smallest), slope::<Elu>(smallest)], [1.0; 3]);
    assert_eq!([slope::<Relu>(-smallest), slope::<LeakyRelu>(-smallest), slope::<Elu>(-smallest)], [0.0, 0.01, 1.0]);
}

/// Huber's loss is smooth where the parabola ends: both sides agree.
#[test]
fn huber_at_its_threshold() {
    for (y, loss, slope) in [(0.75, 0.281_25, 0.75), (-0.75, 0.281_25, -0.75), (0.0, 0.0, 0.0)] {
        let mut delta = [7.0];
        assert_eq!((Huber { threshold: 0.75 }.evaluate(&[y], &[0.0], &mut delta), delta), (loss, [slope]));
    }
}

/// The derivatives in `functions`, and those of the activation types, at many places.
#[test]
fn functions() {
    use bareprop::functions as f;
    type Pair = (&'static str, fn(f64) -> f64, fn(f64) -> f64);
    fn of<A: Activation>(z: f64) -> f64 {
        match size_of::<<A::Kept as Kept>::Memory<[f64; 1]>>() {
            0 => A::slope(A::apply(z)),
            _ => A::slope(z),
        }
    }
    let pairs: [Pair; 16] = [
        ("sigmoid", f::sigmoid, f::sigmoid_derivative),
        ("tanh", f::tanh, f::tanh_derivative),
        ("relu", f::relu, f::relu_derivative),
        ("leaky_relu", f::leaky_relu, f::leaky_relu_derivative),
        ("elu", f::elu, f::elu_derivative),
        ("silu", f::silu, f::silu_derivative),
        ("gelu", f::gelu, f::gelu_derivative),
        ("softplus", f::softplus, f::softplus_derivative),
        ("Sigmoid", f::sigmoid, of::<Sigmoid>),
        ("Tanh", f::tanh, of::<Tanh>),
        ("Relu", f::relu, of::<Relu>),
        ("LeakyRelu", f::leaky_relu, of::<LeakyRelu>),
        ("Elu", f::elu, of::<Elu>),
        ("Silu", f::silu, of::<Silu>),
        ("Gelu", f::gelu, of::<Gelu>),
        ("Softplus", f::softplus, of::<Softplus>),
    ];
    for (name, function, derivative) in pairs {
        for step in -200..200 {
            let z = f64::from(step) * 0.05 + 0.013; // never at a kink
            let numerical = (function(z + H) - function(z - H)) / (2.0 * H);
            let error = (derivative(z) - numerical).abs() / numerical.abs().max(1e-3);
            assert!(error <= tolerance::DIFFERENCES, "{name}′({z}) = {}, numerically {numerical}", derivative(z));
        }
    }
}
