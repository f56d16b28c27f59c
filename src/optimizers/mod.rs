//! Optimizers: rules that change the parameters with a gradient.

mod adagrad;
mod adam;
mod part;
mod rmsprop;
pub(crate) mod schedule;
mod sgd;

pub use adagrad::AdaGrad;
pub use adam::{Adam, AdamState, AdamStep, AdamW, AmsGrad, AmsGradState};
pub use part::Part;
pub use rmsprop::RmsProp;
pub use sgd::{Momentum, Sgd};

use core::ops::Range;

use crate::check::check_setting;
use crate::kernels::dispatch::Work;
use crate::kernels::each::each;
use crate::storage::{Pieces, Stored};
use crate::{Error, Parameters, Scalar, Zero};

/// A rule that changes the parameters in place. Its settings are its fields. Its memory from step to step is
/// a [`State`](Self::State) of known size, which starts as zeros.
///
/// For authors: `apply` may assume that Σg² and Σw² are at most a quarter of the largest number, and then has
/// to keep every parameter finite. The state must not decay into denormal numbers, because some processors
/// take two to five times as long for them. [`Scalar::flush`] replaces them by 0.
pub trait Optimizer<T: Scalar> {
    /// The memory from step to step: values of the type of the network, such as a velocity.
    type State<P: Parameters<Scalar = T>>: Zero + Stored;
    /// What one step is for all parameters: the learning rate and the settings.
    type Step;
    /// The name, which tells checkpoints of different optimizers apart.
    const NAME: &'static str = "";

    /// Checks the settings.
    ///
    /// # Errors
    /// [`Error::Setting`] with the name of the field.
    fn check(&self) -> Result<(), Error>;

    /// The learning rate before any schedule.
    fn learning_rate(&self) -> T;

    /// Resets the state to zeros.
    fn reset<P: Parameters<Scalar = T>>(state: &mut Self::State<P>);

    /// Shows the state to be saved or loaded. Loaded numbers that no training gives have to be refused here: those
    /// that could make a step infinite.
    #[inline]
    fn pieces<P: Parameters<Scalar = T>>(state: &mut Self::State<P>, pieces: &mut impl Pieces) {
        state.pieces(pieces);
    }

    /// Begins a step with the learning rate `rate`: changes what the state has once, such as the t of βᵗ.
    fn begin<P: Parameters<Scalar = T>>(&self, state: &mut Self::State<P>, rate: T) -> Self::Step;

    /// Takes the step for some parameters of one tensor. All parts together are the step; their sizes change no
    /// bit.
    fn apply<P: Parameters<Scalar = T>>(
        step: &Self::Step,
        state: &mut Self::State<P>,
        network: &mut P,
        gradient: &P,
        part: Part,
    );

    /// Takes one step with the learning rate `rate`, of these tensors of the network. The others are frozen: they and
    /// their state stay as they are.
    #[inline(always)]
    fn step<P: Parameters<Scalar = T>>(
        &self,
        state: &mut Self::State<P>,
        rate: T,
        network: &mut P,
        gradient: &P,
        tensors: Range<usize>,
    ) {
        let step = self.begin(state, rate);
        for tensor in tensors {
            Self::apply(&step, state, network, gradient, Part::whole(tensor));
        }
    }
}

/// [`Optimizer::step`].
pub(crate) struct Move<'a, T: Scalar, O: Optimizer<T>, P: Parameters<Scalar = T>> {
    pub(crate) optimizer: &'a O,
    pub(crate) state: &'a mut O::State<P>,
    pub(crate) rate: T,
    pub(crate) network: &'a mut P,
    pub(crate) gradient: &'a P,
    pub(crate) tensors: Range<usize>,
}

impl<T: Scalar, O: Optimizer<T>, P: Parameters<Scalar = T>> Work for Move<'_, T, O, P> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.optimizer.step(self.state, self.rate, self.network, self.gradient, self.tensors);
    }
}

/// Checks that a learning rate lies between 0 and `unit`·√MAX/8. Then no step overflows where Σg² ≤ MAX/4:
/// for [`Sgd`], |η·g| ≤ √MAX/8 · √MAX/2 = MAX/16.
#[inline]
pub(crate) fn check_learning_rate<T: Scalar>(rate: T, unit: T) -> Result<(), Error> {
    check_setting("learning_rate", rate, T::ZERO, unit * (T::ROOT_OF_MAX * T::from_f64(0.125)))
}

/// Checks a decay factor such as β₁, in [0, 1).
#[inline]
pub(crate) fn check_share<T: Scalar>(name: &'static str, share: T) -> Result<(), Error> {
    check_setting(name, share, T::ZERO, T::ONE - T::EPSILON)
}

/// Checks ε, which is added to the root of a mean or sum of squares in a divisor.
#[inline]
pub(crate) fn check_epsilon<T: Scalar>(epsilon: T) -> Result<(), Error> {
    check_setting("epsilon", epsilon, least_root(), T::ONE)
}

/// The least ε and the least norm to clip to: 2⁻⁴⁰ for `f32`, 2⁻⁴⁵⁹ for `f64`. Added to a number of this
/// size, a root of squares is right to one part in 1000.
///
/// Squares below [`SQUARABLE`](Scalar::SQUARABLE)² = 2⁻¹²⁴ count as 0. Therefore the root of a mean is too
/// small by less than 2⁻⁶²/√(1 − β₂). β₂ is at most 1 − 2⁻²³, so that this is less than 2⁻⁵⁰, and 2⁻⁵⁰/2⁻⁴⁰
/// is less than 1/1000. With β₂ = 1 − 2⁻²³, a gradient of 6·10⁻¹⁶ has a root of 0 and is divided by ε alone,
/// so that a smaller ε would give a larger error.
#[inline]
pub(crate) fn least_root<T: Scalar>() -> T {
    T::SQUARABLE / (T::EPSILON + T::EPSILON)
}

/// Replaces a mean or sum of squares below [`SQUARABLE`](Scalar::SQUARABLE)² by 0: below 2⁻¹²⁴ for `f32`,
/// where denormal numbers begin below 2⁻¹²⁶. Branch-free.
#[inline(always)]
pub(crate) fn flush_square<T: Scalar>(square: T) -> T {
    if square.bits() < (T::SQUARABLE * T::SQUARABLE).bits() { T::ZERO } else { square }
}

/// How many multiply-adds of a product take about as long as a parameter.
const WORK: usize = 16;

/// w ← w − η·g / (√s + ε) for every parameter of a part, with s ← `squares`(s, g): the common part of AdaGrad
/// and RMSprop.
#[inline(always)]
pub(crate) fn step_by_root<T: Scalar, P: Parameters<Scalar = T>>(
    (network, gradient, state): (&mut P, &P, &mut P),
    part: Part,
    (rate, epsilon): (T, T),
    squares: impl Fn(T, T) -> T + Copy + Send + Sync,
) {
    each(WORK, ((part.of_mut(network), part.of(gradient)), part.of_mut(state)), move |((w, &g), s)| {
        *s = squares(*s, g);
        *w -= rate * g / (s.sqrt() + epsilon);
    });
}
