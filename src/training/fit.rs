//! Training for many epochs, with validation and early stopping.

use core::fmt;
use core::ops::ControlFlow;

use crate::check::check_setting;
use crate::training::early_stopping::{EarlyStopping, Watch};
use crate::{Error, Layer, Loss, Optimizer, Samples, Scalar, Settings, Trainer, Zero};

/// The result of one epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Epoch<T = f32> {
    /// The number of the epoch since training began, from 1.
    pub epoch: u32,
    /// The weighted mean loss over the training rows, each with the parameters of the step it was part of:
    /// with dropout, without the L2 penalty.
    pub loss: T,
    /// The weighted mean loss over the validation rows after the epoch, without dropout; `None` where there
    /// are none.
    pub validation_loss: Option<T>,
    /// The learning rate of its last step.
    pub learning_rate: T,
    /// The mean of ‖g‖ over its steps, before clipping.
    pub gradient_norm: T,
}

impl<T: Copy> Epoch<T> {
    /// The loss that [`Decay::Plateau`](crate::Decay::Plateau) watches: the validation loss, or the training
    /// loss without validation rows. [`EarlyStopping`] without validation rows watches the training loss
    /// evaluated after the epoch, which is not a field here.
    pub fn watched(&self) -> T {
        self.validation_loss.unwrap_or(self.loss)
    }
}

/// `Epoch   12 | loss 0.3452 | validation 0.3312`.
impl<T: Scalar> fmt::Display for Epoch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Epoch {:4} | loss {:.4}", self.epoch, self.loss)?;
        match self.validation_loss {
            Some(loss) => write!(f, " | validation {loss:.4}"),
            None => Ok(()),
        }
    }
}

/// How training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum FitEnd {
    /// All epochs are done.
    Finished,
    /// [`EarlyStopping`] ended it.
    Early,
    /// The closure returned [`ControlFlow::Break`].
    Broken,
}

/// What the closure of [`Trainer::fit`] may return: nothing, or a [`ControlFlow`], of which `Break` ends training.
pub trait FitControl {
    /// Whether training ends.
    fn ends(self) -> bool;
}

impl FitControl for () {
    fn ends(self) -> bool {
        false
    }
}

impl FitControl for ControlFlow<()> {
    fn ends(self) -> bool {
        self.is_break()
    }
}

/// The result of [`Trainer::fit`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fit<T = f32> {
    /// How many epochs this call took.
    pub epochs: u32,
    /// How training ended.
    pub end: FitEnd,
    /// The epoch with the lowest loss, counted as [`Epoch::epoch`]. It is the number of epochs before this
    /// call where none of this call had a lower loss than the network at its start. With [`EarlyStopping`]
    /// the network has the parameters of this epoch.
    pub best_epoch: u32,
    /// The loss of that epoch: the one that [`EarlyStopping`] watches, and without it [`Epoch::watched`].
    /// Without [`EarlyStopping`] and without an epoch it is the largest number.
    pub best_loss: T,
}

