//! What the three products with wide vectors share: blocks of rows times blocks of columns, held in
//! registers.
//!
//! Vectors run across columns, and each element sums in the order that `matrix.rs` states: where a sum is
//! interrupted, it goes on from what was stored. So the bits are those of the plain loops in `plain.rs`: the
//! tests compare them.

use pulp::Simd;

use crate::Scalar;
use crate::kernels::wide::vectors::{at, load, multiply_add, store};

/// How many terms are summed before the next columns have their turn: so many that what belongs to them stays
/// in the first-level cache for all rows of a batch.
pub(crate) const DEPTH: usize = 64;
/// How long the rows of a block are: `PAIR` vectors of 512 bits at most.
pub(crate) const WIDTH: usize = 32;

/// How many of some rows to take 6 and 4 at a time, so that the sums of `PAIR` vectors, the weights and what
/// is multiplied fill the 16 registers of AVX2; with AVX-512 always 4, whose sums are enough for additions
/// that wait for each other. What is left goes one by one.
#[inline(always)]
pub(crate) fn split<S: Simd>(rows: usize) -> [usize; 2] {
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
    pub(crate) fn rows<'r, S: Simd, const V: usize, const K: usize, const C: usize>(
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
    pub(crate) fn tiles<'r, S: Simd, const V: usize, const M: usize, const K: usize, const C: usize>(
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

/// Something that sums terms piece by piece.
pub(crate) trait Pieces<S> {
    /// The terms from `first` on, `depth` of them.
    fn piece(&mut self, simd: S, first: usize, depth: usize);
}

/// All of some terms in pieces of [`DEPTH`] and a last one that may be shorter; a piece of 0 where there are
/// none.
#[inline(always)]
pub(crate) fn in_pieces<S: Simd>(simd: S, terms: usize, pieces: &mut impl Pieces<S>) {
    for piece in 0..terms / DEPTH {
        pieces.piece(simd, piece.wrapping_mul(DEPTH), DEPTH);
    }
    let rest = terms % DEPTH;
    if rest > 0 || terms == 0 {
        pieces.piece(simd, terms.wrapping_sub(rest), rest);
    }
}

/// Copies some columns of a few rows together, so that vectors may reach beyond the last column.
#[inline(always)]
pub(crate) fn copied<'a, T: Scalar, const C: usize>(
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

/// Each product with every instruction set that the processor has, against its definition, to the last bit.
#[cfg(test)]
mod tests {
    extern crate std;

    use crate::kernels::wide::affine::Affine;
    use crate::kernels::wide::backward::Backward;
    use crate::kernels::wide::outer::Outer;
    use crate::kernels::{plain, reference};
    use crate::{Matrix, Scalar};
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
        reference::affine(weights, &bias, &inputs, &mut outputs);
        reference::backward(weights, &delta, &mut input_delta);
        reference::add_outer((&mut gradient, &mut sums), T::ONE, &inputs, &delta);
        for row in 0..rows {
            plain::affine(weights, &inputs[row], &bias, &mut loops.0[row]);
            plain::backward(weights, &delta[row], &mut loops.1[row], &inputs[row], false);
            plain::add_outer(&mut loops.2, &mut loops.3, T::ONE, &inputs[row], &delta[row]);
        }
        let expected = [bits(&outputs), bits(&input_delta), bits(&gradient), bits(&[sums])];
        let loops = [bits(&loops.0), bits(&loops.1), bits(&loops.2), bits(&[loops.3])];
        assert_eq!(loops, expected, "{R} × {C}, {rows} rows, plain loops");

        for arch in architectures() {
            let (mut outputs, mut input_delta, mut gradient) = (delta.clone(), inputs.clone(), *weights);
            let mut sums = bias;
            arch.dispatch(Affine::new(weights, &bias, &inputs, &mut outputs));
            arch.dispatch(Backward::new(weights, &delta, &mut input_delta, &inputs));
            arch.dispatch(Outer::new(&mut gradient, &mut sums, &inputs, &delta));
            assert_eq!(
                [bits(&outputs), bits(&input_delta), bits(&gradient), bits(&[sums])],
                expected,
                "{R} × {C}, {rows} rows, {arch:?}"
            );
        }
    }

    /// Computes the three products into y, ∂x, G and its bias.
    type Products<'a, T, const R: usize, const C: usize> =
        &'a dyn Fn(&mut [[T; C]], &mut [[T; R]], &mut [[T; C]; R], &mut [T; C]);

    /// The three products from slices of so many inputs and δ into so many places.
    fn unequal<T: Scalar, const R: usize, const C: usize>(inputs: usize, delta: usize, places: usize) {
        let mut rng = XorShiftRng::seed_from_u64((R * C) as u64);
        let x = draw::<T, R>(9, &mut rng);
        let (d, weights) = (draw::<T, C>(9, &mut rng), draw::<T, C>(R, &mut rng));
        let (weights, bias): (&[[T; C]; R], _) = (weights.first_chunk().unwrap(), draw::<T, C>(1, &mut rng)[0]);
        let rows = inputs.min(delta).min(places);

        // What lies beyond the shortest slice stays as it is, and counts for nothing.
        let (mut outputs, mut input_delta, mut gradient, mut sums) = (d.clone(), x.clone(), *weights, bias);
        for row in 0..inputs.min(places) {
            plain::affine(weights, &x[row], &bias, &mut outputs[row]);
        }
        for row in 0..rows {
            plain::backward(weights, &d[row], &mut input_delta[row], &x[row], false);
        }
        for row in 0..inputs.min(delta) {
            plain::add_outer(&mut gradient, &mut sums, T::ONE, &x[row], &d[row]);
        }
        let expected = [bits(&outputs), bits(&input_delta), bits(&gradient), bits(&[sums])];

        let agrees = |name: &str, products: Products<'_, T, R, C>| {
            let (mut outputs, mut input_delta, mut gradient, mut sums) = (d.clone(), x.clone(), *weights, bias);
            products(&mut outputs[..places], &mut input_delta[..places], &mut gradient, &mut sums);
            let found = [bits(&outputs), bits(&input_delta), bits(&gradient), bits(&[sums])];
            assert_eq!(found, expected, "{R} × {C}, {inputs} inputs, {delta} δ, {places} places, {name}");
        };
        let (x, d) = (&x[..inputs], &d[..delta]);
        agrees("matrix", &|outputs, input_delta, gradient, sums| {
            let mut matrix = Matrix(*weights);
            matrix.affine(x, &bias, outputs);
            matrix.backward(d, input_delta, x, false);
            matrix.add_outer(sums, T::ONE, x, d);
            *gradient = matrix.0;
        });
        for arch in architectures() {
            agrees(&std::format!("{arch:?}"), &|outputs, input_delta, gradient, sums| {
                arch.dispatch(Affine::new(weights, &bias, x, outputs));
                arch.dispatch(Backward::new(weights, d, input_delta, x));
                arch.dispatch(Outer::new(gradient, sums, x, d));
            });
        }
    }

    /// Slices of unequal length: the shortest counts, with every instruction set and in the plain loops.
    #[test]
    fn unequal_lengths() {
        for inputs in [0, 1, 5, 9] {
            for delta in [0, 4, 9] {
                for places in [0, 2, 6, 9] {
                    unequal::<f32, 3, 7>(inputs, delta, places);
                    unequal::<f64, 17, 5>(inputs, delta, places);
                    unequal::<f32, 6, 1>(inputs, delta, places);
                    unequal::<f32, 1, 40>(inputs, delta, places);
                }
            }
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
