//! Adam, AdamW and AMSGrad.

use super::{WORK, check_epsilon, check_learning_rate, check_share, flush_square};
use crate::check::{check_setting, setting};
use crate::kernels::each::each;
use crate::scalar::sealed::Inside;
use crate::{Error, Optimizer, Parameters, Part, Scalar, TensorKind, Zero};

/// Adam: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², w ← w − η·m̂ / (√v̂ + ε).
///
/// m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) correct the bias of the moments towards 0 in step t, counted
/// from 1. In the first step m̂ = g and v̂ = g², so that w changes by η·|g|/(|g| + ε), which is about η. The
/// state is m and v: two networks.
///
/// It is computed as w ← w − (η/c₁)·m / (√v·(1/√c₂) + ε), where c = 1 − βᵗ follows from c ← β·c + (1 − β),
/// starting from 0. For β = 0.9, c is 0.1, 0.19, 0.271, …
///
/// ```
/// use bareprop::Adam;
/// let Adam { learning_rate, beta1, beta2, epsilon } = Adam::<f32>::default();
/// assert_eq!((learning_rate, beta1, beta2, epsilon), (0.001, 0.9, 0.999, 1e-8));
/// ```
/// Source: D. P. Kingma, J. Ba (2015), "Adam: A Method for Stochastic Optimization", algorithm 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam<T = f32> {
    /// η from 0 to ε·(1 − β₁)·√MAX/8 (2·10⁹ for `f32` with the other defaults), 0.001 by default.
    pub learning_rate: T,
    /// β₁ in [0, 1), 0.9 by default.
    pub beta1: T,
    /// β₂ in [0, 1), 0.999 by default.
    pub beta2: T,
    /// ε from 2⁻⁴⁰ = 9.1·10⁻¹³ (`f64`: 2⁻⁴⁵⁹) to 1, 10⁻⁸ by default.
    pub epsilon: T,
}

/// The state of Adam.
#[derive(Debug)]
pub struct AdamState<P: Parameters> {
    /// m, the decaying mean of the gradients.
    pub mean: P,
    /// v, the decaying mean of the squared gradients.
    pub variance: P,
    /// c₁ = 1 − β₁ᵗ and c₂ = 1 − β₂ᵗ after t steps.
    pub correction: [P::Scalar; 2],
}

impl<P: Parameters> Zero for AdamState<P> {
    const ZERO: Self = AdamState { mean: P::ZERO, variance: P::ZERO, correction: <[P::Scalar; 2]>::ZERO };
}

impl<T: Scalar> Adam<T> {
    /// Adam with this learning rate, and the defaults of the other settings.
    ///
    /// ```
    /// use bareprop::Adam;
    /// const ADAM: Adam = Adam::new(0.05);
    /// assert_eq!(ADAM, Adam { learning_rate: 0.05, ..Adam::default() });
    /// ```
    pub const fn new(learning_rate: T) -> Self {
        Adam { learning_rate, beta1: T::DEFAULTS.beta1, beta2: T::DEFAULTS.beta2, epsilon: T::DEFAULTS.epsilon }
    }
}

impl<T: Scalar> Default for Adam<T> {
    fn default() -> Self {
        Self::new(T::DEFAULTS.adam_rate)
    }
}

/// The numbers of one step of Adam that are the same for all parameters.
#[derive(Clone, Copy, Debug)]
pub struct AdamStep<T> {
    beta1: T,
    beta2: T,
    /// η / c₁.
    rate: T,
    /// 1 / √c₂.
    root: T,
    epsilon: T,
}

impl<T: Scalar> Adam<T> {
    #[inline(always)]
    fn correct(&self, correction: &mut [T; 2], rate: T) -> AdamStep<T> {
        let Adam { beta1, beta2, epsilon, .. } = *self;
        let [c1, c2] = correction;
        *c1 = beta1 * *c1 + (T::ONE - beta1);
        *c2 = beta2 * *c2 + (T::ONE - beta2);
        AdamStep { beta1, beta2, rate: rate / *c1, root: T::ONE / c2.root_of_squares(Inside), epsilon }
    }
}

