//! The numbers that the defaults of optimizers are made of, as constants of either scalar: a generic `const fn`
//! cannot convert numbers.

/// The numbers of the defaults.
#[derive(Clone, Copy, Debug)]
pub struct Defaults<T> {
    /// η of Adam.
    pub adam_rate: T,
    /// η of gradient descent, momentum, RMSprop and AdaGrad.
    pub rate: T,
    /// β₁, and μ of momentum.
    pub beta1: T,
    /// β₂.
    pub beta2: T,
    /// α of RMSprop.
    pub alpha: T,
    /// ε.
    pub epsilon: T,
    /// ε of AdaGrad.
    pub adagrad_epsilon: T,
    /// λ of AdamW.
    pub weight_decay: T,
}

/// A scalar with the numbers of the defaults.
pub trait HasDefaults: Sized {
    /// The numbers.
    #[doc(hidden)]
    const DEFAULTS: Defaults<Self>;
}

macro_rules! defaults {
    ($T:ident) => {
        impl HasDefaults for $T {
            const DEFAULTS: Defaults<$T> = Defaults {
                adam_rate: 0.001,
                rate: 0.01,
                beta1: 0.9,
                beta2: 0.999,
                alpha: 0.99,
                epsilon: 1e-8,
                adagrad_epsilon: 1e-10,
                weight_decay: 0.01,
            };
        }
    };
}

defaults!(f32);
defaults!(f64);
