//! `G += xᵀ·δ` and `g += δ` with wide vectors.
//!
//! ```text
//! for each block of columns, each tile of 6, 4 or 1 rows of G:
//!     sums ← G[tile, block]
//!     for each row of the batch:  d ← δ[block];  for each row i of the tile:  sums[i] += xᵢ·d
//!     G[tile, block] ← sums
//! ```
//!
//! The bias, and a G of one column, are single rows: 8 vectors at a time, all rows of the batch.
//!
//! A last block that fills its vectors in part has the δ of 64 rows of the batch copied together, so that
//! loads may reach beyond the last column. The sums go on from G after each 64 rows.
//!
//! Example: G of 9 × 20 with AVX2. The blocks have 16 and 4 columns; the tiles have 6, 1, 1 and 1 rows.

use crate::Scalar;
use crate::kernels::rows::first_rows;
use crate::kernels::wide::dispatch::Wide;
use crate::kernels::wide::tiles::{DEPTH, WIDTH, copied, split};
use crate::kernels::wide::vectors::{Blocks, at, cover, cover_row, load, multiply_add, store};
use crate::scalar::vectors::InstructionSet;

/// `b += δ`.
pub(crate) struct Bias<'a, T, const C: usize> {
    pub(crate) bias: &'a mut [T; C],
    pub(crate) delta: &'a [[T; C]],
}

impl<S: InstructionSet, T: Scalar, const C: usize> Blocks<S> for Bias<'_, T, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let mut sums = load::<S, T, V>(simd, self.bias, start, width);
        for d in self.delta {
            for (sum, d) in sums.iter_mut().zip(load::<S, T, V>(simd, d, start, width)) {
                *sum = T::plus(simd, *sum, d);
            }
        }
        store(simd, self.bias, (start, width), &sums);
    }
}

/// [`Matrix::add_outer`](crate::Matrix::add_outer), for a scale of 1.
pub(crate) struct Outer<'a, T, const R: usize, const C: usize> {
    gradient: &'a mut [[T; C]; R],
    bias: &'a mut [T; C],
    inputs: &'a [[T; R]],
    delta: &'a [[T; C]],
}

impl<'a, T, const R: usize, const C: usize> Outer<'a, T, R, C> {
    /// For as many rows as the shorter slice has.
    #[inline(always)]
    pub(crate) fn new(
        gradient: &'a mut [[T; C]; R],
        bias: &'a mut [T; C],
        inputs: &'a [[T; R]],
        delta: &'a [[T; C]],
    ) -> Self {
        let rows = Ord::min(inputs.len(), delta.len());
        Outer { gradient, bias, inputs: first_rows(inputs, rows), delta: first_rows(delta, rows) }
    }
}

impl<T: Scalar, const R: usize, const C: usize> Wide for Outer<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(self, simd: S) {
        let Outer { gradient, bias, inputs, delta } = self;
        cover_row(simd, (C, T::lanes::<S>()), &mut Bias { bias, delta });
        // Where G is a single column, its transpose is a single row: δᵀ·x, the same products.
        if let (1, Some(gradient)) = (C, gradient.as_flattened_mut().first_chunk_mut::<R>()) {
            let (gradient, inputs, delta) = (core::array::from_mut(gradient), delta, inputs);
            cover_row(simd, (R, T::lanes::<S>()), &mut OuterRow { gradient, inputs, delta });
        } else {
            cover(simd, (C, T::lanes::<S>()), &mut OuterRows { gradient, inputs, delta });
        }
    }
}

/// `G += xᵀ·δ`.
struct OuterRows<'a, T, const R: usize, const C: usize> {
    gradient: &'a mut [[T; C]; R],
    inputs: &'a [[T; R]],
    delta: &'a [[T; C]],
}

impl<S: InstructionSet, T: Scalar, const R: usize, const C: usize> Blocks<S> for OuterRows<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let OuterRows { gradient, inputs, delta } = self;
        if width == T::lanes::<S>().wrapping_mul(V) {
            return outer_rows::<S, T, V, R, C, C>(simd, gradient, inputs, (delta, start), (start, width));
        }
        for (inputs, delta) in inputs.chunks(DEPTH).zip(delta.chunks(DEPTH)) {
            let mut copy = [[T::ZERO; WIDTH]; DEPTH];
            let delta = copied(delta, start, width, &mut copy);
            outer_rows::<S, T, V, R, C, WIDTH>(simd, gradient, inputs, (delta, 0), (start, width));
        }
    }
}

