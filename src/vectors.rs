//! The three products with AVX2 or AVX-512, chosen while the program runs: blocks of rows times blocks of columns, held in registers.
//!
//! A block is computed from its first term to its last before the next begins; vectors run across columns. So each element
//! sums in the order that `matrix.rs` states, and the bits are those of the plain loops in `rows.rs`: the tests compare them.

use pulp::{Arch, Simd, WithSimd};

use crate::Scalar;

/// How many rows of a batch share a load of weights, how many rows of a gradient a load of deltas.
const ROWS: usize = 4;
/// How many vectors side by side for [`ROWS`] rows, and for a single one.
const PAIR: usize = 2;
const QUAD: usize = 4;
/// How many columns of W are transposed at a time.
const DEPTH: usize = 64;
/// How long a row of Wᵀ is at most, then: `PAIR` vectors of 512 bits.
const WIDTH: usize = 32;

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
}

macro_rules! lanes {
    ($T:ident, $V:ident, $lanes:ident, $splat:ident, $split:ident, $split_mut:ident, $load:ident, $store:ident, $add:ident, $mul:ident) => {
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
        }
    };
}

lanes!(f32, f32s, F32_LANES, splat_f32s, as_simd_f32s, as_mut_simd_f32s, partial_load_f32s, partial_store_f32s, add_f32s, mul_f32s);
lanes!(f64, f64s, F64_LANES, splat_f64s, as_simd_f64s, as_mut_simd_f64s, partial_load_f64s, partial_store_f64s, add_f64s, mul_f64s);

/// Something that is computed for some neighbouring columns at a time.
trait Blocks<S> {
    /// `width` columns from `start` on: `V` vectors, of which the last may be filled in part.
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize);
}

/// Covers `columns` with blocks of `most` vectors (2 or 4) of `lanes`, then with smaller ones.
#[inline(always)]
fn cover<S: Simd>(simd: S, (columns, lanes, most): (usize, usize, usize), blocks: &mut impl Blocks<S>) {
    let wide = lanes.wrapping_mul(most);
    let full = columns / wide;
    for block in 0..full {
        let start = block.wrapping_mul(wide);
        if most > PAIR {
            blocks.block::<QUAD>(simd, start, wide);
        } else {
            blocks.block::<PAIR>(simd, start, wide);
        }
    }
    let (start, rest) = (full.wrapping_mul(wide), columns % wide);
    let pair = lanes.wrapping_mul(PAIR);
    match rest {
        0 => {}
        _ if rest <= lanes => blocks.block::<1>(simd, start, rest),
        _ if rest <= pair => blocks.block::<PAIR>(simd, start, rest),
        _ => blocks.block::<QUAD>(simd, start, rest),
    }
}

/// `V` vectors from `width` columns of a row, from `start` on.
#[inline(always)]
fn load<S: Simd, T: Lanes, const V: usize>(simd: S, row: &[T], start: usize, width: usize) -> [T::Vector<S>; V] {
    let row = row.get(start..start.wrapping_add(width)).unwrap_or(&[]);
    let lanes = T::lanes::<S>();
    core::array::from_fn(|v| T::load(simd, row.get(v.wrapping_mul(lanes)..).unwrap_or(&[])))
}

/// Writes them back.
#[inline(always)]
fn store<S: Simd, T: Lanes, const V: usize>(
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
fn multiply_add<S: Simd, T: Lanes, const V: usize>(
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
fn at<T: Scalar>(row: &[T], index: usize) -> T {
    row.get(index).copied().unwrap_or(T::ZERO)
}

/// `y = x·W + b` for `M` rows.
struct AffineRows<'a, T, const M: usize, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    bias: &'a [T; C],
    inputs: &'a [[T; R]; M],
    outputs: &'a mut [[T; C]; M],
}

impl<S: Simd, T: Scalar, const M: usize, const R: usize, const C: usize> Blocks<S> for AffineRows<'_, T, M, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let mut sums = [[T::splat(simd, T::ZERO); V]; M];
        for (index, w) in self.weights.iter().enumerate() {
            let w = load::<S, T, V>(simd, w, start, width);
            for (sum, x) in sums.iter_mut().zip(self.inputs) {
                multiply_add(simd, sum, at(x, index), &w);
            }
        }
        let bias = load::<S, T, V>(simd, self.bias, start, width);
        for (sum, y) in sums.iter_mut().zip(&mut *self.outputs) {
            for (sum, &b) in sum.iter_mut().zip(&bias) {
                *sum = T::plus(simd, *sum, b);
            }
            store(simd, y, (start, width), sum);
        }
    }
}

