//! Stochastic gradient descent, plain and with momentum.

use super::{WORK, check_learning_rate, check_share};
use crate::kernels::each::each;
use crate::{Error, Optimizer, Parameters, Part, Scalar};

/// Stochastic gradient descent: w ← w − η·g. It has no state.
///
/// For one row at a time, [`Online`](crate::Online) takes a sixth of the instructions of a
/// [`Trainer`](crate::Trainer) with this optimizer (2-64-32-1 on a Cortex-M4F).
///
/// ```
/// use bareprop::{Optimizer, Sgd};
/// assert!(Sgd { learning_rate: 0.1_f32 }.check().is_ok());
/// assert!(Sgd { learning_rate: -0.1_f32 }.check().is_err());
/// ```
/// Source: H. Robbins, S. Monro (1951), "A Stochastic Approximation Method".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd<T = f32> {
    /// η from 0 to √MAX/8 (2·10¹⁸ for `f32`), 0.01 by default.
    pub learning_rate: T,
}

impl<T: Scalar> Sgd<T> {
    /// Gradient descent with this learning rate.
    ///
    /// ```
    /// use bareprop::Sgd;
    /// const SGD: Sgd = Sgd::new(0.05);
    /// assert_eq!(SGD, Sgd { learning_rate: 0.05 });
    /// ```
    pub const fn new(learning_rate: T) -> Self {
        Sgd { learning_rate }
    }
}

impl<T: Scalar> Default for Sgd<T> {
    fn default() -> Self {
        Self::new(T::DEFAULTS.rate)
    }
}

impl<T: Scalar> Optimizer<T> for Sgd<T> {
    type State<P: Parameters<Scalar = T>> = ();
    type Step = T;
    const NAME: &'static str = "Sgd";

    fn check(&self) -> Result<(), Error> {
        check_learning_rate(self.learning_rate, T::ONE)
    }

    fn learning_rate(&self) -> T {
        self.learning_rate
    }

    fn reset<P: Parameters<Scalar = T>>(_: &mut ()) {}

    #[inline(always)]
    fn begin<P: Parameters<Scalar = T>>(&self, _: &mut (), rate: T) -> T {
        rate
    }

    #[inline(always)]
    fn apply<P: Parameters<Scalar = T>>(&rate: &T, _: &mut (), network: &mut P, gradient: &P, part: Part) {
        each(WORK, (part.of_mut(network), part.of(gradient)), move |(w, &g)| *w -= rate * g);
    }
}

/// Gradient descent with momentum: v ← μ·v + g, w ← w − η·v.
///
/// Nesterov's form is w ← w − η·(g + μ·v) with the new v. The state is v: one network. Both are as PyTorch's
/// `SGD(momentum, nesterov)`.
///
/// The change of a parameter is clamped to ±MAX/4, so that no parameter becomes infinite. With constant
/// settings no change is as large. It can be where the learning rate is raised and μ lowered between two
/// steps, because v then is large and so is η.
///
/// ```
/// use bareprop::Momentum;
/// let settings = Momentum { learning_rate: 0.05_f32, nesterov: true, ..Momentum::default() };
/// assert_eq!(settings.momentum, 0.9);
/// ```
/// Source: B. T. Polyak (1964); Y. Nesterov (1983); in this form I. Sutskever et al. (2013),
/// "On the importance of initialization and momentum in deep learning".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum<T = f32> {
    /// η from 0 to (1 − μ)·√MAX/16 (10¹⁷ for `f32` with the default μ), 0.01 by default.
    pub learning_rate: T,
    /// μ in [0, 1), 0.9 by default.
    pub momentum: T,
    /// Whether to use Nesterov's form.
    pub nesterov: bool,
}

impl<T: Scalar> Momentum<T> {
    /// Momentum with this learning rate, and the defaults of the other settings.
    ///
    /// ```
    /// use bareprop::Momentum;
    /// const MOMENTUM: Momentum = Momentum::new(0.05);
    /// assert_eq!(MOMENTUM, Momentum { learning_rate: 0.05, ..Momentum::default() });
    /// ```
    pub const fn new(learning_rate: T) -> Self {
        Momentum { learning_rate, momentum: T::DEFAULTS.beta1, nesterov: false }
    }
}

impl<T: Scalar> Default for Momentum<T> {
    fn default() -> Self {
        Self::new(T::DEFAULTS.rate)
    }
}

impl<T: Scalar> Optimizer<T> for Momentum<T> {
    type State<P: Parameters<Scalar = T>> = P;
    type Step = Self;
    const NAME: &'static str = "Momentum";

    fn check(&self) -> Result<(), Error> {
        check_share("momentum", self.momentum)?;
        check_learning_rate(self.learning_rate, (T::ONE - self.momentum) * T::from_f64(0.5))
    }

    fn learning_rate(&self) -> T {
        self.learning_rate
    }

    fn reset<P: Parameters<Scalar = T>>(state: &mut P) {
        state.fill(T::ZERO);
    }

    #[inline(always)]
    fn begin<P: Parameters<Scalar = T>>(&self, _: &mut P, rate: T) -> Self {
        Momentum { learning_rate: rate, ..*self }
    }

    #[inline(always)]
    fn apply<P: Parameters<Scalar = T>>(
        &Momentum { learning_rate, momentum, nesterov }: &Self,
        velocity: &mut P,
        network: &mut P,
        gradient: &P,
        part: Part,
    ) {
        let limit = T::MAX * T::from_f64(0.25);
        each(WORK, ((part.of_mut(network), part.of(gradient)), part.of_mut(velocity)), move |((w, &g), v)| {
            *v = (momentum * *v + g).flush();
            let direction = if nesterov { g + momentum * *v } else { *v };
            *w -= (learning_rate * direction).max(-limit).min(limit);
        });
    }
}
