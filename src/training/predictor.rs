//! Inference without training.

use crate::loss::takes_outputs_of;
use crate::training::memory::logits;
use crate::{Error, Layer, Loss, Zero};

/// The memory that a forward pass needs besides the network, for `TILE` rows at a time.
///
/// `TILE` changes no bit of any result. The network itself may lie in flash. The logits are the outputs of
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