impl<T: Scalar> AdamStep<T> {
    /// Updates the moments m and v.
    #[inline(always)]
    fn moments(&self, m: &mut T, v: &mut T, g: T) {
        *m = (self.beta1 * *m + (T::ONE - self.beta1) * g).flush();
        *v = flush_square(self.beta2 * *v + (T::ONE - self.beta2) * g.square());
    }

    /// The number to subtract from the parameter.
    #[inline(always)]
    fn update(&self, m: T, root_of_v: T) -> T {
        self.rate * m / (root_of_v * self.root + self.epsilon)
    }
}

impl<T: Scalar> Optimizer<T> for Adam<T> {
    type State<P: Parameters<Scalar = T>> = AdamState<P>;
    type Step = AdamStep<T>;
    const NAME: &'static str = "Adam";

    fn check(&self) -> Result<(), Error> {
        check_share("beta1", self.beta1)?;
        check_share("beta2", self.beta2)?;
        check_epsilon(self.epsilon)?;
        check_learning_rate(self.learning_rate, self.epsilon * (T::ONE - self.beta1))
    }

    fn learning_rate(&self) -> T {
        self.learning_rate
    }

    fn reset<P: Parameters<Scalar = T>>(state: &mut AdamState<P>) {
        state.mean.fill(T::ZERO);
        state.variance.fill(T::ZERO);
        state.correction = [T::ZERO; 2];
    }

    #[inline(always)]
    fn begin<P: Parameters<Scalar = T>>(&self, state: &mut AdamState<P>, rate: T) -> AdamStep<T> {
        self.correct(&mut state.correction, rate)
    }

    #[inline(always)]
    fn apply<P: Parameters<Scalar = T>>(
        step: &AdamStep<T>,
        state: &mut AdamState<P>,
        network: &mut P,
        gradient: &P,
        part: Part,
    ) {
        let parameters = (part.of_mut(network), part.of(gradient));
        let moments = (part.of_mut(&mut state.mean), part.of_mut(&mut state.variance));
        let step = *step;
        each(WORK, (parameters, moments), move |((w, &g), (m, v))| {
            step.moments(m, v, g);
            *w -= step.update(*m, v.root_of_squares(Inside));
        });
    }
}

/// Adam with decoupled weight decay: w ← w − η·λ·w for the weights, but not the biases, before the step of
/// Adam.
///
/// With the default λ = 0.01 and η = 0.001, a step shrinks w by 10⁻⁵ of itself. The state is that of
/// [`Adam`].
///
/// ```
/// assert_eq!(bareprop::AdamW::<f32>::default().weight_decay, 0.01);
/// ```
/// Source: I. Loshchilov, F. Hutter (2019), "Decoupled Weight Decay Regularization"; η scales λ as in
/// PyTorch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW<T = f32> {
    /// The settings of Adam.
    pub adam: Adam<T>,
    /// λ, a finite number, at least 0; 0.01 by default. η·λ may be at most 1.
    pub weight_decay: T,
}

impl<T: Scalar> AdamW<T> {
    /// AdamW with this learning rate, and the defaults of the other settings.
    ///
    /// ```
    /// use bareprop::{Adam, AdamW};
    /// const ADAMW: AdamW = AdamW::new(0.05);
    /// assert_eq!(ADAMW, AdamW { adam: Adam::new(0.05), ..AdamW::default() });
    /// ```
    pub const fn new(learning_rate: T) -> Self {
        AdamW { adam: Adam::new(learning_rate), weight_decay: T::DEFAULTS.weight_decay }
    }
}

impl<T: Scalar> Default for AdamW<T> {
    fn default() -> Self {
        Self::new(T::DEFAULTS.adam_rate)
    }
}

impl<T: Scalar> Optimizer<T> for AdamW<T> {
    type State<P: Parameters<Scalar = T>> = AdamState<P>;
    type Step = (AdamStep<T>, T);
    const NAME: &'static str = "AdamW";

