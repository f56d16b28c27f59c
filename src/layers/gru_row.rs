//! The arithmetic of a gated recurrent unit, for at most [`TOGETHER`] rows: a step takes the products with the
//! states of all of them.

use crate::functions::sigmoid;
use crate::kernels::inlined_with_vectors;
use crate::kernels::rows::{first_rows, first_rows_mut};
use crate::scalar::VECTORS;
use crate::{Gru, Row, Scalar};

/// For each step of a row: r, z, n, h·U_n + c_n, and the state after it.
pub(crate) type Tape<const L: usize, const H: usize, T> = [[[T; H]; L]; 5];
/// For each step of a row the δ of r, z, n, and h·U_n + c_n.
pub(crate) type Deltas<const L: usize, const H: usize, T> = [[[T; H]; L]; 4];

/// How many rows share a product. Without vectors a product of several rows is no less work than one of each.
pub(crate) const TOGETHER: usize = if VECTORS { 16 } else { 1 };

impl<const L: usize, const C: usize, const H: usize, S, T: Scalar> Gru<L, C, H, S, T> {
    inlined_with_vectors! {
        /// Step `step` of some rows. r, z and n of the tape are the products with the input before it, and the gates
        /// after it.
        pub(crate) fn advance<const M: usize>(&self, step: usize, tapes: &mut [Tape<M, H, T>], states: &mut [[T; H]]) {
            let mut inner = [[T::ZERO; H]; TOGETHER];
            let inner = first_rows_mut(&mut inner, states.len());
            for (gate, which) in [(&self.reset, 0), (&self.update, 1)] {
                gate.state.weights.affine(states, &gate.state.bias, inner);
                for (tape, inner) in tapes.iter_mut().zip(&*inner) {
                    let Some(values) = tape.get_mut(which).and_then(|steps: &mut [_; M]| steps.get_mut(step)) else {
                        return;
                    };
                    for (value, &inner) in values.iter_mut().zip(inner) {
                        *value = sigmoid(*value + inner);
                    }
                }
            }
            self.new.state.weights.affine(states, &self.new.state.bias, inner);
            for ((tape, state), inner) in tapes.iter_mut().zip(states).zip(&*inner) {
                renew(tape, step, inner, state);
            }
        }
    }

    inlined_with_vectors! {
        /// All steps of some rows.
        pub(crate) fn run(&self, inputs: &[[[T; C]; L]], tapes: &mut [Tape<L, H, T>]) {
            for (x, [r, z, n, ..]) in inputs.iter().zip(tapes.iter_mut()) {
                self.reset.input.weights.affine(x, &self.reset.input.bias, r);
                self.update.input.weights.affine(x, &self.update.input.bias, z);
                self.new.input.weights.affine(x, &self.new.input.bias, n);
            }
            let mut states = [[T::ZERO; H]; TOGETHER];
            for step in 0..L {
                self.advance(step, tapes, first_rows_mut(&mut states, inputs.len()));
            }
        }
    }

    inlined_with_vectors! {
        /// The deltas of all steps of some rows, from the last to the first. `outputs` has ∂loss/∂h of the last
        /// steps, as many as are outputs.
        pub(crate) fn back<Y: Row<Scalar = T>>(
            &self,
            tapes: &[Tape<L, H, T>],
            outputs: &[Y],
            deltas: &mut [Deltas<L, H, T>],
        ) {
            let [mut dh, mut delta, mut part] = [[[T::ZERO; H]; TOGETHER]; 3];
            for step in (0..L).rev() {
                let after = L.wrapping_sub(step).wrapping_sub(1);
                for ((tape, dy), (deltas, dh)) in tapes.iter().zip(outputs).zip(deltas.iter_mut().zip(&mut dh)) {
                    let dy = dy.values().rchunks(Ord::max(H, 1)).nth(after).unwrap_or(&[]);
                    dh.iter_mut().zip(dy).for_each(|(dh, &dy)| *dh += dy);
                    through(tape, step, dh, deltas);
                }
                for (gate, which) in [(&self.reset, 0), (&self.update, 1), (&self.new, 3)] {
                    for (to, deltas) in delta.iter_mut().zip(&*deltas) {
                        let Some(from) = deltas.get(which).and_then(|steps: &[_; L]| steps.get(step)) else { return };
                        *to = *from;
                    }
                    let delta = first_rows(&delta, outputs.len());
                    gate.state.weights.backward(delta, &mut part, delta, false);
                    dh.iter_mut().zip(&part).for_each(|(dh, part)| add(dh, part));
                }
            }
        }
    }

    inlined_with_vectors! {
        /// ∂loss/∂x of a row.
        pub(crate) fn input_delta(
            &self,
            x: &[[T; C]; L],
            [r, z, n, _]: &Deltas<L, H, T>,
            dx: &mut [[T; C]; L],
            blocks: bool,
        ) {
            self.reset.input.weights.backward(r, dx, x, blocks);
            let mut part = [[T::ZERO; C]; TOGETHER];
            for (gate, delta) in [(&self.update, z), (&self.new, n)] {
                let steps = x.chunks(TOGETHER).zip(dx.chunks_mut(TOGETHER)).zip(delta.chunks(TOGETHER));
                for ((x, dx), delta) in steps {
                    gate.input.weights.backward(delta, &mut part, x, blocks);
                    dx.iter_mut().zip(&part).for_each(|(dx, part)| add(dx, part));
                }
            }
        }
    }
}

inlined_with_vectors! {
    /// The new gate and the new state of one row. `inner` is h·U_n + c_n.
    #[expect(clippy::eq_op, reason = "∞ − ∞ is NaN")]
    fn renew<T: Scalar, const L: usize, const H: usize>(
        [r, z, n, kept, after]: &mut Tape<L, H, T>,
        step: usize,
        inner: &[T; H],
        state: &mut [T; H],
    ) {
        let (Some(r), Some(z), Some(n)) = (r.get(step), z.get(step), n.get_mut(step)) else { return };
        for (h, ((&r, &z), (n, &inner))) in state.iter_mut().zip(r.iter().zip(z).zip(n.iter_mut().zip(inner))) {
            // 0, or NaN where the product is infinite: backward would make NaN of it.
            let overflow = inner - inner;
            *n = (*n + r * inner).tanh() + overflow;
            *h = (T::ONE - z) * *n + z * *h;
        }
        let (Some(kept), Some(after)) = (kept.get_mut(step), after.get_mut(step)) else { return };
        (*kept, *after) = (*inner, *state);
    }
}

inlined_with_vectors! {
    /// The δ of one step of one row, and ∂loss/∂h ← z ⊙ ∂loss/∂h.
    fn through<T: Scalar, const L: usize, const H: usize>(
        tape: &Tape<L, H, T>,
        step: usize,
        dh: &mut [T; H],
        deltas: &mut Deltas<L, H, T>,
    ) {
        let ([r, z, n, inner, states], [dr, dz, dn, di]) = (tape, deltas);
        let (Some(r), Some(z), Some(n), Some(inner)) = (r.get(step), z.get(step), n.get(step), inner.get(step)) else {
            return;
        };
        let (Some(dr), Some(dz)) = (dr.get_mut(step), dz.get_mut(step)) else { return };
        let (Some(dn), Some(di)) = (dn.get_mut(step), di.get_mut(step)) else { return };
        let start = [T::ZERO; H];
        let h = states.get(step.wrapping_sub(1)).unwrap_or(&start);
        let gates = r.iter().zip(z).zip(n.iter().zip(inner)).zip(h.iter().zip(dh));
        let deltas = dr.iter_mut().zip(dz).zip(dn.iter_mut().zip(di));
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
