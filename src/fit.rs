//! Training for many epochs: validation, early stopping, history.

use core::ops::ControlFlow;

use crate::{Error, Layer, Loss, Optimizer, Parameters, Samples, Scalar, Settings, Shuffle, Trainer, Zero};

/// What an epoch was like.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Epoch<T = f32> {
    /// Its number, from 1.
    pub epoch: u32,
    /// The mean loss of the training rows as they were met: with dropout, without the L2 penalty.
    pub loss: T,
    /// The mean loss of the validation rows afterwards, without dropout; `None` where there are none.
    pub validation_loss: Option<T>,
    /// The learning rate of its last step.
    pub learning_rate: T,
    /// The mean of ‖g‖ over its steps, before clipping.
    pub gradient_norm: T,
}

impl<T: Copy> Epoch<T> {
    /// What early stopping and [`Decay::Plateau`](crate::Decay::Plateau) watch: the validation loss, or else the training loss.
    pub fn watched(&self) -> T {
        self.validation_loss.unwrap_or(self.loss)
    }
}

/// Ends training once the watched loss has not fallen below its best by more than `min_delta` for more than
/// `patience` epochs; at the end, however it came, the best parameters are put back.
///
/// Source: L. Prechelt (1998), "Early Stopping – But When?".
#[derive(Debug)]
pub struct EarlyStopping<'a, N: Parameters> {
    /// How many epochs without improvement are borne.
    pub patience: u32,
    /// By how much the loss has to fall to count as better, at least 0.
    pub min_delta: N::Scalar,
    /// Memory for the best parameters: a reference to a network, `&mut *boxed` where it lies in a `Box`.
    pub best: &'a mut N,
}

/// How training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum End {
    /// All epochs are done.
    Finished,
    /// [`EarlyStopping`] lost its patience.
    Early,
    /// The closure broke off.
    Broken,
}

/// What training came to.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fit<T = f32> {
    /// How many epochs there were.
    pub epochs: u32,
    /// How it ended.
    pub end: End,
    /// The epoch with the lowest watched loss, from 1 (0 without any epoch): with [`EarlyStopping`] the one whose parameters are in the network.
    pub best_epoch: u32,
    /// That loss.
    pub best_loss: T,
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Trainer<N, O, TILE> {
    /// Trains for the settings' number of epochs, each in an order of its own, by [`Shuffle`].
    /// `each` sees every epoch, may use the trainer (to predict, to change settings of its layers), and may break off.
    ///
    /// ```
    /// use bareprop::{Dense, EarlyStopping, End, MeanSquaredError, Samples, Settings, Sgd, Trainer, Zero};
    /// use core::ops::ControlFlow;
    /// let (mut trainer, mut best) = (Trainer::<Dense<1, 1>, Sgd>::ZERO, Dense::ZERO);
    /// let samples = Samples::new(&[[0.0], [1.0], [2.0]], &[[1.0], [3.0], [5.0]])?; // y = 2x + 1
    /// let settings = Settings { epochs: 5000, ..Settings::new(MeanSquaredError, Sgd { learning_rate: 0.1 }) };
    /// let stopping = EarlyStopping { patience: 10, min_delta: 0.0, best: &mut best };
    /// let fit = trainer.fit(&settings, &samples, None, Some(stopping), |epoch, _trainer| {
    ///     if epoch.loss < 1e-9 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    /// })?;
    /// assert_eq!(fit.end, End::Broken);
    /// assert!((trainer.network.bias[0] - 1.0).abs() < 1e-3);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`epoch`](Self::epoch). The best parameters so far are then still in the memory lent.
    pub fn fit<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        training: &Samples<'_, N::Input, L::Target>,
        validation: Option<&Samples<'_, N::Input, L::Target>>,
        mut stopping: Option<EarlyStopping<'_, N>>,
        mut each: impl FnMut(&Epoch<N::Scalar>, &mut Self) -> ControlFlow<()>,
    ) -> Result<Fit<N::Scalar>, Error> {
        if let Some(EarlyStopping { min_delta, .. }) = &stopping {
            crate::loss::check_setting("min_delta", *min_delta, N::Scalar::ZERO, N::Scalar::MAX)?;
        }
        if let Some(validation) = validation {
            self.check_samples(&settings.loss, validation)?;
        }
        let mut fit = Fit { epochs: 0, end: End::Finished, best_epoch: 0, best_loss: N::Scalar::MAX };
        let (mut reference, mut waited) = (N::Scalar::MAX, 0_u32);
        while fit.epochs < settings.epochs && fit.end == End::Finished {
            let epoch = self.fit_epoch(settings, training, validation, fit.epochs)?;
            fit.epochs = epoch.epoch;
            let watched = epoch.watched();
            self.plateau.observe(&settings.schedule, watched);
            if fit.best_epoch == 0 || watched < fit.best_loss {
                (fit.best_epoch, fit.best_loss) = (epoch.epoch, watched);
                if let Some(stopping) = &mut stopping {
                    stopping.best.copy_from(&self.network);
                }
            }
            if let Some(EarlyStopping { patience, min_delta, .. }) = &stopping {
                let better = epoch.epoch == 1 || watched < reference - *min_delta;
                (reference, waited) = if better { (watched, 0) } else { (reference, waited.saturating_add(1)) };
                if waited > *patience {
                    fit.end = End::Early;
                }
            }
            if each(&epoch, self).is_break() {
                fit.end = End::Broken;
            }
        }
        if let Some(EarlyStopping { best, .. }) = stopping.filter(|_| fit.best_epoch > 0) {
            self.network.copy_from(best);
        }
        Ok(fit)
    }

    /// One epoch of [`fit`](Self::fit), after `before` others.
    fn fit_epoch<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        training: &Samples<'_, N::Input, L::Target>,
        validation: Option<&Samples<'_, N::Input, L::Target>>,
        before: u32,
    ) -> Result<Epoch<N::Scalar>, Error> {
        let rows = u32::try_from(training.rows()).unwrap_or(u32::MAX);
        let order = Shuffle::new(rows, settings.seed, before).map(|index| index as usize);
        let (mut norms, mut steps, mut learning_rate) = (0.0, 0.0, N::Scalar::ZERO);
        let loss = self.epoch(settings, training, order, |step| {
            (norms, steps, learning_rate) = (norms + step.gradient_norm.to_f64(), steps + 1.0, step.learning_rate);
        })?;
        let validation_loss = match validation {
            Some(samples) => Some(self.evaluate(&settings.loss, samples)?),
            None => None,
        };
        let gradient_norm = N::Scalar::from_f64(if steps > 0.0 { norms / steps } else { 0.0 });
        Ok(Epoch { epoch: before.saturating_add(1), loss, validation_loss, learning_rate, gradient_norm })
    }
}
