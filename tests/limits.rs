//! The ends of every range of settings: what is still accepted, what no longer; and that nothing overflows at the ends.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

use bareprop::*;

/// Whether a setting is refused by this name.
#[track_caller]
fn assert_refused(outcome: Result<(), Error>, setting: &str) {
    assert!(matches!(outcome, Err(Error::Setting { name, .. }) if name == setting), "{setting}: {outcome:?}");
}

type One = Dense<1, 1>;

/// A network of one weight and one bias.
fn one(value: f32) -> One {
    Dense::new(Matrix([[value]]), [value])
}

/// The largest learning rate is √MAX/8 times `unit`. With it, from the largest parameters and with the largest gradients that a step
/// is given, whatever is remembered of such gradients, parameters stay finite.
#[track_caller]
fn largest_rate<O: Optimizer<f32>>(make: impl Fn(f32) -> O, unit: f32) {
    let limit = unit * (f32::MAX.sqrt() * 0.125);
    make(limit).check().unwrap();
    make(0.0).check().unwrap();
    assert_refused(make(limit * 1.000_001).check(), "learning_rate");
    let optimizer = make(limit);
    let most = (f32::MAX / 8.0).sqrt();
    for sign in [1.0, -1.0] {
        let (mut state, gradient) = (O::State::<One>::ZERO, one(sign * most));
        for step in 0..300 {
            let mut network = one(-sign * most);
            optimizer.step(&mut state, optimizer.learning_rate(), &mut network, &gradient, 0..2);
            assert!(network.bias[0].is_finite() && network.weights.0[0][0].is_finite(), "step {step}: {network:?}");
        }
        // And back again, from what such steps have left.
        let mut network = one(sign * most);
        optimizer.step(&mut state, optimizer.learning_rate(), &mut network, &one(-sign * most), 0..2);
        assert!(network.bias[0].is_finite() && network.weights.0[0][0].is_finite(), "{network:?}");
    }
}

#[test]
fn learning_rates() {
    largest_rate(|learning_rate| Sgd { learning_rate }, 1.0);
    for momentum in [0.0, 0.5, 0.9, 0.999] {
        for nesterov in [false, true] {
            largest_rate(|learning_rate| Momentum { learning_rate, momentum, nesterov }, (1.0 - momentum) * 0.5);
        }
    }
    for (beta1, epsilon) in [(0.0, 1.0), (0.9, 1e-8), (0.999, 1e-3)] {
        let adam = |learning_rate| Adam { learning_rate, beta1, epsilon, ..Adam::default() };
        largest_rate(adam, epsilon * (1.0 - beta1));
        largest_rate(|rate| AmsGrad(adam(rate)), epsilon * (1.0 - beta1));
        largest_rate(|rate| AdamW { adam: adam(rate), weight_decay: 0.0 }, epsilon * (1.0 - beta1));
        largest_rate(|learning_rate| RmsProp { learning_rate, epsilon, ..RmsProp::default() }, epsilon);
        largest_rate(|learning_rate| AdaGrad { learning_rate, epsilon }, epsilon);
    }
}

