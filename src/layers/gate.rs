//! What a gated unit is made of.

use core::fmt;
use core::slice::from_ref;

use crate::{Dense, Generator, Identity, Init, Layer, Parameters, Scalar, Zero};

/// What a gate is made of: a product with the input, and one with the state.
#[derive(Debug)]
pub struct Gate<const C: usize, const H: usize, T = f32> {
    /// `x·W + b`, from `[C]` to `[H]`.
    pub input: Dense<C, H, Identity, T>,
    /// `h·U + c`, from `[H]` to `[H]`.
    pub state: Dense<H, H, Identity, T>,
}

impl<const C: usize, const H: usize, T: Scalar> Clone for Gate<C, H, T> {
    fn clone(&self) -> Self {
        Gate { input: self.input.clone(), state: self.state.clone() }
    }
}

impl<const C: usize, const H: usize, T: PartialEq> PartialEq for Gate<C, H, T> {
    fn eq(&self, other: &Self) -> bool {
        self.input == other.input && self.state == other.state
    }
}

impl<const C: usize, const H: usize, T: Scalar> Zero for Gate<C, H, T> {
    const ZERO: Self = Gate { input: Dense::ZERO, state: Dense::ZERO };
}

impl<const C: usize, const H: usize, T: Scalar> Gate<C, H, T> {
    pub(crate) fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
        self.input.initialize(init, rng);
        self.state.initialize(init, rng);
    }

    #[inline(always)]
    pub(crate) fn tensor(&self, index: usize) -> &[T] {
        if index < 2 { self.input.tensor(index) } else { self.state.tensor(index.wrapping_sub(2)) }
    }

    #[inline(always)]
    pub(crate) fn tensor_mut(&mut self, index: usize) -> &mut [T] {
        if index < 2 { self.input.tensor_mut(index) } else { self.state.tensor_mut(index.wrapping_sub(2)) }
    }

    pub(crate) fn write_source(&self, out: &mut impl fmt::Write) -> fmt::Result {
        out.write_str("Gate { input: ")?;
        self.input.write_source(out)?;
        out.write_str(", state: ")?;
        self.state.write_source(out)?;
        out.write_str(" }")
    }

    /// `self += scale · ∂loss/∂parameters` of one row: `delta` of each step for the product with the input,
    /// and `inner` for that with the state before. The state before the first step is 0.
    #[inline(always)]
    pub(crate) fn add_gradient(
        &mut self,
        scale: T,
        x: &[[T; C]],
        states: &[[T; H]],
        delta: &[[T; H]],
        inner: &[[T; H]],
    ) {
        self.input.add_gradient::<1>(scale, x, &(), delta, &());
        if let Some((first, others)) = inner.split_first() {
            self.state.add_gradient::<1>(scale, &[[T::ZERO; H]], &(), from_ref(first), &());
            self.state.add_gradient::<1>(scale, states, &(), others, &());
        }
    }
}

/// W ← weightsᵀ, b ← bias. weights: `[OUT × IN]`, row by row.
pub(crate) fn set<T: Scalar, const IN: usize, const OUT: usize>(
    to: &mut Dense<IN, OUT, Identity, T>,
    weights: &[T],
    bias: &[T],
) {
    for (column, weights) in weights.chunks_exact(Ord::max(IN, 1)).enumerate() {
        for (row, &weight) in to.weights.0.iter_mut().zip(weights) {
            if let Some(place) = row.get_mut(column) {
                *place = weight;
            }
        }
    }
    for (to, &bias) in to.bias.iter_mut().zip(bias) {
        *to = bias;
    }
}