/// [`Matrix::affine`](crate::Matrix::affine).
pub(crate) struct Affine<'a, T, const R: usize, const C: usize> {
    pub(crate) weights: &'a [[T; C]; R],
    pub(crate) bias: &'a [T; C],
    pub(crate) inputs: &'a [[T; R]],
    pub(crate) outputs: &'a mut [[T; C]],
}

impl<T: Scalar, const R: usize, const C: usize> WithSimd for Affine<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Affine { weights, bias, .. } = self;
        let (tiles, rest) = self.inputs.as_chunks::<ROWS>();
        let (output_tiles, output_rest) = self.outputs.as_chunks_mut::<ROWS>();
        let lanes = T::lanes::<S>();
        for (inputs, outputs) in tiles.iter().zip(output_tiles) {
            cover(simd, (C, lanes, PAIR), &mut AffineRows { weights, bias, inputs, outputs });
        }
        for (input, output) in rest.iter().zip(output_rest) {
            let (inputs, outputs) = (core::array::from_ref(input), core::array::from_mut(output));
            cover(simd, (C, lanes, QUAD), &mut AffineRows { weights, bias, inputs, outputs });
        }
    }
}

/// [`Matrix::backward`](crate::Matrix::backward).
pub(crate) struct Backward<'a, T, const R: usize, const C: usize> {
    pub(crate) weights: &'a [[T; C]; R],
    pub(crate) delta: &'a [[T; C]],
    pub(crate) input_delta: &'a mut [[T; R]],
}

impl<T: Scalar, const R: usize, const C: usize> WithSimd for Backward<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        cover(simd, (R, T::lanes::<S>(), PAIR), &mut self);
    }
}

impl<S: Simd, T: Scalar, const R: usize, const C: usize> Blocks<S> for Backward<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let mut transposed = [[T::ZERO; WIDTH]; DEPTH];
        for first in (0..C).step_by(DEPTH) {
            transpose(self.weights.get(start..start.wrapping_add(width)).unwrap_or(&[]), first, &mut transposed);
            let rows = transposed.get(..C.wrapping_sub(first).min(DEPTH)).unwrap_or(&[]);
            let (tiles, rest) = self.delta.as_chunks::<ROWS>();
            let (input_tiles, input_rest) = self.input_delta.as_chunks_mut::<ROWS>();
            for (delta, input_delta) in tiles.iter().zip(input_tiles) {
                backward_rows::<S, T, ROWS, V, R, C>(simd, (rows, first), delta, input_delta, (start, width));
            }
            for (delta, input_delta) in rest.iter().zip(input_rest) {
                let (delta, input_delta) = (core::array::from_ref(delta), core::array::from_mut(input_delta));
                backward_rows::<S, T, 1, V, R, C>(simd, (rows, first), delta, input_delta, (start, width));
            }
        }
    }
}

/// Writes the columns from `first` on of some rows of W as rows.
#[inline(always)]
fn transpose<T: Scalar, const C: usize>(weights: &[[T; C]], first: usize, to: &mut [[T; WIDTH]; DEPTH]) {
    for (row, w) in weights.iter().enumerate() {
        for (to, &w) in to.iter_mut().zip(w.get(first..).unwrap_or(&[])) {
            if let Some(place) = to.get_mut(row) {
                *place = w;
            }
        }
    }
}

