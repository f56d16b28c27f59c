//! How the learning rate changes while training goes on.

use crate::check::check_setting;
use crate::{Error, Scalar, Zero};

/// The learning rate of step t, counted from 1, is the optimizer's times the warm-up's factor times the
/// decay's. Every factor lies in [0, 1].
///
/// Warm-up: t / `warm_up` while t < `warm_up`, then 1. The decay runs during the warm-up too, since its t
/// also counts from the first step: PyTorch's `ChainedScheduler`, not its `SequentialLR`.
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
    /// How many steps the learning rate rises for, linearly; 0 for none. Any number.
    pub warm_up: u32,
    /// How it falls, from the first step on.
    pub decay: Decay<T>,
}

/// How the learning rate falls. Steps are updates, so an epoch of n rows in batches of b has ⌈n/b⌉.
///
/// [`TINY`](Scalar::TINY) is 2⁻¹⁰⁰ for `f32` and 2⁻⁹⁰⁰ for `f64`. A power below the smallest denormal number
/// is 0, and from then on no step changes a parameter: for `f32` and a factor of ½, that is the 150th power.
///
/// ```
/// use bareprop::{Decay, Schedule};
/// let cosine = Schedule { warm_up: 0, decay: Decay::Cosine { steps: 100, floor: 0.0_f64 } };
/// assert!((cosine.factor(51) - 0.5).abs() < 1e-12 && cosine.factor(101) == 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Decay<T = f32> {
    /// 1.
    Constant,
    /// factorᵏ with k = ⌊(t − 1) / every⌋; 0 once that power underflows.
    Step {
        /// After how many steps it falls; at least 1.
        every: u32,
        /// In [`TINY`, 1].
        factor: T,
    },
    /// factorᵗ⁻¹; 0 once that power underflows.
    Exponential {
        /// In [`TINY`, 1], for one step.
        factor: T,
    },
    /// floor + (1 − floor)·½(1 + cos(π·(t − 1)/steps)) for t ≤ `steps`, then `floor` for good. PyTorch's
    /// `CosineAnnealingLR` rises again there. Source: I. Loshchilov, F. Hutter (2017), "SGDR: Stochastic
    /// Gradient Descent with Warm Restarts", without restarts.
    Cosine {
        /// How long half a wave is; at least 1.
        steps: u32,
        /// Where it ends, in [0, 1].
        floor: T,
    },
    /// max(factorᵏ, floor), where k grows by 1 whenever the watched loss has not fallen below its best by
    /// more than `min_delta` for more than `patience` epochs.
    ///
    /// [`Trainer::fit`](crate::Trainer::fit) watches the validation loss, or the training loss if there is
    /// none. Nothing else watches: with [`Trainer::epoch`](crate::Trainer::epoch) alone it stays 1, and
    /// [`Online`](crate::Online) refuses it.
    Plateau {
        /// In [`TINY`, 1].
        factor: T,
        /// How many epochs may pass without improvement. Any number.
        patience: u32,
        /// By how much the loss has to fall to count as better; in [0, [`MAX`](Scalar::MAX)].
        min_delta: T,
        /// The least factor, in [0, 1]. With 1 nothing falls.
        floor: T,
    },
}

impl<T: Scalar> Schedule<T> {
    /// No warm-up, no decay.
    pub const CONSTANT: Self = Schedule { warm_up: 0, decay: Decay::Constant };

    /// Checks the settings.
    ///
    /// # Errors
    /// [`Error::Setting`] with the name of the first field outside the range that [`Decay`] gives for it. NaN
    /// and infinity are outside.
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

    /// The factor of step `step`, counted from 1, without that of a plateau. Step 0 counts as step 1 for the
    /// decay, and is 0 in a warm-up.
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
                    let angle = T::from_f64(core::f64::consts::PI) * (T::from_u32(past) / T::from_u32(steps));
                    floor + (T::ONE - floor) * (T::from_f64(0.5) * (T::ONE + angle.cos()))
                }
                Decay::Cosine { floor, .. } => floor,
            }
    }
}

/// How many steps, at least 1.
fn check_steps(name: &'static str, steps: u32) -> Result<(), Error> {
    if steps > 0 { Ok(()) } else { Err(Error::Setting { name, value: 0.0 }) }
}

/// A factor in (0, 1].
fn check_factor<T: Scalar>(factor: T) -> Result<(), Error> {
    check_setting("factor", factor, T::TINY, T::ONE)
}

/// xⁿ by squaring.
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

/// What [`Decay::Plateau`] remembers from epoch to epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plateau<T> {
    best: Option<T>,
    waited: u32,
    /// How often the rate was multiplied.
    falls: u32,
}

impl<T> Zero for Plateau<T> {
    const ZERO: Self = Plateau { best: None, waited: 0, falls: 0 };
}

impl<T: Scalar> Plateau<T> {
    /// Sees the loss of an epoch.
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

    /// The factor now.
    #[inline(always)]
    pub(crate) fn factor(&self, schedule: &Schedule<T>) -> T {
        match schedule.decay {
            Decay::Plateau { factor, floor, .. } => power(factor, self.falls).max(floor),
            _ => T::ONE,
        }
    }
}
