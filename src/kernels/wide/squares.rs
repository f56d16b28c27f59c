//! The pass over gradient and weights with vectors of 256 bits.
//!
//! ```text
//! for each chunk of 8 numbers:  g ← share·g + decay·w;  w_sums += w²;  g_sums += g²
//! ```
//!
//! A chunk is one vector of `f32` or two of `f64`; the lanes are the partial sums of `squares.rs`. A last
//! chunk that is not whole has zeros behind it. Wider vectors would need sixteen partial sums.
//!
//! Both sums are in one loop: an addition waits for the one before it in the same sum, and the other sum uses
//! that time.

use crate::Scalar;
use crate::kernels::squares::{LANES, Squares};
use crate::kernels::wide::dispatch::Wide;
use crate::scalar::vectors::InstructionSet;

/// [`regularise`](crate::kernels::squares::regularise).
pub(crate) struct Regularise<'a, T> {
    pub(crate) w: &'a [T],
    pub(crate) g: &'a mut [T],
    pub(crate) share: T,
    pub(crate) decay: T,
}

impl<T: Scalar> Wide for Regularise<'_, T> {
    type Output = [T; 2];

    #[inline(always)]
    fn run<S: InstructionSet>(self, simd: S) -> [T; 2] {
        let Regularise { w, g, share, decay } = self;
        let factors = [T::splat(simd, share), T::splat(simd, decay)];
        let mut sums = [[T::splat(simd, T::ZERO); 2]; 2];
        let ((w, w_rest), (g, g_rest)) = (w.as_chunks::<LANES>(), g.as_chunks_mut::<LANES>());
        for (w, g) in w.iter().zip(g) {
            sums = regularise_chunk(simd, w, g, factors, sums);
        }
        sums = regularise_chunk(simd, w_rest, g_rest, factors, sums);
        sums.map(|sums| {
            let mut lanes = [T::ZERO; LANES];
            for (to, sum) in lanes.chunks_mut(T::lanes::<S>()).zip(sums) {
                T::store(simd, to, sum);
            }
            Squares(lanes).total()
        })
    }
}

/// At most [`LANES`] numbers: one vector of `f32`, two of `f64`.
#[inline(always)]
fn regularise_chunk<S: InstructionSet, T: Scalar>(
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