#[test]
fn settings_of_optimizers() {
    let share = 1.0 - f32::EPSILON;
    let adam = |beta1, beta2, epsilon| Adam { learning_rate: 0.0, beta1, beta2, epsilon }.check();
    let least = (2.0_f32).powi(-40);
    adam(0.0, 0.0, least).unwrap();
    adam(share, share, 1.0).unwrap();
    assert_refused(adam(1.0, 0.0, 0.5), "beta1");
    assert_refused(adam(0.0, 1.0, 0.5), "beta2");
    assert_refused(adam(0.0, 0.0, least * 0.999), "epsilon");
    let least = (2.0_f64).powi(-459);
    Adam { epsilon: least, ..Adam::default() }.check().unwrap();
    assert_refused(Adam { epsilon: least * 0.999, ..Adam::default() }.check(), "epsilon");
    assert_refused(adam(0.0, 0.0, 1.0 + f32::EPSILON), "epsilon");
    let momentum = |momentum| Momentum { learning_rate: 0.0, momentum, nesterov: false }.check();
    momentum(share).unwrap();
    assert_refused(momentum(1.0), "momentum");
    let rmsprop = |alpha, epsilon| RmsProp { learning_rate: 0.0, alpha, epsilon }.check();
    rmsprop(share, 1.0).unwrap();
    assert_refused(rmsprop(1.0, 1.0), "alpha");
    assert_refused(rmsprop(0.0, 1.5), "epsilon");
    assert_refused(rmsprop(0.0, 9e-13), "epsilon");
    assert_refused(AdaGrad { learning_rate: 0.0, epsilon: 9e-13_f32 }.check(), "epsilon");
    assert_refused(AmsGrad(Adam { epsilon: 9e-13_f32, ..Adam::default() }).check(), "epsilon");
    let adamw =
        |learning_rate, weight_decay| AdamW { adam: Adam { learning_rate, ..Adam::default() }, weight_decay }.check();
    adamw(0.25, 4.0).unwrap(); // their product is 1
    adamw(0.0, f32::MAX).unwrap();
    assert_refused(adamw(0.25, 4.000_001), "weight_decay");
    assert_refused(adamw(1e10, 0.0), "learning_rate");
}

#[test]
fn settings_of_losses() {
    let binary = |positive_weight, label_smoothing| {
        Loss::<[f32; 1]>::check(&BinaryCrossEntropy { positive_weight, label_smoothing })
    };
    binary(0.0, 0.0).unwrap();
    binary(f32::MAX, 1.0).unwrap();
    assert_refused(binary(f32::INFINITY, 0.0), "positive_weight");
    assert_refused(binary(1.0, 1.0 + f32::EPSILON), "label_smoothing");
    let softmax = |weight, label_smoothing| {
        Loss::<[f32; 2]>::check(&SoftmaxCrossEntropy { class_weights: [1.0, weight], label_smoothing })
    };
    softmax(0.0, 1.0).unwrap();
    softmax(f32::MAX, 0.0).unwrap();
    assert_refused(softmax(-1e-30, 0.0), "class_weights");
    assert_refused(softmax(1.0, -1e-30), "label_smoothing");
    let huber = |threshold| Loss::<[f32; 1]>::check(&Huber { threshold });
    huber(f32::TINY).unwrap();
    huber(f32::MAX).unwrap();
    assert_refused(huber(0.0), "threshold");
    Loss::<[f32; 1]>::check(&MeanSquaredError).unwrap();
    let bce = BinaryCrossEntropy::<f32>::default();
    bce.check_target(0, &[0.0, 1.0]).unwrap();
    assert_eq!(bce.check_target(3, &[0.5, 1.5]), Err(Error::Target { row: 3, value: 1.5, range: [0.0, 1.0] }));
    let classes = SoftmaxCrossEntropy::<3>::default();
    classes.check_target(0, &2).unwrap();
    assert_eq!(classes.check_target(4, &3), Err(Error::Class { row: 4, class: 3, classes: 3 }));
    assert_eq!((classes.weight(&2), classes.weight(&3)), (1.0, 0.0));
}

/// Σw² and Σg² of a tensor may each be MAX/(4 · tensors), and no more.
#[test]
fn parameters_and_gradients() {
    let most = (f32::MAX / 8.0).sqrt();
    let settings = Settings::new(Huber { threshold: f32::MAX }, Sgd { learning_rate: 0.0 });
    let step = |weight: f32, input: f32, target: f32| {
        let mut trainer = Trainer::<One, Sgd, 1>::ZERO;
        trainer.network.weights.0 = [[weight]];
        trainer.accumulate(&settings, &Samples::new(&[[input]], &[[target]]).unwrap())?;
        trainer.update(&settings)
    };
    step(most * 0.999, 0.0, 0.0).unwrap();
    let error = step(most * 1.001, 0.0, 0.0).unwrap_err();
    assert_eq!(error, Error::Parameter { layer: 0, kind: TensorKind::Weights, value: most * 1.001 });
    let found = step(0.0, 1.0, most * 0.999).unwrap();
    assert!((found.gradient_norm / most / 0.999 - 2.0_f32.sqrt()).abs() < 1e-6, "{found:?}");
    let error = step(0.0, 0.0, most * 1.001).unwrap_err();
    assert_eq!(error, Error::Gradient { layer: 0, kind: TensorKind::Bias, value: most * 1.001 });
    let error = step(0.0, 2.0, most * 0.6).unwrap_err();
    assert!(matches!(error, Error::Gradient { layer: 0, kind: TensorKind::Weights, .. }), "{error}");
}

