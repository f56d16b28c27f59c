//! Scaling of features whose mean and spread drift, fitted one row at a time.

use super::scaler::{check, deviation, each};
use crate::check::check_setting;
use crate::{Error, FixedScaler, Scalar, Zero};

/// 2⁻³².
const SMALLEST: f64 = 1.0 / (1_u64 << 32) as f64;

/// Scales each of `N` features to mean 0 and standard deviation 1 as [`StandardScaler`](crate::StandardScaler)
/// does, but forgets old rows: z = (x − mean)/σ, with σ² = `variance`.
///
/// Row i of n rows has the weight (1 − α)ⁿ⁻ⁱ. Mean and variance are those of the rows under these weights,
/// divided by their sum, so that the first rows need no correction. (`ewm(alpha=α).mean()` and
/// `.var(bias=True)` of pandas are the same.) For a new row x, with a the share of the newest row:
///
/// ```text
/// weight   ← weight + α·(1 − weight)              a = α/weight: 1 for the first row, α for late ones
/// mean     ← mean + a·(x − mean)
/// variance ← (1 − a)·(variance + a·(x − mean)²)   with the mean before this row
/// ```
///
/// α = 1/n forgets a row to 37 % after n rows, to 5 % after 3·n. The allowed range is 2⁻³² to 1.
/// With 1 the newest row alone counts.
///
/// Constant features are treated as in [`StandardScaler`](crate::StandardScaler). A feature that stops
/// varying becomes one after some time: each row multiplies its variance by 1 − α.
///
/// Memory: 16·N + 16 bytes. [`Zero::ZERO`] has α = 0, which [`add`](Self::add) does not accept: set it, or load
/// a stored scaler.
///
/// ```
/// use bareprop::RunningScaler;
/// let mut scaler = RunningScaler::<1>::new(0.5);
/// for x in [1.0_f32, 3.0, 3.0, 3.0, 3.0] {
///     scaler.add(&[x])?;
/// }
/// // The weights are 1/16, 1/8, 1/4, 1/2 and 1.
/// assert!((scaler.mean[0] - (3.0 - 2.0 / 31.0)).abs() < 1e-12);
/// let mut row = [3.0_f32];
/// scaler.transform(&mut row)?;
/// scaler.inverse(&mut row)?;
/// assert_eq!(row, [3.0]);
/// # Ok::<(), bareprop::Error>(())
/// ```
/// Source: D. H. D. West (1979), "Updating Mean and Variance Estimates: An Improved Method"; T. Finch (2009),
/// "Incremental calculation of weighted mean and variance", section 9.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningScaler<const N: usize> {
    /// α, the weight of the newest row. It may change between two rows.
    pub alpha: f64,
    /// α times the sum of the weights of all rows: 0 before the first row, 1 after many.
    pub weight: f64,
    /// The weighted mean of each feature.
    pub mean: [f64; N],
    /// The weighted variance of each feature.
    pub variance: [f64; N],
}

impl<const N: usize> Zero for RunningScaler<N> {
    const ZERO: Self = Self::new(0.0);
}

impl<const N: usize> RunningScaler<N> {
    /// A scaler without rows. α is checked when a row is added.
    pub const fn new(alpha: f64) -> Self {
        RunningScaler { alpha, weight: 0.0, mean: [0.0; N], variance: [0.0; N] }
    }

    /// Adds one row to the statistics.
    ///
    /// # Errors
    /// [`Error::Setting`] where α is not from 2⁻³² to 1, [`Error::Feature`] of row 0 where a number is not
    /// finite (or, in `f64`, beyond ±2⁴⁸⁰). Nothing is changed then.
    pub fn add<T: Scalar>(&mut self, row: &[T; N]) -> Result<(), Error> {
        check_setting("alpha", self.alpha, SMALLEST, 1.0)?;
        check(0, row)?;
        self.weight += self.alpha * (1.0 - self.weight);
        let share = self.alpha / self.weight;
        for ((mean, variance), x) in self.mean.iter_mut().zip(&mut self.variance).zip(row) {
            let difference = x.to_f64() - *mean;
            *mean += share * difference;
            *variance = (1.0 - share) * (*variance + share * difference * difference);
        }
        Ok(())
    }

    /// x becomes (x − mean)/σ. A result that would overflow becomes the largest finite number of its sign. A
    /// NaN, which only fields written by hand can cause, becomes the largest finite number too.
    ///
    /// # Errors
    /// [`Error::Empty`] before the first row was added, [`Error::Feature`] of row 0 where a number is not
    /// finite; nothing is changed then.
    pub fn transform<T: Scalar>(&self, row: &mut [T; N]) -> Result<(), Error> {
        self.each(row, |x, mean, deviation| (x - mean) / deviation)
    }

    /// z becomes z·σ + mean: the inverse of [`transform`](Self::transform).
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn inverse<T: Scalar>(&self, row: &mut [T; N]) -> Result<(), Error> {
        self.each(row, |z, mean, deviation| z * deviation + mean)
    }

    /// The same scaling in the scalar of the rows, without `f64`: for chips.
    ///
    /// # Errors
    /// [`Error::Empty`] before the first row was added.
    pub fn frozen<T: Scalar>(&self) -> Result<FixedScaler<N, T>, Error> {
        Ok(FixedScaler::of(self.parts::<T>()?))
    }

    /// Mean and σ of each feature.
    fn parts<T: Scalar>(&self) -> Result<impl Iterator<Item = (f64, f64)>, Error> {
        if self.weight.is_zero() {
            return Err(Error::Empty);
        }
        let features = self.mean.iter().zip(&self.variance);
        Ok(features.map(|(&mean, &variance)| (mean, deviation::<T>(mean, variance))))
    }

    /// Replaces each x by `f(x, mean, σ)`.
    fn each<T: Scalar>(&self, row: &mut [T; N], f: impl Fn(f64, f64, f64) -> f64) -> Result<(), Error> {
        each(row, self.parts::<T>()?, f)
    }
}
