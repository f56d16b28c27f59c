//! Large values on the heap, built there.

use core::fmt;
use core::ops::{Deref, DerefMut};
use std::boxed::Box;
use std::vec;

use crate::Zero;

/// A value on the heap that was never on the stack: a trainer or a network of any size, with the feature `std`.
///
/// `Box::new(Trainer::ZERO)` builds the trainer on the stack first in debug builds, and a thread has 2 MB of it
/// (the main thread 8 MB): a `Trainer` of 784-512-256-10 with Adam takes 8.9 MB. Here the zeros are written where
/// they stay.
///
/// ```
/// use bareprop::{Adam, Boxed, Dense, Layer, Relu, Trainer};
/// type Net = (Dense<784, 512, Relu>, Dense<512, 256, Relu>, Dense<256, 10>);
/// let mut trainer = Boxed::<Trainer<Net, Adam>>::zero();
/// trainer.network.initialize_seeded(1);
/// ```
pub struct Boxed<Z>(Box<[Z; 1]>);

impl<Z: Zero> Boxed<Z> {
    /// [`Zero::ZERO`] on the heap.
    pub fn zero() -> Self {
        loop {
            // Always right at once: a vector of one element.
            if let Ok(one) = Box::try_from(vec![Z::ZERO]) {
                return Boxed(one);
            }
        }
    }
}

impl<Z> Deref for Boxed<Z> {
    type Target = Z;

    fn deref(&self) -> &Z {
        let [value] = &*self.0;
        value
    }
}

impl<Z> DerefMut for Boxed<Z> {
    fn deref_mut(&mut self) -> &mut Z {
        let [value] = &mut *self.0;
        value
    }
}

impl<Z: fmt::Debug> fmt::Debug for Boxed<Z> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
