//! RMSprop.

use super::{check_epsilon, check_learning_rate, check_share, flush_square, step_by_root};
use crate::storage::{self, Pieces};
use crate::{Error, Optimizer, Parameters, Part, Scalar};

/// RMSprop: v ← α·v + (1 − α)·g², w ← w − η·g / (√v + ε). The state is v: one network.
///
/// ```
/// assert_eq!(bareprop::RmsProp::<f32>::default().alpha, 0.99);
/// ```
/// Source: T. Tieleman, G. Hinton (2012), "Lecture 6.5"; ε is added to the root, as in PyTorch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp<T = f32> {
    /// η from 0 to ε·√MAX/8 (2·10¹⁰ for `f32` with the default ε), 0.01 by default.
    pub learning_rate: T,
    /// α in [0, 1), 0.99 by default.
    pub alpha: T,
    /// ε from 2⁻⁴⁰ = 9.1·10⁻¹³ (`f64`: 2⁻⁴⁵⁹) to 1, 10⁻⁸ by default.
    pub epsilon: T,
}

impl<T: Scalar> RmsProp<T> {
    /// RMSprop with this learning rate, and the defaults of the other settings.
    ///
    /// ```
    /// use bareprop::RmsProp;
    /// const RMSPROP: RmsProp = RmsProp::new(0.05);
    /// assert_eq!(RMSPROP, RmsProp { learning_rate: 0.05, ..RmsProp::default() });
    /// ```
    pub const fn new(learning_rate: T) -> Self {
        RmsProp { learning_rate, alpha: T::DEFAULTS.alpha, epsilon: T::DEFAULTS.epsilon }
    }
}

impl<T: Scalar> Default for RmsProp<T> {
    fn default() -> Self {
        Self::new(T::DEFAULTS.rate)
    }
}

impl<T: Scalar> Optimizer<T> for RmsProp<T> {
    type State<P: Parameters<Scalar = T>> = P;
    type Step = Self;
    const NAME: &'static str = "RmsProp";

    fn check(&self) -> Result<(), Error> {
        check_share("alpha", self.alpha)?;
        check_epsilon(self.epsilon)?;
        check_learning_rate(self.learning_rate, self.epsilon)
    }

    fn learning_rate(&self) -> T {
        self.learning_rate
    }

    fn reset<P: Parameters<Scalar = T>>(state: &mut P) {
        state.fill(T::ZERO);
    }

    fn pieces<P: Parameters<Scalar = T>>(squares: &mut P, pieces: &mut impl Pieces) {
        storage::network(squares, pieces, T::ZERO);
    }

    #[inline(always)]
    fn begin<P: Parameters<Scalar = T>>(&self, _: &mut P, rate: T) -> Self {
        RmsProp { learning_rate: rate, ..*self }
    }

    #[inline(always)]
    fn apply<P: Parameters<Scalar = T>>(
        &RmsProp { learning_rate, alpha, epsilon }: &Self,
        variance: &mut P,
        network: &mut P,
        gradient: &P,
        part: Part,
    ) {
        let mean = move |v, g: T| flush_square(alpha * v + (T::ONE - alpha) * g.square());
        step_by_root((network, gradient, variance), part, (learning_rate, epsilon), mean);
    }
}
