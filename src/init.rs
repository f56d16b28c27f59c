//! Initial weights.

use crate::Scalar;
use crate::random::standard_normal;

/// How the weights of a `[IN × OUT]` matrix are drawn. Each has mean 0 and this variance:
///
/// | | variance | suits |
/// |---|---|---|
/// | He | 2 / IN | ReLU and its relatives |
/// | Glorot | 2 / (IN + OUT) | tanh, sigmoid, identity |
/// | LeCun | 1 / IN | self-normalising networks |
///
/// normal, or uniform on ±√(3 · variance).
///
/// ```
/// use bareprop::{Dense, Init, Layer, Zero};
/// use rand_core::SeedableRng;
/// use rand_xorshift::XorShiftRng;
/// let mut layer = Dense::<100, 50>::ZERO;
/// layer.initialize(Some(Init::LeCunUniform), &mut XorShiftRng::seed_from_u64(1));
/// assert!(layer.weights.0.as_flattened().iter().all(|w| w.abs() <= 0.1733)); // √(3/100)
/// ```
/// Source: K. He et al. (2015), "Delving Deep into Rectifiers"; X. Glorot, Y. Bengio (2010),
/// "Understanding the difficulty of training deep feedforward neural networks"; Y. LeCun et al. (1998), "Efficient BackProp".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Init {
    /// Normal with variance 2 / IN.
    HeNormal,
    /// Uniform with variance 2 / IN.
    HeUniform,
    /// Normal with variance 2 / (IN + OUT).
    GlorotNormal,
    /// Uniform with variance 2 / (IN + OUT).
    GlorotUniform,
    /// Normal with variance 1 / IN.
    LeCunNormal,
    /// Uniform with variance 1 / IN.
    LeCunUniform,
}

impl Init {
    /// Draws weights for a matrix of `inputs` rows and `outputs` columns into `weights`, in order, one draw each.
    pub(crate) fn draw<T: Scalar>(
        self,
        weights: &mut [T],
        inputs: u32,
        outputs: u32,
        rng: &mut (impl rand_core::Rng + ?Sized),
    ) {
        let inputs = T::from_u32(inputs.max(1));
        let both = inputs + T::from_u32(outputs);
        let two = T::ONE + T::ONE;
        let (variance, normal) = match self {
            Init::HeNormal => (two / inputs, true),
            Init::HeUniform => (two / inputs, false),
            Init::GlorotNormal => (two / both, true),
            Init::GlorotUniform => (two / both, false),
            Init::LeCunNormal => (T::ONE / inputs, true),
            Init::LeCunUniform => (T::ONE / inputs, false),
        };
        let spread = if normal { variance.sqrt() } else { ((two + T::ONE) * variance).sqrt() };
        for weight in weights {
            let drawn = if normal { standard_normal::<T>(rng) } else { T::uniform(rng) * two - T::ONE };
            *weight = drawn * spread;
        }
    }
}
