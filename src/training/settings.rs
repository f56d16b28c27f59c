//! Everything about training that can be chosen at run time.

use crate::check::check_setting;
use crate::optimizers::least_root;
use crate::{Error, Loss, Optimizer, Row, Scalar, Schedule};

/// How to train. Passed by reference to every call, so that it may change between two steps.
///
/// ```
/// use bareprop::{Adam, BinaryCrossEntropy, Settings};
/// let adam = Adam::<f32>::default();
/// let settings = Settings { l2: 0.001, batch_size: 16, ..Settings::new(BinaryCrossEntropy::<f32>::default(), adam) };
/// assert_eq!((settings.epochs, settings.seed, settings.l2), (100, 0, 0.001_f32));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings<L, O, T = f32> {
    /// What is minimised.
    pub loss: L,
    /// How the gradient changes the parameters.
    pub optimizer: O,
    /// How the learning rate changes from step to step; constant by default.
    pub schedule: Schedule<T>,
    /// λ of L2 regularisation from 0 to √MAX, 0 by default: (λ/2m)·Σw² over the weights is added to the loss
    /// of a batch, and so λ/m·w to the gradient. m is the number of rows of the batch, or the sum of their
    /// weights where [samples have weights](crate::Samples::weighted).
    ///
    /// So a small last batch shrinks weights more than the others. With η·λ = 0.01 an epoch of gradient
    /// descent over 64 rows in batches of 32 shrinks w by 0.06 %, and over 65 rows by 1.06 %. Choose a batch
    /// size that divides the rows, or turn to [`AdamW`](crate::AdamW), whose decay η·λ does not depend on the
    /// batch. Where η·λ/m exceeds 2, w ← (1 − η·λ/m)·w diverges.
    pub l2: T,
    /// How large gradients are cut; not at all by default.
    pub clip: Clip<T>,
    /// How many rows form a batch, 32 by default; any number above 0, whatever `TILE` is.
    pub batch_size: usize,
    /// How often [`Trainer::fit`](crate::Trainer::fit) passes through the data, 100 by default; any number.
    pub epochs: u32,
    /// The seed of the shuffles and of dropout, 0 by default; any number. Data sets, splits, shuffles,
    /// dropout and initial weights draw from streams of their own, so that one seed serves all.
    pub seed: u64,
}

/// How large gradients are cut, after L2 has been added. A finite gradient is cut however large it is.
///
/// ```
/// use bareprop::{Clip, Settings, Sgd, MeanSquaredError};
/// let settings = Settings { clip: Clip::Norm(5.0_f32), ..Settings::new(MeanSquaredError, Sgd::<f32>::default()) };
/// ```
/// Source: R. Pascanu, T. Mikolov, Y. Bengio (2013), "On the difficulty of training recurrent neural
/// networks".
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip<T = f32> {
    /// Not at all.
    None,
    /// Each number is held within ± this, which is a finite number from [`TINY`](Scalar::TINY).
    Value(T),
    /// Where ‖g‖ of all parameters together exceeds this, g is multiplied by this / ‖g‖. From 2⁻⁴⁰ =
    /// 9.1·10⁻¹³ (`f64`: 2⁻⁴⁵⁹) to the largest number: squares below [`SQUARABLE`](Scalar::SQUARABLE)² do not
    /// count in ‖g‖, and change no norm above that.
    Norm(T),
}

impl<L, O, T: Scalar> Settings<L, O, T> {
    /// A loss and an optimizer; everything else as the fields say.
    pub const fn new(loss: L, optimizer: O) -> Self {
        let (schedule, clip) = (Schedule::CONSTANT, Clip::None);
        Settings { loss, optimizer, schedule, l2: T::ZERO, clip, batch_size: 32, epochs: 100, seed: 0 }
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
