//! AdaGrad.

use super::{check_epsilon, check_learning_rate, step_by_root};
use crate::storage::{self, Pieces};
use crate::{Error, Optimizer, Parameters, Part, Scalar};

/// AdaGrad: s ← min(s + g², MAX), w ← w − η·g / (√s + ε).
///
/// The state is s: one network. In `f32`, s reaches MAX = 3.4·10³⁸ only with very large gradients: 340 of
/// 10¹⁸.
///
/// ```
/// assert_eq!(bareprop::AdaGrad::<f32>::default().epsilon, 1e-10);
/// ```
/// Source: J. Duchi, E. Hazan, Y. Singer (2011), "Adaptive Subgradient Methods"; defaults of PyTorch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaGrad<T = f32> {
    /// η from 0 to ε·√MAX/8 (2·10⁸ for `f32` with the default ε), 0.01 by default.
    pub learning_rate: T,
    /// ε from 2⁻⁴⁰ = 9.1·10⁻¹³ (`f64`: 2⁻⁴⁵⁹) to 1, 10⁻¹⁰ by default.
    pub epsilon: T,
}

impl<T: Scalar> AdaGrad<T> {
    /// AdaGrad with this learning rate, and the default ε.
    ///
    /// ```
    /// use bareprop::AdaGrad;
    /// const ADAGRAD: AdaGrad = AdaGrad::new(0.05);
    /// assert_eq!(ADAGRAD, AdaGrad { learning_rate: 0.05, ..AdaGrad::default() });
    /// ```
    pub const fn new(learning_rate: T) -> Self {
        AdaGrad { learning_rate, epsilon: T::DEFAULTS.adagrad_epsilon }
    }
}

impl<T: Scalar> Default for AdaGrad<T> {
    fn default() -> Self {
        Self::new(T::DEFAULTS.rate)
    }
}

impl<T: Scalar> Optimizer<T> for AdaGrad<T> {
    type State<P: Parameters<Scalar = T>> = P;
    type Step = Self;
    const NAME: &'static str = "AdaGrad";

    fn check(&self) -> Result<(), Error> {
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
        AdaGrad { learning_rate: rate, ..*self }
    }

    #[inline(always)]
    fn apply<P: Parameters<Scalar = T>>(
        &AdaGrad { learning_rate, epsilon }: &Self,
        sum: &mut P,
        network: &mut P,
        gradient: &P,
        part: Part,
    ) {
        let squares = |s: T, g: T| (s + g.square()).min(T::MAX);
        step_by_root((network, gradient, sum), part, (learning_rate, epsilon), squares);
    }
}
