//! Regression: the errors of predicted numbers.
//!
//! Rows of several numbers are passed flattened: `mse(predicted.as_flattened(), targets.as_flattened())`.

use super::{check_finite, mean, ratio, sum};
use crate::check::check_rows;
use crate::{Error, Scalar};

/// The mean squared error, `(1/m) Σ (p − t)²`, in the squared unit of the target.
/// +∞ where a square exceeds what `f64` holds, never for `f32` data.
///
/// # Errors
/// [`Error::Lengths`] for slices of different lengths, [`Error::Empty`] for empty ones,
/// [`Error::Score`] for a prediction or a target that is not finite.
///
/// ```
/// use bareprop::metrics::mse;
/// assert_eq!(mse(&[1.0_f32, 2.0], &[1.0, 4.0])?, 2.0);
/// # Ok::<(), bareprop::Error>(())
/// ```
pub fn mse<T: Scalar>(predicted: &[T], targets: &[T]) -> Result<f64, Error> {
    check(predicted, targets)?;
    Ok(mean(predicted, targets, squared_error))
}

/// The mean absolute error, `(1/m) Σ |p − t|`, in the unit of the target.
/// +∞ where the sum exceeds what `f64` holds, never for `f32` data.
///
/// # Errors
/// As [`mse`].
///
/// ```
/// use bareprop::metrics::mae;
/// assert_eq!(mae(&[1.0_f32, 2.0], &[1.0, 4.0])?, 1.0);
/// # Ok::<(), bareprop::Error>(())
/// ```
pub fn mae<T: Scalar>(predicted: &[T], targets: &[T]) -> Result<f64, Error> {
    check(predicted, targets)?;
    Ok(mean(predicted, targets, |p, t| (p.to_f64() - t.to_f64()).abs()))
}

/// The coefficient of determination, the share of the variance of the targets that the predictions explain:
/// `R² = 1 − Σ (p − t)² / Σ (t − t̄)²`. 1 is perfect, 0 is as good as predicting the mean, and below 0 is
/// worse.
///
/// Constant targets have no variance: R² is then 1 for perfect predictions, otherwise 0, as in scikit-learn.
/// The same holds for a single row, where scikit-learn gives NaN and a warning.
///
/// t̄ is computed as t₁ + (1/m) Σ (t − t₁), which is exact for constant targets. scikit-learn's mean rounds:
/// for targets of three times 0.1 and predictions of 0.2, its R² is −5·10³¹.
///
/// Where squares exceed what `f64` holds, never for `f32` data, R² is −∞ or NaN.
///
/// # Errors
/// As [`mse`].
///
/// ```
/// use bareprop::metrics::r2;
/// assert_eq!(r2(&[1.0_f32, 2.0, 4.0], &[1.0, 2.0, 3.0])?, 0.5);
/// assert_eq!((r2(&[3.0_f32; 2], &[3.0; 2])?, r2(&[3.5_f32; 2], &[3.0; 2])?), (1.0, 0.0));
/// # Ok::<(), bareprop::Error>(())
/// ```
/// Source: N. R. Draper, H. Smith (1998), *Applied Regression Analysis*, 3rd edition, section 1.3.
pub fn r2<T: Scalar>(predicted: &[T], targets: &[T]) -> Result<f64, Error> {
    check(predicted, targets)?;
    let first = targets.first().map_or(0.0, |t| t.to_f64());
    let shift = mean(targets, targets, |t, _| t.to_f64() - first);
    let variation = sum(targets, targets, |t, _| {
        let deviation = (t.to_f64() - first) - shift;
        deviation * deviation
    });
    let unexplained = sum(predicted, targets, squared_error);
    if variation == 0.0 {
        return Ok(if unexplained == 0.0 { 1.0 } else { 0.0 });
    }
    Ok(1.0 - ratio(unexplained, variation))
}

/// The squared error, (p − t)².
fn squared_error<T: Scalar>(predicted: T, target: T) -> f64 {
    let error = predicted.to_f64() - target.to_f64();
    error * error
}

/// Checks that two slices have the same length, are not empty, and are finite.
fn check<T: Scalar>(predicted: &[T], targets: &[T]) -> Result<(), Error> {
    check_rows("predictions and targets", predicted.len(), targets.len())?;
    check_finite(predicted)?;
    check_finite(targets)
}
