//! The three products for one row of the batch, as loops without wide vectors.
//!
//! Blocks of L neighbouring columns cover the matrix from the left. A block keeps L numbers in registers
//! while it passes over all rows of the matrix:
//!
//! ```text
//! for each block of columns:
//!     affine:     sums ← 0
//!                 for each row i where xᵢ ≠ 0:  sums += xᵢ·W[i, block]
//!                 y[block] ← sums
//!     backward:   d ← δ[block]
//!                 for each row i:  ∂xᵢ += d₀·W[i, first] + d₁·W[i, second] + …, one term after the other
//!     add_outer:  d ← δ[block]
//!                 for each row i where xᵢ ≠ 0:  G[i, block] += (scale·xᵢ)·d
//! ```
//!
//! With an FPU the blocks have 16 columns, then at most one has 8, then each has a single one. 16 sums fill
//! half of the 32 registers of an FPU of single precision, and the other half holds weights. Without an FPU
//! the blocks have 4 columns: sums lie in few registers or on the stack there, and each lane is a call of its
//! own in flash.
//!
//! Example: 29 columns are blocks of 16, 8, 1, 1, 1, 1 and 1; without an FPU seven blocks of 4 and one of 1.
//!
//! Deviations from `reference.rs`, none of which changes a bit:
//!
//! 1. Affine and outer product skip a row whose x is 0. Behind ReLU that is every second one. The sum of
//!    affine starts at +0, and so did each gradient; no sum from there is −0, and adding ±0 to it has no
//!    effect.
//! 2. Without an FPU, terms whose δ is 0 are skipped too: a look at the bits is less work than a
//!    multiplication.
//! 3. Backward adds block after block to ∂x. The terms of ∂xᵢ still come by ascending column.
//! 4. Backward leaves out a row whose x is 0 where the caller does not read its ∂x.
//! 5. Without vectors, a matrix with fewer rows than the second width is not cut into blocks: they would be
//!    much code for few terms.
//!
//! 6. With an FPU and without vectors, a matrix of one column has loops over its numbers as they lie. Its
//!    product takes the terms of zeros too: a test would be more work.
//!
//! The functions are called, not inlined: their arguments then lie in registers, which makes shorter and
//! quicker code than offsets from a `static`.

use crate::Scalar;

/// The kernels without wide vectors. `SOFT`: arithmetic is done in software. `VECTORS`: the compiler can make
/// vector code of a loop. All four run on every machine; [`Here`](crate::kernels::Here) is the one that suits
/// the target.
pub(crate) struct Plain<const SOFT: bool, const VECTORS: bool>;

/// Block widths with an FPU, and the only one without.
const WIDE: usize = 16;
const NARROW: usize = 8;
const SOFT_WIDE: usize = 4;

