//! Faults that published training libraries have had, each as a test that would fail here too.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

fn samples<'a, X: Row, Y>(inputs: &'a [X], targets: &'a [Y]) -> Samples<'a, X, Y> {
    Samples::new(inputs, targets).unwrap()
}

// Fault: tanh as (e²ˣ − 1)/(e²ˣ + 1), which is ∞/∞ = NaN in f32 from x = 44.4 on, or as (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ), NaN from 89 on.
#[test]
fn tanh_far_out() {
    fn holds<T: Scalar>(x: T) {
        assert_eq!((functions::tanh(x), functions::tanh(-x)), (T::ONE, -T::ONE), "{x}");
        assert_eq!((functions::tanh_derivative(x), Tanh::slope(Tanh::apply(-x))), (T::ZERO, T::ZERO), "{x}");
        assert_eq!((functions::gelu(x), functions::gelu_derivative(x)), (x, T::ONE), "{x}");
    }
    [44.5_f32, 88.0, 89.0, 90.0, 1e4, 1e30, f32::MAX].into_iter().for_each(holds);
    [354.9_f64, 709.0, 710.0, 711.0, 1e4, 1e300, f64::MAX].into_iter().for_each(holds);
    let mut trainer = Trainer::<(Dense<1, 1, Tanh>, Dense<1, 1>), Sgd, 1>::ZERO;
    trainer.network.0.weights.0 = [[100.0]];
    trainer.network.1.weights.0 = [[1.0]];
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    trainer.accumulate(&settings, &samples(&[[1.0]], &[[0.0]])).unwrap();
    assert_eq!(trainer.update(&settings).unwrap().loss, 1.0);
}

// Fault: −t·ln p with p = 0 or 1 − p = 0, so 0·∞ = NaN, where the prediction is perfect to the last bit.
#[test]
fn a_saturated_perfect_prediction() {
    for z in [40.0_f32, 100.0, 1e4, 1e30, f32::MAX] {
        let (binary, softmax) = (BinaryCrossEntropy::default(), SoftmaxCrossEntropy::<3>::default());
        let (mut delta, mut three) = ([7.0; 2], [7.0; 3]);
        assert!(binary.evaluate(&[z, -z], &[1.0, 0.0], &mut delta) < 1e-17);
        assert!(delta.iter().all(|d| d.abs() < 1e-17), "{delta:?}");
        assert_eq!(softmax.evaluate(&[-z / 2.0, z / 2.0, -z / 2.0], &1, &mut three), 0.0);
        assert!(three.iter().all(|d| d.abs() < 1e-17), "{three:?}");
    }
}

// Fault: ln of a probability that has become 0 is −∞, or is cut off by a constant so that the delta is 0 where it should be largest.
#[test]
fn a_saturated_wrong_prediction() {
    for z in [40.0_f32, 1e4, 1e30] {
        let (binary, softmax) = (BinaryCrossEntropy::default(), SoftmaxCrossEntropy::<2>::default());
        let mut delta = [0.0];
        assert_eq!((binary.evaluate(&[z], &[0.0], &mut delta), delta), (z, [1.0]));
        assert_eq!((binary.evaluate(&[-z], &[1.0], &mut delta), delta), (z, [-1.0]));
        let mut two = [0.0; 2];
        assert_eq!((softmax.evaluate(&[z, 0.0], &1, &mut two), two), (z, [1.0, -1.0]));
    }
}

