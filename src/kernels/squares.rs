//! Sums of squares, and the pass over gradient and weights that needs two of them.

use crate::Scalar;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
use crate::kernels::wide::vectors::half_wide;
use crate::scalar::VECTORS;

/// How many partial sums there are.
const LANES: usize = 8;

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
struct Squares<T>([T; LANES]);

impl<T: Scalar> Squares<T> {
    const ZERO: Self = Squares([T::ZERO; LANES]);

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
    fn total(&self) -> T {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}

/// g ← share·g + decay·w. Returns Σw² and Σg² as [`sum_of_squares`] gives them.
#[inline(always)]
pub(crate) fn regularise<T: Scalar>(w: &[T], g: &mut [T], share: T, decay: T) -> [T; 2] {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    let Regularise { w, g, .. } = match half_wide(Regularise { w, g, share, decay }) {
        Ok(sums) => return sums,
        Err(work) => work,
    };
    if !VECTORS {
        return regularise_by_lanes(w, g, share, decay);
    }
    // Piece by piece, so that what one loop leaves is still in the cache for the next.
    const PIECE: usize = 512;
    let (mut w_sum, mut g_sum) = (Squares::ZERO, Squares::ZERO);
    for (w, g) in w.chunks(PIECE).zip(g.chunks_mut(PIECE)) {
        for (g, &w) in g.iter_mut().zip(w) {
            *g = *g * share + decay * w;
        }
        w_sum.add(w);
        g_sum.add(g);
    }
    [w_sum.total(), g_sum.total()]
}

/// [`regularise`], one partial sum after the other, each in a register: without vectors less code, and
/// quicker. Lanes in the order in which [`Squares::total`] adds them.
#[inline(always)]
fn regularise_by_lanes<T: Scalar>(w: &[T], g: &mut [T], share: T, decay: T) -> [T; 2] {
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

/// [`regularise`] with vectors of at most [`LANES`] numbers. Both sums are in one loop: an addition has to
/// wait for the one before it in the same sum, and the other sum uses that time.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
struct Regularise<'a, T> {
    w: &'a [T],
    g: &'a mut [T],
    share: T,
    decay: T,
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
impl<T: Scalar> pulp::WithSimd for Regularise<'_, T> {
    type Output = [T; 2];

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, simd: S) -> [T; 2] {
        let Regularise { w, g, share, decay } = self;
        let factors = [T::splat(simd, share), T::splat(simd, decay)];
        let mut sums = [[T::splat(simd, T::ZERO); 2]; 2];
        let ((w, w_rest), (g, g_rest)) = (w.as_chunks::<LANES>(), g.as_chunks_mut::<LANES>());
        for (w, g) in w.iter().zip(g) {
            sums = regularise_chunk(simd, w, g, factors, sums);
        }
        sums = regularise_chunk(simd, w_rest, g_rest, factors, sums);
        sums.map(|sums| {
            let mut total = Squares::ZERO;
            for (to, sum) in total.0.chunks_mut(T::lanes::<S>()).zip(sums) {
                T::store(simd, to, sum);
            }
            total.total()
        })
    }
}

/// At most [`LANES`] numbers: one vector of `f32`, two of `f64`.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[inline(always)]
fn regularise_chunk<S: pulp::Simd, T: Scalar>(
    simd: S,
    w: &[T],
    g: &mut [T],
    [share, decay]: [T::Vector<S>; 2],
    [mut w_sums, mut g_sums]: [[T::Vector<S>; 2]; 2],
) -> [[T::Vector<S>; 2]; 2] {
    let lanes = T::lanes::<S>();
    for (half, (w_sum, g_sum)) in w_sums.iter_mut().zip(&mut g_sums).enumerate() {
        let first = half.wrapping_mul(lanes);
        if first >= w.len() {
            break;
        }
        let (Some(w), Some(g)) = (w.get(first..), g.get_mut(first..)) else { break };
        let w = T::load(simd, w);
        let sum = T::plus(simd, T::times(simd, T::load(simd, g), share), T::times(simd, decay, w));
        T::store(simd, g, sum);
        *w_sum = T::plus(simd, *w_sum, T::squared(simd, w));
        *g_sum = T::plus(simd, *g_sum, T::squared(simd, sum));
    }
    [w_sums, g_sums]
}

#[cfg(all(test, feature = "std", target_arch = "x86_64"))]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::reference;
    use std::vec::Vec;

    /// With vectors, lane by lane and in pieces, against the definition, to the last bit: whole chunks,
    /// rests, numbers whose square is 0.
    fn agrees<T: Scalar>(count: usize) {
        let numbers = |seed: u32| -> Vec<T> {
            let number = |index: u32| T::from_u32(index.wrapping_mul(seed) % 1000) - T::from_u32(500);
            (0..count as u32).map(|index| if index % 5 == 0 { T::TINY } else { number(index) }).collect()
        };
        let (w, g) = (numbers(0x9e37_79b9), numbers(0x85eb_ca6b));
        let [share, decay] = [0.3, 0.01].map(T::from_f64);
        let bits = |values: &[T]| -> Vec<u64> { values.iter().map(|value| value.bits()).collect() };
        let mut expected = g.clone();
        let sums = bits(&reference::regularise(&w, &mut expected, share, decay));
        assert_eq!(bits(&[sum_of_squares(&w), sum_of_squares(&expected)]), sums, "{count}, sums alone");

        let mut found = [g.clone(), g.clone(), g];
        let [plain, lanes, wide] = &mut found;
        assert_eq!(bits(&regularise(&w, plain, share, decay)), sums, "{count}");
        assert_eq!(bits(&regularise_by_lanes(&w, lanes, share, decay)), sums, "{count}, by lanes");
        if let Some(v3) = pulp::x86::V3::try_new() {
            let work = Regularise { w: &w, g: wide, share, decay };
            assert_eq!(bits(&pulp::Simd::vectorize(v3, work)), sums, "{count}, vectors");
        } else {
            wide.copy_from_slice(&expected);
        }
        assert!(found.iter().all(|found| bits(found) == bits(&expected)), "{count}");
    }

    #[test]
    fn every_length() {
        for count in (0..70).chain([511, 512, 513, 1030]) {
            agrees::<f32>(count);
            agrees::<f64>(count);
        }
    }
}