/// Writes a statement out for each of `L` lanes, since compilers that save flash unroll nothing. `L` is at
/// most 16.
macro_rules! each_lane {
    ($L:expr, $lane:ident => $body:expr) => {
        each_lane!($L, $lane => $body; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    ($L:expr, $lane:ident => $body:expr; $($number:literal)*) => {
        $(if $number < $L {
            let $lane = $number;
            $body;
        })*
    };
}

/// `L` neighbours of a row, from `start`; none where there are fewer, which no caller asks for.
#[inline(always)]
fn window<T, const L: usize>(row: &[T], start: usize) -> Option<&[T; L]> {
    row.get(start..).and_then(|row| row.first_chunk())
}

/// The same, to be changed.
#[inline(always)]
fn window_mut<T, const L: usize>(row: &mut [T], start: usize) -> Option<&mut [T; L]> {
    row.get_mut(start..).and_then(|row| row.first_chunk_mut())
}

/// Something that is computed for `L` neighbouring columns at a time, from `start` on. `None` where there are
/// fewer, which never happens.
pub(super) trait Columns {
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()>;
}

/// Covers `count` columns with blocks of `WIDE`, then at most one of `NARROW`, then single ones.
#[inline(always)]
fn cover<const WIDE: usize, const NARROW: usize>(count: usize, columns: &mut impl Columns) {
    let mut start = 0_usize;
    while count.wrapping_sub(start) >= WIDE {
        columns.columns::<WIDE>(start);
        start = start.wrapping_add(WIDE);
    }
    if NARROW < WIDE && count.wrapping_sub(start) >= NARROW {
        columns.columns::<NARROW>(start);
        start = start.wrapping_add(NARROW);
    }
    for column in start..count {
        columns.columns::<1>(column);
    }
}

impl<const SOFT: bool, const VECTORS: bool> Plain<SOFT, VECTORS> {
    /// The width of the first blocks.
    pub(crate) const WIDE: usize = if SOFT { SOFT_WIDE } else { WIDE };
    /// The width of the block after them.
    pub(crate) const NARROW: usize = if SOFT { SOFT_WIDE } else { NARROW };

    /// The number of columns of a matrix that has loops of its own: 1 with an FPU and without vectors, else none.
    const ONE_COLUMN: usize = if SOFT || VECTORS { 0 } else { 1 };

    /// [`cover`] with these widths.
    #[inline(always)]
    pub(super) fn cover(count: usize, columns: &mut impl Columns) {
        if SOFT { cover::<SOFT_WIDE, SOFT_WIDE>(count, columns) } else { cover::<WIDE, NARROW>(count, columns) }
    }

    /// `y = x·W + b`.
    #[inline(always)]
    pub(crate) fn affine<T: Scalar, const R: usize, const C: usize>(
        weights: &[[T; C]; R],
        x: &[T; R],
        bias: &[T; C],
        y: &mut [T; C],
    ) {
        Self::activated(weights, x, bias, y, core::convert::identity);
    }

    /// `y = f(x·W + b)`.
    #[inline(always)]
    pub(crate) fn activated<T: Scalar, const R: usize, const C: usize>(
        weights: &[[T; C]; R],
        x: &[T; R],
        bias: &[T; C],
        y: &mut [T; C],
        f: impl Fn(T) -> T,
    ) {
        if !VECTORS && R < Self::NARROW {
            return short_activated(weights, x, bias, y, f);
        }
        Self::product(weights, x, y);
        finish(y, bias, f);
    }

    /// `y = x·W`.
    #[inline(never)]
    fn product<T: Scalar, const R: usize, const C: usize>(weights: &[[T; C]; R], x: &[T; R], y: &mut [T; C]) {
        if Self::ONE_COLUMN == C {
            return y.fill(dot(x, weights.as_flattened()));
        }

        Self::cover(C, &mut Product { weights, x, y, begins: true });
    }

    /// `∂x = δ·Wᵀ`: the terms of some columns for all of ∂x, then those of the next. Where
    /// `zero_input_blocks`, elements whose input is 0 become 0.
    #[inline(never)]
    pub(crate) fn backward<T: Scalar, const R: usize, const C: usize>(
        weights: &[[T; C]; R],
        delta: &[T; C],
        input_delta: &mut [T; R],
        x: &[T; R],
        zero_input_blocks: bool,
    ) {
        if let (&[d], true) = (&delta[..], Self::ONE_COLUMN == C) {
            for ((x, &w), dx) in x.iter().zip(weights.as_flattened()).zip(input_delta) {
                *dx = if zero_input_blocks && x.is_zero() { T::ZERO } else { T::ZERO + d * w };
            }
            return;
        }
        // With one block its first terms begin the sums.
        let begins = C <= Self::WIDE;
        if !begins {
            let (fours, rest) = input_delta.as_chunks_mut::<4>();
            fours.fill([T::ZERO; 4]);
            rest.fill(T::ZERO);
        }

        Self::cover(C, &mut Backward::<SOFT, T, C> { weights, delta, input_delta, x, zero_input_blocks, begins });
    }

    /// `G += (scale·x)ᵀ·δ`, and `g += scale·δ` for the bias, whose input is 1.
    #[inline(never)]
    pub(crate) fn add_outer<T: Scalar, const R: usize, const C: usize>(
        gradient: &mut [[T; C]; R],
        bias: &mut [T; C],
        scale: T,
        x: &[T; R],
        delta: &[T; C],
    ) {
        if let ([bias], &[d], true) = (&mut bias[..], &delta[..], Self::ONE_COLUMN == C) {
            *bias += scale * d;
            for (&x, g) in x.iter().zip(gradient.as_flattened_mut()) {
                if !x.is_zero() {
                    *g += scale * x * d;
                }
            }
            return;
        }
        add_row::<SOFT, T, C>(bias, scale, delta);
        if !VECTORS && R < Self::NARROW {
            for (&x, g) in x.iter().zip(gradient) {
                if !x.is_zero() {
                    add_row::<SOFT, T, C>(g, scale * x, delta);
                }
            }
            return;
        }

        Self::add_outer_rows(gradient, scale, x, delta);
    }

    /// The same for some rows of G, and those of x that belong to them.
    #[inline(always)]
    pub(crate) fn add_outer_rows<T: Scalar, const C: usize>(
        gradient: &mut [[T; C]],
        scale: T,
        x: &[T],
        delta: &[T; C],
    ) {
        Self::cover(C, &mut Outer::<SOFT, T, C> { gradient, scale, x, delta });
    }
}

/// `y = f(x·W + b)`, of a matrix with few rows.
#[inline(never)]
fn short_activated<T: Scalar, const R: usize, const C: usize>(
    weights: &[[T; C]; R],
    x: &[T; R],
    bias: &[T; C],
    y: &mut [T; C],
    f: impl Fn(T) -> T,
) {
    for (column, (y, &b)) in y.iter_mut().zip(bias).enumerate() {
        let mut sum = T::ZERO;
        each_lane!(R, row => if let Some(&w) = weights[row].get(column) { sum += x[row] * w });
        *y = f(sum + b);
    }
}

/// Σxᵢ·wᵢ: the product with a matrix of one column. A test of x would be more work than the terms.
#[inline(always)]
fn dot<T: Scalar>(x: &[T], w: &[T]) -> T {
    x.iter().zip(w).fold(T::ZERO, |sum, (&x, &w)| sum + x * w)
}

pub(super) struct Product<'a, T, const C: usize> {
    pub(super) weights: &'a [[T; C]],
    pub(super) x: &'a [T],
    pub(super) y: &'a mut [T; C],
    /// Whether the sums begin here; else they go on from `y`.
    pub(super) begins: bool,
}

impl<T: Scalar, const C: usize> Columns for Product<'_, T, C> {
    #[inline(always)]
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()> {
        let mut sums = if self.begins { [T::ZERO; L] } else { *window::<T, L>(self.y, start)? };
        for (&x, w) in self.x.iter().zip(self.weights) {
            if !x.is_zero() {
                let w = window::<T, L>(w, start)?;
                each_lane!(L, lane => sums[lane] += x * w[lane]);
            }
        }
        *window_mut::<T, L>(self.y, start)? = sums;
        Some(())
    }
}

