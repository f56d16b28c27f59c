//! `G += xᵀ·δ` and `g += δ` with wide vectors.
//!
//! ```text
//! for each block of columns, each tile of 8, 6, 4 or 1 rows of G:
//!     sums ← G[tile, block], or 0
//!     for each row of the batch:  d ← δ[block];  for each row i of the tile:  sums[i] += xᵢ·d
//!     G[tile, block] ← sums
//! ```
//!
//! Where a row of G has 1 KiB or more:
//!
//! ```text
//! for each panel of 48 rows of G:
//!     x ← the numbers of the panel, copied together
//!     for each block of columns:
//!         d ← δ[block], copied together
//!         for each tile of the panel:  as above
//! ```
//!
//! A panel of G is passed along its rows, as it lies in memory. The copies are read 6 to 8 times.
//!
//! The bias, and a G of one column, are single rows: 8 vectors at a time, all rows of the batch.
//!
//! The rows of the batch come 64 at a time, and the sums go on from G with the next ones. A last block that fills its
//! vectors in part has its δ copied together, so that loads may reach beyond the last column.
//!
//! Example: G of 9 × 20 with AVX2. The blocks have 16 and 4 columns; the tiles have 6, 1, 1 and 1 rows.

use crate::Scalar;
use crate::kernels::matrix::Sums;
use crate::kernels::rows::first_rows;
use crate::kernels::wide::dispatch::Wide;
use crate::kernels::wide::tiles::{DEPTH, PAGE, WIDTH, copied, is_long, split};
use crate::kernels::wide::vectors::{Blocks, at, cover, cover_row, load, multiply_add, prefetch, store};
use crate::scalar::vectors::InstructionSet;

/// `b += δ`, or `b = δ`.
pub(crate) struct Bias<'a, T, const C: usize> {
    pub(crate) sums: Sums,
    pub(crate) bias: &'a mut [T; C],
    pub(crate) delta: &'a [[T; C]],
}

impl<S: InstructionSet, T: Scalar, const C: usize> Blocks<S> for Bias<'_, T, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let mut sums = first_sums::<S, T, V>(simd, self.sums, self.bias, start, width);
        for d in self.delta {
            for (sum, d) in sums.iter_mut().zip(load::<S, T, V>(simd, d, start, width)) {
                *sum = T::plus(simd, *sum, d);
            }
        }
        store(simd, self.bias, (start, width), &sums);
    }
}

impl<T: Scalar, const C: usize> Wide for Bias<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(mut self, simd: S) {
        cover_row(simd, (C, T::lanes::<S>()), &mut self);
    }
}

/// What the sums of a row of G start from.
#[inline(always)]
fn first_sums<S: InstructionSet, T: Scalar, const V: usize>(
    simd: S,
    sums: Sums,
    row: &[T],
    start: usize,
    width: usize,
) -> [T::Vector<S>; V] {
    match sums {
        Sums::Add => load(simd, row, start, width),
        Sums::Set => [T::splat(simd, T::ZERO); V],
    }
}

/// [`Matrix::add_outer`](crate::Matrix::add_outer) for a scale of 1, and [`Matrix::set_outer`](crate::Matrix::set_outer).
pub(crate) struct Outer<'a, T, const R: usize, const C: usize> {
    bias: &'a mut [T; C],
    rows: OuterRows<'a, T, R, C>,
}

impl<'a, T, const R: usize, const C: usize> Outer<'a, T, R, C> {
    /// For as many rows as the shorter slice has.
    #[inline(always)]
    pub(crate) fn new(
        sums: Sums,
        gradient: &'a mut [[T; C]; R],
        bias: &'a mut [T; C],
        inputs: &'a [[T; R]],
        delta: &'a [[T; C]],
    ) -> Self {
        Outer { bias, rows: OuterRows::new(sums, (gradient, 0), inputs, delta) }
    }

    /// Whether there are no rows of the batch.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl<T: Scalar, const R: usize, const C: usize> Wide for Outer<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(self, simd: S) {
        let Outer { bias, rows } = self;
        let OuterRows { sums, gradient, inputs, delta, .. } = rows;
        Bias { sums, bias, delta }.run(simd);
        // Where G is a single column, its transpose is a single row: δᵀ·x, the same products.
        if let (1, Some(gradient)) = (C, gradient.as_flattened_mut().first_chunk_mut::<R>()) {
            let (gradient, inputs, delta) = (core::array::from_mut(gradient), delta, inputs);
            cover_row(simd, (R, T::lanes::<S>()), &mut OuterRow { sums, gradient, inputs, delta });
            return;
        }
        OuterRows { sums, gradient, first: 0, inputs, delta }.run(simd);
    }
}

