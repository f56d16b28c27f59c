//! Vectors of either scalar, with AVX2 or AVX-512 as the processor has it, and how they cover the columns of
//! a matrix.

#[cfg(not(debug_assertions))]
use pulp::Arch;
use pulp::{Simd, WithSimd};

use crate::Scalar;

/// How many vectors side by side for several rows, and for a single one.
pub(crate) const PAIR: usize = 2;
const OCT: usize = 8;

/// Scalars that fill vectors.
pub trait Lanes: Copy + 'static {
    /// A vector of them.
    type Vector<S: Simd>: Copy;
    /// How many fit into a vector.
    fn lanes<S: Simd>() -> usize;
    /// All lanes alike.
    fn splat<S: Simd>(simd: S, x: Self) -> Self::Vector<S>;
    /// The first numbers of a slice; zeros in the lanes beyond its end.
    fn load<S: Simd>(simd: S, from: &[Self]) -> Self::Vector<S>;
    /// Writes the lanes that the slice has room for.
    fn store<S: Simd>(simd: S, to: &mut [Self], vector: Self::Vector<S>);
    /// a + b.
    fn plus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// a · b.
    fn times<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// [`Scalar::square`] of each.
    fn squared<S: Simd>(simd: S, x: Self::Vector<S>) -> Self::Vector<S>;
}

macro_rules! lanes {
    ($T:ident, $V:ident, $lanes:ident, $splat:ident, $split:ident, $split_mut:ident, $load:ident, $store:ident, $add:ident, $mul:ident,
     $abs:ident, $less:ident, $select:ident) => {
        impl Lanes for $T {
            type Vector<S: Simd> = S::$V;
            #[inline(always)]
            fn lanes<S: Simd>() -> usize {
                S::$lanes
            }
            #[inline(always)]
            fn splat<S: Simd>(simd: S, x: $T) -> S::$V {
                simd.$splat(x)
            }
            #[inline(always)]
            fn load<S: Simd>(simd: S, from: &[$T]) -> S::$V {
                match S::$split(from).0.first() {
                    Some(full) => *full,
                    None => simd.$load(from),
                }
            }
            #[inline(always)]
            fn store<S: Simd>(simd: S, to: &mut [$T], vector: S::$V) {
                match S::$split_mut(to).0.first_mut() {
                    Some(full) => *full = vector,
                    None => simd.$store(to, vector),
                }
            }
            #[inline(always)]
            fn plus<S: Simd>(simd: S, a: S::$V, b: S::$V) -> S::$V {
                simd.$add(a, b)
            }
            #[inline(always)]
            fn times<S: Simd>(simd: S, a: S::$V, b: S::$V) -> S::$V {
                simd.$mul(a, b)
            }
            #[inline(always)]
            fn squared<S: Simd>(simd: S, x: S::$V) -> S::$V {
                let zero = simd.$splat(0.0);
                let tiny = simd.$less(simd.$abs(x), simd.$splat($T::SQUARABLE));
                let x = simd.$select(tiny, zero, x);
                simd.$mul(x, x)
            }
        }
    };
}

lanes!(
    f32,
    f32s,
    F32_LANES,
    splat_f32s,
    as_simd_f32s,
    as_mut_simd_f32s,
    partial_load_f32s,
    partial_store_f32s,
    add_f32s,
    mul_f32s,
    abs_f32s,
    less_than_f32s,
    select_f32s
);
lanes!(
    f64,
    f64s,
    F64_LANES,
    splat_f64s,
    as_simd_f64s,
    as_mut_simd_f64s,
    partial_load_f64s,
    partial_store_f64s,
    add_f64s,
    mul_f64s,
    abs_f64s,
    less_than_f64s,
    select_f64s
);

/// Something that is computed for some neighbouring columns at a time.
pub(crate) trait Blocks<S> {
    /// `width` columns from `start` on: `V` vectors, of which the last may be filled in part.
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize);
}

/// Covers `columns` with pairs of vectors of `lanes`, for several rows.
#[inline(always)]
pub(crate) fn cover<S: Simd>(simd: S, (columns, lanes): (usize, usize), blocks: &mut impl Blocks<S>) {
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
pub(crate) fn cover_row<S: Simd>(simd: S, (columns, lanes): (usize, usize), blocks: &mut impl Blocks<S>) {
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
pub(crate) fn load<S: Simd, T: Lanes, const V: usize>(
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
pub(crate) fn store<S: Simd, T: Lanes, const V: usize>(
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

/// `sum += x · w`, rounded twice.
#[inline(always)]
pub(crate) fn multiply_add<S: Simd, T: Lanes, const V: usize>(
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

/// Does the work with wide vectors; gives it back where the processor has none, and in debug builds, where
/// the plain loops are quicker.
#[inline(always)]
pub(crate) fn wide<W: WithSimd>(work: W) -> Result<W::Output, W> {
    #[cfg(debug_assertions)]
    return Err(work);
    #[cfg(not(debug_assertions))]
    match architecture() {
        Arch::Scalar => Err(work),
        arch => Ok(arch.dispatch(work)),
    }
}

/// The widest vectors there are, but those of 256 bits on AMD's processors that do 512 in two halves (those
/// before AVX-512's vp2intersect; Intel's lack SSE4a): there a multiplication and an addition of 512 bits
/// take longer than two of 256 each.
#[cfg(not(debug_assertions))]
#[inline(always)]
fn architecture() -> Arch {
    use std::is_x86_feature_detected as has;
    match Arch::new() {
        Arch::V4(v4) if has!("sse4a") && !has!("avx512vp2intersect") => Arch::V3(*v4),
        arch => arch,
    }
}

/// The same with vectors of 256 bits, however wide the processor's are.
#[inline(always)]
pub(crate) fn half_wide<W: WithSimd>(work: W) -> Result<W::Output, W> {
    #[cfg(debug_assertions)]
    return Err(work);
    #[cfg(not(debug_assertions))]
    match Arch::new() {
        Arch::V3(v3) => Ok(Simd::vectorize(v3, work)),
        Arch::V4(v4) => Ok(Simd::vectorize(*v4, work)),
        _ => Err(work),
    }
}
