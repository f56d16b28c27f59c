//! Activation functions with their derivatives, and softmax, as plain functions.
//!
//! Each is finite for every finite z, up to ±[`MAX`](Scalar::MAX). At ±∞ its value is the limit, and for NaN
//! it is NaN, unless its documentation states otherwise. Where a derivative does not exist, as at the kink of
//! ReLU, the convention is stated.
//!
//! Where no absolute error is stated, the relative error is that of [`Scalar::exp`] and similar functions
//! plus a few roundings. For `f32`, [`Scalar::exp`] is 0 below −87.33. The tails that are multiples of it are
//! 0 there too; their exact values are below 10⁻³⁵.
//!
//! ```
//! use bareprop::functions::sigmoid;
//! // The guide's first program. Its comment says 0.5624; the numbers in it give 0.5963.
//! let (inputs, weights, bias) = ([0.5_f64, 0.2, 0.9], [0.1, 0.3, 0.2], 0.1);
//! let z: f64 = inputs.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() + bias;
//! assert_eq!((sigmoid(z) * 1e4).round() / 1e4, 0.5963);
//! ```

use crate::Scalar;

/// The logistic sigmoid, σ(z) = 1 / (1 + e⁻ᶻ).
///
/// ```
/// use bareprop::functions::sigmoid;
/// assert_eq!((sigmoid(0.0_f32), sigmoid(1e30_f32), sigmoid(-1e30_f32)), (0.5, 1.0, 0.0));
/// ```
#[inline(always)]
pub fn sigmoid<T: Scalar>(z: T) -> T {
    let e = (-z.abs()).exp();
    let numerator = if z >= T::ZERO { T::ONE } else { e };
    numerator / (T::ONE + e)
}

/// σ′(z) = σ(z) · σ(−z).
///
/// ```
/// assert_eq!(bareprop::functions::sigmoid_derivative(0.0_f32), 0.25);
/// ```
#[inline(always)]
pub fn sigmoid_derivative<T: Scalar>(z: T) -> T {
    sigmoid(z) * sigmoid(-z)
}

/// The hyperbolic tangent.
///
/// ```
/// use bareprop::functions::tanh;
/// assert_eq!((tanh(0.0_f32), tanh(100.0_f32), tanh(-1e30_f32)), (0.0, 1.0, -1.0));
/// ```
#[inline(always)]
pub fn tanh<T: Scalar>(z: T) -> T {
    z.tanh()
}

/// tanh′(z) = 1 − tanh²(z). Its absolute error is at most 2·[`EPSILON`](Scalar::EPSILON).
///
/// ```
/// assert_eq!(bareprop::functions::tanh_derivative(0.0_f32), 1.0);
/// ```
#[inline(always)]
pub fn tanh_derivative<T: Scalar>(z: T) -> T {
    let y = z.tanh();
    T::ONE - y * y
}

/// The rectifier, max(z, 0).
///
/// ```
/// use bareprop::functions::relu;
/// assert_eq!((relu(2.0_f32), relu(-2.0_f32)), (2.0, 0.0));
/// ```
#[inline(always)]
pub fn relu<T: Scalar>(z: T) -> T {
    z.positive_part()
}

/// 1 where z > 0, else 0; 0 at the kink, and for NaN.
///
/// ```
/// use bareprop::functions::relu_derivative;
/// assert_eq!((relu_derivative(2.0_f32), relu_derivative(0.0_f32)), (1.0, 0.0));
/// ```
#[inline(always)]
pub fn relu_derivative<T: Scalar>(z: T) -> T {
    if z > T::ZERO { T::ONE } else { T::ZERO }
}

/// The leaky rectifier: z where z > 0, else z / 100.
///
/// ```
/// assert_eq!(bareprop::functions::leaky_relu(-100.0_f64), -1.0);
/// ```
#[inline(always)]
pub fn leaky_relu<T: Scalar>(z: T) -> T {
    if z > T::ZERO { z } else { z * T::from_f64(0.01) }
}

/// 1 where z > 0, else 0.01; 0.01 at the kink, and for NaN.
///
/// ```
/// assert_eq!(bareprop::functions::leaky_relu_derivative(-1.0_f64), 0.01);
/// ```
#[inline(always)]
pub fn leaky_relu_derivative<T: Scalar>(z: T) -> T {
    if z > T::ZERO { T::ONE } else { T::from_f64(0.01) }
}

/// The exponential linear unit: z where z > 0, else eᶻ − 1.
///
/// ```
/// assert_eq!(bareprop::functions::elu(-1e30_f32), -1.0);
/// ```
#[inline(always)]
pub fn elu<T: Scalar>(z: T) -> T {
    if z > T::ZERO { z } else { z.exp_m1() }
}

/// 1 where z > 0, else eᶻ; 1 at 0, where both sides agree.
///
/// ```
/// assert_eq!(bareprop::functions::elu_derivative(0.0_f32), 1.0);
/// ```
#[inline(always)]
pub fn elu_derivative<T: Scalar>(z: T) -> T {
    if z > T::ZERO { T::ONE } else { z.exp() }
}

