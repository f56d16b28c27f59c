//! `G += xᵀ·δ` and `g += δ` for each window, with wide vectors.

use core::marker::PhantomData;

use crate::Scalar;
use crate::kernels::matrix::Sums;
use crate::kernels::rows::first_rows;
use crate::kernels::wide::dispatch::Wide;
use crate::kernels::wide::outer::Bias;
use crate::kernels::wide::tiles::split_windows;
use crate::kernels::wide::vectors::{Blocks, at, cover, load, multiply_add, store};
use crate::kernels::windows::Windowed;
use crate::scalar::vectors::InstructionSet;

/// [`add_outer`](crate::kernels::windows::add_outer), for a scale of 1.
pub(crate) struct OuterWindows<'a, G, T, const C: usize> {
    bias: &'a mut [T; C],
    rows: OuterRowsWindows<'a, G, T, C>,
}

impl<'a, G: Windowed, T, const C: usize> OuterWindows<'a, G, T, C> {
    /// For as many rows as the shorter slice has.
    #[inline(always)]
    pub(crate) fn new(gradient: &'a mut [[T; C]], bias: &'a mut [T; C], inputs: &'a [T], delta: &'a [[T; C]]) -> Self {
        OuterWindows { bias, rows: OuterRowsWindows::new((gradient, 0), inputs, delta) }
    }
}

impl<G: Windowed, T: Scalar, const C: usize> Wide for OuterWindows<'_, G, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(self, simd: S) {
        Bias { sums: Sums::Add, bias: self.bias, delta: self.rows.delta }.run(simd);
        self.rows.run(simd);
    }
}

/// Some rows of G, of which `first` is the first, without the bias.
pub(crate) struct OuterRowsWindows<'a, G, T, const C: usize> {
    gradient: &'a mut [[T; C]],
    first: usize,
    inputs: &'a [T],
    delta: &'a [[T; C]],
    windows: PhantomData<G>,
}

impl<'a, G: Windowed, T, const C: usize> OuterRowsWindows<'a, G, T, C> {
    /// For as many rows of the batch as the shorter slice has.
    #[inline(always)]
    pub(crate) fn new((gradient, first): (&'a mut [[T; C]], usize), inputs: &'a [T], delta: &'a [[T; C]]) -> Self {
        let rows = Ord::min(G::rows(inputs).len(), G::windows(delta).len());
        let delta = first_rows(delta, rows.wrapping_mul(G::WINDOWS.count));
        OuterRowsWindows { gradient, first, inputs, delta, windows: PhantomData }
    }
}

impl<G: Windowed, T: Scalar, const C: usize> Wide for OuterRowsWindows<'_, G, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(mut self, simd: S) {
        cover(simd, (C, T::lanes::<S>()), &mut self);
    }
}

impl<S: InstructionSet, G: Windowed, T: Scalar, const C: usize> Blocks<S> for OuterRowsWindows<'_, G, T, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let OuterRowsWindows { gradient, first, inputs, delta, .. } = self;
        let product = OuterBlock::<G, T, C> { inputs, delta, start, width, windows: PhantomData };
        if G::WINDOWS.length < 4 {
            return product.rows::<S, V, false>(simd, (gradient, *first));
        }
        for (gradient, first) in G::parts_of_pieces((gradient, *first)) {
            product.rows::<S, V, true>(simd, (gradient, first));
        }
    }
}

/// Some columns of δ.
struct OuterBlock<'a, G, T, const C: usize> {
    inputs: &'a [T],
    delta: &'a [[T; C]],
    start: usize,
    width: usize,
    windows: PhantomData<G>,
}

impl<G: Windowed, T: Scalar, const C: usize> OuterBlock<'_, G, T, C> {
    /// Some rows of G, the first of which is the row `first`. `TOGETHER`: what they belong to lies together.
    #[inline(always)]
    fn rows<S: InstructionSet, const V: usize, const TOGETHER: bool>(
        &self,
        simd: S,
        (gradient, first): (&mut [[T; C]], usize),
    ) {
        let [sixes, fours] = split_windows::<S>(gradient.len());
        let (rest, first) = self.tiles::<S, V, 6, TOGETHER>(simd, (gradient, first), sixes);
        let (rest, first) = self.tiles::<S, V, 4, TOGETHER>(simd, (rest, first), fours);
        let count = rest.len();
        self.tiles::<S, V, 1, TOGETHER>(simd, (rest, first), count);
    }

    /// The first `rows` of these rows, `M` at a time. Returns the others, and which is their first.
    #[inline(always)]
    fn tiles<'g, S: InstructionSet, const V: usize, const M: usize, const TOGETHER: bool>(
        &self,
        simd: S,
        (gradient, mut first): (&'g mut [[T; C]], usize),
        rows: usize,
    ) -> (&'g mut [[T; C]], usize) {
        let Some((gradient, rest)) = gradient.split_at_mut_checked(rows) else { return (&mut [], first) };
        for gradient in gradient.as_chunks_mut::<M>().0 {
            self.tile::<S, V, M, TOGETHER>(simd, gradient, first);
            first = first.wrapping_add(M);
        }
        (rest, first)
    }

    #[inline(always)]
    fn tile<S: InstructionSet, const V: usize, const M: usize, const TOGETHER: bool>(
        &self,
        simd: S,
        gradient: &mut [[T; C]; M],
        first: usize,
    ) {
        let (start, width) = (self.start, self.width);
        let places = core::array::from_fn(|next| G::place(first.wrapping_add(next)));
        let mut sums = [[T::splat(simd, T::ZERO); V]; M];
        for (sum, g) in sums.iter_mut().zip(&*gradient) {
            *sum = load(simd, g, start, width);
        }
        for (x, delta) in G::rows(self.inputs).zip(G::windows(self.delta)) {
            for (window, d) in delta.iter().enumerate() {
                let d = load::<S, T, V>(simd, d, start, width);
                let Some(x) = x.get(G::start(window)..) else { continue };
                let Some(x) = numbers::<T, M, TOGETHER>(x, places) else { continue };
                for (sum, x) in sums.iter_mut().zip(x) {
                    multiply_add(simd, sum, x, &d);
                }
            }
        }
        for (sum, g) in sums.iter().zip(gradient) {
            store(simd, g, (start, width), sum);
        }
    }
}

/// The numbers of a window at these places. `TOGETHER`: each place is next to the one before.
#[inline(always)]
fn numbers<T: Scalar, const M: usize, const TOGETHER: bool>(window: &[T], places: [usize; M]) -> Option<[T; M]> {
    if TOGETHER {
        return window.get(places.first().copied()?..)?.first_chunk().copied();
    }
    Some(places.map(|place| at(window, place)))
}
