//! That `gradient_check` can fail: an activation, a loss and a layer, each with one small fault, are caught.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

mod golden;

use bareprop::*;
use golden::tolerance;
use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

const INPUTS: [[f64; 2]; 3] = [[0.5, -1.25], [0.75, 0.5], [-1.0, 0.25]];
const TARGETS: [[f64; 2]; 3] = [[0.25, 1.0], [-0.5, 0.0], [1.5, -1.0]];

/// The worst place of a network with weights that are drawn.
fn worst<N, L>(loss: L, l2: f64) -> trace::GradientCheck
where
    N: Layer<Scalar = f64, Input = [f64; 2], Output = [f64; 2]>,
    L: Loss<[f64; 2], Target = [f64; 2]>,
{
    let mut trainer = Trainer::<N, Sgd<f64>, 2>::ZERO;
    let mut rng = XorShiftRng::seed_from_u64(4);
    trainer.network.initialize(None, &mut rng);
    for index in (0..N::TENSORS).filter(|&index| N::describe(index).1 == TensorKind::Bias) {
        trainer.network.tensor_mut(index).iter_mut().for_each(|b| *b = f64::uniform(&mut rng) - 0.5);
    }
    let settings = Settings { l2, ..Settings::new(loss, Sgd::default()) };
    trainer.gradient_check(&settings, &Samples::new(&INPUTS, &TARGETS).unwrap(), 1e-5).unwrap()
}

#[track_caller]
fn assert_caught(what: &str, found: trace::GradientCheck, tensors: &[usize]) {
    assert!(found.relative_error > tolerance::DIFFERENCES, "{what} was not caught: {found:?}");
    assert!(tensors.contains(&found.tensor), "{what} was found in the wrong place: {found:?}");
}

// ---------- activations ----------

/// tanh, whose slope is multiplied by 1 + PARTS/10⁹.
#[derive(Debug)]
enum Off<const PARTS: i32> {}

impl<const PARTS: i32> Activation for Off<PARTS> {
    type Kept = KeptOutput;
    const INIT: Init = Init::GlorotUniform;
    fn apply<T: Scalar>(z: T) -> T {
        z.tanh()
    }
    fn slope<T: Scalar>(y: T) -> T {
        (T::ONE - y * y) * T::from_f64(1.0 + f64::from(PARTS) * 1e-9)
    }
}

/// Says that it needs z, and then takes it for the output.
#[derive(Debug)]
enum Confused {}

impl Activation for Confused {
    type Kept = KeptPreActivation;
    const INIT: Init = Init::GlorotUniform;
    fn apply<T: Scalar>(z: T) -> T {
        z.tanh()
    }
    fn slope<T: Scalar>(z: T) -> T {
        T::ONE - z * z
    }
}

type Around<A> = (Dense<2, 4, A, f64>, Dense<4, 2, Identity, f64>);

#[test]
fn wrong_activations() {
    let sound = worst::<Around<Off<0>>, _>(MeanSquaredError, 0.1);
    assert!(sound.relative_error <= tolerance::DIFFERENCES, "{sound:?}");
    assert_caught("a slope 5 millionths too large", worst::<Around<Off<5000>>, _>(MeanSquaredError, 0.0), &[0, 1]);
    assert_caught("a slope 5 millionths too small", worst::<Around<Off<-5000>>, _>(MeanSquaredError, 0.0), &[0, 1]);
    assert_caught("z taken for y", worst::<Around<Confused>, _>(MeanSquaredError, 0.0), &[0, 1]);
    let last = worst::<(Dense<2, 3, Tanh, f64>, Dense<3, 2, Off<5000>, f64>), _>(MeanSquaredError, 0.0);
    assert_caught("a wrong slope of the last layer", last, &[0, 1, 2, 3]);
}

// ---------- losses ----------

/// The squared error, with a fault in its delta.
struct Squared {
    /// What stands where 2 should.
    factor: f64,
    /// Which output's delta has the wrong sign.
    wrong_sign: Option<usize>,
}

impl Loss<[f64; 2]> for Squared {
    type Target = [f64; 2];
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }
    fn check_target(&self, _: usize, _: &[f64; 2]) -> Result<(), Error> {
        Ok(())
    }
    fn evaluate(&self, y: &[f64; 2], t: &[f64; 2], delta: &mut [f64; 2]) -> f64 {
        *delta =
            [0, 1].map(|k| (y[k] - t[k]) * self.factor / 2.0 * if self.wrong_sign == Some(k) { -1.0 } else { 1.0 });
        [0, 1].iter().map(|&k| (y[k] - t[k]) * (y[k] - t[k]) / 2.0).sum()
    }
    fn link(&self, _: &mut [f64; 2]) {}
}

