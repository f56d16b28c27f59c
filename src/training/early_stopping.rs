//! The end of training before its last epoch, and the best parameters.

use crate::{Parameters, Scalar};

/// Ends training once the watched loss has not improved for more than `patience` epochs, and restores the
/// best parameters.
///
/// An epoch is an improvement where its loss is more than `min_delta` below that of the last improvement, or
/// at first below that of the network at the start. With `patience` 2, training ends after the third epoch in
/// a row without improvement. The parameters with the lowest loss are restored at the end of training, except
/// after an error.
///
/// The watched loss is the mean loss that [`evaluate`](crate::Trainer::evaluate) gives, over the validation rows, or
/// over the training rows where there are none. The latter costs one forward pass over them for each epoch.
/// The network at the start of [`fit`](crate::Trainer::fit) counts as a candidate for the best, so that training
/// that only increases the loss leaves the network as it was.
///
/// Each call of [`fit`](crate::Trainer::fit) starts counting anew. Only the best parameters carry over to the next
/// call, because they are in the network.
///
/// Source: L. Prechelt (1998), "Early Stopping – But When?".
#[derive(Debug)]
pub struct EarlyStopping<'a, N: Parameters> {
    /// How many epochs in a row without improvement are allowed; any number.
    pub patience: u32,
    /// The loss has to fall by more than this to count as an improvement: a finite number, at least 0.
    pub min_delta: N::Scalar,
    /// Memory for the best parameters: a reference to a network, or `&mut *boxed` for one in a `Box`. With
    /// `None` they are kept elsewhere or nowhere: the closure of [`fit`](crate::Trainer::fit) may save the
    /// network where [`Epoch::is_best`](crate::Epoch::is_best), and at the end the network has the parameters
    /// of the last epoch.
    pub best: Option<&'a mut N>,
}

impl<N: Parameters> EarlyStopping<'_, N> {
    /// Copies the network, where there is memory for it.
    pub(crate) fn keep(&mut self, network: &N) {
        if let Some(best) = &mut self.best {
            best.copy_from(network);
        }
    }

    /// Takes the loss of an epoch, and copies the network where it is the best so far. Returns whether training
    /// ends.
    pub(crate) fn observe(&mut self, watch: &mut Watch<N::Scalar>, epoch: u32, loss: N::Scalar, network: &N) -> bool {
        if watch.observe(epoch, loss, self.min_delta) {
            self.keep(network);
        }
        watch.waited > self.patience
    }
}

/// The best epoch so far, and how long ago the last improvement was.
pub(crate) struct Watch<T> {
    pub(crate) best_epoch: u32,
    pub(crate) best_loss: T,
    /// The loss of the last improvement. The next improvement has to be more than `min_delta` below it.
    reference: T,
    /// How many epochs have passed since the last improvement.
    waited: u32,
}

impl<T: Scalar> Watch<T> {
    /// Starts after epoch `epoch`, with the loss there.
    pub(crate) fn new(epoch: u32, loss: T) -> Self {
        Watch { best_epoch: epoch, best_loss: loss, reference: loss, waited: 0 }
    }

    /// Takes the loss of an epoch. Returns whether it is the lowest so far.
    pub(crate) fn observe(&mut self, epoch: u32, loss: T, min_delta: T) -> bool {
        if loss < self.reference - min_delta {
            (self.reference, self.waited) = (loss, 0);
        } else {
            self.waited = self.waited.saturating_add(1);
        }
        let best = loss < self.best_loss;
        if best {
            (self.best_epoch, self.best_loss) = (epoch, loss);
        }
        best
    }
}