/// `63 epochs, then stopped early; lowest loss 0.0812 after epoch 52`.
impl<T: Scalar> fmt::Display for Fit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = match self.end {
            FitEnd::Finished => "all done",
            FitEnd::Early => "then stopped early",
            FitEnd::Broken => "then ended by the caller",
        };
        write!(f, "{} epochs, {end}", self.epochs)?;
        if self.best_loss >= T::MAX {
            return Ok(());
        }
        write!(f, "; lowest loss {:.4} after epoch {}", self.best_loss, self.best_epoch)
    }
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Trainer<N, O, TILE> {
    /// Trains for [`Settings::epochs`] epochs, each in a different order, given by [`Shuffle`](crate::Shuffle).
    /// An epoch begun by [`part_of_epoch`](Self::part_of_epoch) comes first.
    ///
    /// Rows accumulated since the last update are discarded. `each` is called after every epoch. It may use
    /// the trainer, to predict or to change settings of its layers. It returns nothing, or a [`ControlFlow`]
    /// that may end training.
    ///
    /// ```
    /// use bareprop::{Dense, EarlyStopping, FitEnd, MeanSquaredError, Samples, Settings, Sgd, Trainer, Zero};
    /// use core::ops::ControlFlow;
    /// let (mut trainer, mut best) = (Trainer::<Dense<1, 1>, Sgd>::ZERO, Dense::ZERO);
    /// let samples = Samples::new(&[[0.0], [1.0], [2.0]], &[[1.0], [3.0], [5.0]])?; // y = 2x + 1
    /// let sgd = Sgd { learning_rate: 0.1 };
    /// let settings = Settings { epochs: 5000, ..Settings::new(MeanSquaredError, sgd) };
    /// let stopping = EarlyStopping { patience: 10, min_delta: 0.0, best: &mut best };
    /// let fit = trainer.fit(&settings, &samples, None, Some(stopping), |epoch, _trainer| {
    ///     if epoch.loss < 1e-9 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    /// })?;
    /// assert_eq!(fit.end, FitEnd::Broken);
    /// assert!((trainer.network.bias[0] - 1.0).abs() < 1e-3);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// A later call continues where this one ended: `fit` for 10 epochs gives the same bits as `fit` for 5
    /// epochs, called twice. The orders, dropout, the schedule, the plateau and the state of the optimizer
    /// continue, because the trainer counts epochs, steps and rows. [`restart`](Self::restart) starts anew.
    /// [`EarlyStopping`] belongs to one call, and restores the best parameters at the end of it.
    ///
    /// # Errors
    /// As [`epoch`](Self::epoch), and [`Error::ValidationTarget`] and [`Error::ValidationLoss`]. The best
    /// parameters so far are then in [`EarlyStopping::best`].
    pub fn fit<L: Loss<N::Output>, C: FitControl>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        training: &Samples<'_, N::Input, L::Target>,
        validation: Option<&Samples<'_, N::Input, L::Target>>,
        mut stopping: Option<EarlyStopping<'_, N>>,
        mut each: impl FnMut(&Epoch<N::Scalar>, &mut Self) -> C,
    ) -> Result<Fit<N::Scalar>, Error> {
        self.check_fit(settings, training, validation, stopping.as_ref())?;
        let mut watch = Watch::new(self.epochs(), N::Scalar::MAX);
        if let Some(EarlyStopping { best, .. }) = &mut stopping {
            watch = Watch::new(self.epochs(), self.watched_loss(settings, training, validation)?);
            best.copy_from(&self.network);
        }
        let (mut epochs, mut end) = (0, FitEnd::Finished);
        while epochs < settings.epochs && end == FitEnd::Finished {
            let epoch = self.fit_epoch(settings, training, validation)?;
            epochs = epochs.saturating_add(1);
            self.plateau.observe(&settings.schedule, epoch.watched());
            if let Some(stopping) = &mut stopping {
                let loss = match epoch.validation_loss {
                    Some(loss) => loss,
                    None => self.evaluate(&settings.loss, training)?,
                };
                if stopping.observe(&mut watch, epoch.epoch, loss, &self.network) {
                    end = FitEnd::Early;
                }
            } else {
                watch.observe(epoch.epoch, epoch.watched(), N::Scalar::ZERO);
            }
            if each(&epoch, self).ends() {
                end = FitEnd::Broken;
            }
        }
        if let Some(EarlyStopping { best, .. }) = stopping {
            self.network.copy_from(best);
        }
        Ok(Fit { epochs, end, best_epoch: watch.best_epoch, best_loss: watch.best_loss })
    }

    /// The loss that early stopping watches.
    fn watched_loss<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        training: &Samples<'_, N::Input, L::Target>,
        validation: Option<&Samples<'_, N::Input, L::Target>>,
    ) -> Result<N::Scalar, Error> {
        match validation {
            Some(samples) => self.evaluate(&settings.loss, samples).map_err(of_validation),
            None => self.evaluate(&settings.loss, training),
        }
    }

    /// Checks all arguments of [`fit`](Self::fit) before the first step.
    fn check_fit<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        training: &Samples<'_, N::Input, L::Target>,
        validation: Option<&Samples<'_, N::Input, L::Target>>,
        stopping: Option<&EarlyStopping<'_, N>>,
    ) -> Result<(), Error> {
        settings.check()?;
        if let Some(EarlyStopping { min_delta, .. }) = stopping {
            check_setting("min_delta", *min_delta, N::Scalar::ZERO, N::Scalar::MAX)?;
        }
        self.check_samples(&settings.loss, training)?;
        if let Some(samples) = validation {
            self.check_samples(&settings.loss, samples).map_err(of_validation)?;
        }
        self.discard();
        Ok(())
    }

    /// One epoch of [`fit`](Self::fit).
    fn fit_epoch<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        training: &Samples<'_, N::Input, L::Target>,
        validation: Option<&Samples<'_, N::Input, L::Target>>,
    ) -> Result<Epoch<N::Scalar>, Error> {
        let (mut norms, mut steps, mut learning_rate) = (0.0, 0.0, N::Scalar::ZERO);
        let loss = self.rest_of_epoch(settings, training, |step| {
            (norms, steps, learning_rate) = (norms + step.gradient_norm.to_f64(), steps + 1.0, step.learning_rate);
            true
        })?;
        let Some(loss) = loss else { return Err(Error::NoWeight) }; // never: no step ends the epoch
        let validation_loss = match validation {
            Some(samples) => Some(self.evaluate(&settings.loss, samples).map_err(of_validation)?),
            None => None,
        };
        let gradient_norm = N::Scalar::from_f64(if steps > 0.0 { norms / steps } else { 0.0 });
        Ok(Epoch { epoch: self.epochs(), loss, validation_loss, learning_rate, gradient_norm })
    }
}

/// An error of the validation rows, which names them.
fn of_validation(error: Error) -> Error {
    match error {
        Error::Target { row, .. } | Error::Class { row, .. } => Error::ValidationTarget { row },
        Error::Loss { row, layer } => Error::ValidationLoss { row, layer },
        other => other,
    }
}
