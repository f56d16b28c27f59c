//! Initial weights.

use crate::Scalar;
use crate::scalar::random::standard_normal;
use crate::scalar::sealed::Inside;

/// How the weights of an `[IN × OUT]` matrix are drawn. Each weight has mean 0 and this variance:
///
/// | | variance | suits |
/// |---|---|---|
/// | He | 2 / IN | ReLU and its relatives |
/// | Glorot | 2 / (IN + OUT) | tanh, sigmoid, identity |
/// | LeCun | 1 / IN | self-normalising networks |
///
/// He is the default behind ReLU, since it keeps the size of activations through any number of layers. With a
/// single hidden layer and few rows, smaller weights generalise better: `benches/init` trains seven tables
/// with ten seeds, and with 64 hidden units Glorot gives R² of 0.81 to 0.82 on friedman1 where He gives 0.76
/// to 0.78, and 0.84 to 0.85 against 0.79 on friedman3. On the classifications the two are equal. Try
/// `Some(Init::GlorotUniform)` for a small regression.
///
/// The distribution is normal, or uniform on ±√(3 · variance). For IN = 100 and OUT = 50, He gives the
/// variance 0.02 and the uniform range ±0.245.
///
/// ```
/// use bareprop::{Dense, Init, Layer, Zero};
/// use rand_core::SeedableRng;
/// use rand_xorshift::XorShiftRng;
/// let mut layer = Dense::<100, 50>::ZERO;
/// layer.initialize(Some(Init::LeCunUniform), &mut XorShiftRng::seed_from_u64(1));
/// assert!(layer.weights.0.as_flattened().iter().all(|w| w.abs() <= 0.1733)); // √(3/100)
/// ```
/// Source: K. He et al. (2015), "Delving Deep into Rectifiers"; X. Glorot, Y. Bengio (2010), "Understanding
/// the difficulty of training deep feedforward neural networks"; Y. LeCun et al. (1998), "Efficient
/// BackProp".
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
    /// Draws weights for a matrix of `inputs` rows and `outputs` columns into `weights`, in order, one draw
    /// each.
    #[inline(always)]
    pub(crate) fn draw<T: Scalar>(
        self,
        weights: &mut [T],
        inputs: u32,
        outputs: u32,
        rng: &mut (impl rand_core::Rng + ?Sized),
    ) {
        let (spread, normal) = self.spread::<T>(inputs, outputs);
        if normal { draw(weights, spread, standard_normal, rng) } else { draw(weights, spread, symmetric, rng) }
    }

    /// The factor of each random number, and whether that number is standard normal; otherwise it is uniform
    /// on [−1, 1). Inlined, so that the factor is a constant where the sizes are constants.
    #[inline(always)]
    fn spread<T: Scalar>(self, inputs: u32, outputs: u32) -> (T, bool) {
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
        let square = if normal { variance } else { (two + T::ONE) * variance };
        (square.sqrt_of_constant(Inside), normal)
    }
}

/// Draws weights, each times `spread`.
#[inline(never)]
fn draw<T: Scalar, R: rand_core::Rng + ?Sized>(
    weights: &mut [T],
    spread: T,
    number: impl Fn(&mut R) -> T,
    rng: &mut R,
) {
    for weight in weights {
        *weight = number(rng) * spread;
    }
}

/// Draws from the uniform distribution on [−1, 1).
fn symmetric<T: Scalar>(rng: &mut (impl rand_core::Rng + ?Sized)) -> T {
    T::uniform(rng) * (T::ONE + T::ONE) - T::ONE
}