/// Adds the terms of the columns from `first` on to some elements of ∂x, for `M` rows; begins anew where `first` is 0.
#[inline(always)]
fn backward_rows<S: Simd, T: Scalar, const M: usize, const V: usize, const R: usize, const C: usize>(
    simd: S,
    (transposed, first): (&[[T; WIDTH]], usize),
    delta: &[[T; C]; M],
    input_delta: &mut [[T; R]; M],
    (start, width): (usize, usize),
) {
    let mut sums = [[T::splat(simd, T::ZERO); V]; M];
    if first > 0 {
        for (sum, dx) in sums.iter_mut().zip(&*input_delta) {
            *sum = load(simd, dx, start, width);
        }
    }
    for (column, w) in transposed.iter().enumerate() {
        let w = load::<S, T, V>(simd, w, 0, T::lanes::<S>().wrapping_mul(V));
        for (sum, d) in sums.iter_mut().zip(delta) {
            multiply_add(simd, sum, at(d, first.wrapping_add(column)), &w);
        }
    }
    for (sum, dx) in sums.iter().zip(input_delta) {
        store(simd, dx, (start, width), sum);
    }
}

/// `G += xᵀ·δ` for `M` rows of G, from row `first`.
struct OuterRows<'a, T, const M: usize, const R: usize, const C: usize> {
    gradient: &'a mut [[T; C]; M],
    first: usize,
    inputs: &'a [[T; R]],
    delta: &'a [[T; C]],
}

impl<S: Simd, T: Scalar, const M: usize, const R: usize, const C: usize> Blocks<S> for OuterRows<'_, T, M, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let mut sums = [[T::splat(simd, T::ZERO); V]; M];
        for (sum, g) in sums.iter_mut().zip(&*self.gradient) {
            *sum = load(simd, g, start, width);
        }
        for (x, d) in self.inputs.iter().zip(self.delta) {
            let d = load::<S, T, V>(simd, d, start, width);
            for (row, sum) in sums.iter_mut().enumerate() {
                multiply_add(simd, sum, at(x, self.first.wrapping_add(row)), &d);
            }
        }
        for (sum, g) in sums.iter().zip(&mut *self.gradient) {
            store(simd, g, (start, width), sum);
        }
    }
}

/// [`Matrix::add_outer`](crate::Matrix::add_outer), for a scale of 1.
pub(crate) struct Outer<'a, T, const R: usize, const C: usize> {
    pub(crate) gradient: &'a mut [[T; C]; R],
    pub(crate) inputs: &'a [[T; R]],
    pub(crate) delta: &'a [[T; C]],
}

impl<T: Scalar, const R: usize, const C: usize> WithSimd for Outer<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Outer { gradient, inputs, delta } = self;
        // Where G is a single column, its transpose is a single row: δᵀ·x, the same products.
        if let (1, Some(gradient)) = (C, gradient.as_flattened_mut().first_chunk_mut::<R>()) {
            let gradient = core::array::from_mut(gradient);
            let (inputs, delta) = (delta, inputs);
            return cover(simd, (R, T::lanes::<S>(), QUAD), &mut OuterRows { gradient, first: 0, inputs, delta });
        }
        let mut first = 0;
        let (tiles, rest) = gradient.as_chunks_mut::<ROWS>();
        for gradient in tiles {
            cover(simd, (C, T::lanes::<S>(), PAIR), &mut OuterRows { gradient, first, inputs, delta });
            first = first.wrapping_add(ROWS);
        }
        for gradient in rest {
            let gradient = core::array::from_mut(gradient);
            cover(simd, (C, T::lanes::<S>(), QUAD), &mut OuterRows { gradient, first, inputs, delta });
            first = first.wrapping_add(1);
        }
    }
}

/// Does the work with wide vectors; gives it back where the processor has none.
#[inline(always)]
pub(crate) fn wide<W: WithSimd<Output = ()>>(work: W) -> Result<(), W> {
    match Arch::new() {
        Arch::Scalar => Err(work),
        arch => {
            arch.dispatch(work);
            Ok(())
        }
    }
}
