//! The two scalars, `f32` and `f64`, and the few functions that training needs of them.
//!
//! A function here is either exactly rounded by IEEE 754 (`+ - * /`, `sqrt`), comes from
//! [`libm`], or is written out in `elementary.rs` from additions and multiplications, so that each gives the
//! same bits on every target. Nothing comes from `std`, whose transcendental functions differ
//! from platform to platform, and nothing is fused.

pub(crate) mod defaults;
mod elementary;
pub(crate) mod noise;
pub(crate) mod random;
#[cfg(any(test, not(feature = "std")))]
mod root;
pub(crate) mod zero;

use core::fmt::{Debug, Display};
use core::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use self::random::Generator;
use self::zero::Zero;

#[cfg(all(feature = "std", target_arch = "x86_64"))]
use crate::kernels::wide::vectors::Lanes as Sealed;

/// Keeps others from implementing [`Scalar`]; where there are wide vectors, what these need does.
#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}
#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
use sealed::Sealed;

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
    /// [`sqrt`](Self::sqrt) of what the compiler knows, done by the compiler.
    #[doc(hidden)]
    #[inline(always)]
    fn sqrt_of_constant(self) -> Self {
        self.sqrt()
    }
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
    /// The larger of |self| and |other|; NaN where one of them is. By the bits, so that a chip without FPU
    /// needs no comparison of floats.
    fn largest_magnitude(self, other: Self) -> Self;
    /// x², or 0 below [`SQUARABLE`](Self::SQUARABLE) in magnitude, where it would be denormal and is too
    /// small to count. Branch-free.
    fn square(self) -> Self;
    /// Zero below [`TINY`](Self::TINY) in magnitude, else the number itself. Branch-free.
    fn flush(self) -> Self;
}

/// max(x, 0). Adding +0 turns −0 into +0. With it, the compiler writes the vector instruction for a maximum.
/// Without it, it writes a masked store, which is slow on AMD's processors with AVX2.
macro_rules! rectified {
    ($x:expr) => {
        if cfg!(feature = "std") {
            (if $x < 0.0 { 0.0 } else { $x }) + 0.0
        } else if $x <= 0.0 {
            0.0
        } else {
            $x
        }
    };
}

impl Scalar for f32 {
    const ONE: f32 = 1.0;
    const EPSILON: f32 = f32::EPSILON;
    const MAX: f32 = f32::MAX;
    const ROOT_OF_MAX: f32 = 1.844_674_3e19;
    const TINY: f32 = f32::from_bits((127 - 100) << 23);
    const SQUARABLE: f32 = f32::from_bits((127 - 62) << 23);

    #[inline(always)]
    fn from_f64(x: f64) -> f32 {
        x as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }
    #[inline(always)]
    fn from_u32(n: u32) -> f32 {
        n as f32
    }
    #[inline]
    fn uniform(rng: &mut (impl Generator + ?Sized)) -> f32 {
        (rng.next_u32() >> 8) as f32 * (1.0 / (1 << 24) as f32)
    }
    #[inline(always)]
    fn bits(self) -> u64 {
        u64::from(self.to_bits())
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        self.to_bits() & (u32::MAX >> 1) < f32::INFINITY.to_bits()
    }
    #[inline(always)]
    fn is_zero(self) -> bool {
        // What is plainer, as without SOFT, the compiler turns into a comparison of floats.
        if SOFT { self.to_bits().wrapping_sub(1) << 1 == u32::MAX << 1 } else { self.to_bits() << 1 == 0 }
    }
    #[inline(always)]
    fn is_positive(self) -> bool {
        // +0 and −0 lie at the two ends, NaN behind infinity.
        if SOFT { self.to_bits().wrapping_sub(1) < f32::INFINITY.to_bits() } else { self > 0.0 }
    }
    #[inline(always)]
    fn positive_part(self) -> f32 {
        let bits = self.to_bits();
        if SOFT {
            // Negative numbers lie from −0 to −∞, NaN behind that.
            return if bits.wrapping_sub(1 << 31) <= f32::INFINITY.to_bits() { 0.0 } else { self };
        }
        rectified!(self)
    }
    #[inline(always)]
    fn largest_magnitude(self, other: f32) -> f32 {
        let magnitude = |x: f32| x.to_bits() & (u32::MAX >> 1);
        f32::from_bits(Ord::max(magnitude(self), magnitude(other)))
    }
    #[inline(always)]
    fn square(self) -> f32 {
        let x = if self.to_bits() & (u32::MAX >> 1) < Self::SQUARABLE.to_bits() { 0.0 } else { self };
        x * x
    }
    #[inline(always)]
    fn flush(self) -> f32 {
        if self.to_bits() & (u32::MAX >> 1) < Self::TINY.to_bits() { 0.0 } else { self }
    }
    #[inline(always)]
    fn abs(self) -> f32 {
        f32::abs(self)
    }
    #[inline(always)]
    #[allow(
        clippy::disallowed_methods,
        reason = "IEEE 754 rounds the root correctly: std's, which becomes vector code, gives libm's bits"
    )]
    fn sqrt(self) -> f32 {
        #[cfg(feature = "std")]
        return f32::sqrt(self);
        #[cfg(not(feature = "std"))]
        if SOFT || VECTORS { libm::sqrtf(self) } else { crate::scalar::root::sqrt(self) }
    }
    #[cfg(not(feature = "std"))]
    #[inline(always)]
    fn sqrt_of_constant(self) -> f32 {
        if VECTORS { self.sqrt() } else { crate::scalar::root::inlined(self) }
    }
    #[inline(always)]
    fn exp(self) -> f32 {
        elementary::exp(self)
    }
    #[inline]
    fn exp_m1(self) -> f32 {
        elementary::exp_m1(self)
    }
    #[inline]
    fn ln(self) -> f32 {
        libm::logf(self)
    }
    #[inline]
    fn ln_1p(self) -> f32 {
        libm::log1pf(self)
    }
    #[inline(always)]
    fn softplus_parts(self) -> (f32, f32) {
        elementary::softplus_parts(self)
    }
    #[inline(always)]
    fn tanh(self) -> f32 {
        elementary::tanh(self)
    }
    #[inline]
    fn cos(self) -> f32 {
        libm::cosf(self)
    }
    #[inline]
    fn sin(self) -> f32 {
        libm::sinf(self)
    }
}

