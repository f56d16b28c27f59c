//! A step that is taken in parts, for programs that must not wait for a whole one.

use core::fmt;
use core::ops::Range;

use crate::kernels::squares::{LANES, Squares, regularise_piece};
use crate::training::batch::Step;
use crate::training::finish::{Clipping, Finished, Finishing};
use crate::{Clip, Error, Layer, Optimizer, Part, Settings, Trainer, Zero};

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Trainer<N, O, TILE> {
    /// Begins the same step as [`update`](Self::update), which is then taken a few parameters at a time, to the
    /// same bits.
    ///
    /// # Errors
    /// A wrong setting, or no rows ([`Error::Empty`]), changes nothing. [`Error::NoWeight`] discards the
    /// accumulated rows.
    pub fn update_in_parts<'a, L>(
        &'a mut self,
        settings: &'a Settings<L, O, N::Scalar>,
    ) -> Result<UpdateInParts<'a, N, O, TILE>, Error> {
        let step = self.next_step(settings)?;
        let sums = match self.batch.begin(settings.l2) {
            Ok(sums) => sums,
            Err(error) => {
                self.discard();
                return Err(error);
            }
        };
        let (tensors, optimizer, clip) = (settings.tensors::<N>(), &settings.optimizer, settings.clip);
        let squares = [Squares::ZERO, Squares::ZERO];
        let (tensor, start) = (tensors.start, 0);
        let stage = Stage::Checking;
        Ok(UpdateInParts { trainer: self, optimizer, clip, tensors, tensor, start, sums, squares, step, stage })
    }
}

/// A step that has begun, from [`Trainer::update_in_parts`].
///
/// First the gradient is checked, then the parameters are changed: each takes one pass over all of them. An error
/// therefore leaves network and optimizer as they were. Until all parameters have been passed over twice, the
/// network is not to be read by others; what infers meanwhile needs a copy of it.
///
/// One that is dropped while it checks discards the accumulated rows. One that is dropped later takes the rest of
/// the step.
///
/// ```
/// use bareprop::{Adam, Dense, Layer, MeanSquaredError, Samples, Settings, Tanh, Trainer, Zero};
/// let mut trainer = Trainer::<(Dense<1, 8, Tanh>, Dense<8, 1>), Adam, 4>::ZERO;
/// trainer.network.initialize_seeded(1);
/// let settings = Settings::new(MeanSquaredError, Adam::default());
/// trainer.accumulate(&settings, &Samples::new(&[[0.0], [1.0]], &[[1.0], [0.0]])?)?;
/// let mut update = trainer.update_in_parts(&settings)?;
/// let step = loop {
///     if let Some(step) = update.advance(8)? {
///         break step;
///     }
///     // Here a program does what cannot wait.
/// };
/// assert_eq!((step.step, step.rows), (1, 2));
/// # Ok::<(), bareprop::Error>(())
/// ```
pub struct UpdateInParts<'a, N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> {
    trainer: &'a mut Trainer<N, O, TILE>,
    optimizer: &'a O,
    clip: Clip<N::Scalar>,
    /// The tensors that learn.
    tensors: Range<usize>,
    /// Where the next part begins.
    tensor: usize,
    start: usize,
    sums: Finishing<N::Scalar>,
    /// Σw² and Σg² of the tensor so far.
    squares: [Squares<N::Scalar>; 2],
    step: Step<N::Scalar>,
    stage: Stage<O::Step, N::Scalar>,
}

