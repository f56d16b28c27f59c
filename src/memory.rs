//! One tile, forward and backward.

use crate::batch::Batch;
use crate::layer::first_rows_mut;
use crate::samples::{all_finite, check_features, check_lengths};
use crate::widest::{Work, widest};
use crate::{Error, Layer, Loss, Noise, Pass, Row, Scalar, Zero};

/// Where it stands in a struct, the next field starts at a cache line, for vectors that straddle two take longer. With the feature
/// `std` on x86-64; elsewhere it does nothing.
#[cfg_attr(all(feature = "std", target_arch = "x86_64"), repr(align(64)))]
pub(crate) struct Line;

/// What a pass forward and backward leaves, for `TILE` rows.
pub(crate) struct Memory<N: Layer, const TILE: usize> {
    pub(crate) tape: N::Tape<TILE>,
    pub(crate) outputs: [N::Output; TILE],
    pub(crate) deltas: N::Deltas<TILE>,
    pub(crate) delta: [N::Output; TILE],
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

/// Forward, loss, backward for at most `TILE` rows; the gradients go into `batch`. `sample` gives the target and
/// the weight of a row. An overflow leaves `batch` as it was.
pub(crate) struct Training<'a, N: Layer, L, S, const TILE: usize> {
    pub(crate) memory: &'a mut Memory<N, TILE>,
    pub(crate) network: &'a N,
    pub(crate) batch: &'a mut Batch<N>,
    pub(crate) loss: &'a L,
    pub(crate) noise: Noise,
    pub(crate) inputs: &'a [N::Input],
    pub(crate) sample: S,
}

impl<'a, N: Layer, L: Loss<N::Output, Target: 'a>, S, const TILE: usize> Work for Training<'a, N, L, S, TILE>
where
    S: Fn(usize) -> Option<(&'a L::Target, N::Scalar)>,
{
    type Output = Result<(), Overflow>;

    #[inline(always)]
    fn run(self) -> Result<(), Overflow> {
        let Training { memory, network, batch, loss, inputs, sample, .. } = self;
        let Memory { tape, outputs, deltas, delta } = memory;
        let (noise, rows) = (Some(self.noise), inputs.len());
        let (outputs, delta) = (first_rows_mut(outputs, rows), first_rows_mut(delta, rows));
        network.forward(inputs, tape, outputs, noise);
        let (mut sum, mut weights) = (batch.loss, batch.weight);
        for (row, (logits, delta)) in (0..TILE).zip(outputs.iter().zip(delta.iter_mut())) {
            let Some((target, weight)) = sample(row) else { continue };
            sum += weight * loss.evaluate(logits, target, delta);
            for d in delta.values_mut() {
                *d *= weight;
            }
            if !(sum.is_finite() && all_finite(logits.values())) {
                return Err(overflow::<N, TILE>(0..row, tape, outputs));
            }
            weights += weight * loss.weight(target);
        }
        if !N::finite(tape, rows) {
            return Err(overflow::<N, TILE>(0..rows, tape, outputs));
        }
        (batch.loss, batch.weight, batch.rows) = (sum, weights, batch.rows.saturating_add(rows));
        network.backward(
            Pass { inputs, tape: &*tape, outputs: &*outputs, noise, deaf_at_zero: false },
            delta,
            deltas,
            None,
        );
        batch.gradient.add_gradient(N::Scalar::ONE, inputs, tape, delta, deltas);
        Ok(())
    }
}

/// Forward and loss alone, for at most `TILE` rows: adds (Σ loss, Σ weight) to `sums`.
pub(crate) struct Evaluation<'a, N: Layer, L, S, const TILE: usize> {
    pub(crate) memory: &'a mut Memory<N, TILE>,
    pub(crate) network: &'a N,
    pub(crate) loss: &'a L,
    pub(crate) noise: Option<Noise>,
    pub(crate) inputs: &'a [N::Input],
    pub(crate) sample: S,
    pub(crate) sums: &'a mut [f64; 2],
}

impl<'a, N: Layer, L: Loss<N::Output, Target: 'a>, S, const TILE: usize> Work for Evaluation<'a, N, L, S, TILE>
where
    S: Fn(usize) -> Option<(&'a L::Target, N::Scalar)>,
{
    type Output = Result<(), Overflow>;

    #[inline(always)]
    fn run(self) -> Result<(), Overflow> {
        let Memory { tape, outputs, delta, .. } = self.memory;
        let outputs = first_rows_mut(outputs, self.inputs.len());
        self.network.forward(self.inputs, tape, outputs, self.noise);
        for (row, (logits, delta)) in (0..TILE).zip(outputs.iter().zip(delta.iter_mut())) {
            let Some((target, weight)) = (self.sample)(row) else { continue };
            let value = weight * self.loss.evaluate(logits, target, delta);
            let [sum, weights] = &mut *self.sums;
            *sum += value.to_f64();
            if !(sum.is_finite() && all_finite(logits.values())) {
                return Err(overflow::<N, TILE>(row..row, tape, outputs));
            }
            *weights += (weight * self.loss.weight(target)).to_f64();
        }
        Ok(())
    }
}

/// The logits of rows, tile by tile.
struct Inference<'a, N: Layer, const TILE: usize> {
    network: &'a N,
    tape: &'a mut N::Tape<TILE>,
    inputs: &'a [N::Input],
    outputs: &'a mut [N::Output],
}

impl<N: Layer, const TILE: usize> Work for Inference<'_, N, TILE> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run(self) -> Result<(), Error> {
        check_lengths(self.inputs.len(), self.outputs.len())?;
        check_features(self.inputs)?;
        for (inputs, outputs) in self.inputs.chunks(TILE).zip(self.outputs.chunks_mut(TILE)) {
            self.network.forward(inputs, self.tape, outputs, None);
        }
        Ok(())
    }
}

/// The logits of rows.
#[inline(always)]
pub(crate) fn logits<N: Layer, const TILE: usize>(
    network: &N,
    tape: &mut N::Tape<TILE>,
    inputs: &[N::Input],
    outputs: &mut [N::Output],
) -> Result<(), Error> {
    widest(Inference { network, tape, inputs, outputs })
}

/// Looks for the first of some rows, or of the one that follows them, with an output that is not finite, and for the first layer that had it
/// there; the row that follows if there is none. Called once something is known to be wrong.
#[cold]
#[inline(never)]
pub(crate) fn overflow<N: Layer, const TILE: usize>(
    rows: core::ops::Range<usize>,
    tape: &N::Tape<TILE>,
    outputs: &[N::Output],
) -> Overflow {
    let mut first = Overflow { row: rows.end, layer: None };
    N::visit_units(tape, outputs, (0, 0), &mut |unit| {
        let earlier = unit.row < first.row || (unit.row == first.row && first.layer.is_none());
        if earlier && unit.row >= rows.start && !unit.output.is_finite() {
            first = Overflow { row: unit.row, layer: Some(unit.layer) };
        }
    });
    first
}
