//! Scaling of features, fitted one row at a time.
//!
//! Fit a scaler to the training rows only. Then transform training rows, test rows and, on a chip, every
//! sample with it.
//!
//! The state is `f64` also for rows of `f32`. In `f32`, a sensor that reads 1 000 000 ± 0.1 would lose its
//! mean, and the square of 10³⁰ would overflow. Cost on a chip without a double-precision unit: for each
//! feature about four operations and (for [`StandardScaler`]) a square root in software, once for each
//! sample.

use crate::check::check_values;
use crate::scalar::sealed::{Inside, Sealed};
use crate::{Error, FixedScaler, Scalar, Zero};

/// 2⁴⁸⁰. The squares of 2³² numbers of this size sum to 2⁹⁹², which is finite in `f64`. Every finite `f32` is
/// smaller.
const LARGEST: f64 = f64::from_bits((1023 + 480) << 52);

/// Scales each of `N` features to mean 0 and standard deviation 1: z = (x − mean)/σ.
///
/// σ² = `squares`/`rows` is the variance of the population, as in scikit-learn. A constant feature is only
/// shifted, with σ = 1. x, z, mean and σ: `[N]`.
///
/// A feature that varies only by rounding counts as constant: σ ≤ ½·(ε + 2⁻⁵²)·|mean|, with ε the
/// [`Scalar::EPSILON`] of the row to transform. The 2⁻⁵² stands for the rounding of the mean. Thus the values
/// 0.3 and its neighbouring number are constant, and 10⁻²⁰ and 2·10⁻²⁰ are not. The bound of scikit-learn,
/// 2⁻⁵²·n·|mean|, grows with the number of rows n and is the same for `f32`.
///
/// A feature with σ² < 2⁻¹⁰²² (σ below about 1.5·10⁻¹⁵⁴) counts as constant too, because its squares are
/// denormal numbers. So does one whose `squares` are NaN or negative.
///
/// Memory: 16·N + 8 bytes. The fields are public, so that a scaler fitted on a desktop can be a constant in
/// the program of a chip. With `rows` 1, `squares` are the variances.
///
/// ```
/// use bareprop::{StandardScaler, Zero};
/// let mut scaler = StandardScaler::<2>::ZERO;
/// scaler.fit(&[[1.0_f32, 5.0], [3.0, 5.0]])?;
/// let mut row = [5.0_f32, 7.0];
/// scaler.transform(&mut row)?;
/// assert_eq!(row, [3.0, 2.0]);
/// scaler.inverse(&mut row)?;
/// assert_eq!(row, [5.0, 7.0]);
/// # Ok::<(), bareprop::Error>(())
/// ```
/// Source: B. P. Welford (1962), "Note on a Method for Calculating Corrected Sums of Squares and Products".
#[derive(Clone, Debug, PartialEq)]
pub struct StandardScaler<const N: usize> {
    /// How many rows count in the mean, see [`add`](Self::add).
    pub rows: u32,
    /// The mean of each feature.
    pub mean: [f64; N],
    /// The sum of the squared differences from the mean, for each feature.
    pub squares: [f64; N],
}

impl<const N: usize> Zero for StandardScaler<N> {
    const ZERO: Self = StandardScaler { rows: 0, mean: [0.0; N], squares: [0.0; N] };
}

impl<const N: usize> StandardScaler<N> {
    /// A scaler made from rows: those to train with.
    ///
    /// ```
    /// use bareprop::StandardScaler;
    /// let mut rows = [[1.0_f32, 5.0], [3.0, 5.0]];
    /// let scaler = StandardScaler::from_rows(&rows)?;
    /// scaler.transform_rows(&mut rows)?;
    /// assert_eq!(rows, [[-1.0, 0.0], [1.0, 0.0]]);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn from_rows<T: Scalar>(rows: &[[T; N]]) -> Result<Self, Error> {
        let mut scaler = Self::ZERO;
        scaler.fit(rows)?;
        Ok(scaler)
    }

    /// Adds one row to the statistics. Once there are 2³² − 1 rows, the weight of the earlier ones is halved.
    ///
    /// # Errors
    /// [`Error::Feature`] where a number is not finite (or, in `f64`, beyond ±2⁴⁸⁰). `row` is the number of
    /// rows added before, and nothing is changed.
    pub fn add<T: Scalar>(&mut self, row: &[T; N]) -> Result<(), Error> {
        check(self.rows as usize, row)?;
        if self.rows == u32::MAX {
            self.rows >>= 1;
            self.squares = self.squares.map(|squares| squares * 0.5);
        }
        self.rows = self.rows.saturating_add(1);
        let share = 1.0 / f64::from(self.rows);
        for ((mean, squares), x) in self.mean.iter_mut().zip(&mut self.squares).zip(row) {
            let before = x.to_f64() - *mean;
            *mean += before * share;
            *squares += before * (x.to_f64() - *mean);
        }
        Ok(())
    }

    /// Resets the statistics and adds all of `rows`.
    ///
    /// # Errors
    /// [`Error::Empty`] without rows, and as [`add`](Self::add), with `row` counted from 0; nothing is
    /// changed then.
    pub fn fit<T: Scalar>(&mut self, rows: &[[T; N]]) -> Result<(), Error> {
        check_all(rows)?;
        self.rows = 0;
        self.mean = [0.0; N];
        self.squares = [0.0; N];
        rows.iter().try_for_each(|row| self.add(row))
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

    /// [`transform`](Self::transform) of each row.
    ///
    /// # Errors
    /// As [`transform`](Self::transform), with the row; no row is changed then.
    pub fn transform_rows<T: Scalar>(&self, rows: &mut [[T; N]]) -> Result<(), Error> {
        check_each(rows)?;
        rows.iter_mut().try_for_each(|row| self.transform(row))
    }

    /// [`inverse`](Self::inverse) of each row.
    ///
    /// # Errors
    /// As [`transform_rows`](Self::transform_rows).
    pub fn inverse_rows<T: Scalar>(&self, rows: &mut [[T; N]]) -> Result<(), Error> {
        check_each(rows)?;
        rows.iter_mut().try_for_each(|row| self.inverse(row))
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
        check_fitted(self.rows)?;
        let rows = f64::from(self.rows);
        let features = self.mean.iter().zip(&self.squares);
        Ok(features.map(move |(&mean, &squares)| (mean, deviation::<T>(mean, squares / rows))))
    }

    /// Replaces each x by `f(x, mean, σ)`.
    fn each<T: Scalar>(&self, row: &mut [T; N], f: impl Fn(f64, f64, f64) -> f64) -> Result<(), Error> {
        each(row, self.parts::<T>()?, f)
    }
}

