//! The three products with wide vectors: blocks of rows times blocks of columns, held in registers.
//!
//! A block is computed from its first term to its last before the next begins; vectors run across columns. So each element
//! sums in the order that `matrix.rs` states, and the bits are those of the plain loops in `rows.rs`: the tests compare them.

use pulp::{Simd, WithSimd};

use crate::Scalar;
use crate::vectors::{Blocks, PAIR, QUAD, at, cover, load, multiply_add, store};

/// How many rows of a batch share a load of weights, or rows of a gradient a load of deltas: so many that their sums fit into 32
/// registers (AVX-512), or into 16 (AVX2).
const MANY: usize = 8;
const SOME: usize = 6;
/// How many columns of W are transposed at a time.
const DEPTH: usize = 64;
/// How long a row of Wᵀ is at most, then: `PAIR` vectors of 512 bits.
const WIDTH: usize = 32;

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
        let Affine { weights, bias, inputs, outputs } = self;
        let (rest, outputs) = match registers::<S>() {
            32.. => affine_tiles::<S, T, MANY, R, C>(simd, (weights, bias), inputs, outputs),
            _ => (inputs, outputs),
        };
        let (rest, outputs) = affine_tiles::<S, T, SOME, R, C>(simd, (weights, bias), rest, outputs);
        for (input, output) in rest.iter().zip(outputs) {
            let (inputs, outputs) = (core::array::from_ref(input), core::array::from_mut(output));
            cover(simd, (C, T::lanes::<S>(), QUAD), &mut AffineRows { weights, bias, inputs, outputs });
        }
    }
}

/// `M` rows at a time. Returns the rows that are left.
#[inline(always)]
fn affine_tiles<'a, S: Simd, T: Scalar, const M: usize, const R: usize, const C: usize>(
    simd: S,
    (weights, bias): (&[[T; C]; R], &[T; C]),
    inputs: &'a [[T; R]],
    outputs: &'a mut [[T; C]],
) -> (&'a [[T; R]], &'a mut [[T; C]]) {
    let (tiles, rest) = inputs.as_chunks::<M>();
    let (output_tiles, output_rest) = outputs.as_chunks_mut::<M>();
    for (inputs, outputs) in tiles.iter().zip(output_tiles) {
        cover(simd, (C, T::lanes::<S>(), PAIR), &mut AffineRows { weights, bias, inputs, outputs });
    }
    (rest, output_rest)
}

/// How many vector registers there are.
#[inline(always)]
fn registers<S: Simd>() -> usize {
    if S::F32_LANES >= 16 { 32 } else { 16 }
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
            let rows = (transposed.get(..C.wrapping_sub(first).min(DEPTH)).unwrap_or(&[]), first);
            let (delta, input_delta) = (self.delta, &mut *self.input_delta);
            let (delta, input_delta) = match registers::<S>() {
                32.. => backward_tiles::<S, T, MANY, V, R, C>(simd, rows, delta, input_delta, (start, width)),
                _ => (delta, input_delta),
            };
            let (delta, input_delta) =
                backward_tiles::<S, T, SOME, V, R, C>(simd, rows, delta, input_delta, (start, width));
            backward_tiles::<S, T, 1, V, R, C>(simd, rows, delta, input_delta, (start, width));
        }
    }
}

/// `M` rows at a time. Returns the rows that are left.
#[inline(always)]
fn backward_tiles<'a, S: Simd, T: Scalar, const M: usize, const V: usize, const R: usize, const C: usize>(
    simd: S,
    transposed: (&[[T; WIDTH]], usize),
    delta: &'a [[T; C]],
    input_delta: &'a mut [[T; R]],
    block: (usize, usize),
) -> (&'a [[T; C]], &'a mut [[T; R]]) {
    let (tiles, rest) = delta.as_chunks::<M>();
    let (input_tiles, input_rest) = input_delta.as_chunks_mut::<M>();
    for (delta, input_delta) in tiles.iter().zip(input_tiles) {
        backward_rows::<S, T, M, V, R, C>(simd, transposed, delta, input_delta, block);
    }
    (rest, input_rest)
}

