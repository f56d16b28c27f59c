//! The two scalars.

use crate::scalar::random::Generator;
use crate::scalar::{SOFT, Scalar, VECTORS, elementary, root};

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

/// x = ±0. What is plainer, as without `SOFT`, the compiler turns into a comparison of floats.
#[inline(always)]
fn is_zero<const SOFT: bool>(x: f32) -> bool {
    if SOFT { x.to_bits().wrapping_sub(1) << 1 == u32::MAX << 1 } else { x.to_bits() << 1 == 0 }
}

/// The same for `f64`.
#[inline(always)]
fn is_zero_64<const SOFT: bool>(x: f64) -> bool {
    if SOFT { x.to_bits().wrapping_sub(1) << 1 == u64::MAX << 1 } else { x.to_bits() << 1 == 0 }
}

/// x > 0. Among the bits, +0 and −0 lie at the two ends, NaN behind infinity.
#[inline(always)]
fn is_positive<const SOFT: bool>(x: f32) -> bool {
    if SOFT { x.to_bits().wrapping_sub(1) < f32::INFINITY.to_bits() } else { x > 0.0 }
}

/// max(x, 0). Among the bits, negative numbers lie from −0 to −∞, NaN behind that.
#[inline(always)]
fn positive_part<const SOFT: bool>(x: f32) -> f32 {
    if SOFT {
        return if x.to_bits().wrapping_sub(1 << 31) <= f32::INFINITY.to_bits() { 0.0 } else { x };
    }
    rectified!(x)
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
        is_zero::<SOFT>(self)
    }
    #[inline(always)]
    fn is_positive(self) -> bool {
        is_positive::<SOFT>(self)
    }
    #[inline(always)]
    fn positive_part(self) -> f32 {
        positive_part::<SOFT>(self)
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
        #[allow(unreachable_code, reason = "reached without std")]
        if SOFT || VECTORS { libm::sqrtf(self) } else { root::sqrt(self) }
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
        is_zero_64::<SOFT>(self)
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
        #[allow(unreachable_code, reason = "reached without std")]
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

#[cfg(test)]
mod tests {
    use super::*;

    /// With an FPU and by the bits: zeros, the ends of the normal and denormal numbers, infinity, NaN of
    /// either sign.
    #[test]
    fn signs() {
        let least = f32::from_bits(1);
        let positive = [least, f32::MIN_POSITIVE, 1.0, f32::MAX, f32::INFINITY];
        for x in positive {
            assert_eq!([is_positive::<false>(x), is_positive::<true>(x)], [true; 2], "{x}");
            assert_eq!([positive_part::<false>(x), positive_part::<true>(x)], [x; 2]);
        }
        for x in positive.map(|x| -x).into_iter().chain([0.0, -0.0]) {
            assert_eq!([is_positive::<false>(x), is_positive::<true>(x)], [false; 2], "{x}");
            assert_eq!([positive_part::<false>(x), positive_part::<true>(x)].map(f32::to_bits), [0; 2], "{x}");
        }
        for x in [f32::NAN, -f32::NAN] {
            assert!(!is_positive::<false>(x) && !is_positive::<true>(x));
            assert!(positive_part::<false>(x).is_nan() && positive_part::<true>(x).is_nan());
        }
        for (x, zero) in [(0.0, true), (-0.0, true), (least, false), (-least, false), (-1.0, false), (f32::NAN, false)]
        {
            let wide = f64::from(x);
            let found = [is_zero::<false>(x), is_zero::<true>(x), is_zero_64::<false>(wide), is_zero_64::<true>(wide)];
            assert_eq!(found, [zero; 4], "{x}");
        }
    }
}
