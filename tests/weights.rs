//! A sample of weight k counts as k rows, one of weight 0 as none: in loss, gradient and penalty.

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<2, 5, Tanh, f64>, Dense<5, 2, Identity, f64>);
type Data<'a, Y> = (&'a [[f64; 2]], &'a [Y], Option<&'a [f64]>);

/// Three steps on these rows; the last step and the parameters.
fn trained<L: Loss<[f64; 2]>, O: Optimizer<f64>>(
    settings: &Settings<L, O, f64>,
    (inputs, targets, weights): Data<'_, L::Target>,
) -> (Step<f64>, Vec<f64>, f64) {
    let mut trainer = Box::new(Trainer::<Net, O, 3>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(4));
    let mut samples = Samples::new(inputs, targets).unwrap();
    if let Some(weights) = weights {
        samples = samples.weighted(weights).unwrap();
    }
    let mut last = None;
    for _ in 0..3 {
        trainer.accumulate(settings, &samples).unwrap();
        last = Some(trainer.update(settings).unwrap());
    }
    let parameters = (0..Net::TENSORS).flat_map(|index| trainer.network.tensor(index)).copied().collect();
    (last.unwrap(), parameters, trainer.evaluate(&settings.loss, &samples).unwrap())
}

const INPUTS: [[f64; 2]; 4] = [[0.5, -1.0], [0.25, 2.0], [-1.0, 0.5], [2.0, -2.0]];
/// Row 0 thrice, row 1 once, row 2 not at all, row 3 twice.
const WEIGHTS: [f64; 4] = [3.0, 1.0, 0.0, 2.0];
const ROWS: [usize; 6] = [0, 0, 0, 1, 3, 3];

fn agrees<L: Loss<[f64; 2]>, O: Optimizer<f64>>(loss: L, optimizer: O, targets: [L::Target; 4])
where
    L::Target: Copy,
{
    let settings = Settings { l2: 0.7, ..Settings::new(loss, optimizer) };
    let weighted = trained(&settings, (&INPUTS, &targets, Some(&WEIGHTS)));
    let repeated = trained(&settings, (&ROWS.map(|row| INPUTS[row]), &ROWS.map(|row| targets[row]), None));
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-13 * b.abs().max(1.0);
    let (one, other) = (weighted.0, repeated.0);
    assert!(close(one.loss, other.loss) && close(one.penalty, other.penalty), "{one:?} {other:?}");
    assert!(close(one.gradient_norm, other.gradient_norm) && close(weighted.2, repeated.2));
    assert!(weighted.1.iter().zip(&repeated.1).all(|(&a, &b)| close(a, b)), "{:?} {:?}", weighted.1, repeated.1);
}

#[test]
fn as_often_as_they_weigh() {
    let targets = [[0.0, 1.0], [1.0, 1.0], [0.25, 0.0], [1.0, 0.0]];
    let sgd = Sgd { learning_rate: 0.1 };
    agrees(MeanSquaredError, sgd, targets);
    agrees(Huber { threshold: 0.3 }, Momentum::default(), targets);
    agrees(BinaryCrossEntropy { positive_weight: 2.5, label_smoothing: 0.1 }, Adam::default(), targets);
    let softmax = SoftmaxCrossEntropy { class_weights: [0.5, 2.0], label_smoothing: 0.1 };
    agrees(softmax, AdamW::default(), [0, 1, 1, 0]);
    agrees(softmax, RmsProp::default(), [0, 1, 1, 0]);
}

#[test]
fn the_m_of_l2_is_the_sum_of_the_weights() {
    let trained = |inputs: &[[f64; 1]], targets: &[[f64; 1]], weights: &[f64]| {
        let mut trainer = Trainer::<Dense<1, 1, Identity, f64>, Sgd<f64>, 1>::ZERO;
        trainer.network.weights.0 = [[1.0]];
        let settings = Settings { l2: 0.5, ..Settings::new(MeanSquaredError, Sgd { learning_rate: 0.1 }) };
        let samples = Samples::new(inputs, targets).unwrap().weighted(weights).unwrap();
        trainer.accumulate(&settings, &samples).unwrap();
        trainer.update(&settings).unwrap();
        trainer.network.weights.0[0][0]
    };
    let (inputs, targets) = ([[1.0], [2.0]], [[3.0], [1.0]]);
    assert!((trained(&inputs, &targets, &[2.0, 1.0]) - 1.116_666_666_666_666_7).abs() < 1e-15);
    assert!((trained(&inputs, &targets, &[0.0, 1.0]) - 0.55).abs() < 1e-15);
    assert_eq!(trained(&inputs, &targets, &[0.0, 1.0]), trained(&inputs[1..], &targets[1..], &[1.0]));
}