/// Writes the columns from `first` on of some rows of W as rows, 4 × 4 numbers at a time.
#[inline(always)]
fn transpose<T: Scalar, const C: usize>(weights: &[[T; C]], first: usize, to: &mut [[T; WIDTH]; DEPTH]) {
    let columns = C.wrapping_sub(first).min(DEPTH);
    for block in 0..columns / 4 {
        for row in (0..weights.len()).step_by(4) {
            transpose_4(weights, (row, first), (block.wrapping_mul(4), to));
        }
    }
    for column in (columns & !3)..columns {
        let Some(to) = to.get_mut(column) else { return };
        for (to, w) in to.iter_mut().zip(weights) {
            *to = at(w, first.wrapping_add(column));
        }
    }
}

/// Four rows from `row` on, or what there is of them, and four columns.
#[inline(always)]
fn transpose_4<T: Scalar, const C: usize>(
    weights: &[[T; C]],
    (row, first): (usize, usize),
    (column, to): (usize, &mut [[T; WIDTH]; DEPTH]),
) {
    // Kept from being joined with its neighbours into scattered writes, which are several times slower.
    let column = core::hint::black_box(column);
    let four = |row: usize| -> [T; 4] {
        let w = weights.get(row).and_then(|w| w.get(first.wrapping_add(column)..));
        w.and_then(|w| w.first_chunk()).copied().unwrap_or([T::ZERO; 4])
    };
    let [a, b, c, d] = [0, 1, 2, 3].map(|next: usize| four(row.wrapping_add(next)));
    let Some(to) = to.get_mut(column..).and_then(|to| to.first_chunk_mut::<4>()) else { return };
    for (to, index) in to.iter_mut().zip([0, 1, 2, 3]) {
        let Some(to) = to.get_mut(row..).and_then(|to| to.first_chunk_mut::<4>()) else { return };
        *to = [at(&a, index), at(&b, index), at(&c, index), at(&d, index)];
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

/// `b += δ`.
struct Bias<'a, T, const C: usize> {
    bias: &'a mut [T; C],
    delta: &'a [[T; C]],
}

impl<S: Simd, T: Scalar, const C: usize> Blocks<S> for Bias<'_, T, C> {
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
    pub(crate) gradient: &'a mut [[T; C]; R],
    pub(crate) bias: &'a mut [T; C],
    pub(crate) inputs: &'a [[T; R]],
    pub(crate) delta: &'a [[T; C]],
}

impl<T: Scalar, const R: usize, const C: usize> WithSimd for Outer<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Outer { gradient, bias, inputs, delta } = self;
        cover(simd, (C, T::lanes::<S>(), QUAD), &mut Bias { bias, delta });
        // Where G is a single column, its transpose is a single row: δᵀ·x, the same products.
        if let (1, Some(gradient)) = (C, gradient.as_flattened_mut().first_chunk_mut::<R>()) {
            let gradient = core::array::from_mut(gradient);
            let (inputs, delta) = (delta, inputs);
            return cover(simd, (R, T::lanes::<S>(), QUAD), &mut OuterRows { gradient, first: 0, inputs, delta });
        }
        let (rest, first) = match registers::<S>() {
            32.. => outer_tiles::<S, T, MANY, R, C>(simd, gradient, 0, inputs, delta),
            _ => (&mut gradient[..], 0),
        };
        let (rest, mut first) = outer_tiles::<S, T, SOME, R, C>(simd, rest, first, inputs, delta);
        for gradient in rest {
            let gradient = core::array::from_mut(gradient);
            cover(simd, (C, T::lanes::<S>(), QUAD), &mut OuterRows { gradient, first, inputs, delta });
            first = first.wrapping_add(1);
        }
    }
}

/// `M` rows of G at a time, from row `first`. Returns the rows that are left, and the number of the first of them.
#[inline(always)]
fn outer_tiles<'a, S: Simd, T: Scalar, const M: usize, const R: usize, const C: usize>(
    simd: S,
    gradient: &'a mut [[T; C]],
    mut first: usize,
    inputs: &[[T; R]],
    delta: &[[T; C]],
) -> (&'a mut [[T; C]], usize) {
    let (tiles, rest) = gradient.as_chunks_mut::<M>();
    for gradient in tiles {
        cover(simd, (C, T::lanes::<S>(), PAIR), &mut OuterRows { gradient, first, inputs, delta });
        first = first.wrapping_add(M);
    }
    (rest, first)
}

