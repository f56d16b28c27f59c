//! The three products with wide vectors: blocks of rows times blocks of columns, held in registers.
//!
//! Vectors run across columns, and each element sums in the order that `matrix.rs` states: where a sum is interrupted, it goes on from
//! what was stored. So the bits are those of the plain loops in `rows.rs`: the tests compare them.

use pulp::{Simd, WithSimd};

use crate::vectors::{Blocks, at, cover, cover_row, load, multiply_add, store};
use crate::{Scalar, rows};

/// How many terms are summed before the next columns have their turn: so many that what belongs to them stays in the first-level cache
/// for all rows of a batch.
const DEPTH: usize = 64;
/// How long the rows of a block are: `PAIR` vectors of 512 bits at most.
const WIDTH: usize = 32;

/// How many of some rows to take 6 and 4 at a time, so that the sums of `PAIR` vectors, the weights and what is multiplied fill the 16
/// registers of AVX2; with AVX-512 always 4, whose sums are enough for additions that wait for each other. What is left goes one by one.
#[inline(always)]
fn split<S: Simd>(rows: usize) -> [usize; 2] {
    if S::F32_LANES >= 16 {
        return [0, rows & !3];
    }
    let fours = match rows % 6 {
        2 if rows >= 8 => 8,
        4 | 5 => 4,
        _ => 0,
    };
    [rows.wrapping_sub(fours) / 6 * 6, fours]
}

/// `outputs += a·w`, where `w` are some rows of a matrix: those that belong to the numbers from `first` on of each row of `a`.
struct Product<'a, T, const N: usize> {
    /// Columns of `w` from this one on become those of `outputs` from `start` on.
    column: usize,
    w: &'a [[T; N]],
    first: usize,
    start: usize,
    width: usize,
}

impl<T: Scalar, const N: usize> Product<'_, T, N> {
    /// Each sum begins at +0 where `first` is 0; `bias` is added last. Returns the rows that are left.
    #[inline(always)]
    fn rows<'r, S: Simd, const V: usize, const K: usize, const C: usize>(
        &self,
        simd: S,
        a: &'r [[T; K]],
        outputs: &'r mut [[T; C]],
        bias: Option<&[T; C]>,
    ) -> (&'r [[T; K]], &'r mut [[T; C]]) {
        let [sixes, fours] = split::<S>(a.len());
        let (a, outputs) = self.tiles::<S, V, 6, K, C>(simd, (a, outputs), bias, sixes);
        self.tiles::<S, V, 4, K, C>(simd, (a, outputs), bias, fours)
    }

    /// The first `rows` rows, `M` at a time. Returns the others.
    #[inline(always)]
    fn tiles<'r, S: Simd, const V: usize, const M: usize, const K: usize, const C: usize>(
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
    fn tile<S: Simd, const V: usize, const M: usize, const K: usize, const C: usize>(
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
        let a = a.each_ref().map(|a| a.get(first..first.wrapping_add(w.len())).unwrap_or(&[]));
        for (index, w) in w.iter().enumerate() {
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
        if C == 1 {
            return affine_column(weights, bias, inputs, outputs);
        }
        let tiled = split::<S>(inputs.len()).into_iter().sum();
        let (inputs, rest) = inputs.split_at_checked(tiled).unwrap_or((inputs, &[]));
        let Some((outputs, outputs_rest)) = outputs.split_at_mut_checked(tiled) else { return };
        if tiled > 0 {
            in_pieces(simd, R, &mut Affine { weights, bias, inputs, outputs });
        }
        for (input, output) in rest.iter().zip(outputs_rest) {
            cover_row(simd, (C, T::lanes::<S>()), &mut AffineRow { weights, bias, input, output });
        }
    }
}

/// A single column: vectors would be all but empty. Eight rows at a time, so that their sums don't wait for each other.
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
        rows::affine(weights, x, bias, y);
    }
}

/// Something that sums terms piece by piece.
trait Pieces<S> {
    /// The terms from `first` on, `depth` of them.
    fn piece(&mut self, simd: S, first: usize, depth: usize);
}

