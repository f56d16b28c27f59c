//! A trainer and its twin: the same network with another `TILE`, which is spared whatever fails.
//!
//! What a call may change on an error stands in its documentation. The twin gets only that (nothing, or a `discard`); from then on
//! both have to stay the same, to the last bit, whatever follows. So also what a trainer keeps to itself is compared.

use crate::settings::{AnyLoss, AnyOptimizer, settings};
use crate::{beside, bits, number, row, share, some};
use arbitrary::{Result, Unstructured};
use bareprop::trace::UnitTrace;
use bareprop::*;
use core::ops::ControlFlow;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// A network that the fuzzer can change.
pub trait Network: Layer {
    /// Sets the rate of all dropout layers.
    fn set_rate(&mut self, rate: Self::Scalar);
    /// A row of inputs.
    fn input(u: &mut Unstructured<'_>) -> Result<Self::Input>;
}

pub struct Twins<N: Network, O: AnyOptimizer<N::Scalar>, const A: usize, const B: usize> {
    one: Box<Trainer<N, O, A>>,
    other: Box<Trainer<N, O, B>>,
}

/// Rows, as a program would have them.
struct Data<N: Network, L: AnyLoss<N::Output>> {
    inputs: Vec<N::Input>,
    targets: Vec<L::Target>,
    weights: Option<Vec<N::Scalar>>,
}

impl<N: Network, L: AnyLoss<N::Output>> Data<N, L> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        let inputs = some(u, 9, N::input)?;
        let targets = beside(u, inputs.len(), L::target)?;
        let weights = if u.ratio(1, 4)? { Some(beside(u, inputs.len(), number)?) } else { None };
        Ok(Data { inputs, targets, weights })
    }

    fn samples(&self) -> core::result::Result<Samples<'_, N::Input, L::Target>, Error> {
        let samples = Samples::new(&self.inputs, &self.targets)?;
        match &self.weights {
            Some(weights) => samples.weighted(weights),
            None => Ok(samples),
        }
    }
}

/// Whether an error says that something was wrong from the start: then nothing may be changed.
fn refused(error: &Error) -> bool {
    use Error::*;
    matches!(error, Setting { .. } | BatchSize | Empty | Target { .. } | Class { .. } | Lengths { .. } | Scratch { .. })
        || matches!(error, Feature { .. } | ValidationTarget { .. })
}

/// What two calls returned is the same, errors included.
fn same<T: core::fmt::Debug>(one: &core::result::Result<T, Error>, other: &core::result::Result<T, Error>) {
    assert_eq!(text(one), text(other));
}

/// What two calls returned, as text: NaN equals itself there.
fn text(outcome: &impl core::fmt::Debug) -> String {
    format!("{outcome:?}")
}

impl<N: Network, O: AnyOptimizer<N::Scalar>, const A: usize, const B: usize> Twins<N, O, A, B> {
    /// Runs what the bytes say.
    pub fn run<L: AnyLoss<N::Output>>(u: &mut Unstructured<'_>) -> Result<()> {
        let mut twins = Twins::<N, O, A, B> { one: Box::new(Trainer::ZERO), other: Box::new(Trainer::ZERO) };
        twins.initialize(u)?;
        let mut settings = settings::<N::Output, L, O>(u)?;
        let mut data = Data::<N, L>::any(u)?;
        for _ in 0..12 {
            if u.is_empty() {
                break;
            }
            match u.int_in_range(0..=15_u8)? {
                0 => settings = self::settings::<N::Output, L, O>(u)?,
                1 => data = Data::any(u)?,
                2 => twins.change(u)?,
                3 => twins.initialize(u)?,
                4 => twins.forget(u.arbitrary()?),
                5 => twins.rate(share(u)?),
                op => {
                    let Ok(samples) = data.samples() else { continue };
                    match op {
                        6 | 7 => twins.accumulate(&settings, &samples),
                        8 | 9 => twins.update(&settings),
                        10 => twins.epoch(&settings, &samples, &some(u, 12, |u| u.int_in_range(0..=9))?),
                        11 => twins.fit(&settings, &samples, &Data::<N, L>::any(u)?, share(u)?),
                        12 => twins.evaluate(&settings, &samples),
                        13 => twins.predict(&settings.loss, &data.inputs, crate::length(u, data.inputs.len())?),
                        14 => twins.trace(&settings, &samples, crate::length(u, N::UNITS)?),
                        _ => twins.gradient_check(&settings, &samples, share(u)?),
                    }
                }
            }
            twins.compare();
        }
        twins.compare_optimizers::<L>();
        Ok(())
    }

