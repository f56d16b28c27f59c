//! The two scalars, `f32` and `f64`, and the few functions that training needs of them.
//!
//! A function here is either exactly rounded by IEEE 754 (`+ - * /`, `sqrt`), comes from
//! [`libm`], or is written out below from additions and multiplications, so that each gives the
//! same bits on every target. Nothing comes from `std`, whose transcendental functions differ
//! from platform to platform, and nothing is fused.

use core::fmt::{Debug, Display};
use core::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::Zero;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A floating-point number: exactly `f32` (what chips run) and `f64` (gradient checks, parity with NumPy).
///
/// ```
/// use bareprop::Scalar;
/// fn hypotenuse<T: Scalar>(a: T, b: T) -> T { (a * a + b * b).sqrt() }
/// assert_eq!(hypotenuse(3.0_f32, 4.0), 5.0);
/// ```
pub trait Scalar:
    sealed::Sealed
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
    /// Below this magnitude a moment or a velocity of an optimizer *is* zero: 2⁻¹⁰⁰ for `f32`,
    /// 2⁻⁹⁰⁰ for `f64`. It keeps denormal numbers, two to five times slower on some processors,
    /// out of long training, by arithmetic instead of by a mode of the processor.
    const TINY: Self;

    /// Rounds `x` to this type.
    fn from_f64(x: f64) -> Self;
    /// Widens to `f64`, exactly.
    fn to_f64(self) -> f64;
    /// Rounds to `f32`: what errors carry.
    fn to_f32(self) -> f32;
    /// Rounds `n` to this type.
    fn from_u32(n: u32) -> Self;
    /// Draws from the uniform distribution on [0, 1): the upper 24 bits of one `u32` for `f32`,
    /// 53 bits of two for `f64` (first the upper 32, then the lower 21).
    fn uniform(rng: &mut (impl rand_core::Rng + ?Sized)) -> Self;
    /// The bits of the number, `f32` widened with zeros.
    fn bits(self) -> u64;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// |x|.
    fn abs(self) -> Self;
    /// √x, correctly rounded.
    fn sqrt(self) -> Self;
    /// eˣ. For `f32` below −87.33 it is exactly 0, so that no denormal leaves it; at most 1 unit in the last place off.
    fn exp(self) -> Self;
    /// eˣ − 1, accurate near 0.
    fn exp_m1(self) -> Self;
    /// ln x.
    fn ln(self) -> Self;
    /// ln(1 + x), accurate near 0.
    fn ln_1p(self) -> Self;
    /// tanh x, between −1 and 1 for every x.
    fn tanh(self) -> Self;
    /// cos x.
    fn cos(self) -> Self;
    /// sin x.
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
    /// Zero below [`TINY`](Self::TINY) in magnitude, else the number itself. Branch-free.
    #[inline(always)]
    fn flush(self) -> Self {
        if self.abs() < Self::TINY { Self::ZERO } else { self }
    }
}

impl Scalar for f32 {
    const ONE: f32 = 1.0;
    const EPSILON: f32 = f32::EPSILON;
    const MAX: f32 = f32::MAX;
    const TINY: f32 = f32::from_bits((127 - 100) << 23);

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
    fn uniform(rng: &mut (impl rand_core::Rng + ?Sized)) -> f32 {
        (rng.next_u32() >> 8) as f32 * (1.0 / (1 << 24) as f32)
    }
    #[inline(always)]
    fn bits(self) -> u64 {
        u64::from(self.to_bits())
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f32::is_finite(self)
    }
    #[inline(always)]
    fn abs(self) -> f32 {
        f32::abs(self)
    }
    #[inline(always)]
    fn sqrt(self) -> f32 {
        libm::sqrtf(self)
    }
    #[inline(always)]
    fn exp(self) -> f32 {
        exp_f32(self)
    }
    #[inline]
    fn exp_m1(self) -> f32 {
        libm::expm1f(self)
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
    fn tanh(self) -> f32 {
        tanh_f32(self)
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
    const TINY: f64 = f64::from_bits((1023 - 900) << 52);

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
    fn uniform(rng: &mut (impl rand_core::Rng + ?Sized)) -> f64 {
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
        f64::is_finite(self)
    }
    #[inline(always)]
    fn abs(self) -> f64 {
        f64::abs(self)
    }
    #[inline(always)]
    fn sqrt(self) -> f64 {
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

/// eˣ without a branch, so that a loop of it becomes vector code.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2; eʳ by a polynomial of degree 6; times 2ⁿ in two exact halves.
/// Source: S. L. Moshier, Cephes `expf` (1989), coefficients included; rounding to n by adding and
/// subtracting 1.5·2²³ instead of `floor`, and 0 instead of denormal results.
#[inline(always)]
fn exp_f32(x: f32) -> f32 {
    const LOWEST: f32 = -87.336_54;
    const HIGHEST: f32 = 89.0;
    const ROUND: f32 = 12_582_912.0;
    let clamped = x.clamp(LOWEST, HIGHEST);
    let rounded = clamped * core::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = clamped - n * 0.693_359_4 - n * -2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 5.000_000_1e-1;
    let power = p * (r * r) + r + 1.0;
    let n = (rounded.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let half = n >> 1;
    let result = power * two_to(half) * two_to(n.wrapping_sub(half));
    if x < LOWEST { 0.0 } else { result }
}

/// 2ⁿ for −126 ≤ n ≤ 127.
#[inline(always)]
fn two_to(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// tanh x without a branch: a polynomial below 0.625, 1 − 2/(e²ˣ + 1) above.
/// Source: S. L. Moshier, Cephes `tanhf` (1989). At most 3 units in the last place off.
#[inline(always)]
fn tanh_f32(x: f32) -> f32 {
    let magnitude = x.abs();
    let z = x * x;
    let mut p = -5.704_988_7e-3;
    p = p * z + 2.063_908_9e-2;
    p = p * z - 5.373_971_2e-2;
    p = p * z + 1.333_144_2e-1;
    p = p * z - 3.333_328_2e-1;
    let near = p * z * x + x;
    let far = (1.0 - 2.0 / (exp_f32(magnitude + magnitude) + 1.0)).copysign(x);
    if magnitude < 0.625 { near } else { far }
}
