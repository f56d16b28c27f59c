//! One pass over the samples, in batches.

use core::mem::replace;

use crate::kernels::dispatch::widest;
use crate::kernels::rows::first_rows;
use crate::training::batch::Step;
use crate::training::memory::{Training, mean};
use crate::{Error, Layer, Loss, Optimizer, Samples, Scalar, Settings, Shuffle, Trainer, Zero};

/// How far an epoch has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// How many of its rows were passed.
    pub(crate) rows: u32,
    /// Σ sᵢ·lossᵢ and Σ sᵢ·weightᵢ over these rows.
    pub(crate) sums: [f64; 2],
}

impl Zero for Progress {
    const ZERO: Self = Progress { rows: 0, sums: [0.0; 2] };
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Trainer<N, O, TILE> {
    /// Trains on the samples in the order of `order`, in batches of [`Settings::batch_size`] rows.
    ///
    /// The last batch may be smaller. Its gradient is the mean over its own rows. [`Shuffle`](crate::Shuffle)
    /// gives an order that covers all rows. Rows accumulated since the last update are discarded. A batch of
    /// total weight 0 is skipped. `each` is called after every step.
    ///
    /// Returns the weighted mean loss over the rows, each with the parameters of the step it was part of:
    /// with dropout, without the L2 penalty.
    ///
    /// # Errors
    /// A wrong setting or target changes nothing. Any other error ends the epoch, which is then not counted.
    /// The steps before the error remain, and the batch in which it arose is discarded. [`Error::Index`]
    /// where an index is past the last row.
    pub fn epoch<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        order: impl IntoIterator<Item = usize>,
        mut each: impl FnMut(&Step<N::Scalar>),
    ) -> Result<N::Scalar, Error> {
        settings.check()?;
        self.check_samples(&settings.loss, samples)?;
        let mut progress = Progress::ZERO;
        self.progress = Progress::ZERO;
        self.batches(settings, samples, order.into_iter(), &mut progress, |step| {
            each(step);
            true
        })?;
        self.end_epoch(progress)
    }