/// Every loss of finite outputs and targets is a number or +∞, never NaN, and +∞ only where the true loss exceeds the largest
/// number; its delta is finite, or the loss is +∞.
macro_rules! losses_up_to_max {
    ($test:ident, $T:ty) => {
        #[test]
        fn $test() {
            type T = $T;
            const MAX: T = T::MAX;
            let (mut two, mut one) = ([7.0; 2], [7.0]);
            let large = MAX * 0.9; // 3e38 and 1.6e308
            let softmax = SoftmaxCrossEntropy::<2, T>::default();
            for z in [large, MAX, MAX / 2.0] {
                assert_eq!((softmax.evaluate(&[z, -z], &0, &mut two), two), (0.0, [0.0, 0.0]));
                assert_eq!((softmax.evaluate(&[-z, z], &1, &mut two), two), (0.0, [0.0, 0.0]));
                // The true loss is 2z, which is finite for half of MAX.
                let loss = softmax.evaluate(&[z, -z], &1, &mut two);
                assert_eq!((loss, two), (z + z, [1.0, -1.0]));
                // Three tenths of the smoothing go to class 1 here, so that the loss of 2z·0.15 is finite.
                let smooth = SoftmaxCrossEntropy::<2, T> { label_smoothing: 0.3, ..softmax };
                let loss = smooth.evaluate(&[z, -z], &0, &mut two);
                assert!((loss / (0.3 * z) - 1.0).abs() < 1e-6, "{loss:e}");
                assert!((two[0] - 0.15).abs() < 1e-6 && (two[1] + 0.15).abs() < 1e-6, "{two:?}");
            }
            // Weights up to MAX: no 0·∞.
            let heavy = SoftmaxCrossEntropy::<3, T> { class_weights: [MAX; 3], label_smoothing: 0.1 };
            let mut three = [7.0; 3];
            for logits in [[MAX, -MAX, 0.0], [0.0; 3], [-MAX, -MAX, MAX], [1.0, 2.0, 3.0]] {
                let loss = heavy.evaluate(&logits, &2, &mut three);
                assert!(!loss.is_nan() && three.iter().all(|d| d.is_finite()), "{logits:?}: {loss} {three:?}");
            }
            let weightless = SoftmaxCrossEntropy::<2, T> { class_weights: [0.0, 1.0], label_smoothing: 0.0 };
            assert_eq!((weightless.evaluate(&[-MAX, MAX], &0, &mut two), two), (0.0, [0.0, 0.0]));
            let mut probabilities = [MAX, -MAX];
            Loss::<[T; 2]>::link(&softmax, &mut probabilities);
            assert_eq!(probabilities, [1.0, 0.0]);

            let binary = BinaryCrossEntropy::<T>::default();
            assert_eq!((binary.evaluate(&[MAX], &[0.0], &mut one), one), (MAX, [1.0]));
            assert_eq!((binary.evaluate(&[-MAX], &[1.0], &mut one), one), (MAX, [-1.0]));
            assert_eq!((binary.evaluate(&[MAX], &[1.0], &mut one), one), (0.0, [0.0]));
            // The mean of two losses of MAX is MAX: no sum overflows on the way.
            assert_eq!((binary.evaluate(&[MAX, MAX], &[0.0; 2], &mut two), two), (MAX, [0.5; 2]));
            let heavy = BinaryCrossEntropy::<T> { positive_weight: MAX, label_smoothing: 0.0 };
            assert_eq!((heavy.evaluate(&[MAX], &[1.0], &mut one), one), (0.0, [0.0]));
            assert_eq!((heavy.evaluate(&[-1.0], &[0.0], &mut one) > 0.0, one[0] > 0.0), (true, true));
            assert_eq!(heavy.evaluate(&[-MAX], &[1.0], &mut one), T::INFINITY);

            assert_eq!(MeanSquaredError.evaluate(&[MAX], &[-MAX], &mut one), T::INFINITY);
            assert_eq!((MeanSquaredError.evaluate(&[MAX], &[MAX], &mut one), one), (0.0, [0.0]));
            // Squares of 1.2·√MAX, whose mean with a 0 is 0.72·MAX.
            let y = MAX.sqrt() * 1.2;
            let loss = MeanSquaredError.evaluate(&[y, 0.0], &[0.0; 2], &mut two);
            assert!((loss / MAX - 0.72).abs() < 1e-6 && two == [y, 0.0], "{loss:e} {two:?}");

            // h·(2·MAX − h/2) with h = 0.25 is MAX/2.
            let huber = Huber::<T> { threshold: 0.25 };
            assert_eq!((huber.evaluate(&[MAX], &[-MAX], &mut one), one), (MAX / 2.0, [0.25]));
            assert_eq!((huber.evaluate(&[-MAX], &[MAX], &mut one), one), (MAX / 2.0, [-0.25]));
            let square = Huber::<T> { threshold: MAX };
            assert_eq!(square.evaluate(&[MAX], &[-MAX], &mut one), T::INFINITY);
            assert_eq!((square.evaluate(&[3.0], &[1.0], &mut one), one), (2.0, [2.0]));
        }
    };
}

