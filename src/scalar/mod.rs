//! The two scalars, `f32` and `f64`, and the few functions that training needs of them.
//!
//! A function here is either exactly rounded by IEEE 754 (`+ - * /`, `sqrt`), comes from
//! [`libm`], or is written out in `elementary.rs` from additions and multiplications, so that each gives the
//! same bits on every target. Nothing comes from `std`, whose transcendental functions differ
//! from platform to platform, and nothing is fused.

pub(crate) mod defaults;
mod elementary;
mod floats;
pub(crate) mod ieee754;
pub(crate) mod noise;
pub(crate) mod random;
mod root;
pub(crate) mod sealed;
#[cfg_attr(not(all(feature = "std", target_arch = "x86_64")), path = "no_vectors.rs")]
pub(crate) mod vectors;
pub(crate) mod zero;

use core::fmt::{Debug, Display};
use core::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use self::random::Generator;
use self::sealed::Sealed;
use self::zero::Zero;

/// Whether arithmetic is done in software, where looking at the bits costs less than a comparison or a
/// multiplication.
pub(crate) const SOFT: bool = cfg!(any(
    all(target_arch = "arm", not(target_abi = "eabihf")),
    all(any(target_arch = "riscv32", target_arch = "riscv64"), not(target_feature = "f"))
));

/// Whether there are vectors that loops can become.
pub(crate) const VECTORS: bool = cfg!(any(feature = "std", target_feature = "sse2", target_feature = "neon"));

/// A floating-point number: exactly `f32` (what chips run) and `f64` (gradient checks, parity with NumPy).
///
/// Every method takes every number, infinities and NaN included. Of NaN it is NaN, unless it says otherwise.
///
/// ```
/// use bareprop::Scalar;
/// fn hypotenuse<T: Scalar>(a: T, b: T) -> T { (a * a + b * b).sqrt() }
/// assert_eq!(hypotenuse(3.0_f32, 4.0), 5.0);
/// ```
pub trait Scalar:
    Sealed
    + defaults::HasDefaults
    + Zero
    + Copy
    + Debug
    + Display
    + Default
    + PartialEq
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Send
    + Sync
    + 'static
{
    /// 1.
    const ONE: Self;
    /// The distance from 1 to the next larger number.
    const EPSILON: Self;
    /// The largest finite number.
    const MAX: Self;
    /// √MAX, to the nearest number.
    const ROOT_OF_MAX: Self;
    /// Below this magnitude a moment or a velocity of an optimizer *is* zero: 2⁻¹⁰⁰ for `f32`,
    /// 2⁻⁹⁰⁰ for `f64`. It keeps denormal numbers, two to five times slower on some processors,
    /// out of long training, by arithmetic instead of by a mode of the processor.
    const TINY: Self;
    /// The least magnitude whose [`square`](Self::square) is not 0: 2⁻⁶² for `f32`, 2⁻⁵¹⁰ for `f64`.
    const SQUARABLE: Self;

    /// Rounds `x` to this type: to ±∞ beyond ±[`MAX`](Self::MAX).
    fn from_f64(x: f64) -> Self;
    /// Widens to `f64`, exactly.
    fn to_f64(self) -> f64;
    /// Rounds to `f32`, to ±∞ beyond ±`f32::MAX`: what errors carry.
    fn to_f32(self) -> f32;
    /// Rounds `n` to this type.
    fn from_u32(n: u32) -> Self;
    /// Draws from the uniform distribution on [0, 1): the upper 24 bits of one `u32` for `f32`,
    /// 53 bits of two for `f64` (first the upper 32, then the lower 21).
    fn uniform(rng: &mut (impl Generator + ?Sized)) -> Self;
    /// The bits of the number, `f32` widened with zeros.
    fn bits(self) -> u64;
    /// Neither infinite nor NaN. By the bits, so that a chip without FPU needs no comparison of floats.
    fn is_finite(self) -> bool;
    /// 0 or −0, by the bits.
    fn is_zero(self) -> bool;
    /// x > 0; false for NaN.
    fn is_positive(self) -> bool;
    /// max(x, 0): +0 for −0, and NaN for NaN.
    fn positive_part(self) -> Self;
    /// |x|.
    fn abs(self) -> Self;
    /// √x, correctly rounded. NaN below 0; −0 for −0.
    fn sqrt(self) -> Self;
    /// eˣ. +∞ where that exceeds [`MAX`](Self::MAX), 0 for −∞.
    ///
    /// For `f32` at most 1 unit in the last place off, but exactly 0 below −87.33, so that no denormal leaves
    /// it.
    fn exp(self) -> Self;
    /// eˣ − 1, accurate near 0. +∞ where that exceeds [`MAX`](Self::MAX), −1 for −∞, −0 for −0.
    ///
    /// For `f32` at most 2 units in the last place off, at most 1 below 0.
    ///
    /// ```
    /// use bareprop::Scalar;
    /// let selu = |z: f32| 1.050_701 * if z > 0.0 { z } else { 1.673_263_2 * Scalar::exp_m1(z) };
    /// assert_eq!((selu(-f32::MAX), Scalar::exp_m1(1.0_f32)), (-1.758_099_3, core::f32::consts::E - 1.0));
    /// ```
    fn exp_m1(self) -> Self;
    /// ln x. −∞ for either zero, NaN below 0.
    ///
    /// For `f32` at most 1 unit in the last place off.
    fn ln(self) -> Self;
    /// ln(1 + x), accurate near 0. −∞ for −1, NaN below −1, −0 for −0.
    ///
    /// For `f32` at most 1 unit in the last place off.
    fn ln_1p(self) -> Self;
    /// e^−|x| and ln(1 + e^−|x|), of which softplus and cross-entropy are made. Both are 0 for either
    /// infinity.
    ///
    /// For `f32` at most 1 and 3 units in the last place off, but exactly 0 beyond ±87.33; without a branch,
    /// so that loops of it become vector code.
    ///
    /// ```
    /// use bareprop::Scalar;
    /// assert_eq!(0.0_f32.softplus_parts(), (1.0, core::f32::consts::LN_2));
    /// ```
    fn softplus_parts(self) -> (Self, Self);
    /// tanh x, between −1 and 1 for every x; ±1 for ±∞, −0 for −0.
    ///
    /// For `f32` at most 3 units in the last place off.
    fn tanh(self) -> Self;
    /// cos x, x in radians. NaN for either infinity.
    ///
    /// For `f32` at most 1 unit in the last place off.
    fn cos(self) -> Self;
    /// sin x, x in radians. NaN for either infinity, −0 for −0.
    ///
    /// For `f32` at most 1 unit in the last place off.
    fn sin(self) -> Self;

    /// The larger of the two; `other` where `self` is NaN.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    /// The smaller of the two; `other` where `self` is NaN.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
    /// x², or 0 below [`SQUARABLE`](Self::SQUARABLE) in magnitude, where it would be denormal and is too
    /// small to count. Branch-free.
    fn square(self) -> Self;
    /// Zero below [`TINY`](Self::TINY) in magnitude, else the number itself. Branch-free.
    fn flush(self) -> Self;
}
