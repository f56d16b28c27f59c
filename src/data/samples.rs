//! Rows with their targets, checked once.

use crate::check::{check_features, check_lengths, check_rows};
use crate::{Error, Row, Scalar, Zero};

/// Inputs and targets that belong together, borrowed from wherever they lie, flash included.
///
/// ```
/// use bareprop::{Error, Samples};
/// static INPUTS: [[f32; 2]; 3] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]];
/// let samples = Samples::new(&INPUTS, &[0_usize, 1, 1])?.weighted(&[1.0, 1.0, 2.0])?;
/// assert_eq!(samples.rows(), 3);
/// let broken = [[f32::NAN, 0.0]];
/// assert!(matches!(Samples::new(&broken, &[0_usize]), Err(Error::Feature { row: 0, column: 0, .. })));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Samples<'a, X: Row, Y> {
    inputs: &'a [X],
    targets: &'a [Y],
    weights: Option<&'a [X::Scalar]>,
}

impl<X: Row, Y> Clone for Samples<'_, X, Y> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<X: Row, Y> Copy for Samples<'_, X, Y> {}

impl<'a, X: Row, Y> Samples<'a, X, Y> {
    /// Rows and one target for each.
    ///
    /// # Errors
    /// [`Error::Empty`] without rows, [`Error::Lengths`] unless there are as many targets, [`Error::Feature`]
    /// where a number is NaN or infinite. Targets are checked by the loss that reads them.
    pub fn new(inputs: &'a [X], targets: &'a [Y]) -> Result<Self, Error> {
        check_rows("inputs and targets", inputs.len(), targets.len())?;
        check_features(inputs)?;
        Ok(Samples { inputs, targets, weights: None })
    }

    /// The same samples, the i-th counting as if it stood there wᵢ times, and not at all where wᵢ is 0: in
    /// the mean of the losses, in the gradient, and in the m of L2's λ/m. A row takes one place of a batch
    /// whatever it weighs.
    ///
    /// # Errors
    /// [`Error::Lengths`] unless there is one weight for each row, [`Error::SampleWeight`] where one is
    /// negative or not finite, or where the sum up to it is not finite.
    pub fn weighted(self, weights: &'a [X::Scalar]) -> Result<Self, Error> {
        check_lengths("inputs and weights", self.inputs.len(), weights.len())?;
        let mut sum = X::Scalar::ZERO;
        for (row, &weight) in (0..weights.len()).zip(weights) {
            sum += weight;
            if !(sum.is_finite() && weight >= X::Scalar::ZERO) {
                return Err(Error::SampleWeight { row, value: weight.to_f32() });
            }
        }
        Ok(Samples { weights: Some(weights), ..self })
    }

    /// How many rows there are; never 0.
    pub fn rows(&self) -> usize {
        self.inputs.len()
    }

    /// The inputs.
    pub fn inputs(&self) -> &'a [X] {
        self.inputs
    }

    /// The targets.
    pub fn targets(&self) -> &'a [Y] {
        self.targets
    }

    /// The input, the target and the weight of row `index`; `None` past the last.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<(&'a X, &'a Y, X::Scalar)> {
        let weight = match self.weights {
            Some(weights) => *weights.get(index)?,
            None => X::Scalar::ONE,
        };
        Some((self.inputs.get(index)?, self.targets.get(index)?, weight))
    }
}
