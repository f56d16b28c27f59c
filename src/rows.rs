//! The three products as plain loops over one row of the batch, for processors without wide vectors: some neighbouring columns at a
//! time, in registers, over all rows of the matrix.
//!
//! Rows whose factor is zero are skipped: half of them behind ReLU. A sum that starts from +0 is never −0, so that adding the zeros
//! would change no bit.
//!
//! The functions are called, not inlined: their arguments lie in registers then, which makes shorter and quicker code than offsets
//! from a `static`.

use crate::Scalar;
use crate::scalar::SOFT;

/// How many columns at a time: as many sums as half of the registers of an FPU of single precision hold. What is left over is done
/// by eights and ones.
const WIDE: usize = 16;
const NARROW: usize = 8;

/// Writes a statement out for each of `L` lanes, since compilers that save flash unroll nothing. `L` is at most 16.
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

/// Something that is computed for `L` neighbouring columns at a time, from `start` on. `None` where there are fewer, which
/// never happens.
trait Columns {
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()>;
}

/// Covers `count` columns with sixteens, eights and ones.
#[inline(always)]
fn cover(count: usize, columns: &mut impl Columns) {
    let wide = count / WIDE;
    for block in 0..wide {
        columns.columns::<WIDE>(block.wrapping_mul(WIDE));
    }
    let mut start = wide.wrapping_mul(WIDE);
    if count % WIDE >= NARROW {
        columns.columns::<NARROW>(start);
        start = start.wrapping_add(NARROW);
    }
    for column in start..count {
        columns.columns::<1>(column);
    }
}

/// `y = x·W + b`.
#[inline(never)]
pub(crate) fn affine<T: Scalar, const R: usize, const C: usize>(
    weights: &[[T; C]; R],
    x: &[T; R],
    bias: &[T; C],
    y: &mut [T; C],
) {
    cover(C, &mut Affine { weights, x, bias, y });
}

struct Affine<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    x: &'a [T; R],
    bias: &'a [T; C],
    y: &'a mut [T; C],
}

impl<T: Scalar, const R: usize, const C: usize> Columns for Affine<'_, T, R, C> {
    #[inline(always)]
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()> {
        let mut sums = [T::ZERO; L];
        for (&x, w) in self.x.iter().zip(self.weights) {
            if !x.is_zero() {
                let w = window::<T, L>(w, start)?;
                each_lane!(L, lane => sums[lane] += x * w[lane]);
            }
        }
        let (b, y) = (window::<T, L>(self.bias, start)?, window_mut::<T, L>(self.y, start)?);
        each_lane!(L, lane => y[lane] = sums[lane] + b[lane]);
        Some(())
    }
}

/// `∂x = δ·Wᵀ`: the terms of some columns for all of ∂x, then those of the next. Where `deaf_at_zero`, elements whose input is 0 become 0.
#[inline(never)]
pub(crate) fn backward<T: Scalar, const R: usize, const C: usize>(
    weights: &[[T; C]; R],
    delta: &[T; C],
    input_delta: &mut [T; R],
    x: &[T; R],
    deaf_at_zero: bool,
) {
    cover(C, &mut Backward { weights, delta, input_delta, x, deaf_at_zero });
}

struct Backward<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    delta: &'a [T; C],
    input_delta: &'a mut [T; R],
    x: &'a [T; R],
    deaf_at_zero: bool,
}

impl<T: Scalar, const R: usize, const C: usize> Columns for Backward<'_, T, R, C> {
    #[inline(always)]
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()> {
        let d = *window::<T, L>(self.delta, start)?;
        for ((&x, w), dx) in self.x.iter().zip(self.weights).zip(&mut *self.input_delta) {
            let mut sum = if start == 0 { T::ZERO } else { *dx };
            if !self.deaf_at_zero || !x.is_zero() {
                let w = window::<T, L>(w, start)?;
                each_lane!(L, lane => if !SOFT || !d[lane].is_zero() { sum += d[lane] * w[lane] });
            }
            *dx = sum;
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
    cover(C, &mut Outer { gradient, bias, scale, x, delta });
}

struct Outer<'a, T, const R: usize, const C: usize> {
    gradient: &'a mut [[T; C]; R],
    bias: &'a mut [T; C],
    scale: T,
    x: &'a [T; R],
    delta: &'a [T; C],
}

impl<T: Scalar, const R: usize, const C: usize> Columns for Outer<'_, T, R, C> {
    #[inline(always)]
    fn columns<const L: usize>(&mut self, start: usize) -> Option<()> {
        let d = *window::<T, L>(self.delta, start)?;
        add(window_mut(self.bias, start)?, self.scale, &d);
        for (&x, g) in self.x.iter().zip(&mut *self.gradient) {
            if !x.is_zero() {
                add(window_mut(g, start)?, self.scale * x, &d);
            }
        }
        Some(())
    }
}

/// `g += factor·δ`.
#[inline(always)]
fn add<T: Scalar, const L: usize>(g: &mut [T; L], factor: T, d: &[T; L]) {
    each_lane!(L, lane => if !SOFT || !d[lane].is_zero() { g[lane] += factor * d[lane] });
}