/// `y ← f(y + b)`.
#[inline(always)]
pub(crate) fn finish<T: Scalar, const C: usize>(y: &mut [T; C], bias: &[T; C], f: impl Fn(T) -> T) {
    if let ([y], [b]) = (&mut y[..], &bias[..]) {
        *y = f(*y + *b);
        return;
    }
    finish_all(y, bias, f);
}

/// The same, of any length.
#[inline(never)]
fn finish_all<T: Scalar>(y: &mut [T], bias: &[T], f: impl Fn(T) -> T) {
    for (y, &b) in y.iter_mut().zip(bias) {
        *y = f(*y + b);
    }
}

pub(super) struct Backward<'a, const SOFT: bool, T, const C: usize> {
    pub(super) weights: &'a [[T; C]],
    pub(super) delta: &'a [T; C],
    pub(super) input_delta: &'a mut [T],
    pub(super) x: &'a [T],
    pub(super) zero_input_blocks: bool,
    /// Whether the first block begins the sums.
    pub(super) begins: bool,
}

impl<const SOFT: bool, T: Scalar, const C: usize> Columns for Backward<'_, SOFT, T, C> {
    #[inline(always)]
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()> {
        let d = *window::<T, L>(self.delta, start)?;
        let first = self.begins && start == 0;
        for ((&x, w), dx) in self.x.iter().zip(self.weights).zip(&mut *self.input_delta) {
            let mut sum = if first { T::ZERO } else { *dx };
            let counts = !self.zero_input_blocks || !x.is_zero();
            if counts {
                let w = window::<T, L>(w, start)?;
                each_lane!(L, lane => if !SOFT || !d[lane].is_zero() { sum += d[lane] * w[lane] });
            }
            if first || counts {
                *dx = sum;
            }
        }
        Some(())
    }
}

pub(super) struct Outer<'a, const SOFT: bool, T, const C: usize> {
    pub(super) gradient: &'a mut [[T; C]],
    pub(super) scale: T,
    pub(super) x: &'a [T],
    pub(super) delta: &'a [T; C],
}

impl<const SOFT: bool, T: Scalar, const C: usize> Columns for Outer<'_, SOFT, T, C> {
    #[inline(always)]
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()> {
        let d = *window::<T, L>(self.delta, start)?;
        for (&x, g) in self.x.iter().zip(&mut *self.gradient) {
            if !x.is_zero() {
                add::<SOFT, T, L>(window_mut(g, start)?, self.scale * x, &d);
            }
        }
        Some(())
    }
}

/// `g += scale·δ`.
#[inline(always)]
fn add_row<const SOFT: bool, T: Scalar, const C: usize>(g: &mut [T; C], scale: T, delta: &[T; C]) {
    match (g.as_chunks_mut(), delta.as_chunks()) {
        ((g, []), (delta, [])) if !SOFT => add_fours(g, scale, delta),
        _ => add_scaled::<SOFT, T>(g, scale, delta),
    }
}

/// `g += scale·δ`, four numbers at a time.
#[inline(never)]
fn add_fours<T: Scalar>(g: &mut [[T; 4]], scale: T, delta: &[[T; 4]]) {
    for (g, d) in g.iter_mut().zip(delta) {
        add::<false, T, 4>(g, scale, d);
    }
}

/// `g += scale·δ`, of any length.
#[inline(never)]
pub(super) fn add_scaled<const SOFT: bool, T: Scalar>(g: &mut [T], scale: T, delta: &[T]) {
    for (g, &d) in g.iter_mut().zip(delta) {
        if !SOFT || !d.is_zero() {
            *g += scale * d;
        }
    }
}

/// `g += factor·δ`.
#[inline(always)]
fn add<const SOFT: bool, T: Scalar, const L: usize>(g: &mut [T; L], factor: T, d: &[T; L]) {
    each_lane!(L, lane => if !SOFT || !d[lane].is_zero() { g[lane] += factor * d[lane] });
}