/// What the next part is for.
enum Stage<S, T> {
    Checking,
    Applying(S, Clipping<T>),
    Done,
    Failed,
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> fmt::Debug for UpdateInParts<'_, N, O, TILE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateInParts")
            .field("tensor", &self.tensor)
            .field("start", &self.start)
            .finish_non_exhaustive()
    }
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> UpdateInParts<'_, N, O, TILE> {
    /// Goes on with at most `parameters` parameters, rounded down to a multiple of 8, and at least 8. Returns the
    /// step once it is complete.
    ///
    /// # Errors
    /// Those of [`Trainer::update`]. They discard the accumulated rows, and leave network and optimizer as they
    /// were. Any further call is [`Error::Empty`].
    pub fn advance(&mut self, parameters: usize) -> Result<Option<Step<N::Scalar>>, Error> {
        // Parts of a tensor but its last have a multiple of LANES, so that its squares fall into the same lanes.
        let mut left = Ord::max(parameters, LANES);
        match self.stage {
            Stage::Checking => {
                while left >= LANES && self.tensor < self.tensors.end {
                    left = left.saturating_sub(self.check(left).map_err(|error| self.fail(error))?);
                }
                if self.tensor >= self.tensors.end {
                    self.decide().map_err(|error| self.fail(error))?;
                }
                Ok(None)
            }
            Stage::Applying(..) => {
                while left >= LANES && self.tensor < N::TENSORS {
                    left = left.saturating_sub(self.apply(left));
                }
                Ok((self.tensor >= N::TENSORS).then(|| self.complete()))
            }
            Stage::Done => Ok(Some(self.step)),
            Stage::Failed => Err(Error::Empty),
        }
    }

    /// Checks at most `count` parameters of one tensor. Returns how many.
    fn check(&mut self, count: usize) -> Result<usize, Error> {
        let (index, part) = (self.tensor, self.part(count));
        let (network, gradient) = (&self.trainer.network, &mut self.trainer.batch.gradient);
        let (w, g) = (part.of(network), part.of_mut(gradient));
        let (count, squares) = (w.len(), &mut self.squares);
        regularise_piece(w, g, self.sums.share, self.sums.decay::<N>(index), squares);
        if part.start.wrapping_add(count) >= network.tensor(index).len() {
            let totals = squares.each_ref().map(Squares::total);
            *squares = [Squares::ZERO, Squares::ZERO];
            self.sums.add(index, totals, network, gradient, self.clip)?;
        }
        self.pass(count);
        Ok(count)
    }

    /// Decides, with all of the gradient checked, how it is clipped.
    fn decide(&mut self) -> Result<(), Error> {
        let Trainer { network, batch, state, steps, .. } = &mut *self.trainer;
        let Finished { loss, penalty, gradient_norm, clipping } =
            batch.end(&self.sums, network, self.clip, *steps == 0)?;
        self.step = Step { loss, penalty, gradient_norm, ..self.step };
        self.stage = Stage::Applying(self.optimizer.begin(state, self.step.learning_rate), clipping);
        (self.tensor, self.start) = (0, 0);
        Ok(())
    }

    /// Changes at most `count` parameters of one tensor. Where it does not learn, its gradient becomes 0. Returns how
    /// many.
    fn apply(&mut self, count: usize) -> usize {
        let part = self.part(count);
        let Stage::Applying(step, clipping) = &self.stage else { return count };
        let Trainer { network, batch, state, .. } = &mut *self.trainer;
        if self.tensors.contains(&part.tensor) {
            for g in part.of_mut(&mut batch.gradient) {
                *g = clipping.of(*g);
            }
            O::apply(step, state, network, &batch.gradient, part);
        } else {
            part.of_mut(&mut batch.gradient).fill(N::Scalar::ZERO);
        }
        let count = part.of(&batch.gradient).len();
        self.pass(count);
        count
    }

    /// Ends the step.
    fn complete(&mut self) -> Step<N::Scalar> {
        self.trainer.steps = self.step.step;
        self.trainer.batch.remove_rows();
        self.stage = Stage::Done;
        self.step
    }

    fn fail(&mut self, error: Error) -> Error {
        self.trainer.discard();
        self.stage = Stage::Failed;
        error
    }

    /// At most `count` parameters from where the last part ended, a multiple of [`LANES`].
    fn part(&self, count: usize) -> Part {
        Part { tensor: self.tensor, start: self.start, count: (count / LANES).wrapping_mul(LANES) }
    }

    /// Goes on behind the next `count` parameters.
    fn pass(&mut self, count: usize) {
        self.start = self.start.wrapping_add(count);
        if self.start >= self.trainer.network.tensor(self.tensor).len() {
            (self.tensor, self.start) = (self.tensor.wrapping_add(1), 0);
        }
    }
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Drop for UpdateInParts<'_, N, O, TILE> {
    fn drop(&mut self) {
        match self.stage {
            Stage::Checking => self.trainer.discard(),
            Stage::Applying(..) => {
                while self.tensor < N::TENSORS {
                    self.apply(usize::MAX);
                }
                self.complete();
            }
            Stage::Done | Stage::Failed => {}
        }
    }
}
