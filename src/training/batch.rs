//! The batch of the next step.

use core::fmt;

use crate::kernels::inlined_with_vectors;
use crate::training::line::Line;
use crate::{Parameters, Scalar, TensorKind, Zero};

/// The rows accumulated since the last step: the sum of their gradients, and the sums that their mean needs.
#[repr(C)]
pub(crate) struct Batch<N: Parameters> {
    line: Line,
    /// The sum of the rows' gradients; after [`finish`](Self::finish) the gradient of the batch's loss, also
    /// without rows, until the first of the next batch.
    pub(crate) gradient: N,
    pub(crate) rows: usize,
    pub(crate) sums: BatchSums<N::Scalar>,
}

/// The sums over the rows of a batch.
#[derive(Clone, Copy)]
pub(crate) struct BatchSums<T> {
    /// Σ sᵢ·lossᵢ, where lossᵢ already contains the weight of its class.
    pub(crate) loss: T,
    /// Σ sᵢ·weightᵢ, the weights of samples and classes: the divisor of the loss.
    pub(crate) weight: T,
    /// Σ sᵢ, the weights of the samples: the m of L2's λ/m.
    pub(crate) samples: T,
}

impl<T: Zero> Zero for BatchSums<T> {
    const ZERO: Self = BatchSums { loss: T::ZERO, weight: T::ZERO, samples: T::ZERO };
}

impl<T: Scalar> BatchSums<T> {
    /// Adds a row. A row of weight 0 changes nothing, even if its loss is infinite, since 0·∞ would be NaN.
    #[inline(always)]
    pub(crate) fn add(&mut self, loss: T, sample: T, weight: T) {
        if !sample.is_zero() {
            self.loss += sample * loss;
        }
        self.weight += weight;
        self.samples += sample;
    }
}

impl<N: Parameters> Zero for Batch<N> {
    const ZERO: Self = Batch { line: Line, gradient: N::ZERO, rows: 0, sums: BatchSums::ZERO };
}

/// The loss, penalty, gradient norm and learning rate of one step, from before it changes the parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Step<T = f32> {
    /// The number of the step, from 1.
    pub step: u32,
    /// How many rows the batch had.
    pub rows: usize,
    /// The weighted mean of the rows' losses, without the penalty.
    pub loss: T,
    /// (λ/2m)·Σw², which L2 regularisation adds to the loss.
    pub penalty: T,
    /// ‖g‖ over all parameters, with L2, before clipping; at most the largest finite number.
    pub gradient_norm: T,
    /// The learning rate of this step.
    pub learning_rate: T,
}

/// `step 12: 32 rows, loss 0.3452, penalty 0.0010, gradient norm 0.1234, learning rate 0.001`.
impl<T: Scalar> fmt::Display for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Step { step, rows, loss, penalty, gradient_norm, learning_rate } = self;
        write!(f, "step {step}: {rows} rows, loss {loss:.4}, penalty {penalty:.4}, ")?;
        write!(f, "gradient norm {gradient_norm:.4}, learning rate {learning_rate}")
    }
}

impl<N: Parameters> Batch<N> {
    inlined_with_vectors! {
        /// Removes the rows: sets the sums and the gradient to 0.
        pub(crate) fn clear(&mut self) {
            self.gradient.fill(N::Scalar::ZERO);
            self.remove_rows();
        }
    }

    /// Removes the rows, and leaves the gradient, which the first row of the next batch sets.
    #[inline(always)]
    pub(crate) fn remove_rows(&mut self) {
        (self.rows, self.sums) = (0, BatchSums::ZERO);
    }
}

/// Whether the network has more than one weight matrix, and all weights are 0.
#[cold]
#[inline(never)]
pub(crate) fn all_weights_are_zero<N: Parameters>(network: &N) -> bool {
    let mut matrices = 0_u32;
    for index in 0..N::TENSORS {
        if N::describe(index).1 == TensorKind::Weights {
            if !network.tensor(index).iter().all(|w| w.is_zero()) {
                return false;
            }
            matrices = matrices.wrapping_add(1);
        }
    }
    matrices > 1
}
