//! The forward and backward pass of one tile.

use crate::check::{check_features, check_lengths};
use crate::kernels::Here;
use crate::kernels::dispatch::{Work, widest};
use crate::kernels::rows::first_rows_mut;
use crate::scalar::VECTORS;
use crate::training::batch::Batch;
use crate::{BackwardPass, Error, Layer, Loss, Noise, Row, Scalar, Zero};

/// The results of a forward and a backward pass, for `TILE` rows.
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

/// A row of a tile that has a number that is not finite.
pub(crate) struct Unfit {
    /// The row of the tile.
    pub(crate) row: usize,
    pub(crate) why: Why,
}

/// Which number is not finite.
pub(crate) enum Why {
    /// An output of this layer, the first with such an output.
    Layer(usize),
    /// The loss, or its sum, where no layer reports such an output.
    Loss,
    /// The sum of the weights; the value is the weight of the row.
    Weight(f32),
}

impl Unfit {
    /// The error, where the row of the tile is row `row` of the data.
    pub(crate) fn error(&self, row: usize) -> Error {
        match self.why {
            Why::Layer(layer) => Error::Loss { row, layer: Some(layer) },
            Why::Loss => Error::Loss { row, layer: None },
            Why::Weight(value) => Error::SampleWeight { row, value },
        }
    }
}

/// Forward pass, loss and backward pass for at most `TILE` rows; the gradients are added to `batch`. `sample`
/// gives the target and the weight of a row. An error leaves `batch` as it was.
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
    type Output = Result<(), Unfit>;

    #[inline(always)]
    fn run(self) -> Result<(), Unfit> {
        let Training { memory, network, batch, loss, inputs, sample, .. } = self;
        let Memory { tape, outputs, deltas, delta } = memory;
        let (noise, rows) = (Some(self.noise), inputs.len());
        let (outputs, delta) = (first_rows_mut(outputs, rows), first_rows_mut(delta, rows));
        network.forward(inputs, tape, outputs, noise);
        let mut sums = batch.sums;
        for (row, (logits, delta)) in (0..TILE).zip(outputs.iter().zip(delta.iter_mut())) {
            let Some((target, weight)) = sample(row) else { continue };
            let value = loss.evaluate(logits, target, delta);
            for d in delta.values_mut() {
                // A row of weight 0 has the delta 0, also where its own delta is infinite: 0·∞ is NaN.
                *d = if weight.is_zero() { N::Scalar::ZERO } else { *d * weight };
            }
            let counts = weight * loss.weight(target);
            sums.add(value, weight, counts);
            if !(sums.loss.is_finite() && Here::all_finite(logits.values())) {
                return Err(overflow::<N, TILE>(0..row, tape, outputs));
            }
            if !(sums.weight.is_finite() && sums.samples.is_finite()) {
                return Err(Unfit { row, why: Why::Weight(counts.max(weight).to_f32()) });
            }
        }
        if !N::finite(tape, rows) {
            return Err(overflow::<N, TILE>(0..rows, tape, outputs));
        }
        network.backward(BackwardPass::new(inputs, &*tape, &*outputs, noise), delta, deltas, None);
        let begins = batch.rows == 0;
        if begins && VECTORS {
            batch.gradient.set_gradient(inputs, tape, delta, deltas);
        } else {
            // On chips one call is less code than two.
            if begins {
                batch.clear();
            }
            batch.gradient.add_gradient(N::Scalar::ONE, inputs, tape, delta, deltas);
        }
        (batch.sums, batch.rows) = (sums, batch.rows.saturating_add(rows));
        Ok(())
    }
}

/// Forward pass and loss for at most `TILE` rows: adds (Σ sᵢ·lossᵢ, Σ sᵢ·weightᵢ) to `sums`.
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
    type Output = Result<(), Unfit>;

    #[inline(always)]
    fn run(self) -> Result<(), Unfit> {
        let Memory { tape, outputs, delta, .. } = self.memory;
        let outputs = first_rows_mut(outputs, self.inputs.len());
        self.network.forward(self.inputs, tape, outputs, self.noise);
        for (row, (logits, delta)) in (0..TILE).zip(outputs.iter().zip(delta.iter_mut())) {
            let Some((target, weight)) = (self.sample)(row) else { continue };
            let value = self.loss.evaluate(logits, target, delta);
            let [sum, weights] = &mut *self.sums;
            if !weight.is_zero() {
                *sum += (weight * value).to_f64();
            }
            if !(sum.is_finite() && Here::all_finite(logits.values())) {
                return Err(overflow::<N, TILE>(row..row, tape, outputs));
            }
            let counts = weight * self.loss.weight(target);
            *weights += counts.to_f64();
            if !weights.is_finite() {
                return Err(Unfit { row, why: Why::Weight(counts.to_f32()) });
            }
        }
        Ok(())
    }
}

/// The weighted mean: Σ sᵢ·lossᵢ / Σ sᵢ·weightᵢ. Rounding cannot make it exceed the largest number.
pub(crate) fn mean<T: Scalar>([loss, weight]: [f64; 2]) -> Result<T, Error> {
    if weight > 0.0 { Ok(T::from_f64(loss / weight).min(T::MAX)) } else { Err(Error::NoWeight) }
}

/// Computes the logits of rows, tile by tile.
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
        check_lengths("inputs and outputs", self.inputs.len(), self.outputs.len())?;
        check_features(self.inputs)?;
        for (tile, inputs) in (0..self.inputs.len()).zip(self.inputs.chunks(TILE)) {
            let first = tile.wrapping_mul(TILE);
            let outputs = first_rows_mut(self.outputs.get_mut(first..).unwrap_or(&mut []), inputs.len());
            self.network.forward(inputs, self.tape, outputs, None);
            if !Here::all_finite(Row::flat(outputs)) {
                let row = outputs.iter().position(|output| !Here::all_finite(output.values())).unwrap_or(0);
                let unfit = overflow::<N, TILE>(row..row, self.tape, outputs);
                let layer = if let Why::Layer(layer) = unfit.why { Some(layer) } else { None };
                self.outputs.fill(N::Output::ZERO);
                return Err(Error::Output { row: first.wrapping_add(row), layer });
            }
        }
        Ok(())
    }
}

/// Computes the logits of rows.
#[inline(always)]
pub(crate) fn logits<N: Layer, const TILE: usize>(
    network: &N,
    tape: &mut N::Tape<TILE>,
    inputs: &[N::Input],
    outputs: &mut [N::Output],
) -> Result<(), Error> {
    widest(Inference { network, tape, inputs, outputs })
}

/// Finds the first row among `rows` and the row `rows.end` with an output that is not finite, and the first
/// layer with such an output for it. Where there is none, the result is row `rows.end` with [`Why::Loss`].
/// Called only after an error was detected.
#[cold]
#[inline(never)]
pub(crate) fn overflow<N: Layer, const TILE: usize>(
    rows: core::ops::Range<usize>,
    tape: &N::Tape<TILE>,
    outputs: &[N::Output],
) -> Unfit {
    let mut first = Unfit { row: rows.end, why: Why::Loss };
    N::visit_units(tape, outputs, (0, 0), &mut |unit| {
        let earlier = unit.row < first.row || (unit.row == first.row && matches!(first.why, Why::Loss));
        if earlier && unit.row >= rows.start && !unit.output.is_finite() {
            first = Unfit { row: unit.row, why: Why::Layer(unit.layer) };
        }
    });
    first
}