// Fault: the maximum of the whole batch is subtracted from every row, so that rows far below it underflow to 0/0.
#[test]
fn softmax_of_rows_with_their_own_maxima() {
    const NETWORK: Dense<1, 3> = Dense::new(Matrix([[1.0, 2.0, 0.0]]), [0.0, 0.0, -1.0]);
    let inputs = [[1e4], [0.0], [-1e4], [2.0], [-300.0], [300.0], [-1e30]];
    let (loss, mut together) = (SoftmaxCrossEntropy::<3>::default(), [[7.0; 3]; 7]);
    let mut predictor = Predictor::<Dense<1, 3>, 7>::ZERO;
    predictor.predict(&NETWORK, &loss, &inputs, &mut together).unwrap();
    for (input, row) in inputs.iter().zip(together) {
        let mut alone = [[0.0; 3]];
        let mut predictor = Predictor::<Dense<1, 3>>::ZERO;
        predictor.predict(&NETWORK, &loss, &[*input], &mut alone).unwrap();
        assert_eq!(row, alone[0], "{input:?}");
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{input:?}: {row:?}");
    }
    assert!((together[1][2] - 0.155_362_4).abs() < 1e-7, "{:?}", together[1]); // e⁻¹/(2 + e⁻¹)
}

// Fault: biases are drawn or zeroed and then never updated, which XOR forgives.
#[test]
fn biases_train() {
    let mut trainer = Trainer::<(Dense<1, 4, Tanh>, Dense<4, 3, Sigmoid>, Dense<3, 2>), Sgd, 2>::ZERO;
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let (inputs, targets) = ([[0.0]; 3], [[0.75, -0.5]; 3]); // nothing to see: only biases can give these outputs
    let settings = Settings::new(MeanSquaredError, Sgd { learning_rate: 0.3 });
    trainer.accumulate(&settings, &samples(&inputs, &targets)).unwrap();
    trainer.update(&settings).unwrap();
    let network = &trainer.network;
    let moved = network.0.bias.iter().chain(&network.1.bias).chain(&network.2.bias).all(|&b| b != 0.0);
    assert!(moved, "{:?} {:?} {:?}", network.0.bias, network.1.bias, network.2.bias);
    for _ in 0..100 {
        trainer.accumulate(&settings, &samples(&inputs, &targets)).unwrap();
        trainer.update(&settings).unwrap();
    }
    assert!(trainer.evaluate(&settings.loss, &samples(&inputs, &targets)).unwrap() < 1e-6);
}

type Mixed = (
    (Dense<2, 3, Relu, f64>, Dense<3, 3, Sigmoid, f64>, Dense<3, 3, Tanh, f64>),
    (Dense<3, 3, Silu, f64>, Dense<3, 3, LeakyRelu, f64>, Dense<3, 3, Softplus, f64>),
    (Dense<3, 3, Elu, f64>, Dense<3, 3, Gelu, f64>, Dense<3, 2, Identity, f64>),
);

// Fault: one derivative (the output layer's, or sigmoid's) is used for every layer. Differences by hand, without `gradient_check`.
#[test]
fn each_activation_has_its_own_derivative() {
    let mut trainer = Box::new(Trainer::<Mixed, Sgd<f64>, 2>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(5));
    trainer.network.0.0.bias = [0.3, 0.4, 0.5];
    let (inputs, targets) = ([[0.5, -0.25], [1.0, 0.75], [-0.5, 0.125]], [[0.0, 1.0], [0.5, -1.0], [2.0, 0.0]]);
    let (settings, h) = (Settings::new(MeanSquaredError, Sgd::default()), 1e-5);
    trainer.accumulate(&settings, &samples(&inputs, &targets)).unwrap();
    for index in 0..Mixed::TENSORS {
        let gradient: Vec<f64> = trainer.gradient().tensor(index).iter().map(|sum| sum / 3.0).collect();
        let largest = gradient.iter().fold(0.0, |largest: f64, g| largest.max(g.abs()));
        assert!(largest > 0.0, "tensor {index} learns nothing");
        for (place, g) in gradient.into_iter().enumerate() {
            let w = trainer.network.tensor(index)[place];
            let mut loss = |w| {
                trainer.network.tensor_mut(index)[place] = w;
                trainer.evaluate(&settings.loss, &samples(&inputs, &targets)).unwrap()
            };
            let numerical = (loss(w + h) - loss(w - h)) / (2.0 * h);
            loss(w);
            assert!((g - numerical).abs() <= 1e-6 * largest, "tensor {index}[{place}]: {g}, numerically {numerical}");
        }
    }
}

