//! `y = x·W + b` for each window, with wide vectors.

use core::marker::PhantomData;

use crate::Scalar;
use crate::kernels::wide::dispatch::Wide;
use crate::kernels::wide::tiles::split_windows;
use crate::kernels::wide::vectors::{Blocks, at, cover, load, multiply_add, store};
use crate::kernels::windows::Windowed;
use crate::scalar::vectors::InstructionSet;

/// [`affine`](crate::kernels::windows::affine).
pub(crate) struct AffineWindows<'a, G, T, const C: usize> {
    weights: &'a [[T; C]],
    bias: &'a [T; C],
    inputs: &'a [T],
    outputs: &'a mut [[T; C]],
    windows: PhantomData<G>,
}

impl<'a, G: Windowed, T, const C: usize> AffineWindows<'a, G, T, C> {
    #[inline(always)]
    pub(crate) fn new(weights: &'a [[T; C]], bias: &'a [T; C], inputs: &'a [T], outputs: &'a mut [[T; C]]) -> Self {
        AffineWindows { weights, bias, inputs, outputs, windows: PhantomData }
    }
}

impl<G: Windowed, T: Scalar, const C: usize> Wide for AffineWindows<'_, G, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(mut self, simd: S) {
        cover(simd, (C, T::lanes::<S>()), &mut self);
    }
}

impl<S: InstructionSet, G: Windowed, T: Scalar, const C: usize> Blocks<S> for AffineWindows<'_, G, T, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let AffineWindows { weights, bias, inputs, outputs, .. } = self;
        let product = AffineBlock::<G, T, C> { weights, bias, start, width, windows: PhantomData };
        for (x, y) in G::rows(inputs).zip(G::windows_mut(outputs)) {
            let [sixes, fours] = split_windows::<S>(y.len());
            let (rest, first) = product.tiles::<S, V, 6>(simd, x, (y, 0), sixes);
            let (rest, first) = product.tiles::<S, V, 4>(simd, x, (rest, first), fours);
            let count = rest.len();
            product.tiles::<S, V, 1>(simd, x, (rest, first), count);
        }
    }
}

/// Some columns of W.
struct AffineBlock<'a, G, T, const C: usize> {
    weights: &'a [[T; C]],
    bias: &'a [T; C],
    start: usize,
    width: usize,
    windows: PhantomData<G>,
}

impl<G: Windowed, T: Scalar, const C: usize> AffineBlock<'_, G, T, C> {
    /// The first `count` windows of `y`, `M` at a time; the first of them is the window `first`. Returns the
    /// others, and which is their first.
    #[inline(always)]
    fn tiles<'y, S: InstructionSet, const V: usize, const M: usize>(
        &self,
        simd: S,
        x: &[T],
        (y, mut first): (&'y mut [[T; C]], usize),
        count: usize,
    ) -> (&'y mut [[T; C]], usize) {
        let Some((y, rest)) = y.split_at_mut_checked(count) else { return (&mut [], first) };
        for y in y.as_chunks_mut::<M>().0 {
            self.tile::<S, V, M>(simd, x, first, y);
            first = first.wrapping_add(M);
        }
        (rest, first)
    }

    #[inline(always)]
    fn tile<S: InstructionSet, const V: usize, const M: usize>(
        &self,
        simd: S,
        x: &[T],
        first: usize,
        y: &mut [[T; C]; M],
    ) {
        let AffineBlock { weights, bias, start, width, .. } = *self;
        let mut sums = [[T::splat(simd, T::ZERO); V]; M];
        let starts: [usize; M] = core::array::from_fn(|next| G::start(first.wrapping_add(next)));
        for (piece, w) in G::pieces(weights).enumerate() {
            let mut numbers: [&[T]; M] = [&[]; M];
            for (numbers, start) in numbers.iter_mut().zip(starts) {
                let Some(x) = x.get(G::piece(start, piece)) else { return };
                *numbers = x;
            }
            for (index, w) in w.iter().enumerate() {
                let w = load::<S, T, V>(simd, w, start, width);
                for (sum, x) in sums.iter_mut().zip(numbers) {
                    multiply_add(simd, sum, at(x, index), &w);
                }
            }
        }
        let bias = load::<S, T, V>(simd, bias, start, width);
        for (sum, y) in sums.iter_mut().zip(y) {
            for (sum, b) in sum.iter_mut().zip(bias) {
                *sum = T::plus(simd, *sum, b);
            }
            store(simd, y, (start, width), sum);
        }
    }
}
