//! `y = x·W + b` with wide vectors.
//!
//! ```text
//! one column:    for each 8 rows of the batch:  8 sums side by side
//! otherwise:     for each 32 rows of the batch, or 64 where a row of W has 4 KiB or more (the last are up to twice as
//!                many), each piece of rows of W, each block of columns:
//!                    w ← the block; copied together where a row of W has 4 KiB or more, or the block is narrow
//!                    for each tile of 8, 6 or 4 of the rows:  y += x·w, and with the last piece y += b
//!                for each row that is left:  8 vectors of columns at a time, all rows of W, then b
//! ```
//!
//! Example: 15 rows with AVX2 are two tiles of 6 and three single rows; 14 are tiles of 6, 4 and 4.

use crate::Scalar;
use crate::kernels::Here;
use crate::kernels::rows::{first_rows, first_rows_mut};
use crate::kernels::wide::dispatch::Wide;
use crate::kernels::wide::tiles::{DEPTH, PAGE, Pieces, Product, WIDTH, copied, in_pieces, split};
use crate::kernels::wide::vectors::{Blocks, at, cover, cover_row, load, multiply_add, prefetch, store};
use crate::scalar::vectors::InstructionSet;

/// [`Matrix::affine`](crate::Matrix::affine).
pub(crate) struct Affine<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    bias: &'a [T; C],
    inputs: &'a [[T; R]],
    outputs: &'a mut [[T; C]],
}

impl<'a, T, const R: usize, const C: usize> Affine<'a, T, R, C> {
    /// For as many rows as the shorter slice has.
    #[inline(always)]
    pub(crate) fn new(
        weights: &'a [[T; C]; R],
        bias: &'a [T; C],
        inputs: &'a [[T; R]],
        outputs: &'a mut [[T; C]],
    ) -> Self {
        let rows = Ord::min(inputs.len(), outputs.len());
        Affine { weights, bias, inputs: first_rows(inputs, rows), outputs: first_rows_mut(outputs, rows) }
    }
}

impl<T: Scalar, const R: usize, const C: usize> Wide for Affine<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(self, simd: S) {
        let Affine { weights, bias, inputs, outputs } = self;
        if C == 1 {
            return affine_column(weights, bias, inputs, outputs);
        }
        let (mut inputs, mut outputs) = (inputs, outputs);
        while !inputs.is_empty() {
            let group = if size_of::<[T; C]>() < PAGE { GROUP } else { 2 * GROUP };
            let count = if inputs.len() < 2 * group { inputs.len() } else { group };
            let Some((group, inputs_rest)) = inputs.split_at_checked(count) else { return };
            let Some((group_outputs, outputs_rest)) = outputs.split_at_mut_checked(count) else { return };
            affine_group(simd, (weights, bias), (group, group_outputs));
            (inputs, outputs) = (inputs_rest, outputs_rest);
        }
    }
}

/// How many rows of the batch share a block of W before the next block: 64 terms of as many rows are 8 KiB in
/// `f32`, which stay in the first-level cache beside the block. The last rows are up to twice as many. Where a row of W
/// has a page or more, it is twice as many, since the lines of a block then take longer to come.
const GROUP: usize = 32;

/// The products of some rows: those that tiles cover, then the others.
#[inline(always)]
fn affine_group<S: InstructionSet, T: Scalar, const R: usize, const C: usize>(
    simd: S,
    (weights, bias): (&[[T; C]; R], &[T; C]),
    (inputs, outputs): (&[[T; R]], &mut [[T; C]]),
) {
    let tiled = split::<S>(inputs.len()).into_iter().sum();
    let (inputs, rest) = inputs.split_at_checked(tiled).unwrap_or((inputs, &[]));
    let Some((outputs, outputs_rest)) = outputs.split_at_mut_checked(tiled) else { return };
    if tiled > 0 {
        let mut copy = [[T::ZERO; WIDTH]; DEPTH];
        in_pieces(simd, R, &mut AffinePieces { weights, bias, inputs, outputs, copy: &mut copy });
    }
    for (input, output) in rest.iter().zip(outputs_rest) {
        cover_row(simd, (C, T::lanes::<S>()), &mut AffineRow { weights, bias, input, output });
    }
}