/// Scales each of `N` features to the range from 0 to 1: z = (x − low)/(high − low).
///
/// Values outside the range of the fitted rows become less than 0 or greater than 1. A constant feature is
/// only shifted, with 1 in place of high − low. x, z, low and high: `[N]`.
///
/// A feature that varies only by rounding counts as constant: high − low ≤ ε·max(|low|, |high|), with ε the
/// [`Scalar::EPSILON`] of the row to transform. Thus the values 0.3 and its neighbouring number are constant,
/// and 10⁻²⁰ and 2·10⁻²⁰ are not. In scikit-learn every range below 10·ε counts as constant, even if the
/// numbers themselves are small. A range that is NaN or negative counts as constant too.
///
/// Memory: 16·N + 8 bytes. The fields are public, so that a fitted scaler can be a constant of a program.
///
/// ```
/// use bareprop::{MinMaxScaler, Zero};
/// let mut scaler = MinMaxScaler::<2>::ZERO;
/// scaler.fit(&[[-2.0_f32, 5.0], [6.0, 5.0]])?;
/// let mut row = [0.0_f32, 5.0];
/// scaler.transform(&mut row)?;
/// assert_eq!(row, [0.25, 0.0]);
/// scaler.inverse(&mut row)?;
/// assert_eq!(row, [0.0, 5.0]);
/// # Ok::<(), bareprop::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MinMaxScaler<const N: usize> {
    /// How many rows were added; saturates at 2³² − 1.
    pub rows: u32,
    /// The smallest value of each feature.
    pub low: [f64; N],
    /// The largest value of each feature.
    pub high: [f64; N],
}

impl<const N: usize> Zero for MinMaxScaler<N> {
    const ZERO: Self = MinMaxScaler { rows: 0, low: [0.0; N], high: [0.0; N] };
}