/// All of some terms in pieces of [`DEPTH`] and a last one that may be shorter; a piece of 0 where there are none.
#[inline(always)]
fn in_pieces<S: Simd>(simd: S, terms: usize, pieces: &mut impl Pieces<S>) {
    for piece in 0..terms / DEPTH {
        pieces.piece(simd, piece.wrapping_mul(DEPTH), DEPTH);
    }
    let rest = terms % DEPTH;
    if rest > 0 || terms == 0 {
        pieces.piece(simd, terms.wrapping_sub(rest), rest);
    }
}

impl<S: Simd, T: Scalar, const R: usize, const C: usize> Pieces<S> for Affine<'_, T, R, C> {
    #[inline(always)]
    fn piece(&mut self, simd: S, first: usize, depth: usize) {
        let Affine { weights, bias, inputs, outputs } = self;
        let w = weights.get(first..first.wrapping_add(depth)).unwrap_or(&[]);
        let bias = if first.wrapping_add(depth) == R { Some(*bias) } else { None };
        cover(simd, (C, T::lanes::<S>()), &mut AffineRows { w, first, bias, inputs, outputs });
    }
}

/// The terms of some rows of W, for several rows of the batch.
struct AffineRows<'a, T, const R: usize, const C: usize> {
    w: &'a [[T; C]],
    first: usize,
    bias: Option<&'a [T; C]>,
    inputs: &'a [[T; R]],
    outputs: &'a mut [[T; C]],
}

impl<S: Simd, T: Scalar, const R: usize, const C: usize> Blocks<S> for AffineRows<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let AffineRows { w, first, bias, inputs, outputs } = self;
        if width == T::lanes::<S>().wrapping_mul(V) {
            let product = Product { w, column: start, first: *first, start, width };
            product.rows::<S, V, R, C>(simd, inputs, outputs, *bias);
            return;
        }
        let mut copy = [[T::ZERO; WIDTH]; DEPTH];
        let product = Product { w: copied(w, start, width, &mut copy), column: 0, first: *first, start, width };
        product.rows::<S, V, R, C>(simd, inputs, outputs, *bias);
    }
}

/// Copies some columns of a few rows together, so that vectors may reach beyond the last column.
#[inline(always)]
fn copied<'a, T: Scalar, const C: usize>(
    rows: &[[T; C]],
    start: usize,
    width: usize,
    copy: &'a mut [[T; WIDTH]; DEPTH],
) -> &'a [[T; WIDTH]] {
    for (to, row) in copy.iter_mut().zip(rows) {
        for (to, &x) in to.iter_mut().zip(row.get(start..start.wrapping_add(width)).unwrap_or(&[])) {
            *to = x;
        }
    }
    copy.get(..rows.len()).unwrap_or(&[])
}

/// All terms for one row of the batch.
struct AffineRow<'a, T, const R: usize, const C: usize> {
    weights: &'a [[T; C]; R],
    bias: &'a [T; C],
    input: &'a [T; R],
    output: &'a mut [T; C],
}

impl<S: Simd, T: Scalar, const R: usize, const C: usize> Blocks<S> for AffineRow<'_, T, R, C> {
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

/// [`Matrix::backward`](crate::Matrix::backward).
pub(crate) struct Backward<'a, T, const R: usize, const C: usize> {
    pub(crate) weights: &'a [[T; C]; R],
    pub(crate) delta: &'a [[T; C]],
    pub(crate) input_delta: &'a mut [[T; R]],
}

impl<T: Scalar, const R: usize, const C: usize> WithSimd for Backward<'_, T, R, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
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

impl<S: Simd, T: Scalar, const R: usize, const C: usize> Pieces<S> for BackwardRows<'_, T, R, C> {
    #[inline(always)]
    fn piece(&mut self, simd: S, first: usize, depth: usize) {
        self.columns = (first, depth);
        cover(simd, (R, T::lanes::<S>()), self);
    }
}

