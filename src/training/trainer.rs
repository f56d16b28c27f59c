//! Training: `accumulate` and `update`, of which epochs are made.

use core::fmt;

use crate::kernels::dispatch::widest;
use crate::loss::takes_outputs_of;
use crate::optimizers::Move;
use crate::optimizers::schedule::Plateau;
use crate::training::batch::{Batch, Step};
use crate::training::epoch::Progress;
use crate::training::finish::{Finish, Finished};
use crate::training::line::Line;
use crate::training::memory::{Memory, Training};
use crate::{Error, Layer, Loss, Noise, Optimizer, Samples, Settings, Zero};

/// A network with all memory that its training needs: the gradient, the state of the optimizer, and the tape
/// for `TILE` rows at a time.
///
/// For gradient descent with one row at a time, [`Online`](crate::Online) takes a sixth of the instructions
/// (2-64-32-1 on a Cortex-M4F).
///
/// `TILE` trades memory for speed and changes no bit of any result; the batch size is a setting. A trainer
/// starts as [`ZERO`](Zero::ZERO), so that a `static` of it takes no flash:
///
/// ```
/// use bareprop::{Adam, BinaryCrossEntropy, Dense, Layer, Relu, Samples, Settings, Trainer, Zero};
/// use rand_core::SeedableRng;
/// use std::sync::Mutex;
///
/// type Net = (Dense<2, 8, Relu>, Dense<8, 1>);
/// static TRAINER: Mutex<Trainer<Net, Adam, 4>> = Mutex::new(Trainer::ZERO);
/// const { assert!(Trainer::<Net, Adam, 4>::BYTES < 1200) };
///
/// let mut trainer = TRAINER.lock().unwrap();
/// trainer.network.initialize(None, &mut rand_xorshift::XorShiftRng::seed_from_u64(1));
/// let adam = Adam { learning_rate: 0.05, ..Adam::default() };
/// let settings = Settings::new(BinaryCrossEntropy::default(), adam);
/// let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
/// let samples = Samples::new(&inputs, &[[0.0], [1.0], [1.0], [0.0]])?; // XOR
/// for _ in 0..200 {
///     trainer.accumulate(&settings, &samples)?;
///     trainer.update(&settings)?;
/// }
/// assert!(trainer.evaluate(&settings.loss, &samples)? < 0.1);
/// # Ok::<(), bareprop::Error>(())
/// ```
// Small fields that are used everywhere come early, so that short offsets reach them. The large parts start
// at cache lines where that matters.
#[repr(C)]
pub struct Trainer<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize = 32> {
    pub(crate) memory: Memory<N, TILE>,
    /// The rows of a tile in the order of the epoch, and below, their indices in the samples.
    pub(crate) gathered: [N::Input; TILE],
    pub(crate) indices: [usize; TILE],
    /// How far the current epoch has come.
    pub(crate) progress: Progress,
    /// The number of steps taken.
    pub(crate) steps: u32,
    /// The number of rows trained on: the index of the noise of the next row.
    pub(crate) seen: u32,
    /// The number of epochs completed.
    pub(crate) epochs: u32,
    pub(crate) plateau: Plateau<N::Scalar>,
    pub(crate) state: O::State<N>,
    line: Line,
    /// The network.
    pub network: N,
    pub(crate) batch: Batch<N>,
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> fmt::Debug for Trainer<N, O, TILE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trainer")
            .field("parameters", &N::COUNT)
            .field("bytes", &Self::BYTES)
            .field("steps", &self.steps)
            .field("epochs", &self.epochs)
            .field("pending", &self.batch.rows)
            .finish_non_exhaustive()
    }
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Zero for Trainer<N, O, TILE> {
    const ZERO: Self = Trainer {
        line: Line,
        network: N::ZERO,
        state: O::State::<N>::ZERO,
        plateau: Plateau::ZERO,
        progress: Progress::ZERO,
        batch: Batch::ZERO,
        memory: Memory::ZERO,
        gathered: <[N::Input; TILE]>::ZERO,
        indices: [0; TILE],
        steps: 0,
        seen: 0,
        epochs: 0,
    };
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Trainer<N, O, TILE> {
    /// The number of parameters.
    pub const PARAMETERS: usize = N::COUNT;
    /// The size of the network in bytes.
    pub const NETWORK_BYTES: usize = size_of::<N>();
    /// The size of the gradient in bytes.
    pub const GRADIENT_BYTES: usize = size_of::<N>();
    /// The size of the state of the optimizer in bytes.
    pub const OPTIMIZER_BYTES: usize = size_of::<O::State<N>>();
    /// The size in bytes of the outputs, the tape and the deltas of `TILE` rows, of copies of these rows, and
    /// of their indices.
    pub const TAPE_BYTES: usize =
        size_of::<Memory<N, TILE>>() + size_of::<[N::Input; TILE]>() + size_of::<[usize; TILE]>();
    /// The size of a value of this type in bytes.
    pub const BYTES: usize = size_of::<Self>();

    /// The number of steps since training began.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// The number of epochs since training began, by [`epoch`](Self::epoch) and [`fit`](Self::fit).
    pub fn epochs(&self) -> u32 {
        self.epochs
    }

    /// The number of rows accumulated since the last [`update`](Self::update).
    pub fn pending(&self) -> usize {
        self.batch.rows
    }

    /// The sum of the gradients of the rows accumulated since the last [`update`](Self::update).
    ///
    /// After an update, until the next row, it is the gradient that the update was taken with: that of the mean
    /// loss with L2, clipped. It is 0 before the first row, and where rows have been discarded.
    ///
    /// ```
    /// use bareprop::{Dense, MeanSquaredError, Samples, Settings, Sgd, Trainer, Zero};
    /// let mut trainer = Trainer::<Dense<1, 1>, Sgd>::ZERO;
    /// trainer.network.weights.0 = [[2.0]];
    /// let settings = Settings::new(MeanSquaredError, Sgd::default());
    /// trainer.accumulate(&settings, &Samples::new(&[[1.0], [3.0]], &[[1.0], [6.0]])?)?;
    /// assert_eq!(trainer.gradient().bias, [2.0]); // 2·(2 − 1) + 2·(6 − 6)
    /// trainer.update(&settings)?;
    /// assert_eq!(trainer.gradient().bias, [1.0]);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    pub fn gradient(&self) -> &N {
        &self.batch.gradient
    }

    /// Discards the rows accumulated since the last [`update`](Self::update), with their gradients.
    pub fn discard(&mut self) {
        self.batch.clear();
    }

    /// Resets everything except the network: the accumulated rows, the state of the optimizer and of the
    /// plateau, and the counters. Training starts anew, with the orders and the noise of the first epoch.
    pub fn restart(&mut self) {
        self.discard();
        O::reset(&mut self.state);
        (self.plateau, self.progress) = (Plateau::ZERO, Progress::ZERO);
        (self.steps, self.seen, self.epochs) = (0, 0, 0);
    }

    /// Passes the samples forward and backward, and adds their gradients to those accumulated since the last
    /// update.
    ///
    /// The division of a batch into several calls changes no bit of the result.
    ///
    /// # Errors
    /// A wrong setting of the loss or a wrong target changes nothing. [`Error::Loss`] and
    /// [`Error::SampleWeight`] discard all accumulated rows, and leave network and optimizer as they were.
    pub fn accumulate<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
    ) -> Result<(), Error> {
        self.check_samples(&settings.loss, samples)?;
        let seen = self.seen;
        for first in (0..samples.rows()).step_by(TILE) {
            self.tile(settings, samples, first).map_err(|error| self.forget(seen, error))?;
        }
        Ok(())
    }

    /// Passes at most `TILE` rows, from row `first` on, forward and backward. Returns how many there were.
    #[inline(always)]
    pub(crate) fn tile<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        first: usize,
    ) -> Result<usize, Error> {
        let inputs = samples.inputs().get(first..).unwrap_or(&[]);
        let inputs = inputs.get(..TILE).unwrap_or(inputs);
        let noise = self.noise(settings.seed);
        let sample = |row: usize| samples.get(first.wrapping_add(row)).map(|(_, target, weight)| (target, weight));
        let Self { network, batch, memory, .. } = self;
        let passed = widest(Training { memory, network, batch, loss: &settings.loss, noise, inputs, sample });
        self.passed(passed.map_err(|over| over.error(first.wrapping_add(over.row))), inputs.len())
    }

    /// Adds the rows of a tile to the number of rows trained on.
    #[inline(always)]
    pub(crate) fn passed(&mut self, passed: Result<(), Error>, rows: usize) -> Result<usize, Error> {
        passed?;
        self.seen = self.seen.wrapping_add(rows as u32);
        Ok(rows)
    }

    /// Discards the accumulated rows, and sets the number of rows trained on back to `seen`. The number of
    /// rows passed before an error depends on `TILE`, and the noise of later rows must not depend on it.
    pub(crate) fn forget(&mut self, seen: u32, error: Error) -> Error {
        self.discard();
        self.seen = seen;
        error
    }

    /// Takes one step with the weighted mean gradient of the rows accumulated since the last update.
    ///
    /// # Errors
    /// A wrong setting, or no rows ([`Error::Empty`]), changes nothing. [`Error::NoWeight`],
    /// [`Error::Gradient`], [`Error::Parameter`] and, before the first step, [`Error::Uninitialized`] discard
    /// the accumulated rows, and leave network and optimizer as they were.
    pub fn update<L>(&mut self, settings: &Settings<L, O, N::Scalar>) -> Result<Step<N::Scalar>, Error> {
        let step = self.finish(settings)?;
        self.step(settings, &step);
        self.batch.remove_rows();
        Ok(step)
    }

    /// The first half of a step: computes and checks the gradient of the batch's loss. An error discards the
    /// rows.
    #[inline(always)]
    pub(crate) fn finish<L>(&mut self, settings: &Settings<L, O, N::Scalar>) -> Result<Step<N::Scalar>, Error> {
        let step = self.next_step(settings)?;
        let (l2, clip, first) = (settings.l2, settings.clip, self.steps == 0);
        let tensors = settings.tensors::<N>();
        match widest(Finish { batch: &mut self.batch, network: &self.network, l2, clip, tensors, first }) {
            Ok(Finished { loss, penalty, gradient_norm, .. }) => Ok(Step { loss, penalty, gradient_norm, ..step }),
            Err(error) => {
                self.discard();
                Err(error)
            }
        }
    }

    /// Number, rows and learning rate of the next step, if there are rows. Its loss and norm are not yet known.
    #[inline(always)]
    pub(crate) fn next_step<L>(&self, settings: &Settings<L, O, N::Scalar>) -> Result<Step<N::Scalar>, Error> {
        settings.check_step()?;
        if self.batch.rows == 0 {
            return Err(Error::Empty);
        }
        let (step, rows, zero) = (self.steps.saturating_add(1), self.batch.rows, N::Scalar::ZERO);
        let factor = settings.schedule.factor(step) * self.plateau.factor(&settings.schedule);
        let learning_rate = settings.optimizer.learning_rate() * factor;
        Ok(Step { step, rows, loss: zero, penalty: zero, gradient_norm: zero, learning_rate })
    }

    /// The second half of a step: the optimizer changes the parameters.
    #[inline(always)]
    pub(crate) fn step<L>(&mut self, settings: &Settings<L, O, N::Scalar>, step: &Step<N::Scalar>) {
        let Self { network, state, batch, .. } = self;
        let (optimizer, rate, gradient) = (&settings.optimizer, step.learning_rate, &batch.gradient);
        widest(Move { optimizer, state, rate, network, gradient, tensors: settings.tensors::<N>() });
        self.steps = step.step;
    }

    /// The noise of the next row.
    pub(crate) fn noise(&self, seed: u64) -> Noise {
        Noise::new(seed).row(self.seen)
    }

    /// Checks the settings of network and loss, and that the loss accepts every target.
    pub(crate) fn check_samples<L: Loss<N::Output>>(
        &self,
        loss: &L,
        samples: &Samples<'_, N::Input, L::Target>,
    ) -> Result<(), Error> {
        const { takes_outputs_of::<L, N>() };
        self.network.check()?;
        loss.check()?;
        (0..samples.rows()).zip(samples.targets()).try_for_each(|(row, target)| loss.check_target(row, target))
    }
}