impl<const N: usize> MinMaxScaler<N> {
    /// A scaler made from rows: those to train with.
    ///
    /// ```
    /// use bareprop::MinMaxScaler;
    /// let mut rows = [[1.0_f32, 5.0], [3.0, 5.0]];
    /// let scaler = MinMaxScaler::from_rows(&rows)?;
    /// scaler.transform_rows(&mut rows)?;
    /// assert_eq!(rows, [[0.0, 0.0], [1.0, 0.0]]);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn from_rows<T: Scalar>(rows: &[[T; N]]) -> Result<Self, Error> {
        let mut scaler = Self::ZERO;
        scaler.fit(rows)?;
        Ok(scaler)
    }

    /// Adds one row to the statistics.
    ///
    /// # Errors
    /// [`Error::Feature`] where a number is not finite (or, in `f64`, beyond ±2⁴⁸⁰). `row` is the number of
    /// rows added before, and nothing is changed.
    pub fn add<T: Scalar>(&mut self, row: &[T; N]) -> Result<(), Error> {
        check(self.rows as usize, row)?;
        let first = self.rows == 0;
        self.rows = self.rows.saturating_add(1);
        for ((low, high), x) in self.low.iter_mut().zip(&mut self.high).zip(row) {
            let x = x.to_f64();
            *low = if first || x < *low { x } else { *low };
            *high = if first || x > *high { x } else { *high };
        }
        Ok(())
    }

    /// Resets the statistics and adds all of `rows`.
    ///
    /// # Errors
    /// [`Error::Empty`] without rows, and as [`add`](Self::add), with `row` counted from 0; nothing is
    /// changed then.
    pub fn fit<T: Scalar>(&mut self, rows: &[[T; N]]) -> Result<(), Error> {
        check_all(rows)?;
        self.rows = 0;
        rows.iter().try_for_each(|row| self.add(row))
    }

    /// x becomes (x − low)/(high − low). A result that would overflow becomes the largest finite number of
    /// its sign. A NaN, which only fields written by hand can cause, becomes the largest finite number too.
    ///
    /// # Errors
    /// [`Error::Empty`] before the first row was added, [`Error::Feature`] of row 0 where a number is not
    /// finite; nothing is changed then.
    pub fn transform<T: Scalar>(&self, row: &mut [T; N]) -> Result<(), Error> {
        self.each(row, |x, low, range| (x - low) / range)
    }

    /// z becomes z·(high − low) + low: the inverse of [`transform`](Self::transform).
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn inverse<T: Scalar>(&self, row: &mut [T; N]) -> Result<(), Error> {
        self.each(row, |z, low, range| z * range + low)
    }

    /// [`transform`](Self::transform) of each row.
    ///
    /// # Errors
    /// As [`transform`](Self::transform), with the row; no row is changed then.
    pub fn transform_rows<T: Scalar>(&self, rows: &mut [[T; N]]) -> Result<(), Error> {
        check_each(rows)?;
        rows.iter_mut().try_for_each(|row| self.transform(row))
    }

    /// [`inverse`](Self::inverse) of each row.
    ///
    /// # Errors
    /// As [`transform_rows`](Self::transform_rows).
    pub fn inverse_rows<T: Scalar>(&self, rows: &mut [[T; N]]) -> Result<(), Error> {
        check_each(rows)?;
        rows.iter_mut().try_for_each(|row| self.inverse(row))
    }

    /// The same scaling in the scalar of the rows, without `f64`: for chips.
    ///
    /// # Errors
    /// [`Error::Empty`] before the first row was added.
    pub fn frozen<T: Scalar>(&self) -> Result<FixedScaler<N, T>, Error> {
        Ok(FixedScaler::of(self.parts::<T>()?))
    }

    /// low and high − low of each feature.
    fn parts<T: Scalar>(&self) -> Result<impl Iterator<Item = (f64, f64)>, Error> {
        check_fitted(self.rows)?;
        Ok(self.low.iter().zip(&self.high).map(|(&low, &high)| {
            let range = high - low;
            let rounding = T::EPSILON.to_f64() * low.largest_magnitude(high, Inside);
            let varies = range > rounding; // false for NaN
            (low, if varies { range } else { 1.0 })
        }))
    }

    /// Replaces each x by `f(x, low, high − low)`.
    fn each<T: Scalar>(&self, row: &mut [T; N], f: impl Fn(f64, f64, f64) -> f64) -> Result<(), Error> {
        each(row, self.parts::<T>()?, f)
    }
}

/// Replaces each x by `f(x, offset, spread)`.
pub(super) fn each<T: Scalar>(
    row: &mut [T],
    parts: impl Iterator<Item = (f64, f64)>,
    f: impl Fn(f64, f64, f64) -> f64,
) -> Result<(), Error> {
    check(0, row)?;
    for (x, (offset, spread)) in row.iter_mut().zip(parts) {
        *x = saturate(f(x.to_f64(), offset, spread));
    }
    Ok(())
}

/// σ, or 1 for a feature that is constant but for the rounding to `T`.
pub(super) fn deviation<T: Scalar>(mean: f64, variance: f64) -> f64 {
    let deviation = Scalar::sqrt(variance);
    let rounding = 0.5 * (T::EPSILON.to_f64() + f64::EPSILON) * mean.abs();
    let varies = variance >= f64::MIN_POSITIVE && deviation > rounding; // false for NaN
    if varies { deviation } else { 1.0 }
}

/// Checks that the magnitude of every feature of a row is at most 2⁴⁸⁰, so that it and its square are finite.
pub(super) fn check<T: Scalar>(row: usize, features: &[T]) -> Result<(), Error> {
    let within = |x: T| x.to_f64().abs() <= LARGEST; // false for NaN
    check_values(features, within, |column, value| Error::Feature { row, column, value })
}

/// Checks that there is a row, and every row as [`check`] does.
fn check_all<T: Scalar, const N: usize>(rows: &[[T; N]]) -> Result<(), Error> {
    check_fitted(u32::from(!rows.is_empty()))?;
    check_each(rows)
}

/// Checks every row as [`check`] does.
fn check_each<T: Scalar, const N: usize>(rows: &[[T; N]]) -> Result<(), Error> {
    (0..rows.len()).zip(rows).try_for_each(|(row, features)| check(row, features))
}

/// Checks that there is a row.
fn check_fitted(rows: u32) -> Result<(), Error> {
    if rows == 0 { Err(Error::Empty) } else { Ok(()) }
}

/// Rounds to `T`. A number beyond its range becomes the largest finite number of its sign, and NaN the
/// largest.
pub(super) fn saturate<T: Scalar>(x: f64) -> T {
    T::from_f64(x).min(T::MAX).max(-T::MAX)
}