losses_up_to_max!(losses_of_f32, f32);
losses_up_to_max!(losses_of_f64, f64);

/// A loss beyond the largest number is reported, and nothing changes.
#[test]
fn an_infinite_loss_is_reported() {
    let settings = Settings::new(SoftmaxCrossEntropy::<2>::default(), Sgd::default());
    let mut trainer = Trainer::<Dense<1, 2>, Sgd, 4>::ZERO;
    trainer.network.weights.0 = [[1e30, -1e30]];
    let samples = Samples::new(&[[1.0], [3e8], [1.0]], &[0, 1, 0]).unwrap();
    let error = Error::Loss { row: 1, layer: None };
    assert_eq!(trainer.accumulate(&settings, &samples), Err(error));
    assert_eq!(trainer.evaluate(&settings.loss, &samples), Err(error));
    let fine = Samples::new(&[[1.0], [3e8], [1.0]], &[0, 0, 0]).unwrap();
    assert_eq!(trainer.evaluate(&settings.loss, &fine), Ok(0.0));
}

/// Clipping rescues every gradient that is finite: 100 of 1e18, whose norm 1e19 has a square beyond the largest number.
#[test]
fn clipping_of_large_gradients() {
    let settings = |clip| {
        let settings = Settings::new(Huber { threshold: 3e38 }, Sgd { learning_rate: 1.0 });
        Settings { clip, ..settings }
    };
    let (inputs, targets) = ([[1.0; 99]], [[-1e18]]);
    let samples = Samples::new(&inputs, &targets).unwrap();
    let clipped = |clip| {
        let mut trainer = Trainer::<Dense<99, 1>, Sgd, 1>::ZERO;
        trainer.accumulate(&settings(clip), &samples).unwrap();
        let step = trainer.update(&settings(clip))?;
        let (first, all) = (trainer.network.bias[0], trainer.network.weights.0.as_flattened().to_vec());
        assert!(all.iter().all(|&w| w == first));
        Ok::<_, Error>((first, step.gradient_norm))
    };
    let (each, norm) = clipped(Clip::Norm(1.0)).unwrap();
    assert!((each + 0.1).abs() < 1e-7 && (norm / 1e19 - 1.0).abs() < 1e-6, "{each} {norm}");
    let (each, norm) = clipped(Clip::Value(0.25)).unwrap();
    assert!(each == -0.25 && (norm / 1e19 - 1.0).abs() < 1e-6, "{each} {norm}");
    // What is not clipped, or is still too large, is an error as before.
    for clip in [Clip::None, Clip::Norm(8e18), Clip::Norm(1e30), Clip::Value(1e18), Clip::Value(1e30)] {
        let error = clipped(clip).unwrap_err();
        assert!(matches!(error, Error::Gradient { layer: 0, kind: TensorKind::Weights, .. }), "{clip:?}: {error}");
        // What is below its limit is not made larger.
        assert!(clip == Clip::Norm(8e18) || matches!(error, Error::Gradient { value: 1e18, .. }), "{clip:?}: {error}");
    }
    let (each, norm) = clipped(Clip::Norm(5e18)).unwrap();
    assert!((each / -5e17 - 1.0).abs() < 1e-6 && (norm / 1e19 - 1.0).abs() < 1e-6, "{each} {norm}");
    // Of either sign.
    let mut trainer = Trainer::<Dense<99, 1>, Sgd, 1>::ZERO;
    let (negative, samples) = (settings(Clip::Value(0.25)), Samples::new(&inputs, &[[1e18]]).unwrap());
    trainer.accumulate(&negative, &samples).unwrap();
    trainer.update(&negative).unwrap();
    assert_eq!(trainer.network.bias, [0.25]);
    // A norm beyond the largest number: 100 gradients of 1e38.
    let targets = [[-1e19]];
    let mut trainer = Trainer::<Dense<99, 1>, Sgd, 1>::ZERO;
    let samples = Samples::new(&[[1e19; 99]], &targets).unwrap();
    trainer.accumulate(&settings(Clip::Norm(1.0)), &samples).unwrap();
    let step = trainer.update(&settings(Clip::Norm(1.0))).unwrap();
    assert_eq!(step.gradient_norm, f32::MAX);
    let w = trainer.network.weights.0[0][0];
    assert!((w + 1.0 / 99.0_f32.sqrt()).abs() < 1e-6, "{w}");
    // Not a number that is not finite.
    trainer.network.bias = [0.0];
    let samples = Samples::new(&[[1e30; 99]], &targets).unwrap();
    let bits = trainer.network.bits();
    let error = trainer
        .accumulate(&settings(Clip::Norm(1.0)), &samples)
        .and_then(|()| trainer.update(&settings(Clip::Norm(1.0))).map(drop));
    assert!(error.is_err());
    assert_eq!(trainer.network.bits(), bits);
    // The smallest norm to which anything is cut.
    let least = (2.0_f32).powi(-40);
    settings(Clip::Norm(least)).check::<[f32; 1]>().unwrap();
    assert_refused(settings(Clip::Norm(least * 0.999)).check::<[f32; 1]>(), "clip");
    settings(Clip::Value(f32::TINY)).check::<[f32; 1]>().unwrap();
}