    /// Nothing tells the twins apart.
    fn compare(&self) {
        let (one, other) = (&self.one, &self.other);
        assert_eq!(one.network.bits(), other.network.bits(), "networks");
        assert_eq!(one.gradient().bits(), other.gradient().bits(), "gradients");
        assert_eq!((one.pending(), one.steps()), (other.pending(), other.steps()), "rows that wait, steps");
        assert_eq!(one.epochs(), other.epochs(), "epochs");
    }

    /// One more step of each: the optimizers remember the same.
    fn compare_optimizers<L: AnyLoss<N::Output>>(&mut self) {
        let Ok(target) = L::target(&mut Unstructured::new(&[])) else { return };
        let (inputs, targets) = ([N::Input::ZERO], [target]);
        let Ok(samples) = Samples::new(&inputs, &targets) else { return };
        let settings = Settings::new(L::default(), O::default());
        self.accumulate(&settings, &samples);
        self.update(&settings);
        self.compare();
    }

    fn discard_both(&mut self) {
        self.one.discard();
        self.other.discard();
    }

    /// What is left after an error that arose on the way: nothing waits.
    fn broke_off(&mut self) {
        assert_eq!(self.one.pending(), 0);
        self.other.discard();
    }

    /// Every parameter is finite after a step.
    fn finite(&self) {
        for index in 0..N::TENSORS {
            assert!(self.one.network.tensor(index).iter().all(|w| w.is_finite()), "a parameter is not finite");
        }
    }

    fn initialize(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        use Init::*;
        let inits = [HeNormal, HeUniform, GlorotNormal, GlorotUniform, LeCunNormal, LeCunUniform];
        let init = inits.get(usize::from(u.arbitrary::<u8>()? & 15)).copied();
        let mut rng = XorShiftRng::seed_from_u64(u.arbitrary()?);
        self.one.network.initialize(init, &mut rng);
        self.other.network.copy_from(&self.one.network);
        Ok(())
    }

    /// Some parameter becomes any number.
    fn change(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (tensor, place, value) = (u.choose_index(N::TENSORS)?, u.arbitrary::<u8>()?, number(u)?);
        for network in [&mut self.one.network, &mut self.other.network] {
            let values = network.tensor_mut(tensor);
            let count = values.len();
            if let Some(w) = values.get_mut(usize::from(place) % count.max(1)) {
                *w = value;
            }
        }
        Ok(())
    }

    fn forget(&mut self, everything: bool) {
        if everything {
            self.one.restart();
            self.other.restart();
        } else {
            self.discard_both();
        }
    }

    fn rate(&mut self, rate: N::Scalar) {
        if rate >= N::Scalar::ZERO && rate < N::Scalar::ONE {
            self.one.network.set_rate(rate);
            self.other.network.set_rate(rate);
        }
    }