impl Scalar for f64 {
    const ONE: f64 = 1.0;
    const EPSILON: f64 = f64::EPSILON;
    const MAX: f64 = f64::MAX;
    const ROOT_OF_MAX: f64 = 1.340_780_792_994_259_6e154;
    const TINY: f64 = f64::from_bits((1023 - 900) << 52);
    const SQUARABLE: f64 = f64::from_bits((1023 - 510) << 52);

    #[inline(always)]
    fn from_f64(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self as f32
    }
    #[inline(always)]
    fn from_u32(n: u32) -> f64 {
        f64::from(n)
    }
    #[inline]
    fn uniform(rng: &mut (impl Generator + ?Sized)) -> f64 {
        let high = u64::from(rng.next_u32());
        let low = u64::from(rng.next_u32() >> 11);
        (high << 21 | low) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
    #[inline(always)]
    fn bits(self) -> u64 {
        self.to_bits()
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        self.to_bits() & (u64::MAX >> 1) < f64::INFINITY.to_bits()
    }
    #[inline(always)]
    fn is_zero(self) -> bool {
        if SOFT { self.to_bits().wrapping_sub(1) << 1 == u64::MAX << 1 } else { self.to_bits() << 1 == 0 }
    }
    #[inline(always)]
    fn is_positive(self) -> bool {
        self > 0.0
    }
    #[inline(always)]
    fn positive_part(self) -> f64 {
        rectified!(self)
    }
    #[inline(always)]
    fn largest_magnitude(self, other: f64) -> f64 {
        let magnitude = |x: f64| x.to_bits() & (u64::MAX >> 1);
        f64::from_bits(Ord::max(magnitude(self), magnitude(other)))
    }
    #[inline(always)]
    fn square(self) -> f64 {
        let x = if self.to_bits() & (u64::MAX >> 1) < Self::SQUARABLE.to_bits() { 0.0 } else { self };
        x * x
    }
    #[inline(always)]
    fn flush(self) -> f64 {
        if self.to_bits() & (u64::MAX >> 1) < Self::TINY.to_bits() { 0.0 } else { self }
    }
    #[inline(always)]
    fn abs(self) -> f64 {
        f64::abs(self)
    }
    #[inline(always)]
    #[allow(clippy::disallowed_methods, reason = "as above")]
    fn sqrt(self) -> f64 {
        #[cfg(feature = "std")]
        return f64::sqrt(self);
        #[cfg(not(feature = "std"))]
        libm::sqrt(self)
    }
    #[inline]
    fn exp(self) -> f64 {
        libm::exp(self)
    }
    #[inline]
    fn exp_m1(self) -> f64 {
        libm::expm1(self)
    }
    #[inline]
    fn ln(self) -> f64 {
        libm::log(self)
    }
    #[inline]
    fn ln_1p(self) -> f64 {
        libm::log1p(self)
    }
    #[inline]
    fn softplus_parts(self) -> (f64, f64) {
        let e = libm::exp(-self.abs());
        (e, libm::log1p(e))
    }
    #[inline]
    fn tanh(self) -> f64 {
        libm::tanh(self)
    }
    #[inline]
    fn cos(self) -> f64 {
        libm::cos(self)
    }
    #[inline]
    fn sin(self) -> f64 {
        libm::sin(self)
    }
}
