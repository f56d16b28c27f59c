//! Activation functions as types: the third parameter of [`Dense`](crate::Dense).

use crate::functions as f;
use crate::{Init, Scalar, Zero};

/// An activation function, y = f(z), applied to each output of a layer.
///
/// Most derivatives are functions of the output alone. Where a derivative needs z, [`Kept`](Activation::Kept)
/// is [`KeptPreActivation`], and the tape holds z as well.
pub trait Activation: 'static {
    /// What the derivative is computed from: [`KeptOutput`] or [`KeptPreActivation`].
    type Kept: Kept;
    /// The name, which tells files of networks with different activations apart.
    const NAME: &'static str = "";
    /// The default initialisation of the weights of a layer with this activation.
    const INIT: Init;
    /// Whether f′ = 0 wherever f = 0. If so, ∂loss/∂output has no effect where the output is 0.
    const ZERO_OUTPUT_BLOCKS_GRADIENT: bool = false;
    /// Whether f′ = 1 wherever f ≠ 0, and f′ = 0 elsewhere. If so, a δ that is 0 there needs no multiplication.
    const PASSES_NONZERO: bool = false;
    /// Whether f(z) = z. If so, the outputs are logits.
    const IS_IDENTITY: bool = false;
    /// f(z).
    fn apply<T: Scalar>(z: T) -> T;
    /// f′(z), computed from `kept`: the output y = f(z), or z itself.
    fn slope<T: Scalar>(kept: T) -> T;
    /// ∂loss/∂z = ∂loss/∂y · f′(z).
    #[inline(always)]
    fn backward<T: Scalar>(delta: T, kept: T) -> T {
        delta * Self::slope(kept)
    }
}

/// What the tape holds for the derivative of an activation.
pub trait Kept: 'static {
    /// Its memory, where `R` is the type of a buffer of pre-activations.
    type Memory<R: Zero>: Zero;
    /// The buffer to write the pre-activations into, if they are kept.
    fn place<R: Zero>(memory: &mut Self::Memory<R>) -> Option<&mut R>;
    /// The buffer with the pre-activations, if they were kept.
    fn kept<R: Zero>(memory: &Self::Memory<R>) -> Option<&R>;
}

/// The derivative is computed from the output, so nothing more is kept.
#[derive(Clone, Copy, Debug)]
pub enum KeptOutput {}

impl Kept for KeptOutput {
    type Memory<R: Zero> = ();
    #[inline(always)]
    fn place<R: Zero>(_: &mut ()) -> Option<&mut R> {
        None
    }
    #[inline(always)]
    fn kept<R: Zero>(_: &()) -> Option<&R> {
        None
    }
}

/// The derivative is computed from the pre-activation, which is kept in addition to the output.
#[derive(Clone, Copy, Debug)]
pub enum KeptPreActivation {}

impl Kept for KeptPreActivation {
    type Memory<R: Zero> = R;
    #[inline(always)]
    fn place<R: Zero>(memory: &mut R) -> Option<&mut R> {
        Some(memory)
    }
    #[inline(always)]
    fn kept<R: Zero>(memory: &R) -> Option<&R> {
        Some(memory)
    }
}

/// Declares an activation: its type, what is kept, its default initialisation, f, f′ from what is kept, and
/// further items of the impl.
macro_rules! activation {
    ($(#[$doc:meta])* $name:ident, $keep:ident, $init:ident, $apply:expr, |$kept:ident: $T:ident| $slope:expr $(, $($more:item)*)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl Activation for $name {
            type Kept = $keep;
            const NAME: &'static str = stringify!($name);
            const INIT: Init = Init::$init;
            $($($more)*)?
            #[inline(always)]
            fn apply<T: Scalar>(z: T) -> T {
                $apply(z)
            }
            #[inline(always)]
            fn slope<$T: Scalar>($kept: $T) -> $T {
                $slope
            }
        }
    };
}

activation!(
    /// y = z, for output layers, because [losses](crate::Loss) take logits. f′ = 1.
    Identity, KeptOutput, GlorotUniform, core::convert::identity, |_y: T| T::ONE,
    const IS_IDENTITY: bool = true;
);
activation!(
    /// y = max(z, 0), see [`relu`](crate::functions::relu). f′ = 1 where y > 0, else 0.
    Relu, KeptOutput, HeNormal, f::relu, |y: T| f::relu_derivative(y),
    const ZERO_OUTPUT_BLOCKS_GRADIENT: bool = true;
    const PASSES_NONZERO: bool = true;
    #[inline(always)]
    fn backward<T: Scalar>(delta: T, y: T) -> T {
        if y.is_positive() { delta } else { T::ZERO }
    }
);
activation!(
    /// y = z or z/100, see [`leaky_relu`](crate::functions::leaky_relu). f′ = 1 where y > 0, else 0.01.
    LeakyRelu, KeptOutput, HeNormal, f::leaky_relu, |y: T| f::leaky_relu_derivative(y)
);
activation!(
    /// y = z or eᶻ − 1, see [`elu`](crate::functions::elu). f′ = 1 where y > 0, else y + 1.
    Elu, KeptOutput, HeNormal, f::elu, |y: T| if y > T::ZERO { T::ONE } else { y + T::ONE }
);
activation!(
    /// y = σ(z), see [`sigmoid`](crate::functions::sigmoid). f′ = y(1 − y).
    Sigmoid, KeptOutput, GlorotUniform, f::sigmoid, |y: T| y * (T::ONE - y)
);
activation!(
    /// y = tanh z. f′ = 1 − y².
    Tanh, KeptOutput, GlorotUniform, f::tanh, |y: T| T::ONE - y * y
);
activation!(
    /// y = z·σ(z), see [`silu`](crate::functions::silu). f′ from z.
    Silu, KeptPreActivation, HeNormal, f::silu, |z: T| f::silu_derivative(z)
);
activation!(
    /// The tanh form of GELU, see [`gelu`](crate::functions::gelu). f′ from z.
    Gelu, KeptPreActivation, HeNormal, f::gelu, |z: T| f::gelu_derivative(z)
);
activation!(
    /// y = ln(1 + eᶻ), see [`softplus`](crate::functions::softplus). f′ = σ(z) = 1 − e⁻ʸ.
    Softplus, KeptOutput, HeNormal, f::softplus, |y: T| -(-y).exp_m1()
);
