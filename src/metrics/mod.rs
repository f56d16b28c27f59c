//! Metrics of predictions: counts, ratios, curves and errors, with the conventions of scikit-learn.
//!
//! | predictions | start from |
//! |---|---|
//! | yes or no | [`Confusion`] |
//! | scores, in any unit | [`Confusion::from_scores`], [`Ranking`] for ROC and precision-recall |
//! | probabilities of "yes" | all of the above, [`log_loss`], [`brier_score`] |
//! | one of K classes | [`argmax`], [`ConfusionMatrix`] |
//! | probabilities of K classes | [`multiclass_log_loss`]; all of the above after [`argmax`] |
//! | numbers | [`mse`], [`mae`], [`r2`] |
//!
//! Predictions come first, the truth second. Results are `f64` for every scalar. Sums are computed in `f64`,
//! in the order of the rows unless stated otherwise, so that the same rows give the same bits everywhere. A
//! ratio whose denominator is 0 is 0. Nothing is allocated: the caller provides the memory for sorting.
//!
//! # Where scikit-learn differs
//!
//! | | here | scikit-learn 1.9 |
//! |---|---|---|
//! | ratios of no rows at all | 0 | an exception |
//! | ROC curve, a class missing | the rate of that class is 0 | NaN |
//! | ROC AUC, a class missing | `None` | NaN |
//! | precision-recall curve without positives | recall is 0 | 1, but 0 at the first point |
//! | Cohen's kappa where one class alone occurs and is predicted | 0 | NaN |
//! | R² of one row | 1 for a perfect prediction, else 0 | NaN |
//! | R² of constant targets whose mean rounds | 1 for perfect predictions, else 0 | far below 0 |
//! | log loss where one class alone occurs | as always | an exception, unless it is told the classes |
//! | log loss of a negative with p near 0 | all digits | 1 − p is rounded first |
//! | log loss of rows that do not sum to 1 | an error | a warning |
//!
//! ```
//! use bareprop::metrics::{Confusion, Ranking, log_loss};
//! let probabilities = [0.9_f32, 0.6, 0.4, 0.2];
//! let labels = [true, false, true, false];
//! let confusion = Confusion::from_scores(&probabilities, &labels, 0.5)?;
//! assert_eq!(confusion.accuracy(), 0.5);
//! let mut scratch = [0; 4];
//! assert_eq!(Ranking::new(&probabilities, &labels, &mut scratch)?.roc_auc(), Some(0.75));
//! assert!(log_loss(&probabilities, &labels)? < 0.55);
//! # Ok::<(), bareprop::Error>(())
//! ```

mod binary;
mod confusion_matrix;
mod multiclass;
mod ranking;
mod regression;
mod report;

pub use binary::{Confusion, brier_score, log_loss};
pub use confusion_matrix::{Average, ConfusionMatrix};
pub use multiclass::{argmax, multiclass_log_loss};
#[cfg(feature = "std")]
pub use ranking::roc_auc;
pub use ranking::{PrecisionRecallPoint, Ranking, RocPoint};
pub use regression::{mae, mse, r2};
pub use report::{Regression, Report};

use crate::check::{check_values, is_share};
use crate::{Error, Scalar};

/// `part / whole`, or 0 where `whole` is 0.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

/// `covariance / √(a·b)` clamped to [−1, 1] because of rounding, or 0 where a variance is 0. It takes one
/// root of the product, because for a = b, as in perfect predictions, √(a·a) is a to the last bit.
fn correlation(covariance: f64, a: f64, b: f64) -> f64 {
    let r = ratio(covariance, libm::sqrt(a * b));
    Scalar::min(Scalar::max(r, -1.0), 1.0)
}

/// Checks that every value is finite.
fn check_finite<T: Scalar>(values: &[T]) -> Result<(), Error> {
    check_values(values, T::is_finite, |row, value| Error::Score { row, value, range: [-f32::MAX, f32::MAX] })
}

/// Checks that every value lies in [0, 1].
fn check_probabilities<T: Scalar>(values: &[T]) -> Result<(), Error> {
    check_values(values, is_share, |row, value| Error::Score { row, value, range: [0.0, 1.0] })
}

/// A probability clipped to [ε, 1 − ε], so that its logarithm is finite. Source: scikit-learn's `log_loss`.
fn clip<T: Scalar>(p: T) -> f64 {
    let epsilon = T::EPSILON.to_f64();
    Scalar::min(Scalar::max(p.to_f64(), epsilon), 1.0 - epsilon)
}

/// The mean of `loss(predicted, truth)` over the rows, summed in their order; 0 without rows.
fn mean<P: Copy, A: Copy>(predicted: &[P], actual: &[A], loss: impl Fn(P, A) -> f64) -> f64 {
    ratio(sum(predicted, actual, loss), predicted.len() as f64)
}

/// The sum of `loss(predicted, truth)` over the rows, in their order.
fn sum<P: Copy, A: Copy>(predicted: &[P], actual: &[A], loss: impl Fn(P, A) -> f64) -> f64 {
    predicted.iter().zip(actual).fold(0.0, |sum, (&p, &a)| sum + loss(p, a))
}
