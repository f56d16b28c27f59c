//! Backpropagation against central differences for networks of many shapes, with any data and any weights, in f64.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

mod golden;

use bareprop::*;
use golden::tolerance;
use proptest::prelude::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// The steps of the differences, of which the better counts: a short one drowns in the rounding of the loss where a gradient is small, a
/// long one misses where it bends. A wrong gradient is wrong with both.
const STEPS: [f64; 2] = [1e-5, 1e-4];
/// How far from a kink numbers have to stay: a step moves none by as much.
const CLEARANCE: f64 = 1e-3;

/// What is drawn for a network.
#[derive(Clone, Debug)]
struct Draw {
    seed: u64,
    rows: usize,
    /// What the initial weights are multiplied by.
    spread: f64,
    l2: f64,
    weighted: bool,
    loss: usize,
}

fn draws() -> impl Strategy<Value = Draw> {
    (any::<u64>(), 1_usize..7, 0.6_f64..1.6, prop_oneof![Just(0.0), 0.0_f64..1.0], any::<bool>(), 0_usize..4)
        .prop_map(|(seed, rows, spread, l2, weighted, loss)| Draw { seed, rows, spread, l2, weighted, loss })
}

impl Draw {
    fn network<N: Layer<Scalar = f64>>(&self, network: &mut N) {
        let mut rng = XorShiftRng::seed_from_u64(self.seed);
        network.initialize(None, &mut rng);
        for index in 0..N::TENSORS {
            let is_bias = N::describe(index).1 == TensorKind::Bias;
            for w in network.tensor_mut(index) {
                *w = if is_bias { f64::uniform(&mut rng) - 0.5 } else { *w * self.spread };
            }
        }
    }

    fn values<const N: usize>(&self, low: f64, high: f64) -> Vec<[f64; N]> {
        let mut rng = XorShiftRng::seed_from_u64(!self.seed);
        (0..self.rows).map(|_| [(); N].map(|()| low + (high - low) * f64::uniform(&mut rng))).collect()
    }

    fn weights(&self) -> Vec<f64> {
        (0..self.rows).map(|row| if self.weighted { 0.5 + row as f64 } else { 1.0 }).collect()
    }

    /// Checks the network with the loss that was drawn. `None` where a number is too near to a kink.
    fn check<N, const IN: usize, const OUT: usize>(&self, clear: impl Fn(&N, &[[f64; IN]]) -> bool) -> Option<f64>
    where
        N: Layer<Scalar = f64, Input = [f64; IN], Output = [f64; OUT]>,
    {
        let mut trainer = Box::new(Trainer::<N, Sgd<f64>, 2>::ZERO);
        self.network(&mut trainer.network);
        let inputs = self.values::<IN>(-1.5, 1.5);
        if !clear(&trainer.network, &inputs) {
            return None;
        }
        let (shares, reals) = (self.values::<OUT>(0.0, 1.0), self.values::<OUT>(-2.0, 2.0));
        let classes: Vec<usize> = (0..self.rows).map(|row| row % OUT).collect();
        let binary = BinaryCrossEntropy { positive_weight: 1.5, label_smoothing: 0.1 };
        let mut class_weights = [1.0; OUT];
        class_weights.iter_mut().enumerate().for_each(|(k, weight)| *weight += 0.5 * k as f64);
        let softmax = SoftmaxCrossEntropy { class_weights, label_smoothing: 0.05 };
        let huber = Huber { threshold: 0.75 };
        match self.loss {
            0 => Some(self.worst(&mut trainer, binary, &inputs, &shares)),
            1 => Some(self.worst(&mut trainer, softmax, &inputs, &classes)),
            2 => Some(self.worst(&mut trainer, MeanSquaredError, &inputs, &reals)),
            _ => {
                let mut outputs = vec![[0.0; OUT]; self.rows];
                trainer.logits(&inputs, &mut outputs).unwrap();
                let pairs = outputs.as_flattened().iter().zip(reals.as_flattened());
                let clear = pairs.map(|(y, t)| (y - t).abs() - huber.threshold).all(|d| d.abs() > CLEARANCE);
                clear.then(|| self.worst(&mut trainer, huber, &inputs, &reals))
            }
        }
    }

