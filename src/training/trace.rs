//! Statistics of the gradient, layer by layer, and a check of it against central differences.

use crate::kernels::dispatch::widest;
use crate::training::batch::Finish;
use crate::{Error, Layer, Loss, Optimizer, Samples, Scalar, Settings, Step, Trainer, Zero};

/// A layer's gradient has vanished where its mean |g| is below this.
pub const VANISHING: f64 = 1e-7;
/// A layer's gradient has exploded where its largest |g| exceeds this.
pub const EXPLODING: f64 = 100.0;
/// A unit is saturated for a row where the magnitude of the slope of its activation is below this.
pub const FLAT: f64 = 0.01;

/// The gradient, the step and the units of one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LayerTrace<T = f32> {
    /// The layer, from 0.
    pub layer: usize,
    /// The mean of |g| over its weights and biases.
    pub mean_gradient: T,
    /// The standard deviation of g over its weights and biases, √(mean of (g − mean g)²).
    pub deviation: T,
    /// The largest |g|.
    pub largest_gradient: T,
    /// ‖Δw‖ / ‖w‖ of the step just taken, over weights and biases; 0 where w was 0. About 10⁻³ is usual.
    pub update_ratio: T,
    /// The share of units whose slope and output were 0 for every row. The gradient of their weights is 0 for
    /// these rows.
    pub dead: T,
    /// The share of pairs of a unit and a row where |slope| was below [`FLAT`]. Slope 0 with output 0, as in
    /// a ReLU for z ≤ 0, does not count.
    pub saturated: T,
}

/// The diagnosis of a layer.
///
/// ```
/// use bareprop::trace::Verdict;
/// assert!(Verdict::Exploding.advice().contains("learning rate"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Verdict {
    /// None of the others applies.
    Healthy,
    /// The largest |g| exceeds [`EXPLODING`].
    Exploding,
    /// More than half of the units are dead.
    Dead,
    /// More than half of the units are saturated.
    Saturated,
    /// The mean |g| is below [`VANISHING`]. Where another layer is dead this is a consequence of it: correct
    /// that layer first.
    Vanishing,
}

impl Verdict {
    /// Short advice for this diagnosis.
    pub const fn advice(self) -> &'static str {
        match self {
            Verdict::Healthy => "nothing to do",
            Verdict::Exploding => {
                "lower the learning rate, clip the gradient's norm, scale the features, use He or Glorot initialisation"
            }
            Verdict::Dead => "lower the learning rate, use LeakyRelu or Elu, use He initialisation, check the biases",
            Verdict::Saturated => "scale the features, use Glorot initialisation, lower the learning rate, or use Relu",
            Verdict::Vanishing => {
                "use Relu or its relatives instead of sigmoid and tanh, use He initialisation, fewer layers"
            }
        }
    }
}

impl<T: Scalar> LayerTrace<T> {
    /// The verdict, the first that applies in the order: exploding, dead, saturated, vanishing.
    pub fn verdict(&self) -> Verdict {
        let (half, limit) = (T::from_f64(0.5), T::from_f64);
        if self.largest_gradient > limit(EXPLODING) || !self.largest_gradient.is_finite() {
            Verdict::Exploding
        } else if self.dead > half {
            Verdict::Dead
        } else if self.saturated > half {
            Verdict::Saturated
        } else if self.mean_gradient < limit(VANISHING) {
            Verdict::Vanishing
        } else {
            Verdict::Healthy
        }
    }
}

/// The counts of one unit in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct UnitTrace {
    layer: usize,
    active: bool,
    rows: u32,
    saturated: u32,
}

impl Zero for UnitTrace {
    const ZERO: Self = UnitTrace { layer: 0, active: false, rows: 0, saturated: 0 };
}