/// The sigmoid linear unit, also called swish: z · σ(z). NaN for −∞.
///
/// ```
/// assert_eq!(bareprop::functions::silu(1e30_f32), 1e30);
/// ```
#[inline(always)]
pub fn silu<T: Scalar>(z: T) -> T {
    z * sigmoid(z)
}

/// silu′(z) = σ(z) · (1 + z · σ(−z)). NaN for ±∞. Its absolute error is at most
/// 2·[`EPSILON`](Scalar::EPSILON).
///
/// ```
/// assert_eq!(bareprop::functions::silu_derivative(0.0_f32), 0.5);
/// ```
#[inline(always)]
pub fn silu_derivative<T: Scalar>(z: T) -> T {
    sigmoid(z) * (T::ONE + z * sigmoid(-z))
}

/// The Gaussian error linear unit in its tanh form: z/2 · (1 + tanh(√(2/π) · (z + 0.044715 z³))).
/// It is what PyTorch calls `gelu(approximate="tanh")`. NaN for −∞. Its absolute error is at most
/// |z|·[`EPSILON`](Scalar::EPSILON).
/// Source: D. Hendrycks, K. Gimpel (2016), "Gaussian Error Linear Units".
///
/// ```
/// use bareprop::functions::gelu;
/// assert_eq!((gelu(1e30_f32), gelu(-1e30_f32)), (1e30, 0.0));
/// ```
#[inline(always)]
pub fn gelu<T: Scalar>(z: T) -> T {
    let half = T::from_f64(0.5);
    half * z * (T::ONE + gelu_inner(z).0)
}

/// ½(1 + t) + z/2 · (1 − t²) · √(2/π) · (1 + 0.134145 z²) with t = tanh(√(2/π) · (z + 0.044715 z³)).
/// Its absolute error is at most 5·[`EPSILON`](Scalar::EPSILON).
///
/// ```
/// use bareprop::functions::gelu_derivative;
/// assert_eq!([0.0_f32, 1e30, -1e30].map(gelu_derivative), [0.5, 1.0, 0.0]);
/// ```
#[inline(always)]
pub fn gelu_derivative<T: Scalar>(z: T) -> T {
    let half = T::from_f64(0.5);
    let (t, z) = gelu_inner(z);
    let inner = T::from_f64(GELU_SCALE) * (T::ONE + T::from_f64(3.0 * GELU_CUBE) * z * z);
    half * (T::ONE + t) + half * z * (T::ONE - t * t) * inner
}

const GELU_SCALE: f64 = 0.797_884_560_802_865_4;
const GELU_CUBE: f64 = 0.044_715;

/// The tanh of [`gelu`], and z clamped to ±10. NaN stays NaN.
///
/// Beyond ±10 that tanh is ±1 to the last bit: at 10 its argument is 43.7, and 1 − tanh 43.7 is about
/// 2·10⁻³⁸.
#[inline(always)]
fn gelu_inner<T: Scalar>(z: T) -> (T, T) {
    let limit = T::from_f64(10.0);
    let z = limit.min((-limit).max(z));
    ((T::from_f64(GELU_SCALE) * (z + T::from_f64(GELU_CUBE) * z * z * z)).tanh(), z)
}

/// The smooth rectifier, ln(1 + eᶻ), as max(z, 0) + ln(1 + e^−|z|).
///
/// ```
/// use bareprop::functions::softplus;
/// assert_eq!((softplus(1e30_f32), softplus(-1e30_f32)), (1e30, 0.0));
/// ```
#[inline(always)]
pub fn softplus<T: Scalar>(z: T) -> T {
    relu(z) + z.softplus_parts().1
}

/// softplus′(z) = σ(z).
///
/// ```
/// assert_eq!(bareprop::functions::softplus_derivative(0.0_f32), 0.5);
/// ```
#[inline(always)]
pub fn softplus_derivative<T: Scalar>(z: T) -> T {
    sigmoid(z)
}

/// Turns logits into probabilities, in place: pₖ = e^(zₖ − m) / Σⱼ e^(zⱼ − m) with m = max z.
///
/// Subtracting the maximum does not change the result and keeps every power at most 1, so that the result is
/// finite for all finite logits: without it, e¹⁰⁰⁰ would overflow. A logit of −∞ becomes 0. All become NaN
/// where one is NaN or +∞, or all are −∞.
///
/// ```
/// let mut z = [1000.0_f32, 1000.0];
/// bareprop::functions::softmax(&mut z);
/// assert_eq!(z, [0.5, 0.5]);
/// ```
#[inline(always)]
pub fn softmax<T: Scalar>(logits: &mut [T]) {
    let mut largest = -T::MAX;
    for &z in logits.iter() {
        largest = z.max(largest);
    }
    let mut sum = T::ZERO;
    for z in logits.iter_mut() {
        *z = (*z - largest).exp();
        sum += *z;
    }
    for z in logits.iter_mut() {
        *z = *z / sum;
    }
}
