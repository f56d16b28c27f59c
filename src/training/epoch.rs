//! One pass over the samples, in batches.

use crate::kernels::dispatch::widest;
use crate::kernels::rows::first_rows;
use crate::training::batch::Step;
use crate::training::memory::{Training, mean};
use crate::{Error, Layer, Loss, Optimizer, Samples, Scalar, Settings, Trainer, Zero};

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
        self.discard();
        let (mut order, mut sums, mut seen) = (order.into_iter(), [0.0; 2], self.seen);
        loop {
            let room = settings.batch_size.saturating_sub(self.batch.rows);
            let next = order.by_ref().take(room.min(TILE));
            let rows = self.next_tile(settings, samples, next).map_err(|error| self.forget(seen, error))?;
            if rows < room && rows > 0 {
                continue;
            }
            if self.batch.sums.weight > N::Scalar::ZERO {
                let [loss, weight] = &mut sums;
                // In f64 the sum of finite losses may overflow; the steps are taken then.
                *loss = Scalar::min(*loss + self.batch.sums.loss.to_f64(), f64::MAX);
                *weight += self.batch.sums.weight.to_f64();
                each(&self.update(settings)?);
            } else {
                self.discard();
            }
            seen = self.seen;
            if rows == 0 {
                let mean = mean(sums)?;
                self.epochs = self.epochs.saturating_add(1);
                return Ok(mean);
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
