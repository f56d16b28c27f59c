//! The batch of the next step.

use core::fmt;
use core::ops::Range;

use crate::kernels::bounds::worst;
use crate::kernels::dispatch::Work;
use crate::kernels::squares::{regularise, sum_of_squares};
use crate::scalar::sealed::{Inside, Sealed};
use crate::training::line::Line;
use crate::{Clip, Error, Parameters, Scalar, TensorKind, Zero};

/// The rows accumulated since the last step: the sum of their gradients, and the sums that their mean needs.
#[repr(C)]
pub(crate) struct Batch<N: Parameters> {
    line: Line,
    /// The sum of the rows' gradients; after [`finish`](Self::finish) the gradient of the batch's loss.
    pub(crate) gradient: N,
    pub(crate) rows: usize,
    pub(crate) sums: Sums<N::Scalar>,
}

/// The sums over the rows of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Sums<T> {
    /// Σ sᵢ·lossᵢ, where lossᵢ already contains the weight of its class.
    pub(crate) loss: T,
    /// Σ sᵢ·weightᵢ, the weights of samples and classes: the divisor of the loss.
    pub(crate) weight: T,
    /// Σ sᵢ, the weights of the samples: the m of L2's λ/m.
    pub(crate) samples: T,
}

impl<T: Zero> Zero for Sums<T> {
    const ZERO: Self = Sums { loss: T::ZERO, weight: T::ZERO, samples: T::ZERO };
}

impl<T: Scalar> Sums<T> {
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
    const ZERO: Self = Batch { line: Line, gradient: N::ZERO, rows: 0, sums: Sums::ZERO };
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
    /// Removes the rows: sets the sums and the gradient to 0.
    #[inline(always)]
    pub(crate) fn clear(&mut self) {
        self.gradient.fill(N::Scalar::ZERO);
        (self.rows, self.sums) = (0, Sums::ZERO);
    }

    /// Turns the sum into the gradient of the batch's loss, g ← g/Σweight + λ/m·w (biases: without λ), with m
    /// = Σ sample weights, and clips it.
    ///
    /// It also checks that the step cannot overflow: Σw² and Σg² have to be at most a quarter of the largest
    /// number. Only `tensors` learn: the gradient of those before them becomes 0. `first` states that no step was taken before. Weights that are all 0 are an error then.
    ///
    /// Returns the loss, the penalty and ‖g‖ before clipping.
    #[inline(always)]
    fn finish(
        &mut self,
        network: &N,
        l2: N::Scalar,
        clip: Clip<N::Scalar>,
        tensors: Range<usize>,
        first: bool,
    ) -> Result<Finished<N>, Error> {
        let (zero, most) = (N::Scalar::ZERO, N::Scalar::MAX);
        if self.sums.weight < N::Scalar::TINY {
            return Err(Error::NoWeight);
        }
        let share = N::Scalar::ONE / self.sums.weight;
        let decay = l2 / self.sums.samples;
        let (mut weights_squared, mut gradient_squared, mut large) = (zero, zero, false);
        for index in 0..tensors.start {
            self.gradient.tensor_mut(index).fill(zero);
        }
        for index in tensors {
            let (w, g) = (network.tensor(index), self.gradient.tensor_mut(index));
            let is_weights = N::describe(index).1 == TensorKind::Weights;
            let decay = if is_weights { decay } else { zero };
            let [w_squared, g_squared] = regularise(w, g, share, decay);
            if !small::<N>(w_squared) {
                return Err(too_large::<N>(index, w, Which::Parameter));
            }
            if !small::<N>(g_squared) {
                // Without clipping, the code for large gradients is not linked into the program.
                if clip == Clip::None {
                    return Err(too_large::<N>(index, g, Which::Gradient));
                }
                large = true;
            }
            gradient_squared += g_squared;
            if is_weights {
                weights_squared += w_squared;
            }
        }
        if first && weights_squared.is_zero() && all_weights_are_zero(network) {
            return Err(Error::Uninitialized);
        }
        let gradient_norm =
            if large { self.clip_large(clip)? } else { self.clip(clip, gradient_squared.root_of_squares(Inside)) };
        let penalty = N::Scalar::from_f64(0.5) * decay * weights_squared;
        Ok(Finished { loss: (self.sums.loss * share).min(most), penalty: penalty.min(most), gradient_norm })
    }