/// A single column: vectors would be all but empty. Eight rows at a time, so that their sums don't wait for
/// each other.
#[inline(always)]
fn affine_column<T: Scalar, const R: usize, const C: usize>(
    weights: &[[T; C]; R],
    bias: &[T; C],
    inputs: &[[T; R]],
    outputs: &mut [[T; C]],
) {
    let (tiles, rest) = inputs.as_chunks::<8>();
    let (output_tiles, output_rest) = outputs.as_chunks_mut::<8>();
    for (inputs, outputs) in tiles.iter().zip(output_tiles) {
        let mut sums = [T::ZERO; 8];
        for (index, w) in weights.iter().enumerate() {
            for (sum, x) in sums.iter_mut().zip(inputs) {
                *sum += at(x, index) * at(w, 0);
            }
        }
        for (y, sum) in outputs.iter_mut().zip(sums) {
            for (y, &b) in y.iter_mut().zip(bias) {
                *y = sum + b;
            }
        }
    }
    for (x, y) in rest.iter().zip(output_rest) {
        Here::affine(weights, x, bias, y);
    }
}

/// The products of the rows that tiles cover, piece by piece.
struct AffinePieces<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    bias: &'a [T; C],
    inputs: &'a [[T; R]],
    outputs: &'a mut [[T; C]],
    copy: &'a mut [[T; WIDTH]; DEPTH],
}

impl<S: InstructionSet, T: Scalar, const R: usize, const C: usize> Pieces<S> for AffinePieces<'_, T, R, C> {
    #[inline(always)]
    fn piece(&mut self, simd: S, first: usize, depth: usize) {
        let AffinePieces { weights, bias, inputs, outputs, copy } = self;
        let w = weights.get(first..first.wrapping_add(depth)).unwrap_or(&[]);
        let bias = if first.wrapping_add(depth) == R { Some(*bias) } else { None };
        cover(simd, (C, T::lanes::<S>()), &mut AffineRows { w, first, bias, inputs, outputs, copy });
    }
}

/// The terms of some rows of W, for several rows of the batch.
struct AffineRows<'a, T, const R: usize, const C: usize> {
    w: &'a [[T; C]],
    first: usize,
    bias: Option<&'a [T; C]>,
    inputs: &'a [[T; R]],
    outputs: &'a mut [[T; C]],
    copy: &'a mut [[T; WIDTH]; DEPTH],
}

impl<S: InstructionSet, T: Scalar, const R: usize, const C: usize> Blocks<S> for AffineRows<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let AffineRows { w, first, bias, inputs, outputs, copy } = self;
        if width == T::lanes::<S>().wrapping_mul(V) && size_of::<[T; C]>() < PAGE {
            let product = Product { w, column: start, first: *first, start, width };
            product.rows::<S, V, R, C>(simd, inputs, outputs, *bias);
            return;
        }
        if size_of::<[T; C]>() >= PAGE {
            for w in *w {
                prefetch(w, start.wrapping_add(width), width);
            }
        }
        let w = copied::<S, T, V, C, _>(simd, w, (start, width), copy);
        let product = Product { w, column: 0, first: *first, start, width };
        product.rows::<S, V, R, C>(simd, inputs, outputs, *bias);
    }
}

/// All terms for one row of the batch.
struct AffineRow<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    bias: &'a [T; C],
    input: &'a [T; R],
    output: &'a mut [T; C],
}

impl<S: InstructionSet, T: Scalar, const R: usize, const C: usize> Blocks<S> for AffineRow<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let mut sums = [T::splat(simd, T::ZERO); V];
        for (w, &x) in self.weights.iter().zip(self.input) {
            multiply_add(simd, &mut sums, x, &load::<S, T, V>(simd, w, start, width));
        }
        for (sum, b) in sums.iter_mut().zip(load::<S, T, V>(simd, self.bias, start, width)) {
            *sum = T::plus(simd, *sum, b);
        }
        store(simd, self.output, (start, width), &sums);
    }
}