// Fault: ReLU's derivative taken as 1 where the output is 0 (y ≥ 0 instead of y > 0), so that units that are off learn.
#[test]
fn dead_units_stay_dead() {
    fn holds<O: Optimizer<f32>>(optimizer: O) {
        let mut trainer = Trainer::<(Dense<2, 3, Relu>, Dense<3, 1>), O, 4>::ZERO;
        trainer.network.0 = Dense::new(Matrix([[0.5, -0.25, 1.0], [0.25, 0.5, 1.0]]), [0.1, -50.0, 0.1]);
        trainer.network.1 = Dense::new(Matrix([[0.5], [0.75], [-0.5]]), [0.0]);
        let (inputs, targets) = ([[1.0, 0.5], [0.25, 2.0], [1.5, 1.0]], [[1.0], [2.0], [0.0]]);
        let settings = Settings { epochs: 30, batch_size: 2, ..Settings::new(MeanSquaredError, optimizer) };
        trainer
            .fit(&settings, &samples(&inputs, &targets), None, None, |_, _| std::ops::ControlFlow::Continue(()))
            .unwrap();
        let (first, second) = (&trainer.network.0, &trainer.network.1);
        assert_eq!([first.weights.0[0][1], first.weights.0[1][1], first.bias[1]], [-0.25, 0.5, -50.0]);
        assert_eq!(second.weights.0[1], [0.75]);
        assert!(first.weights.0[0][0] != 0.5 && second.weights.0[0] != [0.5], "the others learn");
    }
    holds(Sgd { learning_rate: 0.05 });
    holds(Momentum::default());
    holds(Adam::default());
    holds(AmsGrad::default());
    holds(RmsProp::default());
    holds(AdaGrad::default());
}

// Fault: ⌊rows / batch⌋ batches, so that the last rows of every epoch are never seen; or a mean that divides them by a whole batch.
#[test]
fn the_tail_counts() {
    let inputs: [[f32; 1]; 10] = std::array::from_fn(|row| [row as f32 / 10.0]);
    let mut targets = [[0.5]; 10];
    let settings = Settings { batch_size: 4, ..Settings::new(MeanSquaredError, Sgd { learning_rate: 0.1 }) };
    let epoch = |targets: &[[f32; 1]; 10]| {
        let mut trainer = Trainer::<Dense<1, 1>, Sgd, 3>::ZERO;
        let mut steps = vec![];
        let mean = trainer.epoch(&settings, &samples(&inputs, targets), 0..10, |step| steps.push(*step)).unwrap();
        (steps, mean, trainer.network.bits())
    };
    let (steps, mean, bits) = epoch(&targets);
    assert_eq!(steps.iter().map(|step| step.rows).collect::<Vec<_>>(), [4, 4, 2]);
    let weighted: f32 = steps.iter().map(|step| step.loss * step.rows as f32).sum::<f32>() / 10.0;
    assert!((mean - weighted).abs() < 1e-7, "{mean}, {weighted}");
    targets[9] = [5.0];
    let (changed, other_mean, other_bits) = epoch(&targets);
    assert_eq!(steps[..2], changed[..2]);
    assert!(other_mean > mean && other_bits != bits);
    // The mean over the 2 rows that are there: (y − t)² of rows 8 and 9, the network being what two steps made of it.
    let mut trainer = Trainer::<Dense<1, 1>, Sgd, 3>::ZERO;
    trainer.epoch(&settings, &samples(&inputs, &targets), 0..8, |_| ()).unwrap();
    let mut y = [[0.0]; 2];
    trainer.logits(&inputs[8..], &mut y).unwrap();
    let expected = ((y[0][0] - 0.5) * (y[0][0] - 0.5) + (y[1][0] - 5.0) * (y[1][0] - 5.0)) / 2.0;
    assert!((changed[2].loss - expected).abs() < 1e-6 * expected, "{} {expected}", changed[2].loss);
}