/// The largest difference between backpropagation and central differences. All fields are 0 where no
/// parameter differs by more than rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GradientCheck<T = f64> {
    /// The relative error, |backpropagation − numerical| / scale. scale is the largest of |numerical|, the
    /// largest |g| of the tensor, and 10⁻⁶ of the largest |g| of all tensors.
    ///
    /// It is 0 where the two differ by no more than ε·(|loss| + √|loss|)/h, the rounding error of the difference:
    /// a loss is rounded, and so are the outputs whose square it may be. ε is the [`EPSILON`](Scalar::EPSILON)
    /// of the scalar. For a loss of 1 and h = 10⁻⁵ in `f64` the bound is 4.4·10⁻¹¹. So a gradient of exactly 0
    /// raises no alarm.
    pub relative_error: T,
    /// The index of the tensor, as in [`Parameters::tensor`](crate::Parameters::tensor).
    pub tensor: usize,
    /// The index in the tensor.
    pub index: usize,
    /// ∂loss/∂w of this parameter by backpropagation.
    pub backpropagation: T,
    /// (loss(w + h) − loss(w − h)) / 2h of this parameter.
    pub numerical: T,
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Trainer<N, O, TILE> {
    /// Takes one training step with all samples as its batch, and reports each layer that has parameters.
    ///
    /// Rows accumulated since the last update are discarded. `before` is memory for the parameters before the
    /// step. `units` needs one entry for each of the [`Layer::UNITS`].
    ///
    /// ```
    /// use bareprop::trace::{UnitTrace, Verdict};
    /// use bareprop::{Dense, MeanSquaredError, Relu, Samples, Settings, Sgd, Trainer, Zero};
    /// type Net = (Dense<1, 2, Relu>, Dense<2, 1>);
    /// let (mut trainer, mut before) = (Trainer::<Net, Sgd>::ZERO, Net::ZERO);
    /// trainer.network.1.weights.0 = [[1.0], [1.0]];
    /// trainer.network.0.bias = [-5.0, -5.0]; // both units are off for every row
    /// let samples = Samples::new(&[[0.5], [1.0]], &[[1.0], [2.0]])?;
    /// let mut verdicts = vec![];
    /// let settings = Settings::new(MeanSquaredError, Sgd::default());
    /// trainer.trace(&settings, &samples, &mut before, &mut [UnitTrace::ZERO; 3], |layer| {
    ///     verdicts.push(layer.verdict());
    /// })?;
    /// assert_eq!(verdicts, [Verdict::Dead, Verdict::Healthy]);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`accumulate`](Self::accumulate) and [`update`](Self::update). [`Error::Loss`], [`Error::Gradient`]
    /// or [`Error::Parameter`] name the place of the first number that is not finite or too large.
    /// [`Error::Uninitialized`] means that all weights are 0. [`Error::Scratch`] if `units` has too few
    /// entries.
    pub fn trace<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        before: &mut N,
        units: &mut [UnitTrace],
        mut each: impl FnMut(&LayerTrace<N::Scalar>),
    ) -> Result<Step<N::Scalar>, Error> {
        let found = units.len();
        let Some(units) = units.get_mut(..N::UNITS) else { return Err(Error::Scratch { needed: N::UNITS, found }) };
        units.fill(UnitTrace::ZERO);
        settings.check_step()?;
        self.check_samples(&settings.loss, samples)?;
        self.discard();
        let seen = self.seen;
        for first in (0..samples.rows()).step_by(TILE) {
            let rows = self.tile(settings, samples, first).map_err(|error| self.forget(seen, error))?;
            let outputs = crate::kernels::rows::first_rows(&self.memory.outputs, rows);
            N::visit_units(&self.memory.tape, outputs, (0, 0), &mut |unit| {
                if let Some(trace) = units.get_mut(unit.unit) {
                    trace.add(unit.layer, unit.output, unit.slope);
                }
            });
        }
        let step = self.finish(settings).map_err(|error| self.forget(seen, error))?;
        before.copy_from(&self.network);
        self.step(settings, &step);
        for layer in 0..N::LAYERS {
            if let Some(trace) = self.layer_trace(layer, before, units) {
                each(&trace);
            }
        }
        self.discard();
        Ok(step)
    }

    /// The trace of one layer, if it has parameters.
    fn layer_trace(&self, layer: usize, before: &N, units: &[UnitTrace]) -> Option<LayerTrace<N::Scalar>> {
        let tensors = || (0..N::TENSORS).filter(move |&index| N::describe(index).0 == layer);
        let gradient = || tensors().flat_map(|index| self.batch.gradient.tensor(index)).map(|g| g.to_f64());
        let count = gradient().fold(0.0, |count, _| count + 1.0);
        if count == 0.0 {
            return None;
        }
        let mean = gradient().sum::<f64>() / count;
        let variance = gradient().map(|g| (g - mean) * (g - mean)).sum::<f64>() / count;
        let (mut moved, mut size) = (0.0, 0.0);
        for (w, after) in tensors().flat_map(|index| before.tensor(index).iter().zip(self.network.tensor(index))) {
            let (w, after) = (w.to_f64(), after.to_f64());
            (moved, size) = (moved + (after - w) * (after - w), size + w * w);
        }
        let (mut all, mut dead, mut rows, mut saturated) = (0.0, 0.0, 0.0, 0.0);
        for unit in units.iter().filter(|unit| unit.layer == layer && unit.rows > 0) {
            (all, dead) = (all + 1.0, dead + if unit.active { 0.0 } else { 1.0 });
            (rows, saturated) = (rows + f64::from(unit.rows), saturated + f64::from(unit.saturated));
        }
        let share = |part: f64, whole: f64| N::Scalar::from_f64(if whole > 0.0 { part / whole } else { 0.0 });
        Some(LayerTrace {
            layer,
            mean_gradient: share(gradient().map(Scalar::abs).sum(), count),
            deviation: share(libm::sqrt(variance), 1.0),
            largest_gradient: share(gradient().map(Scalar::abs).fold(0.0, Scalar::max), 1.0),
            update_ratio: share(libm::sqrt(moved), libm::sqrt(size)),
            dead: share(dead, all),
            saturated: share(saturated, rows),
        })
    }

    /// Compares backpropagation with central differences for every parameter.
    ///
    /// The loss is that of the samples as one batch, L2 included. Dropout uses the same masks in all passes.
    /// Afterwards the network is unchanged. Rows accumulated since the last update are discarded.
    ///
    /// `h` is the step of the differences, from [`EPSILON`](Scalar::EPSILON) to 1. 10⁻⁵ suits `f64`, where an
    /// error above 10⁻⁶ means a mistake or a kink (such as that of ReLU at 0) within h. 10⁻² suits `f32`
    /// best, where rounding leaves errors of some percent. Cost: two forward passes over the samples for each
    /// parameter.
    ///
    /// ```
    /// use bareprop::{Dense, MeanSquaredError, Samples, Settings, Sgd, Tanh, Trainer, Zero};
    /// let mut trainer = Trainer::<(Dense<1, 2, Tanh, f64>, Dense<2, 1, Tanh, f64>), Sgd<f64>>::ZERO;
    /// trainer.network.0.weights.0 = [[0.5, -0.3]];
    /// trainer.network.1.weights.0 = [[0.8], [0.2]];
    /// let samples = Samples::new(&[[0.5], [1.0]], &[[1.0], [2.0]])?;
    /// let settings = Settings { l2: 0.01, ..Settings::new(MeanSquaredError, Sgd::default()) };
    /// assert!(trainer.gradient_check(&settings, &samples, 1e-5)?.relative_error < 1e-6);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`accumulate`](Self::accumulate) and [`update`](Self::update), except that weights that are all 0
    /// are allowed; [`Error::Setting`] of `h` outside its range.
    pub fn gradient_check<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        h: N::Scalar,
    ) -> Result<GradientCheck<N::Scalar>, Error> {
        crate::check::check_setting("h", h, N::Scalar::EPSILON, N::Scalar::ONE)?;
        settings.check_step()?;
        self.check_samples(&settings.loss, samples)?;
        let seen = self.seen;
        self.discard();
        let accumulated = self.accumulate(settings, samples);
        self.seen = seen;
        accumulated?;
        let (l2, clip, first) = (settings.l2, crate::Clip::None, false);
        let finish = Finish { batch: &mut self.batch, network: &self.network, l2, clip, first };
        let worst = widest(finish).and_then(|_| self.worst(settings, samples, h));
        self.discard();
        worst
    }

    /// The parameter with the largest relative error, once the gradient has been computed.
    fn worst<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        h: N::Scalar,
    ) -> Result<GradientCheck<N::Scalar>, Error> {
        let zero = N::Scalar::ZERO;
        let mut worst =
            GradientCheck { relative_error: zero, tensor: 0, index: 0, backpropagation: zero, numerical: zero };
        let largest = |network: &N, tensor| network.tensor(tensor).iter().fold(zero, |most, g| g.abs().max(most));
        let most = (0..N::TENSORS).fold(zero, |most, tensor| largest(&self.batch.gradient, tensor).max(most));
        for tensor in 0..N::TENSORS {
            let scale = largest(&self.batch.gradient, tensor).max(most * N::Scalar::from_f64(1e-6));
            for index in 0..self.network.tensor(tensor).len() {
                let (numerical, rounding) = self.central_difference(settings, samples, (tensor, index), h)?;
                let backpropagation = self.batch.gradient.tensor(tensor).get(index).copied().unwrap_or(zero);
                let scale = scale.max(numerical.abs());
                let difference = (backpropagation - numerical).abs();
                let relative_error = if difference <= rounding { zero } else { difference / scale };
                if relative_error > worst.relative_error || !relative_error.is_finite() {
                    worst = GradientCheck { relative_error, tensor, index, backpropagation, numerical };
                }
            }
        }
        Ok(worst)
    }

    /// (loss(w + h) − loss(w − h)) / 2h for one parameter, and a bound of its rounding error.
    fn central_difference<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        (tensor, index): (usize, usize),
        h: N::Scalar,
    ) -> Result<(N::Scalar, N::Scalar), Error> {
        let Some(&w) = self.network.tensor(tensor).get(index) else { return Ok((N::Scalar::ZERO, N::Scalar::ZERO)) };
        let above = self.loss_at(settings, samples, (tensor, index), w + h);
        let below = self.loss_at(settings, samples, (tensor, index), w - h);
        self.set(tensor, index, w);
        let (above, below, across) = (above?, below?, (w + h) - (w - h));
        let rounding = |loss: N::Scalar| N::Scalar::EPSILON * (loss.abs() + loss.abs().sqrt());
        Ok(((above - below) / across, (rounding(above) + rounding(below)) / across))
    }

    /// The loss of the samples with L2, with one parameter set to `value`.
    fn loss_at<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        (tensor, index): (usize, usize),
        value: N::Scalar,
    ) -> Result<N::Scalar, Error> {
        self.set(tensor, index, value);
        let decay = settings.l2 / self.batch.sums.samples;
        let penalty = N::Scalar::from_f64(0.5) * decay * self.network.weights_squared();
        let noise = self.noise(settings.seed);
        Ok(self.mean_loss(&settings.loss, samples, Some(noise))? + penalty)
    }

    fn set(&mut self, tensor: usize, index: usize, value: N::Scalar) {
        if let Some(w) = self.network.tensor_mut(tensor).get_mut(index) {
            *w = value;
        }
    }
}

impl UnitTrace {
    /// Counts the unit for one more row.
    fn add<T: Scalar>(&mut self, layer: usize, output: T, slope: T) {
        let off = slope == T::ZERO && output == T::ZERO;
        self.layer = layer;
        self.rows = self.rows.saturating_add(1);
        self.active |= !off;
        if !off && slope.abs() < T::from_f64(FLAT) {
            self.saturated = self.saturated.saturating_add(1);
        }
    }
}
