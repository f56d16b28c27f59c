//! `∂x = Σ δ·Wᵀ` over the windows, with wide vectors.

use core::marker::PhantomData;

use crate::Scalar;
use crate::kernels::rows::{first_rows, first_rows_mut};
use crate::kernels::wide::dispatch::Wide;
use crate::kernels::wide::tiles::{WIDTH, split_windows};
use crate::kernels::wide::vectors::{Blocks, PAIR, at, load, multiply_add, store};
use crate::kernels::windows::Windowed;
use crate::scalar::vectors::InstructionSet;

/// [`backward`](crate::kernels::windows::backward).
pub(crate) struct BackwardWindows<'a, G, T, const C: usize> {
    weights: &'a [[T; C]],
    delta: &'a [[T; C]],
    input_delta: &'a mut [T],
    windows: PhantomData<G>,
}

impl<'a, G: Windowed, T, const C: usize> BackwardWindows<'a, G, T, C> {
    /// For as many rows as the shortest slice has.
    #[inline(always)]
    pub(crate) fn new(weights: &'a [[T; C]], delta: &'a [[T; C]], input_delta: &'a mut [T], inputs: &'a [T]) -> Self {
        let rows = Ord::min(G::rows(inputs).len(), Ord::min(G::windows(delta).len(), G::rows(input_delta).len()));
        BackwardWindows {
            weights,
            delta: first_rows(delta, rows.wrapping_mul(G::WINDOWS.count)),
            input_delta: first_rows_mut(input_delta, rows.wrapping_mul(G::WINDOWS.width)),
            windows: PhantomData,
        }
    }
}

impl<G: Windowed, T: Scalar, const C: usize> Wide for BackwardWindows<'_, G, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(self, simd: S) {
        let BackwardWindows { weights, delta, input_delta, .. } = self;
        input_delta.fill(T::ZERO);
        let transposed = &mut [[T::ZERO; WIDTH]; C];
        for (piece, weights) in G::pieces(weights).enumerate().rev() {
            let windows = PhantomData::<G>;
            let mut block = BackwardPiece { piece, weights, transposed, delta, input_delta, windows };
            let (lanes, length) = (T::lanes::<S>(), G::WINDOWS.length);
            let wide = lanes.wrapping_mul(PAIR);
            let rest = length % wide;
            match rest.div_ceil(lanes) {
                0 => {}
                1 => block.block::<1>(simd, length.wrapping_sub(rest), rest),
                _ => block.block::<PAIR>(simd, length.wrapping_sub(rest), rest),
            }
            for before in (0..length / wide).rev() {
                block.block::<PAIR>(simd, before.wrapping_mul(wide), wide);
            }
        }
    }
}

/// The terms of one piece of each window.
struct BackwardPiece<'a, G, T, const C: usize> {
    piece: usize,
    weights: &'a [[T; C]],
    transposed: &'a mut [[T; WIDTH]; C],
    delta: &'a [[T; C]],
    input_delta: &'a mut [T],
    windows: PhantomData<G>,
}

impl<S: InstructionSet, G: Windowed, T: Scalar, const C: usize> Blocks<S> for BackwardPiece<'_, G, T, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let BackwardPiece { piece, weights, transposed, delta, input_delta, .. } = self;
        for (place, w) in weights.get(start..start.wrapping_add(width)).unwrap_or(&[]).iter().enumerate() {
            for (to, &w) in transposed.iter_mut().zip(w) {
                if let Some(to) = to.get_mut(place) {
                    *to = w;
                }
            }
        }
        let from = G::piece(start, *piece).start;
        let product = BackwardBlock::<G, T, C> { w: transposed, from, width, windows: PhantomData };
        let [sixes, fours] = split_windows::<S>(G::rows(input_delta).len());
        let (d, dx) = product.tiles::<S, V, 6>(simd, (delta, input_delta), sixes);
        let (d, dx) = product.tiles::<S, V, 4>(simd, (d, dx), fours);
        let rest = G::rows(dx).len();
        product.tiles::<S, V, 1>(simd, (d, dx), rest);
    }
}

/// `width` numbers of each window, from the number `from` on, and their weights.
struct BackwardBlock<'a, G, T, const C: usize> {
    w: &'a [[T; WIDTH]; C],
    from: usize,
    width: usize,
    windows: PhantomData<G>,
}

impl<G: Windowed, T: Scalar, const C: usize> BackwardBlock<'_, G, T, C> {
    /// The first `rows` rows of the batch, `M` at a time. Returns the others.
    #[inline(always)]
    fn tiles<'r, S: InstructionSet, const V: usize, const M: usize>(
        &self,
        simd: S,
        (delta, input_delta): (&'r [[T; C]], &'r mut [T]),
        rows: usize,
    ) -> (&'r [[T; C]], &'r mut [T]) {
        let (delta, delta_rest) = delta.split_at_checked(rows.wrapping_mul(G::WINDOWS.count)).unwrap_or((delta, &[]));
        let Some((input_delta, rest)) = input_delta.split_at_mut_checked(rows.wrapping_mul(G::WINDOWS.width)) else {
            return (delta_rest, &mut []);
        };
        let (mut delta, mut input_delta) = (G::windows(delta), G::rows_mut(input_delta));
        for _ in 0..rows / M {
            let delta = core::array::from_fn(|_| delta.next().unwrap_or(&[]));
            let input_delta = core::array::from_fn(|_| input_delta.next().unwrap_or(&mut []));
            self.tile::<S, V, M>(simd, delta, input_delta);
        }
        (delta_rest, rest)
    }

    #[inline(always)]
    fn tile<S: InstructionSet, const V: usize, const M: usize>(
        &self,
        simd: S,
        delta: [&[[T; C]]; M],
        mut input_delta: [&mut [T]; M],
    ) {
        let (full, none) = (T::lanes::<S>().wrapping_mul(V), [T::ZERO; C]);
        for window in 0..G::WINDOWS.count {
            let start = G::start(window).wrapping_add(self.from);
            let mut sums = [[T::splat(simd, T::ZERO); V]; M];
            for (sum, dx) in sums.iter_mut().zip(&input_delta) {
                *sum = load(simd, dx, start, self.width);
            }
            let terms = delta.map(|delta| delta.get(window).unwrap_or(&none));
            for (channel, w) in self.w.iter().enumerate() {
                let w = load::<S, T, V>(simd, w, 0, full);
                for (sum, terms) in sums.iter_mut().zip(terms) {
                    multiply_add(simd, sum, at(terms, channel), &w);
                }
            }
            for (sum, dx) in sums.iter().zip(&mut input_delta) {
                store(simd, dx, (start, self.width), sum);
            }
        }
    }
}
