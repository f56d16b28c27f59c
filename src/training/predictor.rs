//! Inference without training.

use core::fmt;

use crate::check::{check_features, check_lengths};
use crate::kernels::rows::first_rows_mut;
use crate::loss::takes_outputs_of;
use crate::metrics::argmax;
use crate::training::memory::logits;
use crate::{Error, Layer, Loss, Row, Zero};

/// The memory that a forward pass needs besides the network, for `TILE` rows at a time.
///
/// `TILE` changes no bit of any result. On a desktop, many rows pass several times as fast with 32 as with 1;
/// more than 32 changes little. The network itself may lie in flash. The logits are the outputs of
/// the last layer, after its activation: give it [`Identity`](crate::Identity) where a loss turns them into
/// probabilities. On a desktop, a large network takes a quarter less time for a single row if it starts at a
/// cache line, as in `#[repr(align(64))] struct AtLine(Net)`.
///
/// ```
/// use bareprop::{BinaryCrossEntropy, Dense, Matrix, Predictor, Zero};
/// static NETWORK: Dense<2, 1> = Dense::new(Matrix([[2.0], [-2.0]]), [0.0]);
/// let (mut predictor, mut probability) = (Predictor::<Dense<2, 1>>::ZERO, [[0.0]]);
/// predictor.predict(&NETWORK, &BinaryCrossEntropy::default(), &[[0.5, 0.5]], &mut probability)?;
/// assert_eq!(probability, [[0.5]]);
/// # Ok::<(), bareprop::Error>(())
/// ```
pub struct Predictor<N: Layer, const TILE: usize = 1> {
    tape: N::Tape<TILE>,
}

impl<N: Layer, const TILE: usize> fmt::Debug for Predictor<N, TILE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Predictor")
            .field("parameters", &N::COUNT)
            .field("bytes", &size_of::<Self>())
            .finish_non_exhaustive()
    }
}

impl<N: Layer, const TILE: usize> Zero for Predictor<N, TILE> {
    const ZERO: Self = {
        assert!(TILE > 0, "TILE is 0: at least one row has to fit");
        Predictor { tape: N::Tape::<TILE>::ZERO }
    };
}

impl<N: Layer, const TILE: usize> Predictor<N, TILE> {
    /// The logits of each row, without dropout.
    ///
    /// # Errors
    /// [`Error::Lengths`] unless there is an output for each input, [`Error::Feature`] for an input that is
    /// not finite; they change nothing. [`Error::Output`] where an output is not finite, with the row and the
    /// layer; all `outputs` are then 0.
    pub fn logits(&mut self, network: &N, inputs: &[N::Input], outputs: &mut [N::Output]) -> Result<(), Error> {
        logits::<N, TILE>(network, &mut self.tape, inputs, outputs)
    }

    /// The outputs of each row after the link of the loss: probabilities for the cross-entropies.
    ///
    /// # Errors
    /// As [`logits`](Self::logits).
    pub fn predict<L: Loss<N::Output>>(
        &mut self,
        network: &N,
        loss: &L,
        inputs: &[N::Input],
        outputs: &mut [N::Output],
    ) -> Result<(), Error> {
        predict(network, &mut self.tape, loss, inputs, outputs)
    }

    /// The class of each row: the index of its largest logit, or, with a single logit, 1 where it is at least
    /// 0 (a probability of at least ½) and otherwise 0. `TILE` rows of logits lie on the stack meanwhile.
    ///
    /// ```
    /// use bareprop::{Dense, Matrix, Predictor, Zero};
    /// static NETWORK: Dense<1, 3> = Dense::new(Matrix([[1.0, 2.0, 0.0]]), [0.0, 0.0, 1.5]);
    /// let (mut predictor, mut classes) = (Predictor::<Dense<1, 3>>::ZERO, [0; 2]);
    /// predictor.classify(&NETWORK, &[[0.5], [3.0]], &mut classes)?;
    /// assert_eq!(classes, [2, 1]);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`logits`](Self::logits); where an output is not finite, all classes are then 0.
    pub fn classify(&mut self, network: &N, inputs: &[N::Input], classes: &mut [usize]) -> Result<(), Error> {
        classify::<N, TILE>(network, &mut self.tape, inputs, classes)
    }
}

/// The class of each row: the index of the largest output, or, where there is a single output, 1 where it is
/// at least 0 and otherwise 0. A tile of outputs lies on the stack.
pub(crate) fn classify<N: Layer, const TILE: usize>(
    network: &N,
    tape: &mut N::Tape<TILE>,
    inputs: &[N::Input],
    classes: &mut [usize],
) -> Result<(), Error> {
    check_lengths("inputs and classes", inputs.len(), classes.len())?;
    check_features(inputs)?;
    let mut outputs = [N::Output::ZERO; TILE];
    for (tile, inputs) in (0..inputs.len()).zip(inputs.chunks(TILE)) {
        let (first, outputs) = (tile.wrapping_mul(TILE), first_rows_mut(&mut outputs, inputs.len()));
        if let Err(error) = logits::<N, TILE>(network, tape, inputs, outputs) {
            classes.fill(0);
            return Err(match error {
                Error::Output { row, layer } => Error::Output { row: first.wrapping_add(row), layer },
                other => other,
            });
        }
        for (class, output) in classes.iter_mut().skip(first).zip(&*outputs) {
            *class = match output.values() {
                [logit] => usize::from(*logit >= N::Scalar::ZERO),
                logits => argmax(logits),
            };
        }
    }
    Ok(())
}

/// The outputs of rows after the link of the loss.
pub(crate) fn predict<N: Layer, L: Loss<N::Output>, const TILE: usize>(
    network: &N,
    tape: &mut N::Tape<TILE>,
    loss: &L,
    inputs: &[N::Input],
    outputs: &mut [N::Output],
) -> Result<(), Error> {
    const { takes_outputs_of::<L, N>() };
    logits::<N, TILE>(network, tape, inputs, outputs)?;
    for output in outputs {
        loss.link(output);
    }
    Ok(())
}