    fn check(&self) -> Result<(), Error> {
        self.adam.check()?;
        check_setting("weight_decay", self.weight_decay, T::ZERO, T::MAX)?;
        if self.adam.learning_rate * self.weight_decay <= T::ONE {
            return Ok(());
        }
        Err(setting("weight_decay", self.weight_decay, T::ZERO, T::ONE / self.adam.learning_rate))
    }

    fn learning_rate(&self) -> T {
        self.adam.learning_rate
    }

    fn reset<P: Parameters<Scalar = T>>(state: &mut AdamState<P>) {
        Adam::reset(state);
    }

    #[inline(always)]
    fn begin<P: Parameters<Scalar = T>>(&self, state: &mut AdamState<P>, rate: T) -> (AdamStep<T>, T) {
        (self.adam.begin(state, rate), T::ONE - rate * self.weight_decay)
    }

    #[inline(always)]
    fn apply<P: Parameters<Scalar = T>>(
        (step, kept): &(AdamStep<T>, T),
        state: &mut AdamState<P>,
        network: &mut P,
        gradient: &P,
        part: Part,
    ) {
        if P::describe(part.tensor).1 == TensorKind::Weights {
            for w in part.of_mut(network) {
                *w *= *kept;
            }
        }
        Adam::apply(step, state, network, gradient, part);
    }
}

/// AMSGrad: Adam with the largest v so far in place of v, so that a small v does not make the step size grow
/// again.
///
/// The maximum is taken before the bias is corrected, as in PyTorch's `Adam(amsgrad=True)`. The state is m, v
/// and the largest v: three networks.
///
/// ```
/// use bareprop::{Adam, AmsGrad, Optimizer};
/// assert_eq!(AmsGrad(Adam { learning_rate: 0.01_f32, ..Adam::default() }).learning_rate(), 0.01);
/// ```
/// Source: S. J. Reddi, S. Kale, S. Kumar (2018), "On the Convergence of Adam and Beyond".
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AmsGrad<T: Scalar = f32>(
    /// The settings of Adam.
    pub Adam<T>,
);

impl<T: Scalar> AmsGrad<T> {
    /// AMSGrad with this learning rate, and the defaults of the other settings.
    pub const fn new(learning_rate: T) -> Self {
        AmsGrad(Adam::new(learning_rate))
    }
}

/// The state of AMSGrad.
#[derive(Debug)]
pub struct AmsGradState<P: Parameters> {
    /// The state of Adam.
    pub adam: AdamState<P>,
    /// The largest v so far.
    pub largest: P,
}

impl<P: Parameters> Zero for AmsGradState<P> {
    const ZERO: Self = AmsGradState { adam: AdamState::ZERO, largest: P::ZERO };
}

impl<T: Scalar> Optimizer<T> for AmsGrad<T> {
    type State<P: Parameters<Scalar = T>> = AmsGradState<P>;
    type Step = AdamStep<T>;
    const NAME: &'static str = "AmsGrad";

    fn check(&self) -> Result<(), Error> {
        self.0.check()
    }

    fn learning_rate(&self) -> T {
        self.0.learning_rate
    }

    fn reset<P: Parameters<Scalar = T>>(state: &mut AmsGradState<P>) {
        Adam::reset(&mut state.adam);
        state.largest.fill(T::ZERO);
    }

    #[inline(always)]
    fn begin<P: Parameters<Scalar = T>>(&self, state: &mut AmsGradState<P>, rate: T) -> AdamStep<T> {
        self.0.correct(&mut state.adam.correction, rate)
    }

    #[inline(always)]
    fn apply<P: Parameters<Scalar = T>>(
        step: &AdamStep<T>,
        state: &mut AmsGradState<P>,
        network: &mut P,
        gradient: &P,
        part: Part,
    ) {
        let AmsGradState { adam, largest } = state;
        let parameters = (part.of_mut(network), part.of(gradient));
        let moments = (part.of_mut(&mut adam.mean), part.of_mut(&mut adam.variance));
        let step = *step;
        each(WORK, ((parameters, moments), part.of_mut(largest)), move |(((w, &g), (m, v)), largest)| {
            step.moments(m, v, g);
            *largest = v.max(*largest);
            *w -= step.update(*m, largest.sqrt());
        });
    }
}