/// Some rows of G, of which `first` is the first, without the bias.
pub(crate) struct OuterRows<'a, T, const R: usize, const C: usize> {
    sums: Sums,
    gradient: &'a mut [[T; C]],
    first: usize,
    inputs: &'a [[T; R]],
    delta: &'a [[T; C]],
}

impl<'a, T, const R: usize, const C: usize> OuterRows<'a, T, R, C> {
    /// For as many rows of the batch as the shorter slice has.
    #[inline(always)]
    pub(crate) fn new(
        sums: Sums,
        (gradient, first): (&'a mut [[T; C]], usize),
        inputs: &'a [[T; R]],
        delta: &'a [[T; C]],
    ) -> Self {
        let rows = Ord::min(inputs.len(), delta.len());
        OuterRows { sums, gradient, first, inputs: first_rows(inputs, rows), delta: first_rows(delta, rows) }
    }

    /// Whether there are no rows of the batch.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }
}

impl<T: Scalar, const R: usize, const C: usize> Wide for OuterRows<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(self, simd: S) {
        let OuterRows { mut sums, gradient, first, inputs, delta } = self;
        if is_long::<T, C>() {
            for (panel, gradient) in (0..R).zip(gradient.chunks_mut(PANEL)) {
                let first = first.wrapping_add(panel.wrapping_mul(PANEL));
                panel_of(simd, sums, (gradient, first), (inputs, delta));
            }
            return;
        }
        for (inputs, delta) in inputs.chunks(DEPTH).zip(delta.chunks(DEPTH)) {
            cover(simd, (C, T::lanes::<S>()), &mut OuterBlocks { sums, gradient, first, inputs, delta });
            sums = Sums::Add;
        }
    }
}

/// How many rows of G share a copied block of δ: 8 tiles of 6, or 6 of 8.
const PANEL: usize = 48;

/// A panel of G, with its numbers of the inputs copied together, for [`DEPTH`] rows of the batch at a time. The copies
/// are 20 KiB in `f32`, on the stack.
#[inline(always)]
fn panel_of<S: InstructionSet, T: Scalar, const R: usize, const C: usize>(
    simd: S,
    mut sums: Sums,
    (gradient, first): (&mut [[T; C]], usize),
    (inputs, delta): (&[[T; R]], &[[T; C]]),
) {
    let (mut copy, mut columns) = ([[T::ZERO; PANEL]; DEPTH], [[T::ZERO; WIDTH]; DEPTH]);
    for (inputs, delta) in inputs.chunks(DEPTH).zip(delta.chunks(DEPTH)) {
        for (to, x) in copy.iter_mut().zip(inputs) {
            let x = x.get(first..).unwrap_or(&[]);
            match x.first_chunk() {
                Some(x) => *to = *x,
                None => to.iter_mut().zip(x).for_each(|(to, &x)| *to = x),
            }
        }
        let (gradient, inputs) = (&mut *gradient, copy.get(..inputs.len()).unwrap_or(&[]));
        cover(simd, (C, T::lanes::<S>()), &mut OuterPanel { sums, gradient, inputs, delta, columns: &mut columns });
        sums = Sums::Add;
    }
}

/// Some rows of G, and the numbers of the inputs for them.
struct OuterPanel<'a, T, const C: usize> {
    sums: Sums,
    gradient: &'a mut [[T; C]],
    inputs: &'a [[T; PANEL]],
    delta: &'a [[T; C]],
    columns: &'a mut [[T; WIDTH]; DEPTH],
}

impl<S: InstructionSet, T: Scalar, const C: usize> Blocks<S> for OuterPanel<'_, T, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let OuterPanel { sums, gradient, inputs, delta, columns } = self;
        let delta = copied::<S, T, V, C, _>(simd, delta, (start, width), columns);
        OuterProduct { sums: *sums, inputs, delta, column: 0, start, width }.rows::<S, V, C>(simd, (gradient, 0));
    }
}

