//! How vectors cover the columns of a matrix: several rows by pairs of vectors, a single row by eight.
//!
//! Example: 150 columns of vectors of 8. In pairs they are 9 blocks of 16 columns and one of 6, which is one
//! vector. By eights they are 2 blocks of 64 columns and one of 22, for which 3 vectors would do and 4 are
//! taken.

use core::arch::x86_64::_MM_HINT_T0;

use pulp::core_arch::x86::Sse;

use crate::Scalar;
use crate::scalar::vectors::{InstructionSet, Lanes};

/// How many vectors side by side for several rows, and for a single one.
pub(crate) const PAIR: usize = 2;
const OCT: usize = 8;

/// Something that is computed for some neighbouring columns at a time.
pub(crate) trait Blocks<S> {
    /// `width` columns from `start` on: `V` vectors, of which the last may be filled in part.
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize);
}

/// Covers `columns` with pairs of vectors of `lanes`, for several rows.
#[inline(always)]
pub(crate) fn cover<S: InstructionSet>(simd: S, (columns, lanes): (usize, usize), blocks: &mut impl Blocks<S>) {
    let wide = lanes.wrapping_mul(PAIR);
    for block in 0..columns / wide {
        blocks.block::<PAIR>(simd, block.wrapping_mul(wide), wide);
    }
    let rest = columns % wide;
    match rest.div_ceil(lanes) {
        0 => {}
        1 => blocks.block::<1>(simd, columns.wrapping_sub(rest), rest),
        _ => blocks.block::<PAIR>(simd, columns.wrapping_sub(rest), rest),
    }
}

/// Covers `columns` with eight vectors at a time, for a single row.
#[inline(always)]
pub(crate) fn cover_row<S: InstructionSet>(simd: S, (columns, lanes): (usize, usize), blocks: &mut impl Blocks<S>) {
    let wide = lanes.wrapping_mul(OCT);
    for block in 0..columns / wide {
        blocks.block::<OCT>(simd, block.wrapping_mul(wide), wide);
    }
    let rest = columns % wide;
    match rest.div_ceil(lanes) {
        0 => {}
        1 => blocks.block::<1>(simd, columns.wrapping_sub(rest), rest),
        2 => blocks.block::<PAIR>(simd, columns.wrapping_sub(rest), rest),
        3 | 4 => blocks.block::<4>(simd, columns.wrapping_sub(rest), rest),
        _ => blocks.block::<OCT>(simd, columns.wrapping_sub(rest), rest),
    }
}

/// `V` vectors from `width` columns of a row, from `start` on.
#[inline(always)]
pub(crate) fn load<S: InstructionSet, T: Lanes, const V: usize>(
    simd: S,
    row: &[T],
    start: usize,
    width: usize,
) -> [T::Vector<S>; V] {
    let row = row.get(start..start.wrapping_add(width)).unwrap_or(&[]);
    let lanes = T::lanes::<S>();
    core::array::from_fn(|v| T::load(simd, row.get(v.wrapping_mul(lanes)..).unwrap_or(&[])))
}

/// Writes them back.
#[inline(always)]
pub(crate) fn store<S: InstructionSet, T: Lanes, const V: usize>(
    simd: S,
    row: &mut [T],
    (start, width): (usize, usize),
    values: &[T::Vector<S>; V],
) {
    let row = row.get_mut(start..start.wrapping_add(width)).unwrap_or(&mut []);
    for (v, &value) in values.iter().enumerate() {
        T::store(simd, row.get_mut(v.wrapping_mul(T::lanes::<S>())..).unwrap_or(&mut []), value);
    }
}

/// Asks for the first-level cache to fetch `width` numbers of a row, from `start` on.
#[inline(always)]
pub(crate) fn prefetch<T>(row: &[T], start: usize, width: usize) {
    let Some(sse) = Sse::try_new() else { return };
    let next = row.get(start..).unwrap_or(&[]);
    let next = next.get(..width).unwrap_or(next);
    for line in next.chunks(const { 64 / size_of::<T>() }) {
        sse._mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast());
    }
}

/// `sum += x · w`, rounded twice.
#[inline(always)]
pub(crate) fn multiply_add<S: InstructionSet, T: Lanes, const V: usize>(
    simd: S,
    sum: &mut [T::Vector<S>; V],
    x: T,
    w: &[T::Vector<S>; V],
) {
    let x = T::splat(simd, x);
    for (sum, &w) in sum.iter_mut().zip(w) {
        *sum = T::plus(simd, *sum, T::times(simd, x, w));
    }
}

/// One number of a row; 0 where there is none, which no caller asks for.
#[inline(always)]
pub(crate) fn at<T: Scalar>(row: &[T], index: usize) -> T {
    row.get(index).copied().unwrap_or(T::ZERO)
}