/// A unit is dropped where its 32 bits lie *below* rate · 2³².
#[test]
fn dropout_at_its_threshold() {
    let noise = Noise::new(3).row(5);
    let (bits, mut kept) = (noise.unit(0), [[0.0]]);
    let mut dropout = Dropout::<1, f64>::ZERO;
    let mut forward = |bits: u32| {
        dropout.rate = f64::from(bits) / 4_294_967_296.0;
        dropout.forward::<1>(&[[1.0]], &mut (), &mut kept, Some(noise));
        kept[0][0] > 0.0
    };
    assert!(bits > 0 && forward(bits) && !forward(bits + 1) && forward(0));
}

/// What is no number is handed on, not turned into one.
#[test]
fn functions_of_nan() {
    use bareprop::functions as f;
    let all: [fn(f32) -> f32; 8] = [f::sigmoid, f::tanh, f::relu, f::leaky_relu, f::elu, f::silu, f::gelu, f::softplus];
    for (number, function) in all.iter().enumerate() {
        assert!(function(f32::NAN).is_nan(), "function {number} of NaN is {}", function(f32::NAN));
    }
}

/// Where two branches meet, at either zero.
#[test]
fn functions_of_zero() {
    use bareprop::functions as f;
    for zero in [0.0_f32, -0.0] {
        assert_eq!(f::relu(zero).to_bits(), 0, "no −0 leaves the rectifier");
        assert_eq!([f::leaky_relu(zero), f::elu(zero), f::silu(zero), f::gelu(zero), f::tanh(zero)], [0.0; 5]);
        assert_eq!([f::sigmoid(zero), f::silu_derivative(zero), f::gelu_derivative(zero)], [0.5; 3]);
        assert_eq!(
            [f::sigmoid_derivative(zero), f::tanh_derivative(zero), f::softplus_derivative(zero)],
            [0.25, 1.0, 0.5]
        );
        assert_eq!(f::softplus(zero), core::f32::consts::LN_2);
    }
}

