//! Layer normalisation.

use core::fmt;
use core::marker::PhantomData;

use crate::kernels::{Here, inlined_with_vectors};
use crate::storage::fingerprint;
use crate::{
    BackwardPass, Error, Generator, Init, Layer, Noise, OnlineLayer, Parameters, Places, Row, Scalar, TensorKind, Zero,
};

/// Layer normalisation of N numbers: `y = γ·n + β` with `n = (x − μ) / √(σ² + ε)`. x, γ, β and y: `[N]`.
///
/// μ is the mean of x, σ² = Σ(xᵢ − μ)² / N its variance, and ε = 10⁻⁵, as PyTorch has it. Sums begin at +0
/// and take their terms in order. A row is `[T; N]` by default. As `LayerNorm<N, T, [[T; N]; L]>` it
/// normalises the channels of each step of a sequence by themselves, and as `LayerNorm<N, T, [[[T; N]; W];
/// H]>` those of each pixel.
///
/// 2·N parameters: γ, which is 1 after [`initialize`](Layer::initialize) and which L2 does not shrink, and
/// β. Each step or pixel costs about 6·N multiply-adds, a root and a division forward, and three times that
/// backward, where n is computed again. No memory.
///
/// In `f32` the squares overflow where numbers exceed 10¹⁹ in magnitude. Then n is 0.
///
/// # Instead of batch normalisation
///
/// Batch normalisation has no layer here, for two reasons. It takes its mean from all rows of a batch, so that
/// the outputs for a row depend on the rows beside it, and a batch would have to be in memory as a whole: here
/// a `TILE` of any size gives the same bits. And a batch of one row, as on a chip that learns from a sample at
/// a time, has no statistics. LayerNorm takes its mean from the row alone, and does the same in training and
/// inference. A batch normalisation that was trained elsewhere is a part of the layer before it after
/// [`fold_batch_norm`](crate::fold_batch_norm).
///
/// ```
/// use bareprop::{Layer, LayerNorm, Zero};
/// let mut norm = LayerNorm::<4>::ZERO;
/// norm.initialize_seeded(1);
/// let mut y = [[0.0; 4]];
/// norm.forward::<1>(&[[3.0, 5.0, 3.0, 5.0]], &mut (), &mut y, None);
/// assert!(y[0].iter().zip([-1.0, 1.0, -1.0, 1.0]).all(|(y, n)| (y - n).abs() < 1e-5));
/// ```
/// Source: J. L. Ba, J. R. Kiros, G. E. Hinton (2016), "Layer Normalization".
#[derive(Clone, Debug, PartialEq)]
pub struct LayerNorm<const N: usize, T = f32, R = [T; N]> {
    /// γ, `[N]`.
    pub scale: [T; N],
    /// β, `[N]`.
    pub bias: [T; N],
    row: PhantomData<R>,
}

impl<const N: usize, T: Scalar, R> LayerNorm<N, T, R> {
    /// A layer with this γ and β.
    pub const fn new(scale: [T; N], bias: [T; N]) -> Self {
        LayerNorm { scale, bias, row: PhantomData }
    }
}

impl<const N: usize, T: Scalar, R> Zero for LayerNorm<N, T, R> {
    const ZERO: Self = LayerNorm::new([T::ZERO; N], [T::ZERO; N]);
}

impl<const N: usize, T: Scalar, R: Row<Scalar = T>> Parameters for LayerNorm<N, T, R> {
    type Scalar = T;
    const COUNT: usize = 2 * N;
    const TENSORS: usize = 2;
    const FINGERPRINT: u32 = fingerprint("LayerNorm", &[N as u32, R::WIDTH as u32]);

    #[inline(always)]
    fn tensor(&self, index: usize) -> &[T] {
        match index {
            0 => &self.scale,
            1 => &self.bias,
            _ => &[],
        }
    }

    #[inline(always)]
    fn tensor_mut(&mut self, index: usize) -> &mut [T] {
        match index {
            0 => &mut self.scale,
            1 => &mut self.bias,
            _ => &mut [],
        }
    }

    #[inline(always)]
    fn describe(index: usize) -> (usize, TensorKind) {
        (0, if index == 0 { TensorKind::Scale } else { TensorKind::Bias })
    }

    fn write_source(&self, out: &mut impl fmt::Write) -> fmt::Result {
        if !(Here::all_finite(&self.scale) && Here::all_finite(&self.bias)) {
            return Err(fmt::Error);
        }
        write!(out, "LayerNorm::new({:?}, {:?})", self.scale, self.bias)
    }
}

impl<const N: usize, T: Scalar, R: Places<Scalar = T, Channels = [T; N]>> Layer for LayerNorm<N, T, R> {
    type Input = R;
    type Output = R;
    type Tape<const TILE: usize> = ();
    type Deltas<const TILE: usize> = ();

