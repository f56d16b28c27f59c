//! Losses: each computes its value and its delta together, from logits.

mod binary_cross_entropy;
mod huber;
mod mean_squared_error;
mod softmax_cross_entropy;

pub use binary_cross_entropy::BinaryCrossEntropy;
pub use huber::Huber;
pub use mean_squared_error::MeanSquaredError;
pub use softmax_cross_entropy::SoftmaxCrossEntropy;

use crate::{Error, Layer, Row, Scalar};

/// The loss of one row of logits, and its derivative with respect to the logits.
///
/// The loss of a row is a scalar. Each loss states whether it is the sum or the mean over the outputs of the
/// row. The trainer takes the weighted mean over the rows of a batch.
///
/// The loss of a batch is Σ sᵢ·lossᵢ / Σ sᵢ·weightᵢ over its rows i, where sᵢ is the weight of the sample (1
/// without [`Samples::weighted`](crate::Samples::weighted)) and weightᵢ the weight of its class. lossᵢ
/// already contains the factor weightᵢ.
pub trait Loss<Y: Row> {
    /// The target of a row: the index of a class, or one number for each output.
    type Target;
    /// Whether the loss applies a link (sigmoid or softmax) itself. The network then has to end without an
    /// activation. A network that ends with one does not compile.
    const TAKES_LOGITS: bool = false;

    /// Checks the settings of the loss itself.
    ///
    /// # Errors
    /// [`Error::Setting`] with the name of the field.
    fn check(&self) -> Result<(), Error>;

    /// Checks the target of row `row`.
    ///
    /// # Errors
    /// [`Error::Target`] or [`Error::Class`].
    fn check_target(&self, row: usize, target: &Self::Target) -> Result<(), Error>;

    /// The weight of a row with this target in the mean: 1, or the weight of its class.
    #[inline(always)]
    fn weight(&self, _target: &Self::Target) -> Y::Scalar {
        Y::Scalar::ONE
    }

    /// Returns the loss of a row, multiplied by the weight of its class, and writes ∂loss/∂logits into
    /// `delta`.
    fn evaluate(&self, logits: &Y, target: &Self::Target, delta: &mut Y) -> Y::Scalar;

    /// Turns logits into predictions, in place: probabilities for the cross-entropies, otherwise the values
    /// as they are.
    fn link(&self, logits: &mut Y);
}

/// Checks at compile time that a loss that takes logits is given logits, not the outputs of an activation.
pub(crate) const fn takes_outputs_of<L: Loss<N::Output>, N: Layer>() {
    let activated = matches!(N::ACTIVATED, Some(true));
    assert!(
        !(L::TAKES_LOGITS && activated),
        "this loss takes logits: give the last layer Identity, no other activation"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BinaryCrossEntropy, Dense, MeanSquaredError, Sigmoid};

    #[test]
    fn any_output_suits_a_mean_square_and_logits_suit_all() {
        takes_outputs_of::<MeanSquaredError, Dense<1, 1, Sigmoid>>();
        takes_outputs_of::<BinaryCrossEntropy, Dense<1, 1>>();
    }

    #[test]
    #[should_panic(expected = "this loss takes logits")]
    fn no_probabilities_for_a_cross_entropy() {
        takes_outputs_of::<BinaryCrossEntropy, Dense<1, 1, Sigmoid>>();
    }
}
