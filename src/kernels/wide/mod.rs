//! The kernels with wide vectors, for x86-64 with std. `no_wide.rs` stands for this module elsewhere.
//!
//! Each product returns whether it was done: not where the processor has no wide vectors, and not in debug
//! builds.

pub(crate) mod affine;
pub(crate) mod backward;
pub(crate) mod dispatch;
pub(crate) mod outer;
pub(crate) mod squares;
mod tiles;
mod vectors;

use self::affine::Affine;
use self::backward::Backward;
pub(crate) use self::dispatch::widest;
use self::dispatch::{half_wide, wide};
use self::outer::Outer;
use self::squares::Regularise;
use crate::Scalar;

/// `y = x·W + b` for as many rows as the shorter slice has.
#[inline(always)]
pub(crate) fn affine<T: Scalar, const R: usize, const C: usize>(
    weights: &[[T; C]; R],
    bias: &[T; C],
    inputs: &[[T; R]],
    outputs: &mut [[T; C]],
) -> bool {
    wide(Affine::new(weights, bias, inputs, outputs)).is_some()
}

/// `∂x = δ·Wᵀ` for as many rows as the shortest slice has.
#[inline(always)]
pub(crate) fn backward<T: Scalar, const R: usize, const C: usize>(
    weights: &[[T; C]; R],
    delta: &[[T; C]],
    input_delta: &mut [[T; R]],
    inputs: &[[T; R]],
) -> bool {
    wide(Backward::new(weights, delta, input_delta, inputs)).is_some()
}

/// `G += xᵀ·δ` and `g += δ` for as many rows as the shorter slice has.
#[inline(always)]
pub(crate) fn add_outer<T: Scalar, const R: usize, const C: usize>(
    gradient: &mut [[T; C]; R],
    bias: &mut [T; C],
    inputs: &[[T; R]],
    delta: &[[T; C]],
) -> bool {
    wide(Outer::new(gradient, bias, inputs, delta)).is_some()
}

/// `g ← share·g + decay·w`, Σw² and Σg²; `None` where it was not done.
#[inline(always)]
pub(crate) fn regularise<T: Scalar>(w: &[T], g: &mut [T], share: T, decay: T) -> Option<[T; 2]> {
    half_wide(Regularise { w, g, share, decay })
}