#[test]
fn wrong_losses() {
    let sound = worst::<Around<Tanh>, _>(Squared { factor: 2.0, wrong_sign: None }, 0.1);
    assert!(sound.relative_error <= tolerance::DIFFERENCES, "{sound:?}");
    for (factor, wrong_sign) in [(1.0, None), (2.000_01, None), (2.0, Some(0)), (2.0, Some(1))] {
        let what = format!("factor {factor}, wrong sign {wrong_sign:?}");
        assert_caught(&what, worst::<Around<Tanh>, _>(Squared { factor, wrong_sign }, 0.0), &[0, 1, 2, 3]);
    }
}

// ---------- layers ----------

/// What a [`Faulty`] layer does wrong.
const SOUND: u32 = 0;
const NO_BIAS: u32 = 1;
const ONE_WEIGHT: u32 = 2;
const LAST_ROW_LOST: u32 = 3;
const PASSED_ON_TRANSPOSED: u32 = 4;
const SLOPE_FORGOTTEN: u32 = 5;

type Inner = Dense<2, 2, Tanh, f64>;

/// A dense layer with one fault.
#[derive(Debug)]
struct Faulty<const FAULT: u32>(Inner);

impl<const FAULT: u32> Zero for Faulty<FAULT> {
    const ZERO: Self = Faulty(Inner::ZERO);
}

impl<const FAULT: u32> Parameters for Faulty<FAULT> {
    type Scalar = f64;
    const COUNT: usize = Inner::COUNT;
    const TENSORS: usize = Inner::TENSORS;
    fn tensor(&self, index: usize) -> &[f64] {
        self.0.tensor(index)
    }
    fn tensor_mut(&mut self, index: usize) -> &mut [f64] {
        self.0.tensor_mut(index)
    }
}

impl<const FAULT: u32> Layer for Faulty<FAULT> {
    type Input = [f64; 2];
    type Output = [f64; 2];
    type Tape<const TILE: usize> = <Inner as Layer>::Tape<TILE>;
    type Deltas<const TILE: usize> = <Inner as Layer>::Deltas<TILE>;
    const ZERO_OUTPUT_BLOCKS_GRADIENT: Option<bool> = Inner::ZERO_OUTPUT_BLOCKS_GRADIENT;

    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Rng + ?Sized)) {
        self.0.initialize(init, rng);
    }

    fn forward<const TILE: usize>(
        &self,
        inputs: &[[f64; 2]],
        tape: &mut Self::Tape<TILE>,
        outputs: &mut [[f64; 2]],
        noise: Option<Noise>,
    ) {
        self.0.forward::<TILE>(inputs, tape, outputs, noise);
    }

    fn backward<const TILE: usize>(
        &self,
        pass: BackwardPass<'_, Self, TILE>,
        delta: &mut [[f64; 2]],
        deltas: &mut Self::Deltas<TILE>,
        mut input_delta: Option<&mut [[f64; 2]]>,
    ) {
        let before = delta.to_vec();
        let BackwardPass { inputs, tape, outputs, noise, zero_input_blocks_gradient, zero_output_has_no_delta } = pass;
        self.0.backward::<TILE>(
            BackwardPass { inputs, tape, outputs, noise, zero_input_blocks_gradient, zero_output_has_no_delta },
            delta,
            deltas,
            input_delta.as_deref_mut(),
        );
        if FAULT == SLOPE_FORGOTTEN {
            delta.copy_from_slice(&before);
        }
        if FAULT == PASSED_ON_TRANSPOSED
            && let Some(input_delta) = input_delta
        {
            let weights = self.0.weights.0;
            for (d, dx) in delta.iter().zip(input_delta) {
                *dx = [0, 1].map(|column| d[0] * weights[0][column] + d[1] * weights[1][column]);
            }
        }
    }

    fn add_gradient<const TILE: usize>(
        &mut self,
        scale: f64,
        inputs: &[[f64; 2]],
        tape: &Self::Tape<TILE>,
        delta: &[[f64; 2]],
        deltas: &Self::Deltas<TILE>,
    ) {
        let (bias, weight) = (self.0.bias, self.0.weights.0[1][1]);
        let rows = if FAULT == LAST_ROW_LOST { inputs.len().min(1) } else { inputs.len() };
        self.0.add_gradient::<TILE>(scale, &inputs[..rows], tape, &delta[..rows], deltas);
        if FAULT == NO_BIAS {
            self.0.bias = bias;
        }
        if FAULT == ONE_WEIGHT {
            self.0.weights.0[1][1] = weight + (self.0.weights.0[1][1] - weight) * 1.000_01;
        }
    }
}