impl<S: Simd, T: Scalar, const R: usize, const C: usize> Blocks<S> for BackwardRows<'_, T, R, C> {
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
        cover_row(simd, (C, T::lanes::<S>()), &mut Bias { bias, delta });
        // Where G is a single column, its transpose is a single row: δᵀ·x, the same products.
        if let (1, Some(gradient)) = (C, gradient.as_flattened_mut().first_chunk_mut::<R>()) {
            let (gradient, inputs, delta) = (core::array::from_mut(gradient), delta, inputs);
            cover_row(simd, (R, T::lanes::<S>()), &mut OuterRow { gradient, inputs, delta });
        } else {
            cover(simd, (C, T::lanes::<S>()), &mut OuterRows { gradient, inputs, delta });
        }
    }
}

/// `G += xᵀ·δ`.
struct OuterRows<'a, T, const R: usize, const C: usize> {
    gradient: &'a mut [[T; C]; R],
    inputs: &'a [[T; R]],
    delta: &'a [[T; C]],
}

impl<S: Simd, T: Scalar, const R: usize, const C: usize> Blocks<S> for OuterRows<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let OuterRows { gradient, inputs, delta } = self;
        if width == T::lanes::<S>().wrapping_mul(V) {
            return outer_rows::<S, T, V, R, C, C>(simd, gradient, inputs, (delta, start), (start, width));
        }
        for (inputs, delta) in inputs.chunks(DEPTH).zip(delta.chunks(DEPTH)) {
            let mut copy = [[T::ZERO; WIDTH]; DEPTH];
            let delta = copied(delta, start, width, &mut copy);
            outer_rows::<S, T, V, R, C, WIDTH>(simd, gradient, inputs, (delta, 0), (start, width));
        }
    }
}

/// Some columns of G from those of δ, `N` numbers a row, from `column` on.
#[inline(always)]
fn outer_rows<S: Simd, T: Scalar, const V: usize, const R: usize, const C: usize, const N: usize>(
    simd: S,
    gradient: &mut [[T; C]; R],
    inputs: &[[T; R]],
    delta: (&[[T; N]], usize),
    block: (usize, usize),
) {
    let [sixes, fours] = split::<S>(R);
    let (rest, first) = outer_tiles::<S, T, V, 6, R, C, N>(simd, (gradient, 0), sixes, inputs, delta, block);
    let (rest, first) = outer_tiles::<S, T, V, 4, R, C, N>(simd, (rest, first), fours, inputs, delta, block);
    let rows = rest.len();
    outer_tiles::<S, T, V, 1, R, C, N>(simd, (rest, first), rows, inputs, delta, block);
}

/// `rows` rows of G, `M` at a time; the first of them is the row `first`. Returns the others and the number of their first.
#[inline(always)]
fn outer_tiles<
    'a,
    S: Simd,
    T: Scalar,
    const V: usize,
    const M: usize,
    const R: usize,
    const C: usize,
    const N: usize,
>(
    simd: S,
    (gradient, mut first): (&'a mut [[T; C]], usize),
    rows: usize,
    inputs: &[[T; R]],
    (delta, column): (&[[T; N]], usize),
    (start, width): (usize, usize),
) -> (&'a mut [[T; C]], usize) {
    let Some((gradient, rest)) = gradient.split_at_mut_checked(rows) else { return (&mut [], first) };
    for gradient in gradient.as_chunks_mut::<M>().0 {
        let mut sums = [[T::splat(simd, T::ZERO); V]; M];
        for (sum, g) in sums.iter_mut().zip(&*gradient) {
            *sum = load(simd, g, start, width);
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
        first = first.wrapping_add(M);
    }
    (rest, first)
}

/// A row of G from a column of x, one number a row.
struct OuterRow<'a, T, const R: usize, const C: usize> {
    gradient: &'a mut [[T; R]; 1],
    inputs: &'a [[T; C]],
    delta: &'a [[T; R]],
}

impl<S: Simd, T: Scalar, const R: usize, const C: usize> Blocks<S> for OuterRow<'_, T, R, C> {
    #[inline(always)]
    fn block<const V: usize>(&mut self, simd: S, start: usize, width: usize) {
        let [g] = &mut *self.gradient;
        let mut sums = load::<S, T, V>(simd, g, start, width);
        for (x, d) in self.inputs.iter().zip(self.delta) {
            multiply_add(simd, &mut sums, at(x, 0), &load::<S, T, V>(simd, d, start, width));
        }
        store(simd, g, (start, width), &sums);
    }
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