/// Some columns of G from those of δ, `N` numbers a row, from `column` on.
#[inline(always)]
fn outer_rows<S: InstructionSet, T: Scalar, const V: usize, const R: usize, const C: usize, const N: usize>(
    simd: S,
    gradient: &mut [[T; C]; R],
    inputs: &[[T; R]],
    delta: (&[[T; N]], usize),
    block: (usize, usize),
) {
    let [sixes, fours] = split::<S>(R);
    let (rest, first) = outer_tiles::<S, T, V, 6, R, C, N>(simd, (gradient, 0), sixes, inputs, delta, block);
    let (rest, first) = outer_tiles::<S, T, V, 4, R, C, N>(simd, (rest, first), fours, inputs, delta, block);
    let rows = rest.len();
    outer_tiles::<S, T, V, 1, R, C, N>(simd, (rest, first), rows, inputs, delta, block);
}

/// The first `rows` rows of G, `M` at a time; the first of them is the row `first`. Returns the others and
/// the number of their first.
#[inline(always)]
fn outer_tiles<
    'a,
    S: InstructionSet,
    T: Scalar,
    const V: usize,
    const M: usize,
    const R: usize,
    const C: usize,
    const N: usize,
>(
    simd: S,
    (gradient, mut first): (&'a mut [[T; C]], usize),
    rows: usize,
    inputs: &[[T; R]],
    delta: (&[[T; N]], usize),
    block: (usize, usize),
) -> (&'a mut [[T; C]], usize) {
    let Some((gradient, rest)) = gradient.split_at_mut_checked(rows) else { return (&mut [], first) };
    for gradient in gradient.as_chunks_mut::<M>().0 {
        outer_tile::<S, T, V, M, R, C, N>(simd, (gradient, first), inputs, delta, block);
        first = first.wrapping_add(M);
    }
    (rest, first)
}

/// `M` rows of G from `first` on, `width` columns from `start` on: loaded, summed over the batch, stored.
#[inline(always)]
fn outer_tile<
    S: InstructionSet,
    T: Scalar,
    const V: usize,
    const M: usize,
    const R: usize,
    const C: usize,
    const N: usize,
>(
    simd: S,
    (gradient, first): (&mut [[T; C]; M], usize),
    inputs: &[[T; R]],
    (delta, column): (&[[T; N]], usize),
    (start, width): (usize, usize),
) {
    let mut sums = [[T::splat(simd, T::ZERO); V]; M];
    for (sum, g) in sums.iter_mut().zip(&*gradient) {
        *sum = load(simd, g, start, width);
    }
    for (x, d) in inputs.iter().zip(delta) {
        let d = load::<S, T, V>(simd, d, column, T::lanes::<S>().wrapping_mul(V));
        let Some(x) = x.get(first..).and_then(|x| x.first_chunk::<M>()) else { continue };
        for (sum, &x) in sums.iter_mut().zip(x) {
            multiply_add(simd, sum, x, &d);
        }
    }
    for (sum, g) in sums.iter().zip(gradient) {
        store(simd, g, (start, width), sum);
    }
}

/// A row of G from a column of x, one number a row.
struct OuterRow<'a, T, const R: usize, const C: usize> {
    gradient: &'a mut [[T; R]; 1],
    inputs: &'a [[T; C]],
    delta: &'a [[T; R]],
}

impl<S: InstructionSet, T: Scalar, const R: usize, const C: usize> Blocks<S> for OuterRow<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let [g] = &mut *self.gradient;
        let mut sums = load::<S, T, V>(simd, g, start, width);
        for (x, d) in self.inputs.iter().zip(self.delta) {
            multiply_add(simd, &mut sums, at(x, 0), &load::<S, T, V>(simd, d, start, width));
        }
        store(simd, g, (start, width), &sums);
    }
}
