//! A matrix, and the three products that training needs. [`Dense`](crate::Dense) is how others reach them.
//!
//! Each product takes as many rows as the shortest of its slices has, in every build, and leaves further ones
//! as they are. Weights have to be finite: `plain.rs` skips those whose input is 0, `wide` does not.
//!
//! `reference.rs` defines them. The folder `wide` computes them with wide vectors, and where it does not,
//! `plain.rs` does, row by row of the batch.

use crate::kernels::rows::first_rows;
use crate::kernels::{Here, threads, wide};
use crate::{Scalar, Zero};

/// Whether sums go on from what is there, or start from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sums {
    Add,
    Set,
}

/// `R` rows of `C` numbers, row by row, without padding.
///
/// ```
/// use bareprop::{Dense, Identity, Layer, Matrix};
/// let weights = Matrix([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
/// let layer = Dense::<3, 2, Identity>::new(weights, [0.5, 0.5]);
/// let mut y = [[0.0; 2]];
/// layer.forward::<1>(&[[1.0, 0.0, -1.0]], &mut (), &mut y, None); // y = x·W + b
/// assert_eq!((y, layer.weights.0[2]), ([[-3.5, -3.5]], [5.0, 6.0]));
/// ```
///
/// The products that layers make of it, and what a step does with all parameters, are defined by these loops.
/// Every processor, instruction set and build gives their bits:
///
/// ```
/// # pub use bareprop::Scalar;
/// # mod reference {
#[doc = include_str!("reference.rs")]
/// # }
/// # fn main() {
/// # use bareprop::{Dense, Identity, Layer, Matrix, Optimizer, Parameters, Sgd};
/// # let (w, b) = ([[0.1, -0.2], [3.0, 0.7], [1e-8, -5.0]], [0.3, -0.0]);
/// # let (x, delta) = ([0.7, -1e5, 0.0], [-0.9, 1e-30]);
/// # let layer = || Dense::<3, 2, Identity>::new(Matrix(w), b);
/// # let (mut y, mut gradient, mut network) = ([[0.0; 2]], layer(), layer());
/// # layer().forward::<1>(&[x], &mut (), &mut y, None);
/// # assert_eq!(y[0], reference::affine(&w, &b, &x));
/// # gradient.add_gradient::<1>(-0.3, &[x], &(), &[delta], &());
/// # let (mut g, mut g_bias) = (w, b);
/// # reference::add_outer((&mut g, &mut g_bias), (-0.3, &x, &delta));
/// # assert_eq!((gradient.weights.0, gradient.bias), (g, g_bias));
/// # Sgd::default().step(&mut (), 0.01, &mut network, &gradient, 0..2);
/// # let mut moved = w;
/// # reference::update(moved.as_flattened_mut(), g.as_flattened(), 0.01);
/// # assert_eq!(network.weights.0, moved);
/// # assert_eq!(layer().weights_squared(), reference::sum_of_squares(w.as_flattened()));
/// # assert_eq!(reference::backward(&w, &delta)[0], -0.9 * 0.1);
/// # assert_eq!(reference::regularise(&[2.0], &mut [4.0], 0.5, 1.0), [4.0, 16.0]);
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<const R: usize, const C: usize, T = f32>(pub [[T; C]; R]);

impl<const R: usize, const C: usize, T: Scalar> Zero for Matrix<R, C, T> {
    const ZERO: Self = Matrix(<[[T; C]; R]>::ZERO);
}

impl<const R: usize, const C: usize, T: Scalar> Matrix<R, C, T> {
    /// `y = x·W + b` for each row. x: `[R]`, W: `[R × C]`, b, y: `[C]`.
    /// yⱼ = (0 + x₀·w₀ⱼ + x₁·w₁ⱼ + …) + bⱼ. R·C multiply-adds a row.
    #[inline(always)]
    pub(crate) fn affine(&self, inputs: &[[T; R]], bias: &[T; C], outputs: &mut [[T; C]]) {
        let parts = threads::parts(inputs.len().wrapping_mul(const { R * C }));
        if parts > 1 {
            self.affine_shared(parts, inputs, bias, outputs)
        } else {
            self.affine_alone(inputs, bias, outputs)
        }
    }

    #[inline(always)]
    fn affine_alone(&self, inputs: &[[T; R]], bias: &[T; C], outputs: &mut [[T; C]]) {
        if wide::affine(&self.0, bias, inputs, outputs) {
            return;
        }
        for (x, y) in inputs.iter().zip(outputs) {
            Here::affine(&self.0, x, bias, y);
        }
    }

    #[inline(never)]
    fn affine_shared(&self, parts: usize, inputs: &[[T; R]], bias: &[T; C], outputs: &mut [[T; C]]) {
        threads::share(parts, (inputs, outputs), &|_, (inputs, outputs)| self.affine_alone(inputs, bias, outputs));
    }

