//! K classes: the likeliest one, and log loss.

use super::{clip, ratio};
use crate::check::{check_rows, check_values, is_share};
use crate::{Error, Scalar};

/// The index of the largest value; the first of equal ones. NaN counts as smaller than everything. The result
/// is 0 for no values and for nothing but NaN.
///
/// ```
/// use bareprop::metrics::argmax;
/// assert_eq!(argmax(&[0.1_f32, 0.7, 0.7]), 1);
/// assert_eq!(argmax(&[f32::NAN, -1.0, f32::NAN]), 1);
/// ```
pub fn argmax<T: Scalar>(values: &[T]) -> usize {
    let (mut largest, mut at) = (None, 0);
    for (index, &value) in (0..values.len()).zip(values) {
        let comparable = value.partial_cmp(&value).is_some();
        if comparable && largest.is_none_or(|largest| value > largest) {
            (largest, at) = (Some(value), index);
        }
    }
    at
}

/// The mean over the rows of −ln(predicted probability of the actual class), in nats: `−(1/m) Σ ln p[class]`.
///
/// A row of `probabilities` has one probability for each class, as a trainer with
/// [`SoftmaxCrossEntropy`](crate::SoftmaxCrossEntropy) predicts them; `classes` count from 0.
///
/// p is first clipped to [ε, 1 − ε] with ε = [`T::EPSILON`](Scalar::EPSILON), as in scikit-learn's
/// `log_loss`. Thus a class predicted with p = 0 that occurs has the loss −ln ε: 36.04 in `f64`, 15.94 in
/// `f32`. No row has a larger loss.
///
/// # Errors
/// [`Error::Lengths`] for slices of different lengths, [`Error::Empty`] for empty ones, [`Error::Class`] for
/// a class that is not below K, [`Error::Score`] for a probability that is NaN or outside [0, 1].
/// [`Error::Score`] with the sum as its `value` for a row whose sum differs from 1 by more than √ε, because
/// rows are never rescaled.
///
/// ```
/// use bareprop::{Error, metrics::multiclass_log_loss};
/// let probabilities = [[0.5_f32, 0.25, 0.25], [0.0, 0.0, 1.0]];
/// let found = multiclass_log_loss(&probabilities, &[0, 2])?;
/// assert!((found - core::f64::consts::LN_2 / 2.0).abs() < 1e-7);
/// let error = multiclass_log_loss(&[[0.5_f32, 0.25]], &[0]).unwrap_err();
/// assert!(matches!(error, Error::Score { row: 0, value: 0.75, .. }));
/// # Ok::<(), Error>(())
/// ```
/// Source: I. J. Good (1952), *Rational decisions*.
pub fn multiclass_log_loss<T: Scalar, const K: usize>(
    probabilities: &[[T; K]],
    classes: &[usize],
) -> Result<f64, Error> {
    check_rows("probabilities and classes", probabilities.len(), classes.len())?;
    for (row, (probabilities, &class)) in (0..classes.len()).zip(probabilities.iter().zip(classes)) {
        if class >= K {
            return Err(Error::Class { row, class, classes: K });
        }
        check_distribution(row, probabilities)?;
    }
    let sum = probabilities
        .iter()
        .zip(classes)
        .fold(0.0, |sum, (probabilities, &class)| sum - probabilities.get(class).map_or(0.0, |&p| libm::log(clip(p))));
    Ok(ratio(sum, classes.len() as f64))
}

/// Checks that the probabilities of a row sum to 1 within √ε.
fn check_distribution<T: Scalar>(row: usize, probabilities: &[T]) -> Result<(), Error> {
    check_values(probabilities, is_share, |_, value| Error::Score { row, value, range: [0.0, 1.0] })?;
    let sum = probabilities.iter().fold(0.0, |sum, p| sum + p.to_f64());
    let allowed = Scalar::sqrt(T::EPSILON.to_f64());
    if Scalar::abs(sum - 1.0) <= allowed {
        return Ok(());
    }
    Err(Error::Score { row, value: sum.to_f32(), range: [1.0 - allowed, 1.0 + allowed].map(Scalar::to_f32) })
}