/// `gradient_check` has the same m.
#[test]
fn gradients_with_weights_and_l2() {
    let mut trainer = Trainer::<Net, Sgd<f64>, 3>::ZERO;
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(4));
    let samples = Samples::new(&INPUTS, &[[0.0, 1.0]; 4]).unwrap().weighted(&WEIGHTS).unwrap();
    let settings = Settings { l2: 3.0, ..Settings::new(BinaryCrossEntropy::default(), Sgd::default()) };
    let check = trainer.gradient_check(&settings, &samples, 1e-5).unwrap();
    assert!(check.relative_error < 1e-7, "{check:?}");
}

/// A row of weight 0 may have a loss that overflows.
#[test]
fn a_row_without_weight_does_not_count() {
    let (inputs, targets) = ([[1.0], [1.0]], [[0.5], [3e38]]);
    let settings = Settings::new(MeanSquaredError, Sgd { learning_rate: 0.1 });
    let mut trainer = Trainer::<Dense<1, 1>, Sgd, 2>::ZERO;
    let samples = Samples::new(&inputs, &targets).unwrap();
    assert_eq!(trainer.accumulate(&settings, &samples), Err(Error::Loss { row: 1, layer: None }));
    let samples = samples.weighted(&[1.0, 0.0]).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
    assert_eq!(trainer.update(&settings).unwrap().loss, 0.25);
    assert!((trainer.network.bias[0] - 0.1).abs() < 1e-7);
    assert_eq!(trainer.evaluate(&settings.loss, &samples), Ok(0.4_f32.powi(2) * 0.5625));
}

/// Weights of samples, or of samples and classes, whose sum leaves the range: an error, and nothing changes.
#[test]
fn weights_whose_sum_is_not_finite() {
    let (inputs, targets) = ([[1.0_f32]; 3], [1_usize; 3]);
    let samples = Samples::new(&inputs, &targets).unwrap();
    let error = samples.weighted(&[f32::MAX, 0.0, f32::MAX]).unwrap_err();
    assert_eq!(error, Error::SampleWeight { row: 2, value: f32::MAX });
    let heavy = samples.weighted(&[1e38, 1e38, 1e38]).unwrap();
    let settings = |weight| {
        let loss = SoftmaxCrossEntropy::<2> { class_weights: [1.0, weight], label_smoothing: 0.0 };
        Settings::new(loss, Sgd::default())
    };
    let mut trainer = Trainer::<Dense<1, 2>, Sgd, 2>::ZERO;
    // Σ s·w·loss is finite here, since the loss is 0; Σ s·w is not.
    trainer.network.bias = [-1e6, 1e6];
    let error = Error::SampleWeight { row: 1, value: 2e38 };
    assert_eq!(trainer.accumulate(&settings(2.0), &heavy), Err(error));
    assert_eq!((trainer.pending(), trainer.gradient().bits()), (0, Dense::<1, 2>::ZERO.bits()));
    assert_eq!(
        trainer.evaluate(&settings(4.0).loss, &heavy),
        Err(Error::SampleWeight { row: 0, value: f32::INFINITY })
    );
    // One call after the other.
    trainer.accumulate(&settings(1.0), &heavy).unwrap();
    assert_eq!(trainer.accumulate(&settings(1.0), &heavy), Err(Error::SampleWeight { row: 0, value: 1e38 }));
    // The least that a batch may weigh.
    let light = samples.weighted(&[1e-31, 1e-31, 1e-31]).unwrap();
    trainer.accumulate(&settings(1.0), &light).unwrap();
    assert_eq!(trainer.update(&settings(1.0)), Err(Error::NoWeight));
    let light = samples.weighted(&[f32::TINY, 0.0, 0.0]).unwrap();
    trainer.accumulate(&settings(1.0), &light).unwrap();
    assert_eq!(trainer.update(&settings(1.0)).unwrap().loss, 0.0);
    let light = samples.weighted(&[1e-30, 1e-30, 1e-30]).unwrap();
    trainer.accumulate(&settings(1.0), &light).unwrap();
    assert_eq!(trainer.update(&settings(1.0)).unwrap().loss, 0.0);
}
