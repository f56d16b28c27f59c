//! The three products as plain loops over one row of the batch, for processors without wide vectors: some
//! neighbouring columns at a time, in registers, over all rows of the matrix.
//!
//! Rows whose factor is zero are skipped: half of them behind ReLU. A sum that starts from +0 is never −0, so
//! that adding the zeros would change no bit.
//!
//! The functions are called, not inlined: their arguments lie in registers then, which makes shorter and
//! quicker code than offsets from a `static`.

use crate::Scalar;
use crate::scalar::{SOFT, VECTORS};

/// How many columns at a time: as many sums as half of the registers of an FPU of single precision hold; few
/// where there are none, for less flash and stack. What is left over is done by eights and ones.
const WIDE: usize = if SOFT { 4 } else { 16 };
const NARROW: usize = if SOFT { 4 } else { 8 };

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
trait Columns {
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()>;
}

/// Covers `count` columns with blocks: wide ones, then narrow ones, then ones.
#[inline(always)]
fn cover(count: usize, columns: &mut impl Columns) {
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

/// `y = x·W + b`.
#[inline(always)]
pub(crate) fn affine<T: Scalar, const R: usize, const C: usize>(
    weights: &[[T; C]; R],
    x: &[T; R],
    bias: &[T; C],
    y: &mut [T; C],
) {
    product(weights, x, y);
    finish(y, bias, core::convert::identity);
}

/// `y = x·W`.
#[inline(never)]
pub(crate) fn product<T: Scalar, const R: usize, const C: usize>(weights: &[[T; C]; R], x: &[T; R], y: &mut [T; C]) {
    // Few terms: blocks would be much code for little work.
    if !VECTORS && R < NARROW {
        for (column, y) in y.iter_mut().enumerate() {
            let mut sum = T::ZERO;
            each_lane!(R, row => if let Some(&w) = weights[row].get(column) { sum += x[row] * w });
            *y = sum;
        }
        return;
    }
    cover(C, &mut Product { weights, x, y });
}

struct Product<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    x: &'a [T; R],
    y: &'a mut [T; C],
}

impl<T: Scalar, const R: usize, const C: usize> Columns for Product<'_, T, R, C> {
    #[inline(always)]
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()> {
        let mut sums = [T::ZERO; L];
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

/// `∂x = δ·Wᵀ`: the terms of some columns for all of ∂x, then those of the next. Where `zero_input_blocks`,
/// elements whose input is 0 become 0.
#[inline(never)]
pub(crate) fn backward<T: Scalar, const R: usize, const C: usize>(
    weights: &[[T; C]; R],
    delta: &[T; C],
    input_delta: &mut [T; R],
    x: &[T; R],
    zero_input_blocks: bool,
) {
    // With one block its first terms begin the sums.
    if C > WIDE {
        input_delta.fill(T::ZERO);
    }
    cover(C, &mut Backward { weights, delta, input_delta, x, zero_input_blocks });
}

struct Backward<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    delta: &'a [T; C],
    input_delta: &'a mut [T; R],
    x: &'a [T; R],
    zero_input_blocks: bool,
}

impl<T: Scalar, const R: usize, const C: usize> Columns for Backward<'_, T, R, C> {
    #[inline(always)]
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()> {
        let d = *window::<T, L>(self.delta, start)?;
        let first = C <= WIDE && start == 0;
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

/// `G += (scale·x)ᵀ·δ`, and `g += scale·δ` for the bias, whose input is 1.
#[inline(never)]
pub(crate) fn add_outer<T: Scalar, const R: usize, const C: usize>(
    gradient: &mut [[T; C]; R],
    bias: &mut [T; C],
    scale: T,
    x: &[T; R],
    delta: &[T; C],
) {
    add_scaled(bias, scale, delta);
    if !VECTORS && R < NARROW {
        for (&x, g) in x.iter().zip(gradient) {
            if !x.is_zero() {
                add_scaled(g, scale * x, delta);
            }
        }
        return;
    }
    cover(C, &mut Outer { gradient, scale, x, delta });
}

struct Outer<'a, T, const R: usize, const C: usize> {
    gradient: &'a mut [[T; C]; R],
    scale: T,
    x: &'a [T; R],
    delta: &'a [T; C],
}

impl<T: Scalar, const R: usize, const C: usize> Columns for Outer<'_, T, R, C> {
    #[inline(always)]
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()> {
        let d = *window::<T, L>(self.delta, start)?;
        for (&x, g) in self.x.iter().zip(&mut *self.gradient) {
            if !x.is_zero() {
                add(window_mut(g, start)?, self.scale * x, &d);
            }
        }
        Some(())
    }
}

/// `g += scale·δ`, of any length.
#[inline(never)]
fn add_scaled<T: Scalar>(g: &mut [T], scale: T, delta: &[T]) {
    for (g, &d) in g.iter_mut().zip(delta) {
        if !SOFT || !d.is_zero() {
            *g += scale * d;
        }
    }
}

/// `g += factor·δ`.
#[inline(always)]
fn add<T: Scalar, const L: usize>(g: &mut [T; L], factor: T, d: &[T; L]) {
    each_lane!(L, lane => if !SOFT || !d[lane].is_zero() { g[lane] += factor * d[lane] });
}