    /// Takes at most `steps` steps of the current epoch, which is the one that [`fit`](Self::fit) would take
    /// next: its rows in the order of [`Shuffle`](crate::Shuffle) for [`Settings::seed`]. The next call, or
    /// `fit`, goes on behind them, also after [`storage::save`](crate::storage::save) and
    /// [`load`](crate::storage::load). At least one step is taken.
    ///
    /// Returns the mean loss of the epoch as [`epoch`](Self::epoch) does once the epoch is complete, and
    /// `None` before. Rows accumulated since the last update are discarded.
    ///
    /// ```
    /// use bareprop::{Dense, MeanSquaredError, Samples, Settings, Sgd, Trainer, Zero};
    /// let mut trainer = Trainer::<Dense<1, 1>, Sgd>::ZERO;
    /// let samples = Samples::new(&[[0.0], [1.0], [2.0]], &[[1.0], [3.0], [5.0]])?;
    /// let settings = Settings { batch_size: 1, ..Settings::new(MeanSquaredError, Sgd::new(0.1)) };
    /// assert_eq!(trainer.part_of_epoch(&settings, &samples, 2)?, None);
    /// assert!(trainer.part_of_epoch(&settings, &samples, 2)?.is_some());
    /// assert_eq!((trainer.steps(), trainer.epochs()), (3, 1));
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`epoch`](Self::epoch). After an error the epoch starts anew.
    pub fn part_of_epoch<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        mut steps: u32,
    ) -> Result<Option<N::Scalar>, Error> {
        self.rest_of_epoch(settings, samples, |_| {
            steps = steps.saturating_sub(1);
            steps > 0
        })
    }

    /// Goes on with the current epoch as long as `each` returns true.
    pub(crate) fn rest_of_epoch<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        each: impl FnMut(&Step<N::Scalar>) -> bool,
    ) -> Result<Option<N::Scalar>, Error> {
        settings.check()?;
        self.check_samples(&settings.loss, samples)?;
        let rows = u32::try_from(samples.rows()).unwrap_or(u32::MAX);
        let mut order = Shuffle::new(rows, settings.seed, self.epochs()).map(|index| index as usize);
        let mut progress = replace(&mut self.progress, Progress::ZERO);
        if let Some(last) = progress.rows.checked_sub(1) {
            order.nth(last as usize);
        }
        if self.batches(settings, samples, order, &mut progress, each)? || progress.rows >= rows {
            return self.end_epoch(progress).map(Some);
        }
        self.progress = progress;
        Ok(None)
    }

    /// Counts the epoch. Returns its mean loss.
    fn end_epoch(&mut self, progress: Progress) -> Result<N::Scalar, Error> {
        let mean = mean(progress.sums)?;
        self.epochs = self.epochs.saturating_add(1);
        Ok(mean)
    }

    /// Trains on the rows of an order in batches, as long as `each` returns true after a step. Returns whether
    /// the order has come to its end.
    fn batches<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        mut order: impl Iterator<Item = usize>,
        progress: &mut Progress,
        mut each: impl FnMut(&Step<N::Scalar>) -> bool,
    ) -> Result<bool, Error> {
        self.discard();
        let mut seen = self.seen;
        loop {
            let room = settings.batch_size.saturating_sub(self.batch.rows);
            let next = order.by_ref().take(room.min(TILE));
            let rows = self.next_tile(settings, samples, next).map_err(|error| self.forget(seen, error))?;
            if rows < room && rows > 0 {
                continue;
            }
            progress.rows = progress.rows.saturating_add(self.seen.wrapping_sub(seen));
            let mut goes_on = true;
            if self.batch.sums.weight > N::Scalar::ZERO {
                let [loss, weight] = &mut progress.sums;
                // In f64 the sum of finite losses may overflow; the steps are taken then.
                *loss = Scalar::min(*loss + self.batch.sums.loss.to_f64(), f64::MAX);
                *weight += self.batch.sums.weight.to_f64();
                goes_on = each(&self.update(settings)?);
            } else {
                self.discard();
            }
            seen = self.seen;
            if rows == 0 || !goes_on {
                return Ok(rows == 0);
            }
        }
    }

    /// Passes the next rows of an order forward and backward, at most `TILE`. Returns how many there were. An
    /// index past the last row is an error, after the rows before it.
    #[inline(always)]
    fn next_tile<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        order: impl Iterator<Item = usize>,
    ) -> Result<usize, Error> {
        let (rows, missing) = self.gather(samples, order);
        self.gathered_tile(settings, samples, rows)?;
        match missing {
            Some(index) => Err(Error::Index { index, rows: samples.rows() }),
            None => Ok(rows),
        }
    }

    /// Copies the next rows of an order into `gathered`. Returns how many there were, and the next index if
    /// it is past the last row.
    fn gather<Y>(
        &mut self,
        samples: &Samples<'_, N::Input, Y>,
        order: impl Iterator<Item = usize>,
    ) -> (usize, Option<usize>) {
        let mut rows = 0_usize;
        for ((place, from), index) in self.gathered.iter_mut().zip(&mut self.indices).zip(order) {
            let Some((input, ..)) = samples.get(index) else { return (rows, Some(index)) };
            (*place, *from) = (*input, index);
            rows = rows.wrapping_add(1);
        }
        (rows, None)
    }

    /// Passes the gathered rows forward and backward.
    #[inline(always)]
    fn gathered_tile<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        rows: usize,
    ) -> Result<usize, Error> {
        let noise = self.noise(settings.seed);
        let Self { network, batch, memory, gathered, indices, .. } = self;
        let index = |row: usize| indices.get(row).copied().unwrap_or(0);
        let sample = |row: usize| samples.get(index(row)).map(|(_, target, weight)| (target, weight));
        let inputs = first_rows(gathered, rows);
        let passed = widest(Training { memory, network, batch, loss: &settings.loss, noise, inputs, sample });
        let passed = passed.map_err(|over| over.error(index(over.row)));
        self.passed(passed, rows)
    }
}