// Fault: layers are updated one after the other, and the overflow is found in the last, when the first have moved already.
#[test]
fn no_step_is_half_applied() {
    let mut trainer = Trainer::<(Dense<1, 2>, Dense<2, 1>), Momentum, 2>::ZERO;
    trainer.network.0.weights.0 = [[1.0, 1.0]];
    trainer.network.1.weights.0 = [[1e-25], [1e-25]];
    let settings = Settings::new(Huber::default(), Momentum::default());
    let before = trainer.network.bits();
    // y = 2, delta 1: the first layer's gradient is 10⁻²⁵·10²⁵, the last one's 10²⁵, whose square overflows.
    trainer.accumulate(&settings, &samples(&[[1e25]], &[[0.0]])).unwrap();
    let error = trainer.update(&settings).unwrap_err();
    assert!(matches!(error, Error::Gradient { layer: 1, kind: TensorKind::Weights, .. }), "{error}");
    assert_eq!((trainer.network.bits(), trainer.steps(), trainer.pending()), (before, 0, 0));
}

// Fault: the gradient of a batch goes on from that of the batch before, which passes for momentum.
#[test]
fn the_gradient_starts_at_zero() {
    let mut trainer = Trainer::<Dense<1, 1>, Sgd, 1>::ZERO;
    let settings = Settings::new(MeanSquaredError, Sgd { learning_rate: 0.0 });
    let mut gradient = || {
        trainer.accumulate(&settings, &samples(&[[2.0]], &[[3.0]])).unwrap();
        let bits = trainer.gradient().bits();
        trainer.update(&settings).unwrap();
        bits
    };
    assert_eq!(gradient(), gradient());
}

// Fault: dropout goes on while predicting and evaluating, or does not scale what it keeps.
#[test]
fn dropout_only_trains() {
    let mut trainer = Trainer::<(Dropout<64>, Dense<64, 1>), Sgd, 4>::ZERO;
    trainer.network.0.rate = 0.5;
    trainer.network.1.weights.0 = [[1.0 / 64.0]; 64];
    let (inputs, targets) = (vec![[1.0; 64]; 500], vec![[1.0]; 500]);
    assert_eq!(trainer.evaluate(&MeanSquaredError, &samples(&inputs, &targets)).unwrap(), 0.0);
    let mut outputs = [[0.0]];
    trainer.predict(&MeanSquaredError, &inputs[..1], &mut outputs).unwrap();
    assert_eq!(outputs, [[1.0]]);
    let settings = Settings::new(MeanSquaredError, Sgd { learning_rate: 0.0 });
    trainer.accumulate(&settings, &samples(&inputs, &targets)).unwrap();
    let loss = trainer.update(&settings).unwrap().loss;
    // The variance of the mean of 64 numbers that are 0 or 2: 1/64, known to √(2/500).
    assert!((loss * 64.0 - 1.0).abs() < 4.0 * (2.0_f32 / 500.0).sqrt(), "{loss}");
}

// Fault: L2 and weight decay pull at biases too.
#[test]
fn biases_do_not_decay() {
    fn holds<O: Optimizer<f32>>(optimizer: O, l2: f32) {
        let mut trainer = Trainer::<Dense<1, 1>, O, 1>::ZERO;
        trainer.network = Dense::new(Matrix([[2.0]]), [3.0]);
        let settings = Settings { l2, ..Settings::new(MeanSquaredError, optimizer) };
        trainer.accumulate(&settings, &samples(&[[0.0]], &[[3.0]])).unwrap(); // no error, no gradient
        trainer.update(&settings).unwrap();
        assert!(trainer.network.weights.0[0][0] < 2.0);
        assert_eq!(trainer.network.bias, [3.0]);
    }
    holds(Sgd::default(), 0.1);
    holds(AdamW { adam: Adam { learning_rate: 0.1, ..Adam::default() }, weight_decay: 0.1 }, 0.0);
}
