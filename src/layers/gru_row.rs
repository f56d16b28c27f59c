//! The arithmetic of a gated recurrent unit for one row.

use core::slice::{from_mut, from_ref};

use crate::functions::sigmoid;
use crate::kernels::inlined_with_vectors;
use crate::{Gru, Scalar};

/// For each step of a row: r, z, n, h·U_n + c_n, and the state after it.
pub(crate) type Tape<const L: usize, const H: usize, T> = [[[T; H]; L]; 5];
/// For each step of a row the δ of r, z, n, and h·U_n + c_n.
pub(crate) type Deltas<const L: usize, const H: usize, T> = [[[T; H]; L]; 4];

impl<const L: usize, const C: usize, const H: usize, S, T: Scalar> Gru<L, C, H, S, T> {
    inlined_with_vectors! {
        /// One step. `r`, `z` and `n` are the products with the input before it, and the gates after it;
        /// `inner` becomes h·U_n + c_n.
        #[expect(clippy::eq_op, reason = "∞ − ∞ is NaN")]
        pub(crate) fn advance(&self, [r, z, n, inner]: [&mut [T; H]; 4], state: &mut [T; H]) {
            for (gate, values) in [(&self.reset, r as &mut [T; H]), (&self.update, z as &mut [T; H])] {
                gate.state.weights.affine(from_ref(state), &gate.state.bias, from_mut(inner));
                for (value, &inner) in values.iter_mut().zip(inner.iter()) {
                    *value = sigmoid(*value + inner);
                }
            }
            self.new.state.weights.affine(from_ref(state), &self.new.state.bias, from_mut(inner));
            let gates = r.iter().zip(z.iter()).zip(n.iter_mut().zip(inner.iter()));
            for (h, ((&r, &z), (n, &inner))) in state.iter_mut().zip(gates) {
                // 0, or NaN where the product is infinite: backward would make NaN of it.
                let overflow = inner - inner;
                *n = (*n + r * inner).tanh() + overflow;
                *h = (T::ONE - z) * *n + z * *h;
            }
        }
    }

    inlined_with_vectors! {
        /// All steps of a row.
        pub(crate) fn run(&self, x: &[[T; C]; L], [r, z, n, inner, states]: &mut Tape<L, H, T>) {
            self.reset.input.weights.affine(x, &self.reset.input.bias, r);
            self.update.input.weights.affine(x, &self.update.input.bias, z);
            self.new.input.weights.affine(x, &self.new.input.bias, n);
            let mut state = [T::ZERO; H];
            let steps = r.iter_mut().zip(z).zip(n.iter_mut().zip(inner)).zip(states);
            for (((r, z), (n, inner)), after) in steps {
                self.advance([r, z, n, inner], &mut state);
                *after = state;
            }
        }
    }

    inlined_with_vectors! {
        /// The deltas of all steps of a row, from the last to the first. `outputs` has ∂loss/∂h of the last
        /// steps, as many as are outputs.
        pub(crate) fn back(&self, tape: &Tape<L, H, T>, outputs: &[T], deltas: &mut Deltas<L, H, T>) {
            let [r, z, n, inner, states] = tape;
            let [delta_r, delta_z, delta_n, delta_inner] = deltas;
            let before = states.split_last().map_or(&[][..], |(_, before)| before);
            let mut before = before.iter().rev();
            let mut outputs = outputs.rchunks(Ord::max(H, 1));
            let (start, mut dh) = ([T::ZERO; H], [T::ZERO; H]);
            let gates = r.iter().zip(z).zip(n.iter().zip(inner)).rev();
            let changed = delta_r.iter_mut().zip(delta_z).zip(delta_n.iter_mut().zip(delta_inner)).rev();
            for (((r, z), (n, inner)), ((dr, dz), (dn, di))) in gates.zip(changed) {
                for (dh, &dy) in dh.iter_mut().zip(outputs.next().unwrap_or(&[])) {
                    *dh += dy;
                }
                let h = before.next().unwrap_or(&start);
                through([r, z, n, inner], h, &mut dh, [&mut *dr, dz, dn, di]);
                for (gate, delta) in [(&self.reset, &*dr), (&self.update, &*dz), (&self.new, &*di)] {
                    let mut part = [T::ZERO; H];
                    gate.state.weights.backward(from_ref(delta), from_mut(&mut part), from_ref(h), false);
                    add(&mut dh, &part);
                }
            }
        }
    }

    inlined_with_vectors! {
        /// ∂loss/∂x of a row.
        pub(crate) fn input_delta(&self, x: &[[T; C]; L], [r, z, n, _]: &Deltas<L, H, T>, dx: &mut [[T; C]; L], blocks: bool) {
            self.reset.input.weights.backward(r, dx, x, blocks);
            for ((x, dx), (z, n)) in x.iter().zip(dx).zip(z.iter().zip(n)) {
                for (gate, delta) in [(&self.update, z), (&self.new, n)] {
                    let mut part = [T::ZERO; C];
                    gate.input.weights.backward(from_ref(delta), from_mut(&mut part), from_ref(x), blocks);
                    add(dx, &part);
                }
            }
        }
    }
}

inlined_with_vectors! {
    /// The δ of one step, and ∂loss/∂h ← z ⊙ ∂loss/∂h.
    fn through<T: Scalar, const H: usize>(
        [r, z, n, inner]: [&[T; H]; 4],
        h: &[T; H],
        dh: &mut [T; H],
        [delta_r, delta_z, delta_n, delta_inner]: [&mut [T; H]; 4],
    ) {
        let gates = r.iter().zip(z).zip(n.iter().zip(inner)).zip(h.iter().zip(dh));
        let deltas = delta_r.iter_mut().zip(delta_z).zip(delta_n.iter_mut().zip(delta_inner));
        for ((((&r, &z), (&n, &inner)), (&h, dh)), ((delta_r, delta_z), (delta_n, delta_inner))) in gates.zip(deltas) {
            *delta_n = *dh * (T::ONE - z) * (T::ONE - n * n);
            *delta_inner = *delta_n * r;
            *delta_r = *delta_n * inner * (r * (T::ONE - r));
            *delta_z = *dh * (h - n) * (z * (T::ONE - z));
            *dh *= z;
        }
    }
}

/// to += from.
#[inline(always)]
fn add<T: Scalar, const N: usize>(to: &mut [T; N], from: &[T; N]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to += from;
    }
}
