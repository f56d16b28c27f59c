//! The batch that waits for a step.

use crate::memory::Line;
use crate::parameters::largest_magnitude;
use crate::squares::regularise;
use crate::widest::Work;
use crate::{Clip, Error, Kind, Parameters, Scalar, Zero};

/// The rows since the last step: the sum of their gradients, and what the mean has to know of them.
#[repr(C)]
pub(crate) struct Batch<N: Parameters> {
    line: Line,
    /// Σ of the rows' gradients; after [`finish`](Self::finish) the gradient of the batch's loss.
    pub(crate) gradient: N,
    pub(crate) rows: usize,
    /// Σ of the rows' losses, each times its weight.
    pub(crate) loss: N::Scalar,
    /// Σ of the rows' weights.
    pub(crate) weight: N::Scalar,
}

impl<N: Parameters> Zero for Batch<N> {
    const ZERO: Self = Batch { line: Line, gradient: N::ZERO, rows: 0, loss: N::Scalar::ZERO, weight: N::Scalar::ZERO };
}

/// What a step was about to do, once gradient and parameters have been found sound.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Step<T = f32> {
    /// Its number, from 1.
    pub step: u32,
    /// How many rows the batch had.
    pub rows: usize,
    /// The weighted mean of the rows' losses, without the penalty.
    pub loss: T,
    /// (λ/2m)·Σw², what L2 regularisation adds to the loss.
    pub penalty: T,
    /// ‖g‖ of all parameters, with L2, before clipping.
    pub gradient_norm: T,
    /// The learning rate of this step.
    pub learning_rate: T,
}

impl<N: Parameters> Batch<N> {
    /// Forgets the rows.
    #[inline(always)]
    pub(crate) fn clear(&mut self) {
        self.gradient.fill(N::Scalar::ZERO);
        (self.rows, self.loss, self.weight) = (0, N::Scalar::ZERO, N::Scalar::ZERO);
    }

    /// Turns the sum into the gradient of the batch's loss, g ← g/Σweight + λ/m·w (biases: without λ), clips it, and checks that
    /// a step from here cannot overflow: Σw² and Σg² are at most a quarter of the largest number. Σg² is that before clipping.
    ///
    /// Returns the loss, the penalty and ‖g‖.
    #[inline(always)]
    fn finish(&mut self, network: &N, l2: N::Scalar, clip: Clip<N::Scalar>) -> Result<Finished<N>, Error> {
        let zero = N::Scalar::ZERO;
        if self.weight <= zero {
            return Err(Error::NoWeight);
        }
        let share = N::Scalar::ONE / self.weight;
        let decay = l2 / N::Scalar::from_u32(self.rows as u32);
        let (mut weights_squared, mut gradient_squared) = (zero, zero);
        for index in 0..N::TENSORS {
            let (w, g) = (network.tensor(index), self.gradient.tensor_mut(index));
            let is_weights = N::describe(index).1 == Kind::Weights;
            let decay = if is_weights { decay } else { zero };
            let [w_squared, g_squared] = regularise(w, g, share, decay);
            check::<N>(index, w, w_squared, Which::Parameter)?;
            check::<N>(index, g, g_squared, Which::Gradient)?;
            gradient_squared += g_squared;
            if is_weights {
                weights_squared += w_squared;
            }
        }
        let norm = gradient_squared.sqrt();
        self.clip(clip, norm);
        let penalty = N::Scalar::from_f64(0.5) * decay * weights_squared;
        Ok(Finished { loss: self.loss * share, penalty, gradient_norm: norm })
    }

    #[inline(always)]
    fn clip(&mut self, clip: Clip<N::Scalar>, norm: N::Scalar) {
        match clip {
            Clip::Value(limit) => self.for_each(|g| g.max(-limit).min(limit)),
            Clip::Norm(limit) if norm > limit => {
                let factor = limit / norm;
                self.for_each(|g| g * factor);
            }
            Clip::None | Clip::Norm(_) => {}
        }
    }

    #[inline(always)]
    fn for_each(&mut self, f: impl Fn(N::Scalar) -> N::Scalar) {
        for index in 0..N::TENSORS {
            for g in self.gradient.tensor_mut(index) {
                *g = f(*g);
            }
        }
    }
}

/// [`Batch::finish`].
pub(crate) struct Finish<'a, N: Parameters> {
    pub(crate) batch: &'a mut Batch<N>,
    pub(crate) network: &'a N,
    pub(crate) l2: N::Scalar,
    pub(crate) clip: Clip<N::Scalar>,
}

impl<N: Parameters> Work for Finish<'_, N> {
    type Output = Result<Finished<N>, Error>;

    #[inline(always)]
    fn run(self) -> Result<Finished<N>, Error> {
        self.batch.finish(self.network, self.l2, self.clip)
    }
}

/// What [`Batch::finish`] has found.
pub(crate) struct Finished<N: Parameters> {
    pub(crate) loss: N::Scalar,
    pub(crate) penalty: N::Scalar,
    pub(crate) gradient_norm: N::Scalar,
}

/// What is checked.
#[derive(Clone, Copy)]
enum Which {
    Parameter,
    Gradient,
}

/// Σx² of a tensor has to be at most 1/(4·TENSORS) of the largest number.
#[inline(always)]
fn check<N: Parameters>(index: usize, values: &[N::Scalar], sum: N::Scalar, which: Which) -> Result<(), Error> {
    if sum <= N::Scalar::MAX / N::Scalar::from_u32(4 * N::TENSORS as u32) {
        return Ok(());
    }
    let (layer, kind) = N::describe(index);
    let value = largest_magnitude(values).to_f32();
    Err(match which {
        Which::Parameter => Error::Parameter { layer, kind, value },
        Which::Gradient => Error::Gradient { layer, kind, value },
    })
}