/// Each product with every instruction set that the processor has, against its definition, to the last bit.
#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::rows;
    use pulp::Arch;
    use rand_core::SeedableRng;
    use rand_xorshift::XorShiftRng;
    use std::vec::Vec;

    /// The instruction sets there are; the first is a single lane.
    fn architectures() -> Vec<Arch> {
        let mut all = std::vec![Arch::Scalar];
        all.extend(pulp::x86::V3::try_new().map(Arch::V3));
        all.extend(pulp::x86::V4::try_new().map(Arch::V4));
        all
    }

    fn draw<T: Scalar, const N: usize>(rows: usize, rng: &mut XorShiftRng) -> Vec<[T; N]> {
        let mut number = || T::uniform(rng) - T::from_f64(0.5);
        // A third of the numbers are 0, as behind ReLU.
        (0..rows).map(|_| [(); N].map(|()| number().max(T::from_f64(-0.2)) + T::from_f64(0.2))).collect()
    }

    fn bits<T: Scalar, const N: usize>(rows: &[[T; N]]) -> Vec<u64> {
        rows.as_flattened().iter().map(|value| value.bits()).collect()
    }

    fn shape<T: Scalar, const R: usize, const C: usize>(rows: usize) {
        let mut rng = XorShiftRng::seed_from_u64((R * 1000 + C * 10 + rows) as u64);
        let (weights, inputs, delta) =
            (draw::<T, C>(R, &mut rng), draw::<T, R>(rows, &mut rng), draw::<T, C>(rows, &mut rng));
        let (weights, bias): (&[[T; C]; R], _) = (weights.first_chunk().unwrap(), draw::<T, C>(1, &mut rng)[0]);

        let (mut outputs, mut input_delta, mut gradient, mut sums) = (delta.clone(), inputs.clone(), *weights, bias);
        let mut loops = (delta.clone(), inputs.clone(), *weights, bias);
        for row in 0..rows {
            for j in 0..C {
                sums[j] += delta[row][j];
                outputs[row][j] = (0..R).fold(T::ZERO, |sum, i| sum + inputs[row][i] * weights[i][j]) + bias[j];
            }
            for i in 0..R {
                input_delta[row][i] = (0..C).fold(T::ZERO, |sum, j| sum + delta[row][j] * weights[i][j]);
                for j in 0..C {
                    gradient[i][j] += inputs[row][i] * delta[row][j];
                }
            }
            rows::affine(weights, &inputs[row], &bias, &mut loops.0[row]);
            rows::backward(weights, &delta[row], &mut loops.1[row], &inputs[row], false);
            rows::add_outer(&mut loops.2, &mut loops.3, T::ONE, &inputs[row], &delta[row]);
        }
        let expected = [bits(&outputs), bits(&input_delta), bits(&gradient), bits(&[sums])];
        let loops = [bits(&loops.0), bits(&loops.1), bits(&loops.2), bits(&[loops.3])];
        assert_eq!(loops, expected, "{R} × {C}, {rows} rows, plain loops");

        for arch in architectures() {
            let (mut outputs, mut input_delta, mut gradient) = (delta.clone(), inputs.clone(), *weights);
            let mut sums = bias;
            arch.dispatch(Affine { weights, bias: &bias, inputs: &inputs, outputs: &mut outputs });
            arch.dispatch(Backward { weights, delta: &delta, input_delta: &mut input_delta });
            arch.dispatch(Outer { gradient: &mut gradient, bias: &mut sums, inputs: &inputs, delta: &delta });
            assert_eq!(
                [bits(&outputs), bits(&input_delta), bits(&gradient), bits(&[sums])],
                expected,
                "{R} × {C}, {rows} rows, {arch:?}"
            );
        }
    }

    /// Widths around those of vectors, single columns and rows, depths beyond what is transposed at a time.
    #[test]
    fn every_shape() {
        macro_rules! shapes {
            ($($R:literal $C:literal)*) => { $(for rows in [1, 2, 4, 7, 9] {
                shape::<f32, $R, $C>(rows);
                shape::<f64, $R, $C>(rows);
            })* };
        }
        shapes!(1 1 1 2 2 1 3 7 5 4 8 8 7 9 15 16 16 15 17 17 31 33 33 31 64 32 2 64 32 1 1 65 65 1 66 130 130 3 10 100);
    }
}