    fn initialize(&mut self, _: Option<Init>, _: &mut (impl Generator + ?Sized)) {
        *self = Self::new([T::ONE; N], [T::ZERO; N]);
    }

    #[inline(always)]
    fn forward<const TILE: usize>(&self, inputs: &[R], _: &mut (), outputs: &mut [R], _: Option<Noise>) {
        for (x, y) in inputs.iter().zip(outputs) {
            for (x, y) in x.places().iter().zip(y.places_mut()) {
                apply(&self.scale, &self.bias, x, y);
            }
        }
    }

    #[inline(always)]
    fn backward<const TILE: usize>(
        &self,
        pass: BackwardPass<'_, Self, TILE>,
        delta: &mut [R],
        _: &mut (),
        input_delta: Option<&mut [R]>,
    ) {
        for (dx, (x, dy)) in input_delta.into_iter().flatten().zip(pass.inputs.iter().zip(delta.iter())) {
            for (dx, (x, dy)) in dx.places_mut().iter_mut().zip(x.places().iter().zip(dy.places())) {
                pull_back(&self.scale, x, dy, dx);
            }
        }
    }

    #[inline(always)]
    fn add_gradient<const TILE: usize>(&mut self, scale: T, inputs: &[R], _: &(), delta: &[R], _: &()) {
        for (x, dy) in inputs.iter().zip(delta) {
            for (x, dy) in x.places().iter().zip(dy.places()) {
                learn(&mut self.scale, &mut self.bias, scale, x, dy);
            }
        }
    }
}

/// |n| is at most √N, and each parameter gets one term of each step or pixel.
impl<const N: usize, T: Scalar, R: Places<Scalar = T, Channels = [T; N]>> OnlineLayer for LayerNorm<N, T, R> {
    #[inline(always)]
    fn check_update<const TILE: usize>(
        layer: usize,
        scale: T,
        _: &[R],
        _: &(),
        delta: &[R],
        _: &(),
    ) -> Result<(), Error> {
        let (value, sound) = Here::largest_update(scale * T::from_u32(R::WIDTH as u32), &[T::ONE], R::flat(delta));
        if sound { Ok(()) } else { Err(Error::Gradient { layer, kind: TensorKind::Scale, value: value.to_f32() }) }
    }
}

inlined_with_vectors! {
    /// y ← γ·n + β.
    fn apply<T: Scalar, const N: usize>(gamma: &[T; N], beta: &[T; N], x: &[T; N], y: &mut [T; N]) {
        normalize(x, y);
        for (y, (&gamma, &beta)) in y.iter_mut().zip(gamma.iter().zip(beta)) {
            *y = *y * gamma + beta;
        }
    }
}

inlined_with_vectors! {
    /// ∂x ← (δ − mean δ − n·mean(δ·n)) / √(σ² + ε) with δ = γ·∂y.
    fn pull_back<T: Scalar, const N: usize>(gamma: &[T; N], x: &[T; N], dy: &[T; N], dx: &mut [T; N]) {
        let mut n = [T::ZERO; N];
        let factor = normalize(x, &mut n);
        for (dx, (&gamma, &dy)) in dx.iter_mut().zip(gamma.iter().zip(dy)) {
            *dx = gamma * dy;
        }
        let level = mean::<T, N>(dx.iter().copied());
        let slope = mean::<T, N>(dx.iter().zip(&n).map(|(&delta, &n)| delta * n));
        for (dx, &n) in dx.iter_mut().zip(&n) {
            *dx = (*dx - level - n * slope) * factor;
        }
    }
}

inlined_with_vectors! {
    /// γ += (scale·n)·∂y and β += scale·∂y.
    fn learn<T: Scalar, const N: usize>(gamma: &mut [T; N], beta: &mut [T; N], scale: T, x: &[T; N], dy: &[T; N]) {
        let mut n = [T::ZERO; N];
        normalize(x, &mut n);
        for ((gamma, beta), (&n, &dy)) in gamma.iter_mut().zip(beta).zip(n.iter().zip(dy)) {
            *gamma += scale * n * dy;
            *beta += scale * dy;
        }
    }
}

/// n ← (x − μ) / √(σ² + ε); returns 1 / √(σ² + ε).
#[inline(always)]
fn normalize<T: Scalar, const N: usize>(x: &[T; N], n: &mut [T; N]) -> T {
    let mu = mean::<T, N>(x.iter().copied());
    for (n, &x) in n.iter_mut().zip(x) {
        *n = x - mu;
    }
    let variance = mean::<T, N>(n.iter().map(|n| n.square()));
    let factor = T::ONE / (variance + T::from_f64(1e-5)).sqrt();
    for n in n {
        *n *= factor;
    }
    factor
}

/// Σ terms / N.
#[inline(always)]
fn mean<T: Scalar, const N: usize>(terms: impl Iterator<Item = T>) -> T {
    terms.fold(T::ZERO, |sum, term| sum + term) / T::from_u32(N as u32)
}