type Between<const FAULT: u32> = (Dense<2, 2, Tanh, f64>, Faulty<FAULT>, Dense<2, 2, Identity, f64>);

#[test]
fn wrong_layers() {
    let sound = worst::<Between<SOUND>, _>(MeanSquaredError, 0.1);
    assert!(sound.relative_error <= tolerance::DIFFERENCES, "{sound:?}");
    assert_caught("biases that do not train", worst::<Between<NO_BIAS>, _>(MeanSquaredError, 0.0), &[3]);
    let one = worst::<Between<ONE_WEIGHT>, _>(MeanSquaredError, 0.0);
    assert_caught("one weight whose gradient is 10⁻⁵ too large", one, &[2]);
    assert_eq!(one.index, 3);
    let lost = worst::<Between<LAST_ROW_LOST>, _>(MeanSquaredError, 0.0);
    assert_caught("the last row of a tile lost", lost, &[2, 3]);
    let transposed = worst::<Between<PASSED_ON_TRANSPOSED>, _>(MeanSquaredError, 0.0);
    assert_caught("δ·W passed on instead of δ·Wᵀ", transposed, &[0, 1]);
    let forgotten = worst::<Between<SLOPE_FORGOTTEN>, _>(MeanSquaredError, 0.0);
    assert_caught("the slope of the activation forgotten", forgotten, &[2, 3]);
}

// ---------- what is compared with what ----------

/// A fault of 5 millionths in a layer whose gradient is a thousandth of the other layer's, and one where losses are large.
#[test]
fn faults_are_measured_by_their_own_tensor() {
    let mut trainer = Trainer::<(Dense<1, 1, Off<5000>, f64>, Dense<1, 1, Identity, f64>), Sgd<f64>, 2>::ZERO;
    (trainer.network.0.weights.0, trainer.network.1.weights.0) = ([[0.5]], [[1e-3]]);
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    let samples = Samples::new(&[[0.5], [1.0]], &[[1.0], [2.0]]).unwrap();
    let found = trainer.gradient_check(&settings, &samples, 1e-5).unwrap();
    assert_caught("a slope 5 millionths too large", found, &[0, 1]);

    trainer.network.1.weights.0 = [[1.0]];
    let samples = Samples::new(&[[0.5], [1.0]], &[[1000.0], [2000.0]]).unwrap();
    let found = trainer.gradient_check(&settings, &samples, 1e-5).unwrap();
    assert_caught("the same beside losses of a million", found, &[0, 1]);
}

/// Where every gradient is all but 0, what rounding makes of the differences is no error, however many times larger it is.
#[test]
fn a_gradient_of_zero() {
    let mut rng = XorShiftRng::seed_from_u64(6);
    for round in 0..200 {
        let size = if round % 2 == 0 { 1.0 } else { 1000.0 };
        let mut draw = || (f64::uniform(&mut rng) + 0.1) * size;
        let (x, w, b, t) = (draw() / size, draw(), draw(), draw());
        let mut trainer = Trainer::<Dense<1, 1, Identity, f64>, Sgd<f64>, 2>::ZERO;
        (trainer.network.weights.0, trainer.network.bias) = ([[w]], [b]);
        // Two targets of one input, equally far from the output on both sides.
        let (inputs, y) = ([[x], [x]], x * w + b);
        if (y - t).abs() < 0.1 * size {
            continue; // what is left of a cancellation
        }
        let targets = [[t], [y + (y - t)]];
        let samples = Samples::new(&inputs, &targets).unwrap();
        let settings = Settings::new(MeanSquaredError, Sgd::default());
        let found = trainer.gradient_check(&settings, &samples, 1e-5).unwrap();
        assert_eq!(found.relative_error, 0.0, "{found:?}");
    }
}
