//! The gradient of a batch's loss: the mean over its rows with L2, checked and clipped.

use core::ops::Range;

use crate::kernels::bounds::worst;
use crate::kernels::dispatch::Work;
use crate::kernels::squares::{regularise, sum_of_squares};
use crate::scalar::sealed::{Inside, Sealed};
use crate::training::batch::{Batch, all_weights_are_zero};
use crate::{Clip, Error, Parameters, Scalar, TensorKind, Zero};

impl<N: Parameters> Batch<N> {
    /// Turns the sum into the gradient of the batch's loss, g ← g/Σweight + λ/m·w (biases: without λ), with m
    /// = Σ sample weights, and clips it.
    ///
    /// It also checks that the step cannot overflow: Σw² and Σg² have to be at most a quarter of the largest
    /// number. Only `tensors` learn: the gradient of those before them becomes 0. `first` states that no step was
    /// taken before. Weights that are all 0 are an error then.
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
    ) -> Result<Finished<N::Scalar>, Error> {
        let mut sums = self.begin(l2)?;
        self.freeze(tensors.start);
        for index in tensors {
            let (w, g) = (network.tensor(index), self.gradient.tensor_mut(index));
            let squares = regularise(w, g, sums.share, sums.decay::<N>(index));
            sums.add(index, squares, network, &self.gradient, clip)?;
        }
        let finished = self.end(&sums, network, clip, first)?;
        if finished.clipping != Clipping::None {
            self.for_each(|g| finished.clipping.of(g));
        }
        Ok(finished)
    }

    /// Begins to finish the batch.
    ///
    /// # Errors
    /// [`Error::NoWeight`].
    #[inline(always)]
    pub(crate) fn begin(&self, l2: N::Scalar) -> Result<Finishing<N::Scalar>, Error> {
        if self.sums.weight < N::Scalar::TINY {
            return Err(Error::NoWeight);
        }
        let (zero, share) = (N::Scalar::ZERO, N::Scalar::ONE / self.sums.weight);
        let decay = l2 / self.sums.samples;
        Ok(Finishing { share, decay, weights_squared: zero, gradient_squared: zero, large: false })
    }

    /// Sets the gradient of the first tensors, which do not learn, to 0.
    #[inline(always)]
    pub(crate) fn freeze(&mut self, tensors: usize) {
        for index in 0..tensors {
            self.gradient.tensor_mut(index).fill(N::Scalar::ZERO);
        }
    }

    /// Loss, penalty and norm, once each tensor has been added, and how its gradient is to be clipped.
    #[inline(always)]
    pub(crate) fn end(
        &mut self,
        sums: &Finishing<N::Scalar>,
        network: &N,
        clip: Clip<N::Scalar>,
        first: bool,
    ) -> Result<Finished<N::Scalar>, Error> {
        let most = N::Scalar::MAX;
        if first && sums.weights_squared.is_zero() && all_weights_are_zero(network) {
            return Err(Error::Uninitialized);
        }
        let (gradient_norm, clipping) = if sums.large {
            (self.clip_large(clip)?, Clipping::None)
        } else {
            let norm = sums.gradient_squared.root_of_squares(Inside);
            (norm, Clipping::new(clip, norm))
        };
        let penalty = N::Scalar::from_f64(0.5) * sums.decay * sums.weights_squared;
        let loss = self.sums.loss * sums.share;
        Ok(Finished { loss: loss.min(most), penalty: penalty.min(most), gradient_norm, clipping })
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
    type Output = Result<Finished<N::Scalar>, Error>;

    #[inline(always)]
    fn run(self) -> Result<Finished<N::Scalar>, Error> {
        self.batch.finish(self.network, self.l2, self.clip, self.tensors, self.first)
    }
}

/// The result of [`Batch::finish`].
#[derive(Clone, Copy)]
pub(crate) struct Finished<T> {
    pub(crate) loss: T,
    pub(crate) penalty: T,
    pub(crate) gradient_norm: T,
    pub(crate) clipping: Clipping<T>,
}

/// What [`Batch::finish`] computes tensor by tensor.
pub(crate) struct Finishing<T> {
    /// 1/Σweight.
    pub(crate) share: T,
    /// λ/m.
    decay: T,
    weights_squared: T,
    gradient_squared: T,
    /// Whether the squares of a gradient are too large for a step without clipping.
    large: bool,
}

impl<T: Scalar> Finishing<T> {
    /// λ/m for weights, 0 for the others.
    #[inline(always)]
    pub(crate) fn decay<N: Parameters<Scalar = T>>(&self, index: usize) -> T {
        if N::describe(index).1 == TensorKind::Weights { self.decay } else { T::ZERO }
    }

    /// Adds a tensor, whose gradient has its share and its decay, by Σw² and Σg².
    #[inline(always)]
    pub(crate) fn add<N: Parameters<Scalar = T>>(
        &mut self,
        index: usize,
        [w_squared, g_squared]: [T; 2],
        network: &N,
        gradient: &N,
        clip: Clip<T>,
    ) -> Result<(), Error> {
        if !small::<N>(w_squared) {
            return Err(too_large::<N>(index, network.tensor(index), Which::Parameter));
        }
        if !small::<N>(g_squared) {
            // Without clipping, the code for large gradients is not linked into the program.
            if clip == Clip::None {
                return Err(too_large::<N>(index, gradient.tensor(index), Which::Gradient));
            }
            self.large = true;
        }
        self.gradient_squared += g_squared;
        if N::describe(index).1 == TensorKind::Weights {
            self.weights_squared += w_squared;
        }
        Ok(())
    }
}

/// How each number of a gradient is clipped.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Clipping<T> {
    None,
    Value(T),
    Factor(T),
}

impl<T: Scalar> Clipping<T> {
    /// That of a gradient of this norm.
    #[inline(always)]
    fn new(clip: Clip<T>, norm: T) -> Self {
        match clip {
            Clip::Value(limit) => Clipping::Value(limit),
            Clip::Norm(limit) if norm > limit => Clipping::Factor(limit / norm),
            Clip::None | Clip::Norm(_) => Clipping::None,
        }
    }

    #[inline(always)]
    pub(crate) fn of(self, g: T) -> T {
        match self {
            Clipping::None => g,
            Clipping::Value(limit) => g.max(-limit).min(limit),
            Clipping::Factor(factor) => g * factor,
        }
    }
}

/// Whether parameters or a gradient are checked.
#[derive(Clone, Copy)]
enum Which {
    Parameter,
    Gradient,
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
