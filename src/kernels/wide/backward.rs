//! `∂x = δ·Wᵀ` with wide vectors.
//!
//! ```text
//! for each piece of at most 64 columns of W, each block of rows of W (at most 32, two vectors):
//!     t ← the block of W, transposed, 4 × 4 numbers at a time
//!     for each tile of 8, 6, 4 or 1 rows of the batch:  ∂x[block] += δ[piece]·t
//! ```
//!
//! The transposed block is at most 8 KiB in `f32` and is read once for each tile, so that transposing costs
//! little with several rows.
//!
//! Example: W of 20 × 70 with AVX2. The pieces have 64 and 6 columns, the blocks 16 and 4 rows. Four blocks
//! are transposed: 64 × 16, 64 × 4, 6 × 16 and 6 × 4.

use crate::Scalar;
use crate::kernels::rows::{first_rows, first_rows_mut};
use crate::kernels::wide::dispatch::Wide;
use crate::kernels::wide::tiles::{DEPTH, Pieces, Product, WIDTH, in_pieces};
use crate::kernels::wide::vectors::{Blocks, at, cover};
use crate::scalar::vectors::InstructionSet;

/// [`Matrix::backward`](crate::Matrix::backward).
pub(crate) struct Backward<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    delta: &'a [[T; C]],
    input_delta: &'a mut [[T; R]],
}

impl<'a, T, const R: usize, const C: usize> Backward<'a, T, R, C> {
    /// For as many rows as the shortest slice has.
    #[inline(always)]
    pub(crate) fn new(
        weights: &'a [[T; C]; R],
        delta: &'a [[T; C]],
        input_delta: &'a mut [[T; R]],
        inputs: &[[T; R]],
    ) -> Self {
        let rows = Ord::min(inputs.len(), Ord::min(delta.len(), input_delta.len()));
        Backward { weights, delta: first_rows(delta, rows), input_delta: first_rows_mut(input_delta, rows) }
    }
}

impl<T: Scalar, const R: usize, const C: usize> Wide for Backward<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(self, simd: S) {
        let Backward { weights, delta, input_delta } = self;
        let transposed = &mut [[T::ZERO; WIDTH]; DEPTH];
        in_pieces(simd, C, &mut BackwardRows { weights, transposed, columns: (0, 0), delta, input_delta });
    }
}

/// The terms of some columns of W, for all rows of the batch.
struct BackwardRows<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    transposed: &'a mut [[T; WIDTH]; DEPTH],
    /// The first, and how many.
    columns: (usize, usize),
    delta: &'a [[T; C]],
    input_delta: &'a mut [[T; R]],
}

impl<S: InstructionSet, T: Scalar, const R: usize, const C: usize> Pieces<S> for BackwardRows<'_, T, R, C> {
    #[inline(always)]
    fn piece(&mut self, simd: S, first: usize, depth: usize) {
        self.columns = (first, depth);
        cover(simd, (R, T::lanes::<S>()), self);
    }
}

impl<S: InstructionSet, T: Scalar, const R: usize, const C: usize> Blocks<S> for BackwardRows<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let rows = self.weights.get(start..start.wrapping_add(width)).unwrap_or(&[]);
        let (first, depth) = self.columns;
        transpose(rows, (first, depth), self.transposed);
        let w = self.transposed.get(..depth).unwrap_or(&[]);
        let product = Product { w, column: 0, first, start, width };
        let (rest, rest_outputs) = product.rows::<S, V, C, R>(simd, self.delta, self.input_delta, None);
        product.tiles::<S, V, 1, C, R>(simd, (rest, rest_outputs), None, rest.len());
    }
}

/// Writes `columns` columns of some rows of W, from `first` on, as rows, 4 × 4 numbers at a time.
#[inline(always)]
fn transpose<T: Scalar, const C: usize>(
    weights: &[[T; C]],
    (first, columns): (usize, usize),
    to: &mut [[T; WIDTH]; DEPTH],
) {
    let end = first.wrapping_add(columns);
    for (row, weights) in (0..WIDTH).step_by(4).zip(weights.chunks(4)) {
        // What stands for rows that are missing is not stored in the end.
        let mut fours = [weights.first().and_then(|w| w.get(first..end)).unwrap_or(&[]); 4];
        for (four, w) in fours.iter_mut().zip(weights) {
            *four = w.get(first..end).unwrap_or(&[]);
        }
        transpose_4(fours, row, to);
    }
    for column in (columns & !3)..columns {
        let Some(to) = to.get_mut(column) else { return };
        for (to, w) in to.iter_mut().zip(weights) {
            *to = at(w, first.wrapping_add(column));
        }
    }
}

/// Four rows become the columns from `row` on.
#[inline(always)]
fn transpose_4<T: Scalar>(weights: [&[T]; 4], row: usize, to: &mut [[T; WIDTH]; DEPTH]) {
    if row > WIDTH - 4 {
        return;
    }
    let [a, b, c, d] = weights.map(|w| w.as_chunks::<4>().0);
    let squares = a.iter().zip(b).zip(c.iter().zip(d));
    for (((a, b), (c, d)), to) in squares.zip(to.as_chunks_mut::<4>().0) {
        for (to, column) in to.iter_mut().zip(T::transposed([*a, *b, *c, *d])) {
            if let Some(to) = to.get_mut(row..).and_then(|to| to.first_chunk_mut()) {
                *to = column;
            }
        }
    }
}