    /// Clips a gradient of this norm. Returns the norm.
    #[inline(always)]
    fn clip(&mut self, clip: Clip<N::Scalar>, norm: N::Scalar) -> N::Scalar {
        match clip {
            Clip::Value(limit) => self.for_each(|g| g.max(-limit).min(limit)),
            Clip::Norm(limit) if norm > limit => {
                let factor = limit / norm;
                self.for_each(|g| g * factor);
            }
            Clip::None | Clip::Norm(_) => {}
        }
        norm
    }

    /// Clips a gradient whose squares overflow, with ‖g‖ = most·√Σ(g/most)², where most is the largest |g|.
    /// Returns ‖g‖.
    ///
    /// For g = (3·10³⁰, 4·10³⁰) in `f32`, g² overflows, but most = 4·10³⁰ and ‖g‖ = 4·10³⁰·√(0.5625 + 1) =
    /// 5·10³⁰.
    #[cold]
    #[inline(never)]
    fn clip_large(&mut self, clip: Clip<N::Scalar>) -> Result<N::Scalar, Error> {
        let (mut most, mut sum) = (N::Scalar::ZERO, N::Scalar::ZERO);
        for index in 0..N::TENSORS {
            let g = self.gradient.tensor(index);
            let largest = worst(g);
            if !largest.is_finite() {
                return Err(too_large::<N>(index, g, Which::Gradient));
            }
            most = largest.max(most);
        }
        for index in 0..N::TENSORS {
            for &g in self.gradient.tensor(index) {
                sum += (g / most).square();
            }
        }
        let root = sum.root_of_squares(Inside);
        match clip {
            Clip::Value(limit) => self.for_each(|g| g.max(-limit).min(limit)),
            Clip::Norm(limit) if most * root > limit => self.for_each(|g| g / most * (limit / root)),
            Clip::None | Clip::Norm(_) => {}
        }
        for index in 0..N::TENSORS {
            let g = self.gradient.tensor(index);
            if !small::<N>(sum_of_squares(g)) {
                return Err(too_large::<N>(index, g, Which::Gradient));
            }
        }
        Ok((most * root).min(N::Scalar::MAX))
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
    pub(crate) tensors: Range<usize>,
    pub(crate) first: bool,
}

impl<N: Parameters> Work for Finish<'_, N> {
    type Output = Result<Finished<N>, Error>;

    #[inline(always)]
    fn run(self) -> Result<Finished<N>, Error> {
        self.batch.finish(self.network, self.l2, self.clip, self.tensors, self.first)
    }
}

/// The result of [`Batch::finish`].
pub(crate) struct Finished<N: Parameters> {
    pub(crate) loss: N::Scalar,
    pub(crate) penalty: N::Scalar,
    pub(crate) gradient_norm: N::Scalar,
}

/// Whether parameters or a gradient are checked.
#[derive(Clone, Copy)]
enum Which {
    Parameter,
    Gradient,
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

/// Whether Σx² of a tensor is at most MAX/(4·TENSORS), so that the sum over all tensors is at most MAX/4: for
/// 4 tensors in `f32`, 2·10³⁷.
#[inline(always)]
fn small<N: Parameters>(sum: N::Scalar) -> bool {
    sum <= N::Scalar::MAX / N::Scalar::from_u32(4 * N::TENSORS as u32)
}

/// The error where Σx² is not [`small`].
#[inline(always)]
fn too_large<N: Parameters>(index: usize, values: &[N::Scalar], which: Which) -> Error {
    let (layer, kind) = N::describe(index);
    let value = worst(values).to_f32();
    match which {
        Which::Parameter => Error::Parameter { layer, kind, value },
        Which::Gradient => Error::Gradient { layer, kind, value },
    }
}
