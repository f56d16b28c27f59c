//! The settings of training, all chosen at run time.

use core::ops::Range;

use crate::check::check_setting;
use crate::optimizers::least_root;
use crate::{Error, Loss, Optimizer, Parameters, Row, Scalar, Schedule};

/// The settings of training. They are passed by reference to every call, so that they may change between two
/// steps.
///
/// ```
/// use bareprop::{Adam, BinaryCrossEntropy, Settings};
/// let adam = Adam::<f32>::default();
/// let loss = BinaryCrossEntropy::<f32>::default();
/// let settings = Settings { l2: 0.001, batch_size: 16, ..Settings::new(loss, adam) };
/// assert_eq!((settings.epochs, settings.seed, settings.l2), (100, 0, 0.001_f32));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings<L, O, T = f32> {
    /// The loss to minimise.
    pub loss: L,
    /// The optimizer, which changes the parameters with the gradient.
    pub optimizer: O,
    /// How the learning rate changes from step to step; constant by default.
    pub schedule: Schedule<T>,
    /// λ of L2 regularisation from 0 to √MAX, 0 by default. (λ/2m)·Σw², summed over all weights but no
    /// biases, is added to the loss of a batch, and thus λ/m·w to the gradient. m is the number of rows of
    /// the batch, or the sum of their weights where [samples have weights](crate::Samples::weighted).
    ///
    /// Therefore a small last batch shrinks weights more than the others. With η·λ = 0.01 an epoch of
    /// gradient descent over 64 rows in batches of 32 shrinks w by 0.06 %, and over 65 rows by 1.06 %. Choose
    /// a batch size that divides the number of rows, or use [`AdamW`](crate::AdamW), whose decoupled decay
    /// η·λ does not depend on the batch. Where η·λ/m exceeds 2, w ← (1 − η·λ/m)·w diverges.
    pub l2: T,
    /// How large gradients are clipped; not at all by default.
    pub clip: Clip<T>,
    /// How many of the first layers are frozen, 0 by default: their parameters, and what the optimizer keeps of them,
    /// stay as they are. Layers are counted as in errors, through nested tuples; from
    /// [`LAYERS`](crate::Parameters::LAYERS) on nothing learns. Frozen layers do not count in ‖g‖ nor in the penalty.
    /// They still take RAM and a backward pass; [`Frozen`](crate::Frozen) takes neither.
    pub frozen_layers: usize,
    /// The number of rows in a batch, 32 by default; any number above 0, independent of `TILE`.
    pub batch_size: usize,
    /// The number of epochs of [`Trainer::fit`](crate::Trainer::fit), 100 by default; any number.
    pub epochs: u32,
    /// The seed of the shuffles and of dropout, 0 by default; any number. Data sets, splits, shuffles,
    /// dropout and initial weights draw from separate streams, so that one seed may be used for all.
    pub seed: u64,
}

/// How large gradients are clipped, after L2 has been added. Any finite gradient is clipped, also where its
/// squares overflow.
///
/// ```
/// use bareprop::{Clip, Settings, Sgd, MeanSquaredError};
/// let sgd = Sgd::<f32>::default();
/// let settings = Settings { clip: Clip::Norm(5.0_f32), ..Settings::new(MeanSquaredError, sgd) };
/// ```
/// Source: R. Pascanu, T. Mikolov, Y. Bengio (2013), "On the difficulty of training recurrent neural
/// networks".
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip<T = f32> {
    /// Not at all.
    None,
    /// Each element of g is clamped to ± this value, a finite number, at least [`TINY`](Scalar::TINY).
    Value(T),
    /// Where ‖g‖ over all parameters exceeds this value c, g is multiplied by c / ‖g‖: for c = 5, g = (6, 8)
    /// becomes (3, 4). c is between 2⁻⁴⁰ = 9.1·10⁻¹³ (`f64`: 2⁻⁴⁵⁹) and the largest number. Squares below
    /// [`SQUARABLE`](Scalar::SQUARABLE)² count as 0 in ‖g‖, which changes no norm above the lower bound.
    Norm(T),
}

impl<L, O, T: Scalar> Settings<L, O, T> {
    /// Settings with a loss and an optimizer, and the defaults of all other fields.
    pub const fn new(loss: L, optimizer: O) -> Self {
        let (schedule, clip) = (Schedule::CONSTANT, Clip::None);
        Settings {
            loss,
            optimizer,
            schedule,
            l2: T::ZERO,
            clip,
            frozen_layers: 0,
            batch_size: 32,
            epochs: 100,
            seed: 0,
        }
    }

    /// Checks all settings.
    ///
    /// # Errors
    /// [`Error::Setting`] with the name of the first field out of its range, [`Error::BatchSize`].
    pub fn check<Y: Row<Scalar = T>>(&self) -> Result<(), Error>
    where
        L: Loss<Y>,
        O: Optimizer<T>,
    {
        self.loss.check()?;
        self.check_step()?;
        if self.batch_size > 0 { Ok(()) } else { Err(Error::BatchSize) }
    }

    /// The tensors that learn.
    #[inline(always)]
    pub(crate) fn tensors<N: Parameters>(&self) -> Range<usize> {
        let mut first = 0;
        while first < N::TENSORS && N::describe(first).0 < self.frozen_layers {
            first = first.wrapping_add(1);
        }
        first..N::TENSORS
    }

    /// Checks what [`Trainer::update`](crate::Trainer::update) needs.
    pub(crate) fn check_step(&self) -> Result<(), Error>
    where
        O: Optimizer<T>,
    {
        self.optimizer.check()?;
        self.schedule.check()?;
        check_setting("l2", self.l2, T::ZERO, T::ROOT_OF_MAX)?;
        match self.clip {
            Clip::None => Ok(()),
            Clip::Value(limit) => check_setting("clip", limit, T::TINY, T::MAX),
            Clip::Norm(limit) => check_setting("clip", limit, least_root(), T::MAX),
        }
    }
}