/// What looks at the bits of a number, at either side of where its answer changes.
macro_rules! scalar_ends {
    ($test:ident, $T:ty, $root:literal, $tiny:literal) => {
        #[test]
        fn $test() {
            type T = $T;
            let (infinity, nan, smallest, tiny) = (T::INFINITY, T::NAN, T::from_bits(1), <T as Scalar>::TINY);
            let each = |f: fn(T) -> bool| [nan, -infinity, -1.0, -smallest, -0.0, 0.0, smallest, 1.0, infinity].map(f);
            assert_eq!(each(Scalar::is_zero), [false, false, false, false, true, true, false, false, false]);
            assert_eq!(each(Scalar::is_positive), [false, false, false, false, false, false, true, true, true]);
            let kept = [-infinity, -1.0, -smallest, -0.0, 0.0, smallest, 1.0, infinity].map(|x: T| x.positive_part());
            assert_eq!(kept.map(T::to_bits), [0.0, 0.0, 0.0, 0.0, 0.0, smallest, 1.0, infinity].map(T::to_bits));
            assert!(nan.positive_part().is_nan() && (-nan).positive_part().is_nan());
            assert_eq!(each(Scalar::is_finite), [false, false, true, true, true, true, true, true, false]);
            assert!(Scalar::is_finite(T::MAX) && Scalar::is_finite(-T::MAX));
            assert_eq!((<T as Scalar>::MAX, tiny), (T::MAX, (2.0 as T).powi($tiny)));
            assert_eq!([0.1, -T::MAX].map(Scalar::to_f32), [0.1, -T::MAX as f32]);
            assert_eq!(Scalar::bits(-1.0 as T), u64::from((-1.0 as T).to_bits()));

            // Moments are zero below TINY, squares below the root's square; the numbers beside stay as they are.
            let below = |x: T| T::from_bits(x.to_bits() - 1);
            assert_eq!([tiny, -tiny, below(tiny), -below(tiny)].map(Scalar::flush), [tiny, -tiny, 0.0, 0.0]);
            let root = (2.0 as T).powi($root);
            assert_eq!(
                [root, -root, below(root), -below(root)].map(Scalar::square),
                [root * root, root * root, 0.0, 0.0]
            );
            assert_eq!([3.0, -3.0].map(<T as Scalar>::square), [9.0; 2]);

            // Of equal numbers, and where the first is NaN, the second.
            let pairs = [(1.0, 2.0), (2.0, 1.0), (0.0, -0.0), (-0.0, 0.0), (nan, 1.0)];
            let bits = |f: fn(T, T) -> T| pairs.map(|(a, b)| f(a, b).to_bits());
            assert_eq!(bits(Scalar::max), [2.0, 2.0, -0.0, 0.0, 1.0].map(T::to_bits));
            assert_eq!(bits(Scalar::min), [1.0, 1.0, -0.0, 0.0, 1.0].map(T::to_bits));
        }
    };
}

scalar_ends!(ends_of_f32, f32, -62, -100);
scalar_ends!(ends_of_f64, f64, -510, -900);