    /// `∂x = δ·Wᵀ` for each row. δ: `[C]`, ∂x: `[R]`.
    /// ∂xᵢ = 0 + δ₀·wᵢ₀ + δ₁·wᵢ₁ + …. R·C multiply-adds a row.
    ///
    /// Where `zero_input_blocks`, elements whose input is 0 don't matter and may be left at 0.
    #[inline(always)]
    pub(crate) fn backward(
        &self,
        delta: &[[T; C]],
        input_delta: &mut [[T; R]],
        inputs: &[[T; R]],
        zero_input_blocks: bool,
    ) {
        let parts = threads::parts(delta.len().wrapping_mul(const { R * C }));
        if parts > 1 {
            self.backward_shared(parts, delta, input_delta, inputs, zero_input_blocks);
        } else {
            self.backward_alone(delta, input_delta, inputs, zero_input_blocks);
        }
    }

    #[inline(always)]
    fn backward_alone(&self, delta: &[[T; C]], input_delta: &mut [[T; R]], inputs: &[[T; R]], zero_input_blocks: bool) {
        if wide::backward(&self.0, delta, input_delta, inputs) {
            return;
        }
        for (x, (d, dx)) in inputs.iter().zip(delta.iter().zip(input_delta)) {
            Here::backward(&self.0, d, dx, x, zero_input_blocks);
        }
    }

    #[inline(never)]
    fn backward_shared(
        &self,
        parts: usize,
        delta: &[[T; C]],
        input_delta: &mut [[T; R]],
        inputs: &[[T; R]],
        zero_input_blocks: bool,
    ) {
        threads::share(parts, ((delta, inputs), input_delta), &|_, ((delta, inputs), input_delta)| {
            self.backward_alone(delta, input_delta, inputs, zero_input_blocks);
        });
    }

    /// `self += scale · xᵀ·δ` and `bias += scale · δ`, row after row of the batch. x: `[R]`, δ: `[C]`.
    /// gᵢⱼ ← gᵢⱼ + (scale·xᵢ)·δⱼ. R·C multiply-adds a row.
    #[inline(always)]
    pub(crate) fn add_outer(&mut self, bias: &mut [T; C], scale: T, inputs: &[[T; R]], delta: &[[T; C]]) {
        if scale == T::ONE && self.outer(Sums::Add, bias, inputs, delta) {
            return;
        }
        for (x, d) in inputs.iter().zip(delta) {
            Here::add_outer(&mut self.0, bias, scale, x, d);
        }
    }

    /// `self = xᵀ·δ` and `bias = δ`: [`add_outer`](Self::add_outer) to zeros, which it does not read.
    #[inline(always)]
    pub(crate) fn set_outer(&mut self, bias: &mut [T; C], inputs: &[[T; R]], delta: &[[T; C]]) {
        if self.outer(Sums::Set, bias, inputs, delta) {
            return;
        }
        self.0.as_flattened_mut().fill(T::ZERO);
        bias.fill(T::ZERO);
        for (x, d) in inputs.iter().zip(delta) {
            Here::add_outer(&mut self.0, bias, T::ONE, x, d);
        }
    }

    /// Both of these by threads or with wide vectors, for a scale of 1. Returns whether it was done.
    #[inline(always)]
    fn outer(&mut self, sums: Sums, bias: &mut [T; C], inputs: &[[T; R]], delta: &[[T; C]]) -> bool {
        let parts = threads::parts(inputs.len().wrapping_mul(const { R * C }));
        if parts > 1 {
            self.outer_shared(parts, sums, bias, (inputs, delta));
            return true;
        }
        wide::outer(sums, &mut self.0, bias, inputs, delta)
    }

    /// The bias, then the rows of the gradient, some for each thread.
    #[inline(never)]
    fn outer_shared(&mut self, parts: usize, sums: Sums, bias: &mut [T; C], (inputs, delta): (&[[T; R]], &[[T; C]])) {
        let delta = first_rows(delta, Ord::min(inputs.len(), delta.len()));
        add_bias(sums, bias, delta);
        threads::share(parts, &mut self.0[..], &|first, gradient| {
            if wide::outer_rows(sums, (gradient, first), inputs, delta) {
                return;
            }
            if sums == Sums::Set {
                gradient.as_flattened_mut().fill(T::ZERO);
            }
            for (x, d) in inputs.iter().zip(delta) {
                Here::add_outer_rows(gradient, T::ONE, x.get(first..).unwrap_or(&[]), d);
            }
        });
    }
}

/// `bias += δ` or `bias = δ`, summed over the rows of δ.
#[inline(always)]
pub(crate) fn add_bias<T: Scalar, const C: usize>(sums: Sums, bias: &mut [T; C], delta: &[[T; C]]) {
    if wide::bias(sums, bias, delta) {
        return;
    }
    if sums == Sums::Set {
        bias.fill(T::ZERO);
    }
    for d in delta {
        bias.iter_mut().zip(d).for_each(|(b, &d)| *b += d);
    }
}
