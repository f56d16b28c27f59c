//! Statistics of the gradient, layer by layer.

use crate::kernels::rows::first_rows;
use crate::{Error, Layer, Loss, Optimizer, Samples, Scalar, Settings, Step, Trainer, Zero};

pub use crate::training::gradient_check::GradientCheck;

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
            self.count_units(rows, units);
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

    /// Counts each unit for the rows of the tile just passed.
    fn count_units(&self, rows: usize, units: &mut [UnitTrace]) {
        N::visit_units(&self.memory.tape, first_rows(&self.memory.outputs, rows), (0, 0), &mut |unit| {
            if let Some(trace) = units.get_mut(unit.unit) {
                trace.add(unit.layer, unit.output, unit.slope);
            }
        });
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
        let largest = gradient().map(Scalar::abs).fold(0.0, Scalar::max);
        let weights = tensors().flat_map(|index| before.tensor(index).iter().zip(self.network.tensor(index)));
        let [dead, saturated] = shares(units.iter().filter(|unit| unit.layer == layer && unit.rows > 0));
        Some(LayerTrace {
            layer,
            mean_gradient: N::Scalar::from_f64(gradient().map(Scalar::abs).sum::<f64>() / count),
            deviation: N::Scalar::from_f64(libm::sqrt(variance)),
            largest_gradient: N::Scalar::from_f64(largest),
            update_ratio: N::Scalar::from_f64(update_ratio(weights)),
            dead: N::Scalar::from_f64(dead),
            saturated: N::Scalar::from_f64(saturated),
        })
    }
}

/// ‖Δw‖ / ‖w‖ of pairs of a parameter before the step and after it; 0 where w is 0.
fn update_ratio<'a, T: Scalar>(parameters: impl Iterator<Item = (&'a T, &'a T)>) -> f64 {
    let (mut moved, mut size) = (0.0, 0.0);
    for (before, after) in parameters {
        let (before, after) = (before.to_f64(), after.to_f64());
        (moved, size) = (moved + (after - before) * (after - before), size + before * before);
    }
    share(libm::sqrt(moved), libm::sqrt(size))
}

/// The share of units that are dead, and of pairs of a unit and a row that are saturated.
fn shares<'a>(units: impl Iterator<Item = &'a UnitTrace>) -> [f64; 2] {
    let (mut all, mut dead, mut rows, mut saturated) = (0.0, 0.0, 0.0, 0.0);
    for unit in units {
        (all, dead) = (all + 1.0, dead + if unit.active { 0.0 } else { 1.0 });
        (rows, saturated) = (rows + f64::from(unit.rows), saturated + f64::from(unit.saturated));
    }
    [share(dead, all), share(saturated, rows)]
}

/// part / whole; 0 where whole is 0.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
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
