//! Evaluation of a trainer's network: losses, logits, predictions.

use crate::kernels::dispatch::widest;
use crate::training::memory::{Evaluation, logits, mean};
use crate::training::predictor::{classify, predict};
use crate::{Error, Layer, Loss, Noise, Optimizer, Samples, Trainer};

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Trainer<N, O, TILE> {
    /// The weighted mean loss over the samples, without dropout and without the L2 penalty. It changes
    /// neither the network nor the rows accumulated since the last update.
    ///
    /// # Errors
    /// A wrong target or setting of the loss; [`Error::Loss`] with the row where its loss or an output of the
    /// network is not finite; [`Error::SampleWeight`] where the sum of the weights is not finite;
    /// [`Error::NoWeight`] where it is 0.
    pub fn evaluate<L: Loss<N::Output>>(
        &mut self,
        loss: &L,
        samples: &Samples<'_, N::Input, L::Target>,
    ) -> Result<N::Scalar, Error> {
        self.check_samples(loss, samples)?;
        self.mean_loss(loss, samples, None)
    }

    /// The weighted mean loss over the samples, with the dropout of training where `noise` is given.
    pub(crate) fn mean_loss<L: Loss<N::Output>>(
        &mut self,
        loss: &L,
        samples: &Samples<'_, N::Input, L::Target>,
        noise: Option<Noise>,
    ) -> Result<N::Scalar, Error> {
        let mut sums = [0.0; 2];
        for (tile, inputs) in (0..samples.rows()).zip(samples.inputs().chunks(TILE)) {
            let first = tile.wrapping_mul(TILE);
            let noise = noise.map(|noise| noise.row(first as u32));
            let sample = |row: usize| samples.get(first.wrapping_add(row)).map(|(_, target, weight)| (target, weight));
            let (Self { network, memory, .. }, sums) = (&mut *self, &mut sums);
            widest(Evaluation { memory, network, loss, noise, inputs, sample, sums })
                .map_err(|over| over.error(first.wrapping_add(over.row)))?;
        }
        mean(sums)
    }

    /// The logits of each row, without dropout.
    ///
    /// # Errors
    /// [`Error::Lengths`] unless there is an output for each input, [`Error::Feature`] for an input that is
    /// not finite; they change nothing. [`Error::Output`] where an output is not finite, with the row and the
    /// layer; all `outputs` are then 0.
    pub fn logits(&mut self, inputs: &[N::Input], outputs: &mut [N::Output]) -> Result<(), Error> {
        logits::<N, TILE>(&self.network, &mut self.memory.tape, inputs, outputs)
    }

    /// The outputs of each row after the link of the loss: probabilities for the cross-entropies.
    ///
    /// # Errors
    /// As [`logits`](Self::logits).
    pub fn predict<L: Loss<N::Output>>(
        &mut self,
        loss: &L,
        inputs: &[N::Input],
        outputs: &mut [N::Output],
    ) -> Result<(), Error> {
        predict(&self.network, &mut self.memory.tape, loss, inputs, outputs)
    }
    /// The class of each row: the index of its largest logit, or, with a single logit, 1 where it is at least
    /// 0 (a probability of at least ½) and otherwise 0. `TILE` rows of logits lie on the stack meanwhile.
    ///
    /// # Errors
    /// As [`logits`](Self::logits); where an output is not finite, all classes are then 0.
    pub fn classify(&mut self, inputs: &[N::Input], classes: &mut [usize]) -> Result<(), Error> {
        classify::<N, TILE>(&self.network, &mut self.memory.tape, inputs, classes)
    }
}