/// The ends of every setting of a schedule, for one scalar.
fn schedule_ends<T: Scalar>() {
    let check = |decay| Schedule { warm_up: u32::MAX, decay }.check();
    let (zero, one, tiny, below) = (T::ZERO, T::ONE, T::TINY, T::ONE - T::EPSILON * T::from_f64(0.5));
    let plateau = |factor, min_delta, floor| Decay::Plateau { factor, patience: u32::MAX, min_delta, floor };
    check(Decay::Constant).unwrap();
    for factor in [tiny, one] {
        check(Decay::Step { every: 1, factor }).unwrap();
        check(Decay::Step { every: u32::MAX, factor }).unwrap();
        check(Decay::Exponential { factor }).unwrap();
        check(plateau(factor, zero, zero)).unwrap();
    }
    for factor in [tiny * below, zero, one + T::EPSILON] {
        assert_refused(check(Decay::Step { every: 1, factor }), "factor");
        assert_refused(check(Decay::Exponential { factor }), "factor");
        assert_refused(check(plateau(factor, zero, zero)), "factor");
    }
    for floor in [zero, one] {
        check(Decay::Cosine { steps: 1, floor }).unwrap();
        check(Decay::Cosine { steps: u32::MAX, floor }).unwrap();
        check(plateau(one, T::MAX, floor)).unwrap();
    }
    for floor in [-tiny, one + T::EPSILON] {
        assert_refused(check(Decay::Cosine { steps: 1, floor }), "floor");
        assert_refused(check(plateau(one, zero, floor)), "floor");
    }
    assert_refused(check(plateau(one, -tiny, zero)), "min_delta");
    assert_refused(check(Decay::Step { every: 0, factor: one }), "every");
    assert_refused(check(Decay::Cosine { steps: 0, floor: one }), "steps");
}

#[test]
fn settings_of_schedules() {
    schedule_ends::<f32>();
    schedule_ends::<f64>();
}

/// A decay starts with the first step, not after the warm-up.
#[test]
fn decays_run_during_the_warm_up() {
    for decay in [
        Decay::Step { every: 2, factor: 0.5_f64 },
        Decay::Exponential { factor: 0.25 },
        Decay::Cosine { steps: 3, floor: 0.125 },
    ] {
        let (alone, with) = (Schedule { warm_up: 0, decay }, Schedule { warm_up: 4, decay });
        for (step, warm_up) in [(0, 0.0), (1, 0.25), (2, 0.5), (3, 0.75), (4, 1.0), (5, 1.0), (6, 1.0)] {
            assert_eq!(with.factor(step), warm_up * alone.factor(step), "{decay:?}");
        }
        assert!(alone.factor(3) < 1.0);
    }
}

/// A power that underflows is 0 and stays 0.
#[test]
fn powers_that_underflow_are_zero() {
    let halves = Schedule { warm_up: 0, decay: Decay::Exponential { factor: 0.5_f32 } };
    let found = [127, 150, 151, 152, u32::MAX].map(|step| halves.factor(step));
    assert_eq!(found, [f32::MIN_POSITIVE, f32::from_bits(1), 0.0, 0.0, 0.0]);
    let halves = Schedule { warm_up: 0, decay: Decay::Exponential { factor: 0.5_f64 } };
    let found = [1023, 1075, 1076, u32::MAX].map(|step| halves.factor(step));
    assert_eq!(found, [f64::MIN_POSITIVE, f64::from_bits(1), 0.0, 0.0]);
    let tiny = Schedule { warm_up: 0, decay: Decay::Step { every: 10, factor: f32::TINY } };
    assert_eq!([10, 11, 20, 21, u32::MAX].map(|step| tiny.factor(step)), [1.0, f32::TINY, f32::TINY, 0.0, 0.0]);
}

/// The cosine does not rise again; the floor is met at its end, and for ever.
#[test]
fn the_cosine_stays_at_its_floor() {
    let cosine = Schedule { warm_up: 0, decay: Decay::Cosine { steps: 10, floor: 0.25_f64 } };
    assert_eq!([11, 12, 16, 21, u32::MAX].map(|step| cosine.factor(step)), [0.25; 5]);
    assert!(cosine.factor(10) > 0.25 && cosine.factor(1) == 1.0);
}