    fn worst<N: Layer<Scalar = f64>, L: Loss<N::Output>>(
        &self,
        trainer: &mut Trainer<N, Sgd<f64>, 2>,
        loss: L,
        inputs: &[N::Input],
        targets: &[L::Target],
    ) -> f64 {
        let settings = Settings { l2: self.l2, ..Settings::new(loss, Sgd::default()) };
        let weights = self.weights();
        let samples = Samples::new(inputs, targets).unwrap().weighted(&weights).unwrap();
        let errors = STEPS.map(|h| trainer.gradient_check(&settings, &samples, h).unwrap().relative_error);
        errors[0].min(errors[1])
    }
}

/// One hidden layer: `None` where a pre-activation lies near the kink at 0 of ReLU and its relatives.
fn shallow<A: Activation, const IN: usize, const HIDDEN: usize, const OUT: usize>(draw: &Draw) -> Option<f64> {
    type Net<A, const IN: usize, const HIDDEN: usize, const OUT: usize> =
        (Dense<IN, HIDDEN, A, f64>, Dense<HIDDEN, OUT, Identity, f64>);
    draw.check::<Net<A, IN, HIDDEN, OUT>, IN, OUT>(|network, inputs| {
        let layer = &network.0;
        let z = |x: &[f64; IN], unit: usize| {
            x.iter().zip(&layer.weights.0).map(|(x, w)| x * w[unit]).sum::<f64>() + layer.bias[unit]
        };
        inputs.iter().all(|x| (0..HIDDEN).all(|unit| z(x, unit).abs() > CLEARANCE))
    })
}

/// Three hidden layers of smooth activations.
fn deep<A: Activation, B: Activation, const IN: usize, const HIDDEN: usize, const OUT: usize>(
    draw: &Draw,
) -> Option<f64> {
    type Net<A, B, const IN: usize, const HIDDEN: usize, const OUT: usize> = (
        Dense<IN, HIDDEN, A, f64>,
        (Dense<HIDDEN, OUT, B, f64>, Dense<OUT, HIDDEN, A, f64>),
        Dense<HIDDEN, OUT, Identity, f64>,
    );
    draw.check::<Net<A, B, IN, HIDDEN, OUT>, IN, OUT>(|_, _| true)
}

/// Runs each shape of the list with each activation: any of them for one hidden layer, smooth ones for three.
macro_rules! shapes {
    ($([$in:literal $hidden:literal $out:literal])*) => {
        const SHAPES: &[fn(&Draw) -> Option<f64>] = &[$(
            shallow::<Identity, $in, $hidden, $out>,
            shallow::<Relu, $in, $hidden, $out>,
            shallow::<LeakyRelu, $in, $hidden, $out>,
            shallow::<Elu, $in, $hidden, $out>,
            shallow::<Sigmoid, $in, $hidden, $out>,
            shallow::<Tanh, $in, $hidden, $out>,
            shallow::<Silu, $in, $hidden, $out>,
            shallow::<Gelu, $in, $hidden, $out>,
            shallow::<Softplus, $in, $hidden, $out>,
            deep::<Tanh, Silu, $in, $hidden, $out>,
            deep::<Gelu, Sigmoid, $in, $hidden, $out>,
            deep::<Softplus, Identity, $in, $hidden, $out>,
        )*];
    };
}

shapes! { [1 2 1] [1 6 1] [2 3 2] [3 1 2] [5 4 3] [4 9 1] [2 16 5] [7 7 7] }

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_shape(shape in 0..SHAPES.len(), draw in draws()) {
        let worst = SHAPES[shape](&draw);
        prop_assume!(worst.is_some());
        prop_assert!(worst <= Some(tolerance::DIFFERENCES), "{worst:?}");
    }
}

/// Every shape at least once, whatever proptest draws.
#[test]
fn every_shape() {
    for (number, shape) in SHAPES.iter().enumerate() {
        for loss in 0..4 {
            let worst =
                (0..50).find_map(|seed| shape(&Draw { seed, rows: 4, spread: 1.0, l2: 0.1, weighted: true, loss }));
            let worst = worst.unwrap_or_else(|| panic!("no draw of shape {number} is clear of kinks"));
            assert!(worst <= tolerance::DIFFERENCES, "shape {number}, loss {loss}: {worst}");
        }
    }
}
