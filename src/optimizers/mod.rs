//! How a gradient changes the parameters.

mod adagrad;
mod adam;
mod rmsprop;
pub(crate) mod schedule;
mod sgd;

pub use adagrad::AdaGrad;
pub use adam::{Adam, AdamState, AdamW, AmsGrad, AmsGradState};
pub use rmsprop::RmsProp;
pub use sgd::{Momentum, Sgd};

use crate::check::check_setting;
use crate::kernels::dispatch::Work;
use crate::{Error, Parameters, Scalar, Zero};

/// A rule that changes the parameters in place. Its settings are its fields; what it remembers from step to
/// step lives in a [`State`](Self::State) of known size, which starts as zeros.
///
/// For authors: `step` may rely on Σg² and Σw² being at most a quarter of the largest number, and has to keep
/// every parameter finite then. What it remembers may not decay into denormal numbers, which some processors
/// treat two to five times more slowly: [`Scalar::flush`] makes them zero.
pub trait Optimizer<T: Scalar> {
    /// What is remembered: networks, as the parameters are.
    type State<P: Parameters<Scalar = T>>: Zero;

    /// Checks the settings.
    ///
    /// # Errors
    /// [`Error::Setting`] with the name of the field.
    fn check(&self) -> Result<(), Error>;

    /// The learning rate before any schedule.
    fn learning_rate(&self) -> T;

    /// Makes the state what it was at the beginning: zeros.
    fn reset<P: Parameters<Scalar = T>>(state: &mut Self::State<P>);

    /// One step with the learning rate `rate`.
    fn step<P: Parameters<Scalar = T>>(&self, state: &mut Self::State<P>, rate: T, network: &mut P, gradient: &P);
}

/// [`Optimizer::step`].
pub(crate) struct Move<'a, T: Scalar, O: Optimizer<T>, P: Parameters<Scalar = T>> {
    pub(crate) optimizer: &'a O,
    pub(crate) state: &'a mut O::State<P>,
    pub(crate) rate: T,
    pub(crate) network: &'a mut P,
    pub(crate) gradient: &'a P,
}

impl<T: Scalar, O: Optimizer<T>, P: Parameters<Scalar = T>> Work for Move<'_, T, O, P> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.optimizer.step(self.state, self.rate, self.network, self.gradient);
    }
}

/// A learning rate from 0 to √MAX/8 times `unit`: then no step overflows as long as Σg² does not.
#[inline]
pub(crate) fn check_learning_rate<T: Scalar>(rate: T, unit: T) -> Result<(), Error> {
    check_setting("learning_rate", rate, T::ZERO, unit * (T::ROOT_OF_MAX * T::from_f64(0.125)))
}

/// A share that stays from step to step, in [0, 1).
#[inline]
pub(crate) fn check_share<T: Scalar>(name: &'static str, share: T) -> Result<(), Error> {
    check_setting(name, share, T::ZERO, T::ONE - T::EPSILON)
}

/// ε, the guard of a division by the root of a mean of squares.
#[inline]
pub(crate) fn check_epsilon<T: Scalar>(epsilon: T) -> Result<(), Error> {
    check_setting("epsilon", epsilon, least_root(), T::ONE)
}

/// 2⁻⁴⁰ for `f32`, 2⁻⁴⁵⁹ for `f64`: beside a number as large as this a root of squares is right to one part
/// in 1000.
///
/// Squares below [`SQUARABLE`](Scalar::SQUARABLE)² = 2⁻¹²⁴ count as 0. What is lost of the root of a mean is
/// less than 2⁻⁶²/√(1 − β₂), and β₂ is at most 1 − 2⁻²³: less than 2⁻⁵⁰. With a smaller ε, a gradient of
/// 2·10⁻¹⁴ would be divided by next to nothing.
#[inline]
pub(crate) fn least_root<T: Scalar>() -> T {
    T::SQUARABLE / (T::EPSILON + T::EPSILON)
}

/// A mean or a sum of squares; 0 below the least square that is not 0, long before it is denormal.
/// Branch-free.
#[inline(always)]
pub(crate) fn flush_square<T: Scalar>(square: T) -> T {
    if square.bits() < (T::SQUARABLE * T::SQUARABLE).bits() { T::ZERO } else { square }
}

/// w ← w − η·g / (√s + ε) for every parameter, s ← `squares`(s, g): the frame of AdaGrad and RMSprop.
#[inline(always)]
pub(crate) fn step_by_root<T: Scalar, P: Parameters<Scalar = T>>(
    (network, gradient, state): (&mut P, &P, &mut P),
    (rate, epsilon): (T, T),
    squares: impl Fn(T, T) -> T,
) {
    for index in 0..P::TENSORS {
        let (w, g) = (network.tensor_mut(index), gradient.tensor(index));
        for ((w, &g), s) in w.iter_mut().zip(g).zip(state.tensor_mut(index)) {
            *s = squares(*s, g);
            *w -= rate * g / (s.sqrt() + epsilon);
        }
    }
}
