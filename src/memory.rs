//! One tile, forward and backward.

use crate::batch::Batch;
use crate::layer::first_rows_mut;
use crate::samples::{all_finite, check_features, check_lengths};
use crate::{Error, Layer, Loss, Noise, Pass, Row, Scalar, Zero};

/// What a pass forward and backward leaves, for `TILE` rows.
pub(crate) struct Memory<N: Layer, const TILE: usize> {
    pub(crate) tape: N::Tape<TILE>,
    pub(crate) outputs: [N::Output; TILE],
    deltas: N::Deltas<TILE>,
    delta: [N::Output; TILE],
}

impl<N: Layer, const TILE: usize> Zero for Memory<N, TILE> {
    const ZERO: Self = {
        assert!(TILE > 0, "TILE is 0: at least one row has to fit");
        Memory {
            tape: N::Tape::<TILE>::ZERO,
            outputs: <[N::Output; TILE]>::ZERO,
            deltas: N::Deltas::<TILE>::ZERO,
            delta: <[N::Output; TILE]>::ZERO,
        }
    };
}

/// Which row of a tile overflowed, and the first layer that did; none where it was the loss.
pub(crate) struct Overflow {
    pub(crate) row: usize,
    pub(crate) layer: Option<usize>,
}

impl Overflow {
    /// The error, the row being this row of the data.
    pub(crate) fn error(&self, row: usize) -> Error {
        Error::Loss { row, layer: self.layer }
    }
}

impl<N: Layer, const TILE: usize> Memory<N, TILE> {
    /// Forward, loss, backward for at most `TILE` rows; the gradients go into `batch`. `sample` gives the target and
    /// the weight of a row. An overflow leaves `batch` as it was.
    #[inline(always)]
    pub(crate) fn pass<'a, L: Loss<N::Output, Target: 'a>>(
        &mut self,
        network: &N,
        batch: &mut Batch<N>,
        (loss, noise): (&L, Option<Noise>),
        inputs: &[N::Input],
        sample: impl Fn(usize) -> Option<(&'a L::Target, N::Scalar)>,
    ) -> Result<(), Overflow> {
        let Memory { tape, outputs, deltas, delta } = self;
        let (outputs, delta) = (first_rows_mut(outputs, inputs.len()), first_rows_mut(delta, inputs.len()));
        network.forward(inputs, tape, outputs, noise);
        let (mut sum, mut weights) = (batch.loss, batch.weight);
        for (row, (logits, delta)) in outputs.iter().zip(delta.iter_mut()).enumerate() {
            let Some((target, weight)) = sample(row) else { continue };
            let value = weight * loss.evaluate(logits, target, delta);
            for d in delta.values_mut() {
                *d *= weight;
            }
            if !(value.is_finite() && all_finite(logits.values())) {
                return Err(overflow::<N, TILE>(row, tape, outputs));
            }
            sum += value;
            weights += weight * loss.weight(target);
        }
        if !N::finite(tape, inputs.len()) {
            return Err(overflow::<N, TILE>(0, tape, outputs));
        }
        (batch.loss, batch.weight, batch.rows) = (sum, weights, batch.rows.saturating_add(inputs.len()));
        let pass = Pass { inputs, tape: &*tape, outputs: &*outputs, noise };
        network.backward(pass, delta, deltas, None);
        batch.gradient.add_gradient(N::Scalar::ONE, inputs, tape, delta, deltas);
        Ok(())
    }

    /// Forward and loss alone, for at most `TILE` rows: adds (Σ loss, Σ weight) to `sums`.
    #[inline(always)]
    pub(crate) fn evaluate<'a, L: Loss<N::Output, Target: 'a>>(
        &mut self,
        network: &N,
        (loss, noise): (&L, Option<Noise>),
        inputs: &[N::Input],
        sample: impl Fn(usize) -> Option<(&'a L::Target, N::Scalar)>,
        sums: &mut [f64; 2],
    ) -> Result<(), Overflow> {
        let Memory { tape, outputs, delta, .. } = self;
        let outputs = first_rows_mut(outputs, inputs.len());
        network.forward(inputs, tape, outputs, noise);
        for (row, (logits, delta)) in outputs.iter().zip(delta.iter_mut()).enumerate() {
            let Some((target, weight)) = sample(row) else { continue };
            let value = weight * loss.evaluate(logits, target, delta);
            if !(value.is_finite() && all_finite(logits.values())) {
                return Err(overflow::<N, TILE>(row, tape, outputs));
            }
            let [sum, weights] = sums;
            *sum += value.to_f64();
            *weights += (weight * loss.weight(target)).to_f64();
        }
        Ok(())
    }
}

/// The logits of rows, tile by tile.
#[inline(always)]
pub(crate) fn logits<N: Layer, const TILE: usize>(
    network: &N,
    tape: &mut N::Tape<TILE>,
    inputs: &[N::Input],
    outputs: &mut [N::Output],
) -> Result<(), Error> {
    check_lengths(inputs.len(), outputs.len())?;
    check_features(inputs)?;
    for (inputs, outputs) in inputs.chunks(TILE).zip(outputs.chunks_mut(TILE)) {
        network.forward(inputs, tape, outputs, None);
    }
    Ok(())
}

/// Looks for the first row and layer with an output that is not finite. Called once something is known to be wrong.
#[cold]
#[inline(never)]
fn overflow<N: Layer, const TILE: usize>(row: usize, tape: &N::Tape<TILE>, outputs: &[N::Output]) -> Overflow {
    let mut layer = None;
    N::visit_units(tape, outputs, (0, 0), &mut |unit| {
        if layer.is_none() && !unit.output.is_finite() {
            layer = Some(unit.layer);
        }
    });
    Overflow { row, layer }
}
