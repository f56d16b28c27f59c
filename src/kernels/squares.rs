//! Sums of squares, and the pass over gradient and weights that needs two of them.
//!
//! Eight partial sums take the elements in turn, and are added pair by pair at the end:
//!
//! ```text
//! for each k from 0 to 7:  sₖ ← x[k]² + x[k + 8]² + x[k + 16]² + …
//! Σx² ← ((s₀ + s₄) + (s₂ + s₆)) + ((s₁ + s₅) + (s₃ + s₇))
//! ```
//!
//! Eight numbers of `f32` fill a vector of AVX2, and eight sums of `f64` two. The last additions are those
//! that halve a vector again and again. The order is part of the definition, so that every width gives the
//! same bits.
//!
//! Example: of ten numbers s₀ has x₀² + x₈², s₁ has x₁² + x₉², and each other sum has one square.
//!
//! `regularise` changes g and takes both sums. Deviations from `reference.rs`, which makes three passes:
//!
//! 1. With vectors, the three loops run over pieces of 512 numbers, which stay in the first-level cache.
//! 2. Without vectors, each partial sum has a loop of its own with two sums in registers. The partial sums
//!    are computed in the order in which they are added, so that only three pairs wait at a time.
//! 3. `wide/squares.rs` does all in one loop.

use crate::Scalar;
use crate::kernels::plain::Plain;
use crate::kernels::{Here, wide};

/// How many partial sums there are.
pub(crate) const LANES: usize = 8;

/// Σx², squares as by [`Scalar::square`]: eight partial sums, the k-th over the elements k, k + 8, k + 16, …,
/// added in the order ((0+4) + (2+6)) + ((1+5) + (3+7)). The order is part of the definition: it gives the
/// same bits with any width of vector.
#[inline(always)]
pub(crate) fn sum_of_squares<T: Scalar>(values: &[T]) -> T {
    let mut sum = Squares::ZERO;
    sum.add(values);
    sum.total()
}

/// The partial sums.
pub(crate) struct Squares<T>(pub(crate) [T; LANES]);

impl<T: Scalar> Squares<T> {
    pub(crate) const ZERO: Self = Squares([T::ZERO; LANES]);

    /// Goes on with these values; only the last ones may be a number that is no multiple of [`LANES`].
    #[inline(always)]
    fn add(&mut self, values: &[T]) {
        let mut lanes = self.0;
        let (chunks, rest) = values.as_chunks::<LANES>();
        for chunk in chunks {
            for (lane, &value) in lanes.iter_mut().zip(chunk) {
                *lane += value.square();
            }
        }
        for (lane, &value) in lanes.iter_mut().zip(rest) {
            *lane += value.square();
        }
        self.0 = lanes;
    }

    #[inline(always)]
    pub(crate) fn total(&self) -> T {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}

/// g ← share·g + decay·w. Returns Σw² and Σg² as [`sum_of_squares`] gives them.
#[inline(always)]
pub(crate) fn regularise<T: Scalar>(w: &[T], g: &mut [T], share: T, decay: T) -> [T; 2] {
    match wide::regularise(w, g, share, decay) {
        Some(sums) => sums,
        None => Here::regularise(w, g, share, decay),
    }
}

impl<const SOFT: bool, const VECTORS: bool> Plain<SOFT, VECTORS> {
    /// [`regularise`] without wide vectors.
    #[inline(always)]
    pub(crate) fn regularise<T: Scalar>(w: &[T], g: &mut [T], share: T, decay: T) -> [T; 2] {
        if VECTORS { by_pieces(w, g, share, decay) } else { by_lanes(w, g, share, decay) }
    }
}

/// How many numbers of w and g are passed over at a time: 2 KiB of each in `f32`, so that what the first loop
/// has read is still in the first-level cache for the next.
const PIECE: usize = 512;

/// Piece by piece: one loop for g, one for each sum, which the compiler turns into vector code.
#[inline(always)]
fn by_pieces<T: Scalar>(w: &[T], g: &mut [T], share: T, decay: T) -> [T; 2] {
    let mut sums = [Squares::ZERO, Squares::ZERO];
    for (w, g) in w.chunks(PIECE).zip(g.chunks_mut(PIECE)) {
        regularise_piece(w, g, share, decay, &mut sums);
    }
    sums.map(|sum| sum.total())
}

/// One piece of [`regularise`], whose squares are added to those of the pieces before. Only the last piece may
/// have a number of elements that is no multiple of [`LANES`].
#[inline(always)]
pub(crate) fn regularise_piece<T: Scalar>(
    w: &[T],
    g: &mut [T],
    share: T,
    decay: T,
    [w_sum, g_sum]: &mut [Squares<T>; 2],
) {
    for (g, &w) in g.iter_mut().zip(w) {
        *g = *g * share + decay * w;
    }
    w_sum.add(w);
    g_sum.add(g);
}

/// [`regularise`], one partial sum after the other, each in a register: without vectors less code, and
/// quicker. Lanes in the order in which [`Squares::total`] adds them.
#[inline(always)]
fn by_lanes<T: Scalar>(w: &[T], g: &mut [T], share: T, decay: T) -> [T; 2] {
    let w = w.get(..g.len()).unwrap_or(&[]);
    let mut lane = |mut index: usize| {
        let [mut w_sum, mut g_sum] = [T::ZERO; 2];
        while let (Some(&w), Some(g)) = (w.get(index), g.get_mut(index)) {
            *g = *g * share + decay * w;
            w_sum += w.square();
            g_sum += g.square();
            index = index.wrapping_add(LANES);
        }
        [w_sum, g_sum]
    };
    let plus = |[a, b]: [T; 2], [c, d]: [T; 2]| [a + c, b + d];
    let zero = [T::ZERO; 2];
    [0, 1].into_iter().fold(zero, |whole, a| {
        let half = [0, 2].into_iter().fold(zero, |half, b| {
            let quarter = [0, 4].into_iter().fold(zero, |quarter, c| plus(quarter, lane(a | b | c)));
            plus(half, quarter)
        });
        plus(whole, half)
    })
}
