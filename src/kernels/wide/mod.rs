//! The kernels with wide vectors, for x86-64 with std. `no_wide.rs` stands for this module elsewhere.
//!
//! All three products hold a tile of M rows times V vectors of columns in registers, and add one term after
//! the other to all of it:
//!
//! ```text
//! for each piece of at most 64 terms:
//!     for each block of V vectors of columns:
//!         for each tile of M rows:
//!             sums ← 0 for the first piece, else what the last piece stored
//!             for each term of the piece:
//!                 w ← V vectors
//!                 for each of the M rows:  sums[row] += x·w
//!             store sums
//! ```
//!
//! `affine` and `backward` have the rows of the batch as rows of tiles (`tiles.rs`); the terms are rows or
//! columns of W. `add_outer` has rows of G as rows of tiles, and the rows of the batch as terms.
//!
//! Sizes:
//!
//! - V is 2, and 1 for a rest of one vector. In `f32` two vectors are 16 columns with AVX2 and 32 with
//!   AVX-512.
//! - M is 8 or 4 with the 32 registers of AVX-512: 8 · 2 sums, 2 vectors of w and one of x. With the 16 of AVX2
//!   it is 6 or 4: 6 · 2 sums, and w and x as before, take 15. 8 sums are the least for two units where each
//!   addition waits 4 cycles for the one before. The numbers x of a tile lie at fixed distances from one
//!   address, and one comparison a term shows that all of them are inside their rows.
//! - 64 terms times 32 columns are 8 KiB in `f32`. They stay in the first-level cache for all rows of the
//!   batch.
//! - A single row has no neighbours to share w with, and takes 8 vectors of columns at a time.
//!
//! Example: 14 rows, 100 inputs and 37 outputs, AVX2. The pieces have 64 and 36 terms. The blocks have 16, 16
//! and 5 columns; the last is one vector, filled in part. The tiles have 6, 4 and 4 rows.
//!
//! Long rows: numbers below each other in a matrix of 1024 columns lie 4 KiB apart. The first-level cache keeps 8
//! to 12 such places, and each lies in another page of memory. Therefore `affine` copies a block of W together
//! before its tiles read it, and `add_outer` does so with blocks of x and δ.
//!
//! A processor with AVX-512 that does 512 bits in two halves gets vectors of 256 bits and 32 registers.
//!
//! Deviations from `reference.rs`, none of which changes a bit:
//!
//! 1. Vectors run across columns, never along a sum: each element still takes its terms one by one, in order.
//! 2. A sum that goes on with the next piece is stored in between. A register holds no more digits than
//!    memory.
//! 3. Columns that fill a vector in part are copied together with zeros behind them, which are not stored.
//! 4. Nothing is skipped where an input is 0. Weights have to be finite, since 0·∞ is NaN.
//! 5. A single column is no work for vectors across columns: `affine` takes 8 rows of the batch instead, and
//!    `add_outer` takes G as a single row.
//!
//! Multiplications and additions are rounded one by one, not fused.
//!
//! Each product returns whether it was done. It is not where the processor has no wide vectors, and in debug
//! builds.

pub(crate) mod affine;
pub(crate) mod backward;
pub(crate) mod dispatch;
pub(crate) mod outer;
pub(crate) mod squares;
mod tiles;
mod vectors;
pub(crate) mod windows;

use self::affine::Affine;
use self::backward::Backward;
pub(crate) use self::dispatch::widest;
use self::dispatch::{half_wide, wide};
use self::outer::{Bias, Outer, OuterRows};
use self::squares::Regularise;
use self::windows::{AffineWindows, BackwardWindows, OuterRowsWindows, OuterWindows};
use crate::Scalar;
use crate::kernels::matrix::Sums;
use crate::kernels::windows::Windowed;

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

/// `G += xᵀ·δ` and `g += δ` for as many rows as the shorter slice has; or `=` for a row or more.
#[inline(always)]
pub(crate) fn outer<T: Scalar, const R: usize, const C: usize>(
    sums: Sums,
    gradient: &mut [[T; C]; R],
    bias: &mut [T; C],
    inputs: &[[T; R]],
    delta: &[[T; C]],
) -> bool {
    let outer = Outer::new(sums, gradient, bias, inputs, delta);
    !(sums == Sums::Set && outer.is_empty()) && wide(outer).is_some()
}

/// The bias alone: `g += δ` or `g = δ` for all rows of δ.
#[inline(always)]
pub(crate) fn bias<T: Scalar, const C: usize>(sums: Sums, bias: &mut [T; C], delta: &[[T; C]]) -> bool {
    wide(Bias { sums, bias, delta }).is_some()
}

/// The same without the bias, for the rows of G from the given one on.
#[inline(always)]
pub(crate) fn outer_rows<T: Scalar, const R: usize, const C: usize>(
    sums: Sums,
    gradient: (&mut [[T; C]], usize),
    inputs: &[[T; R]],
    delta: &[[T; C]],
) -> bool {
    let outer = OuterRows::new(sums, gradient, inputs, delta);
    !(sums == Sums::Set && outer.is_empty()) && wide(outer).is_some()
}

/// `y = x·W + b` for each window of as many rows as the shorter slice has.
#[inline(always)]
pub(crate) fn affine_windows<G: Windowed, T: Scalar, const C: usize>(
    weights: &[[T; C]],
    bias: &[T; C],
    inputs: &[T],
    outputs: &mut [[T; C]],
) -> bool {
    wide(AffineWindows::<G, T, C>::new(weights, bias, inputs, outputs)).is_some()
}

/// `∂x = Σ δ·Wᵀ` for as many rows as the shortest slice has.
#[inline(always)]
pub(crate) fn backward_windows<G: Windowed, T: Scalar, const C: usize>(
    weights: &[[T; C]],
    delta: &[[T; C]],
    input_delta: &mut [T],
    inputs: &[T],
) -> bool {
    wide(BackwardWindows::<G, T, C>::new(weights, delta, input_delta, inputs)).is_some()
}

/// `G += xᵀ·δ` and `g += δ` for each window of as many rows as the shorter slice has.
#[inline(always)]
pub(crate) fn add_outer_windows<G: Windowed, T: Scalar, const C: usize>(
    gradient: &mut [[T; C]],
    bias: &mut [T; C],
    inputs: &[T],
    delta: &[[T; C]],
) -> bool {
    wide(OuterWindows::<G, T, C>::new(gradient, bias, inputs, delta)).is_some()
}

/// The same without the bias, for the rows of G from the given one on.
#[inline(always)]
pub(crate) fn outer_rows_windows<G: Windowed, T: Scalar, const C: usize>(
    gradient: (&mut [[T; C]], usize),
    inputs: &[T],
    delta: &[[T; C]],
) -> bool {
    wide(OuterRowsWindows::<G, T, C>::new(gradient, inputs, delta)).is_some()
}

/// `g ← share·g + decay·w`, Σw² and Σg²; `None` where it was not done.
#[inline(always)]
pub(crate) fn regularise<T: Scalar>(w: &[T], g: &mut [T], share: T, decay: T) -> Option<[T; 2]> {
    half_wide(Regularise { w, g, share, decay })
}
