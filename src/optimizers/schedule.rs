//! Schedules: the learning rate as a function of the step.

use crate::check::{check_setting, count_setting};
use crate::scalar::sealed::Inside;
use crate::storage::Pieces;
use crate::{Error, Scalar, Zero};

/// The learning rate of each step: that of the optimizer, times a warm-up factor, times a decay factor.
///
/// Steps t count from 1. Every factor lies in [0, 1].
///
/// The warm-up factor is t / `warm_up` while t < `warm_up`, then 1. The decay runs during the warm-up too,
/// because its t also counts from the first step. This is as in PyTorch's `ChainedScheduler`, not as in its
/// `SequentialLR`.
/// Source: P. Goyal et al. (2017), "Accurate, Large Minibatch SGD".
///
/// ```
/// use bareprop::{Decay, Schedule};
/// let schedule = Schedule { warm_up: 10, decay: Decay::Step { every: 100, factor: 0.5_f32 } };
/// assert_eq!([1, 10, 100, 101, 201].map(|t| schedule.factor(t)), [0.1, 1.0, 1.0, 0.5, 0.25]);
/// let both = Schedule { warm_up: 4, decay: Decay::Exponential { factor: 0.5_f32 } };
/// assert_eq!([1, 2, 3, 4].map(|t| both.factor(t)), [1.0 / 4.0, 2.0 / 8.0, 3.0 / 16.0, 1.0 / 8.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule<T = f32> {
    /// The number of steps over which the learning rate rises linearly; any number, 0 for no warm-up.
    pub warm_up: u32,
    /// How the learning rate falls, from the first step on.
    pub decay: Decay<T>,
}

/// How the learning rate falls. A step is one update, so that an epoch of n rows in batches of b has ⌈n/b⌉
/// steps.
///
/// [`TINY`](Scalar::TINY) is 2⁻¹⁰⁰ for `f32` and 2⁻⁹⁰⁰ for `f64`. A power below the smallest denormal number
/// is 0. From then on no step changes a parameter. For `f32` and a factor of ½, that is the 150th power.
///
/// ```
/// use bareprop::{Decay, Schedule};
/// let cosine = Schedule { warm_up: 0, decay: Decay::Cosine { steps: 100, floor: 0.0_f64 } };
/// assert!((cosine.factor(51) - 0.5).abs() < 1e-12 && cosine.factor(101) == 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Decay<T = f32> {
    /// The factor is 1.
    Constant,
    /// factorᵏ with k = ⌊(t − 1) / every⌋; 0 once this power underflows.
    Step {
        /// The number of steps between two falls; at least 1.
        every: u32,
        /// The factor of one fall, in [`TINY`, 1].
        factor: T,
    },
    /// factorᵗ⁻¹; 0 once this power underflows.
    Exponential {
        /// The factor of one step, in [`TINY`, 1].
        factor: T,
    },
    /// floor + (1 − floor)·½(1 + cos(π·(t − 1)/steps)) for t ≤ `steps`, then `floor`. PyTorch's
    /// `CosineAnnealingLR` rises again after `steps`.
    /// Source: I. Loshchilov, F. Hutter (2017), "SGDR: Stochastic Gradient Descent with Warm Restarts",
    /// without restarts.
    Cosine {
        /// The number of steps of half a cosine wave; at least 1.
        steps: u32,
        /// The factor at the end, in [0, 1].
        floor: T,
    },
    /// max(factorᵏ, floor), where k grows by 1 whenever the watched loss has not improved for more than
    /// `patience` epochs. The count of epochs then starts anew. With `patience` 2, k grows after the third
    /// epoch in a row without improvement.
    ///
    /// [`Trainer::fit`](crate::Trainer::fit) watches the validation loss, or the training loss if there is
    /// none. No other function watches a loss. With [`Trainer::epoch`](crate::Trainer::epoch) alone the
    /// factor stays as it is, at first 1, and [`Online`](crate::Online) returns an error.
    Plateau {
        /// The factor of one fall, in [`TINY`, 1].
        factor: T,
        /// How many epochs in a row without improvement are allowed; any number.
        patience: u32,
        /// The loss has to fall below its best by more than this to count as an improvement; in [0,
        /// [`MAX`](Scalar::MAX)].
        min_delta: T,
        /// The least factor, in [0, 1]. With 1 the learning rate does not fall.
        floor: T,
    },
}

impl<T: Scalar> Schedule<T> {
    /// No warm-up, no decay.
    pub const CONSTANT: Self = Schedule { warm_up: 0, decay: Decay::Constant };