    fn accumulate<L: AnyLoss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
    ) {
        match self.one.accumulate(settings, samples) {
            Ok(()) => self.other.accumulate(settings, samples).expect("the twin's rows"),
            Err(error) if refused(&error) => {}
            Err(error) => {
                assert!(matches!(error, Error::Loss { .. } | Error::SampleWeight { .. }), "{error}");
                self.broke_off();
            }
        }
    }

    fn update<L: AnyLoss<N::Output>>(&mut self, settings: &Settings<L, O, N::Scalar>) {
        match self.one.update(settings) {
            Ok(step) => {
                assert_eq!(text(&step), text(&self.other.update(settings).expect("the twin's step")));
                assert!(step.gradient_norm.is_finite() && step.learning_rate.is_finite(), "{step:?}");
                self.finite();
            }
            Err(error) if refused(&error) => {}
            Err(_) => self.broke_off(),
        }
    }

    fn epoch<L: AnyLoss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        order: &[usize],
    ) {
        let (before, mut seen) = (self.one.steps(), 0);
        let loss = self.one.epoch(settings, samples, order.iter().copied(), |_| seen += 1);
        assert_eq!(self.one.steps(), before + seen);
        if loss.as_ref().is_err_and(refused) {
            assert_eq!(seen, 0, "steps before the data was refused: {loss:?}");
            return;
        }
        let twin = self.other.epoch(settings, samples, order.iter().copied(), |_| ());
        same(&loss, &twin);
        assert_eq!(self.one.pending(), 0);
        if loss.is_ok() {
            self.finite();
        }
    }

    fn fit<L: AnyLoss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        validation: &Data<N, L>,
        min_delta: N::Scalar,
    ) {
        let (mut best, mut best_too) = (Box::new(N::ZERO), Box::new(N::ZERO));
        let validation = validation.samples().ok();
        let before = self.one.steps();
        let stopping = Some(EarlyStopping { patience: 0, min_delta, best: Some(&mut *best) });
        let fit = self.one.fit(settings, samples, validation.as_ref(), stopping, |_, _| ControlFlow::Continue(()));
        if fit.as_ref().is_err_and(refused) {
            assert_eq!(self.one.steps(), before, "steps before the data was refused: {fit:?}");
            assert_eq!(best.bits(), best_too.bits());
            return;
        }
        let stopping = Some(EarlyStopping { patience: 0, min_delta, best: Some(&mut *best_too) });
        let twin = self.other.fit(settings, samples, validation.as_ref(), stopping, |_, _| ControlFlow::Continue(()));
        same(&fit, &twin);
        assert_eq!(best.bits(), best_too.bits());
        assert_eq!(self.one.pending(), 0);
        if let Ok(fit) = fit {
            assert!(fit.epochs <= settings.epochs && fit.best_epoch <= self.one.epochs(), "{fit:?}");
        }
    }

    /// Changes nothing: the twin is not asked.
    fn evaluate<L: AnyLoss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
    ) {
        if let Ok(loss) = self.one.evaluate(&settings.loss, samples) {
            assert!(loss.is_finite(), "the mean loss is {loss}");
        }
    }

    /// Changes nothing, on an error not even the outputs; a predictor gives the same bits.
    fn predict<L: AnyLoss<N::Output>>(&mut self, loss: &L, inputs: &[N::Input], outputs: usize) {
        let mut some = vec![N::Output::ZERO; outputs];
        let mut others = some.clone();
        let mut predictor = Predictor::<N, B>::ZERO;
        let logits = self.one.logits(inputs, &mut some);
        let same = predictor.logits(&self.one.network, inputs, &mut others);
        assert_eq!(text(&logits), text(&same));
        let flat = |rows: &[N::Output]| rows.iter().flat_map(|row| bits(row.values())).collect::<Vec<_>>();
        assert_eq!(flat(&some), flat(&others));
        assert!(logits.is_ok() || flat(&some).iter().all(|&bits| bits == 0));
        let predicted = self.one.predict(loss, inputs, &mut some);
        assert_eq!(text(&predicted), text(&predictor.predict(&self.one.network, loss, inputs, &mut others)));
        assert_eq!(flat(&some), flat(&others));
    }

    fn trace<L: AnyLoss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        units: usize,
    ) {
        let (mut before, mut units) = (Box::new(N::ZERO), vec![UnitTrace::ZERO; units]);
        let (mut layers, mut twins) = (vec![], vec![]);
        let step = self.one.trace(settings, samples, &mut before, &mut units, |layer| layers.push(*layer));
        match step {
            Ok(step) => {
                let twin = self.other.trace(settings, samples, &mut before, &mut units, |layer| twins.push(*layer));
                assert_eq!(text(&step), text(&twin.expect("the twin's step")));
                assert_eq!(text(&layers), text(&twins));
                layers.iter().for_each(|layer| assert!(!layer.verdict().advice().is_empty()));
                self.finite();
            }
            Err(error) if refused(&error) => {}
            Err(_) => self.broke_off(),
        }
    }

    fn gradient_check<L: AnyLoss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        h: N::Scalar,
    ) {
        match self.one.gradient_check(settings, samples, h) {
            Err(error) if refused(&error) => {}
            _ => self.broke_off(), // the rows that waited are forgotten
        }
    }
}

/// Networks: with dropout or without.
macro_rules! network {
    ($($net:ty, $scalar:ty, $dropouts:tt;)*) => {$(
        impl Network for $net {
            fn set_rate(&mut self, _rate: $scalar) {
                network!(@ self _rate $dropouts);
            }
            fn input(u: &mut Unstructured<'_>) -> Result<Self::Input> {
                row(u)
            }
        }
    )*};
    (@ $self:ident $rate:ident [$($index:tt)*]) => { $($self.$index.rate = $rate;)* };
}

pub type Small<T> = Dense<2, 1, Identity, T>;
pub type Moons<T> =
    (Dense<2, 3, Relu, T>, Dropout<3, T>, Dense<3, 2, LeakyRelu, T>, Dropout<2, T>, Dense<2, 1, Identity, T>);
pub type Classes<T> = (Dense<3, 2, Gelu, T>, Dropout<2, T>, Dense<2, 3, Identity, T>);
pub type Every<T> = (
    Dense<1, 2, Identity, T>,
    Dense<2, 1, Elu, T>,
    Dense<1, 2, Sigmoid, T>,
    Dense<2, 1, Tanh, T>,
    Dense<1, 2, Softplus, T>,
    Dense<2, 2, Silu, T>,
);

network! {
    Small<f32>, f32, [];
    Small<f64>, f64, [];
    Moons<f32>, f32, [1 3];
    Moons<f64>, f64, [1 3];
    Classes<f32>, f32, [1];
    Every<f32>, f32, [];
}