/// All of these rows of G, of which `first` is the first.
struct OuterBlocks<'a, T, const R: usize, const C: usize> {
    sums: Sums,
    gradient: &'a mut [[T; C]],
    first: usize,
    inputs: &'a [[T; R]],
    delta: &'a [[T; C]],
}

impl<S: InstructionSet, T: Scalar, const R: usize, const C: usize> Blocks<S> for OuterBlocks<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let OuterBlocks { sums, gradient, first, inputs, delta } = self;
        let (sums, first) = (*sums, *first);
        if width == T::lanes::<S>().wrapping_mul(V) {
            let product = OuterProduct { sums, inputs, delta, column: start, start, width };
            return product.rows::<S, V, C>(simd, (gradient, first));
        }
        let mut copy = [[T::ZERO; WIDTH]; DEPTH];
        let delta = copied::<S, T, V, C, _>(simd, delta, (start, width), &mut copy);
        OuterProduct { sums, inputs, delta, column: 0, start, width }.rows::<S, V, C>(simd, (gradient, first));
    }
}

/// Some columns of G from those of δ, `N` numbers a row, from `column` on.
struct OuterProduct<'a, T, const R: usize, const N: usize> {
    sums: Sums,
    inputs: &'a [[T; R]],
    delta: &'a [[T; N]],
    column: usize,
    start: usize,
    width: usize,
}

impl<T: Scalar, const R: usize, const N: usize> OuterProduct<'_, T, R, N> {
    #[inline(always)]
    fn rows<S: InstructionSet, const V: usize, const C: usize>(&self, simd: S, rows: (&mut [[T; C]], usize)) {
        let [eights, sixes, fours] = split::<S>(rows.0.len());
        let rows = self.tiles::<S, V, 8, C>(simd, rows, eights);
        let rows = self.tiles::<S, V, 6, C>(simd, rows, sixes);
        let rows = self.tiles::<S, V, 4, C>(simd, rows, fours);
        let rest = rows.0.len();
        self.tiles::<S, V, 1, C>(simd, rows, rest);
    }

    /// The first `rows` rows of G, `M` at a time; the first of them is the row `first`. Returns the others and
    /// the number of their first.
    #[inline(always)]
    fn tiles<'g, S: InstructionSet, const V: usize, const M: usize, const C: usize>(
        &self,
        simd: S,
        (gradient, mut first): (&'g mut [[T; C]], usize),
        rows: usize,
    ) -> (&'g mut [[T; C]], usize) {
        let Some((gradient, rest)) = gradient.split_at_mut_checked(rows) else { return (&mut [], first) };
        for gradient in gradient.as_chunks_mut::<M>().0 {
            self.tile::<S, V, M, C>(simd, (gradient, first));
            first = first.wrapping_add(M);
        }
        (rest, first)
    }

    /// `M` rows of G from `first` on: loaded, summed over the batch, stored.
    #[inline(always)]
    fn tile<S: InstructionSet, const V: usize, const M: usize, const C: usize>(
        &self,
        simd: S,
        (gradient, first): (&mut [[T; C]; M], usize),
    ) {
        let OuterProduct { sums: from, inputs, delta, column, start, width } = *self;
        let mut sums = [[T::splat(simd, T::ZERO); V]; M];
        for (sum, g) in sums.iter_mut().zip(&*gradient) {
            *sum = first_sums(simd, from, g, start, width);
            if size_of::<[T; C]>() >= PAGE {
                prefetch(g, start.wrapping_add(width), width);
            }
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
}

/// A row of G from a column of x, one number a row.
struct OuterRow<'a, T, const R: usize, const C: usize> {
    sums: Sums,
    gradient: &'a mut [[T; R]; 1],
    inputs: &'a [[T; C]],
    delta: &'a [[T; R]],
}

impl<S: InstructionSet, T: Scalar, const R: usize, const C: usize> Blocks<S> for OuterRow<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let [g] = &mut *self.gradient;
        let mut sums = first_sums::<S, T, V>(simd, self.sums, g, start, width);
        for (x, d) in self.inputs.iter().zip(self.delta) {
            multiply_add(simd, &mut sums, at(x, 0), &load::<S, T, V>(simd, d, start, width));
        }
        store(simd, g, (start, width), &sums);
    }
}