    /// Checks the settings.
    ///
    /// # Errors
    /// [`Error::Setting`] with the name of the first field outside the range that [`Decay`] states for it.
    /// NaN and infinity are outside.
    pub fn check(&self) -> Result<(), Error> {
        match self.decay {
            Decay::Constant => Ok(()),
            Decay::Step { every, factor } => {
                check_steps("every", every)?;
                check_factor(factor)
            }
            Decay::Exponential { factor } => check_factor(factor),
            Decay::Cosine { steps, floor } => {
                check_steps("steps", steps)?;
                check_setting("floor", floor, T::ZERO, T::ONE)
            }
            Decay::Plateau { factor, min_delta, floor, .. } => {
                check_factor(factor)?;
                check_setting("min_delta", min_delta, T::ZERO, T::MAX)?;
                check_setting("floor", floor, T::ZERO, T::ONE)
            }
        }
    }

    /// The factor of step `step`, counted from 1, without that of a plateau. Step 0 counts as step 1 in the
    /// decay. In a warm-up its factor is 0.
    #[inline(always)]
    pub fn factor(&self, step: u32) -> T {
        let past = step.saturating_sub(1);
        let warm_up = if step < self.warm_up { T::from_u32(step) / T::from_u32(self.warm_up) } else { T::ONE };
        warm_up
            * match self.decay {
                Decay::Constant | Decay::Plateau { .. } => T::ONE,
                Decay::Step { every, factor } => power(factor, past.checked_div(every).unwrap_or(0)),
                Decay::Exponential { factor } => power(factor, past),
                Decay::Cosine { steps, floor } if past < steps => {
                    let cosine = T::cos_of_half_turns(T::from_u32(past) / T::from_u32(steps), Inside);
                    floor + (T::ONE - floor) * (T::from_f64(0.5) * (T::ONE + cosine))
                }
                Decay::Cosine { floor, .. } => floor,
            }
    }
}

/// Checks that a number of steps is at least 1.
fn check_steps(name: &'static str, steps: u32) -> Result<(), Error> {
    if steps > 0 { Ok(()) } else { Err(count_setting(name, 0, 1)) }
}

/// Checks that a factor lies in [`TINY`, 1].
fn check_factor<T: Scalar>(factor: T) -> Result<(), Error> {
    check_setting("factor", factor, T::TINY, T::ONE)
}

/// xⁿ by repeated squaring: x¹⁰ = x⁸·x².
fn power<T: Scalar>(mut x: T, mut n: u32) -> T {
    let mut result = T::ONE;
    while n > 0 {
        if n & 1 == 1 {
            result *= x;
        }
        x = x * x;
        n >>= 1;
    }
    result
}

/// The state of [`Decay::Plateau`] from epoch to epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plateau<T> {
    best: Option<T>,
    waited: u32,
    /// k, how often the learning rate was lowered.
    falls: u32,
}

impl<T> Zero for Plateau<T> {
    const ZERO: Self = Plateau { best: None, waited: 0, falls: 0 };
}

impl<T: Scalar> Plateau<T> {
    /// Shows the state to be saved or loaded: whether there is a best loss, the loss, the counts.
    pub(crate) fn pieces(&mut self, pieces: &mut impl Pieces) {
        let (mut known, mut best) = (u32::from(self.best.is_some()), self.best.unwrap_or(T::ZERO));
        pieces.count(&mut known, 1);
        pieces.numbers(core::slice::from_mut(&mut best), -T::MAX, T::MAX);
        pieces.count(&mut self.waited, u32::MAX);
        pieces.count(&mut self.falls, u32::MAX);
        self.best = if known == 1 { Some(best) } else { None };
    }

    /// Takes the loss of an epoch.
    pub(crate) fn observe(&mut self, schedule: &Schedule<T>, loss: T) {
        let Decay::Plateau { patience, min_delta, .. } = schedule.decay else { return };
        if self.best.is_none_or(|best| loss < best - min_delta) {
            (self.best, self.waited) = (Some(loss), 0);
            return;
        }
        self.waited = self.waited.saturating_add(1);
        if self.waited > patience {
            (self.falls, self.waited) = (self.falls.saturating_add(1), 0);
        }
    }

    /// The current factor.
    #[inline(always)]
    pub(crate) fn factor(&self, schedule: &Schedule<T>) -> T {
        match schedule.decay {
            Decay::Plateau { factor, floor, .. } => power(factor, self.falls).max(floor),
            _ => T::ONE,
        }
    }
}
