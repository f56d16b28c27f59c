//! What the three products with wide vectors share: the sizes of tiles, and a tile of `affine` and
//! `backward`. `mod.rs` explains them.

use crate::Scalar;
use crate::kernels::wide::vectors::{at, load, multiply_add, store};
use crate::scalar::vectors::{InstructionSet, Lanes};

/// How many terms are summed before the next columns have their turn: so many that what belongs to them stays
/// in the first-level cache for all rows of a batch.
pub(crate) const DEPTH: usize = 64;
/// How long the rows of a block are: `PAIR` vectors of 512 bits at most.
pub(crate) const WIDTH: usize = 32;
/// The size of a page of memory in bytes. Blocks of W are copied together where each row has its own page.
pub(crate) const PAGE: usize = 4096;

/// How many of some rows to take 8, 6 and 4 at a time. With 32 registers they go by 8, since 8·2 sums hide that
/// each addition waits for the one before; with 16, by 6, since 6·2 sums, 2 vectors and a number fill them. What
/// is left goes one by one.
#[inline(always)]
pub(crate) fn split<S: InstructionSet>(rows: usize) -> [usize; 3] {
    if S::MANY {
        return [rows & !7, 0, rows & 4];
    }
    let [sixes, fours] = split_windows::<S>(rows);
    [0, sixes, fours]
}

/// The same for the rows and windows of a convolution, 6 and 4 at a time; with AVX-512 always 4.
#[inline(always)]
pub(crate) fn split_windows<S: InstructionSet>(rows: usize) -> [usize; 2] {
    if f32::lanes::<S>() >= 16 {
        return [0, rows & !3];
    }
    let fours = match rows % 6 {
        2 if rows >= 8 => 8,
        4 | 5 => 4,
        _ => 0,
    };
    [rows.wrapping_sub(fours) / 6 * 6, fours]
}

/// `outputs += a·w`, where `w` are some rows of a matrix: those that belong to the numbers from `first` on of
/// each row of `a`.
pub(crate) struct Product<'a, T, const N: usize> {
    /// Columns of `w` from this one on become those of `outputs` from `start` on.
    pub(crate) column: usize,
    pub(crate) w: &'a [[T; N]],
    pub(crate) first: usize,
    pub(crate) start: usize,
    pub(crate) width: usize,
}

impl<T: Scalar, const N: usize> Product<'_, T, N> {
    /// Each sum begins at +0 where `first` is 0; `bias` is added last. Returns the rows that are left.
    #[inline(always)]
    pub(crate) fn rows<'r, S: InstructionSet, const V: usize, const K: usize, const C: usize>(
        &self,
        simd: S,
        a: &'r [[T; K]],
        outputs: &'r mut [[T; C]],
        bias: Option<&[T; C]>,
    ) -> (&'r [[T; K]], &'r mut [[T; C]]) {
        let [eights, sixes, fours] = split::<S>(a.len());
        let (a, outputs) = self.tiles::<S, V, 8, K, C>(simd, (a, outputs), bias, eights);
        let (a, outputs) = self.tiles::<S, V, 6, K, C>(simd, (a, outputs), bias, sixes);
        self.tiles::<S, V, 4, K, C>(simd, (a, outputs), bias, fours)
    }

    /// The first `rows` rows, `M` at a time. Returns the others.
    #[inline(always)]
    pub(crate) fn tiles<'r, S: InstructionSet, const V: usize, const M: usize, const K: usize, const C: usize>(
        &self,
        simd: S,
        (a, outputs): (&'r [[T; K]], &'r mut [[T; C]]),
        bias: Option<&[T; C]>,
        rows: usize,
    ) -> (&'r [[T; K]], &'r mut [[T; C]]) {
        let (a, a_rest) = a.split_at_checked(rows).unwrap_or((a, &[]));
        let Some((outputs, rest)) = outputs.split_at_mut_checked(rows) else { return (a_rest, &mut []) };
        for (a, outputs) in a.as_chunks::<M>().0.iter().zip(outputs.as_chunks_mut::<M>().0) {
            self.tile::<S, V, M, K, C>(simd, a, outputs, bias);
        }
        (a_rest, rest)
    }

    #[inline(always)]
    fn tile<S: InstructionSet, const V: usize, const M: usize, const K: usize, const C: usize>(
        &self,
        simd: S,
        a: &[[T; K]; M],
        outputs: &mut [[T; C]; M],
        bias: Option<&[T; C]>,
    ) {
        let Product { column, w, first, start, width } = *self;
        let mut sums = [[T::splat(simd, T::ZERO); V]; M];
        if first > 0 {
            for (sum, y) in sums.iter_mut().zip(&*outputs) {
                *sum = load(simd, y, start, width);
            }
        }
        if !S::MANY {
            let a = a.each_ref().map(|a| a.get(first..first.wrapping_add(w.len())).unwrap_or(&[]));
            for (index, w) in w.iter().enumerate() {
                let w = load::<S, T, V>(simd, w, column, T::lanes::<S>().wrapping_mul(V));
                for (sum, a) in sums.iter_mut().zip(a) {
                    multiply_add(simd, sum, at(a, index), &w);
                }
            }
        }
        for (index, w) in (first..K).zip(if S::MANY { w } else { &[] }) {
            let w = load::<S, T, V>(simd, w, column, T::lanes::<S>().wrapping_mul(V));
            for (sum, a) in sums.iter_mut().zip(a) {
                multiply_add(simd, sum, at(a, index), &w);
            }
        }
        let bias = bias.map(|bias| load::<S, T, V>(simd, bias, start, width));
        for (sum, y) in sums.iter_mut().zip(outputs) {
            for (sum, b) in sum.iter_mut().zip(bias.into_iter().flatten()) {
                *sum = T::plus(simd, *sum, b);
            }
            store(simd, y, (start, width), sum);
        }
    }
}

/// Something that sums terms piece by piece.
pub(crate) trait Pieces<S> {
    /// The terms from `first` on, `depth` of them.
    fn piece(&mut self, simd: S, first: usize, depth: usize);
}

/// All of some terms in pieces of [`DEPTH`] and a last one that may be shorter; a piece of 0 where there are
/// none.
#[inline(always)]
pub(crate) fn in_pieces<S: InstructionSet>(simd: S, terms: usize, pieces: &mut impl Pieces<S>) {
    for piece in 0..terms / DEPTH {
        pieces.piece(simd, piece.wrapping_mul(DEPTH), DEPTH);
    }
    let rest = terms % DEPTH;
    if rest > 0 || terms == 0 {
        pieces.piece(simd, terms.wrapping_sub(rest), rest);
    }
}

/// Whether 64 rows of `N` numbers are so long that a block of their columns does not stay in the first-level
/// cache: 1 KiB a row. The cache keeps 8 to 12 places that lie a multiple of 4 KiB apart.
#[inline(always)]
pub(crate) const fn is_long<T, const N: usize>() -> bool {
    size_of::<[T; N]>() >= 1024
}

/// Copies some columns of a few rows together, with zeros behind them.
#[inline(always)]
pub(crate) fn copied<'a, S: InstructionSet, T: Scalar, const V: usize, const C: usize, const ROWS: usize>(
    simd: S,
    rows: &[[T; C]],
    (start, width): (usize, usize),
    copy: &'a mut [[T; WIDTH]; ROWS],
) -> &'a [[T; WIDTH]] {
    for (to, row) in copy.iter_mut().zip(rows) {
        store(simd, to, (0, T::lanes::<S>().wrapping_mul(V)), &load::<S, T, V>(simd, row, start, width));
    }
    copy.get(..rows.len()).unwrap_or(&[])
}
