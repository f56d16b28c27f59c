//! What this crate asks of a scalar beyond [`Scalar`](crate::Scalar), and nobody else can call.

use crate::scalar::vectors::Lanes;
use crate::scalar::{SOFT, Scalar, VECTORS, root};

/// An argument that only this crate can make: no public path leads to its name.
#[derive(Debug)]
pub struct Inside;

/// Keeps others from implementing [`Scalar`]. Its methods take [`Inside`], so that a bound `T: Scalar` does
/// not make them callable.
pub trait Sealed: Lanes {
    /// The larger of |self| and |other|; NaN where one of them is. By the bits, so that a chip without FPU
    /// needs no comparison of floats.
    fn largest_magnitude(self, other: Self, _: Inside) -> Self;
    /// √x of what the compiler knows, done by the compiler.
    fn sqrt_of_constant(self, _: Inside) -> Self;
    /// √x of a sum of squares: of 0, or of a number that is finite and not denormal.
    fn root_of_squares(self, _: Inside) -> Self;
    /// cos πr for r between 0 and 1.
    fn cos_of_half_turns(r: Self, _: Inside) -> Self;
    /// The number with these bits, of `f32` the lower 32.
    fn from_bits(bits: u64, _: Inside) -> Self;
}

impl Sealed for f32 {
    #[inline(always)]
    fn largest_magnitude(self, other: f32, _: Inside) -> f32 {
        let magnitude = |x: f32| x.to_bits() & (u32::MAX >> 1);
        f32::from_bits(Ord::max(magnitude(self), magnitude(other)))
    }
    #[inline(always)]
    fn sqrt_of_constant(self, _: Inside) -> f32 {
        if VECTORS { Scalar::sqrt(self) } else { root::inlined(self) }
    }
    #[inline(always)]
    fn root_of_squares(self, _: Inside) -> f32 {
        if VECTORS || SOFT { Scalar::sqrt(self) } else { root::of_squares(self) }
    }
    #[inline]
    fn cos_of_half_turns(r: f32, _: Inside) -> f32 {
        cosine(r, &[core::f32::consts::PI, -5.167_710_3, 2.550_077_4, -0.598_290_4, 0.077_655_91])
    }
    #[inline(always)]
    fn from_bits(bits: u64, _: Inside) -> f32 {
        f32::from_bits(bits as u32)
    }
}

impl Sealed for f64 {
    #[inline(always)]
    fn largest_magnitude(self, other: f64, _: Inside) -> f64 {
        let magnitude = |x: f64| x.to_bits() & (u64::MAX >> 1);
        f64::from_bits(Ord::max(magnitude(self), magnitude(other)))
    }
    #[inline(always)]
    fn sqrt_of_constant(self, _: Inside) -> f64 {
        Scalar::sqrt(self)
    }
    #[inline(always)]
    fn root_of_squares(self, _: Inside) -> f64 {
        Scalar::sqrt(self)
    }
    #[inline]
    fn cos_of_half_turns(r: f64, _: Inside) -> f64 {
        let p = [
            core::f64::consts::PI,
            -5.167712780049969,
            2.5501640398773007,
            -0.5992645293189447,
            0.0821458865731029,
            -0.007370430505916944,
            0.0004662998161898394,
            -2.1903497074626018e-5,
            7.697826768224191e-7,
        ];
        cosine(r, &p)
    }
    #[inline(always)]
    fn from_bits(bits: u64, _: Inside) -> f64 {
        f64::from_bits(bits)
    }
}

/// cos πr = sin πs = s·P(s²) with s = ½ − r, for r between 0 and 1; exactly 1, 0 and −1 for 0, ½ and 1.
///
/// P interpolates sin(πs)/s at the roots of a Chebyshev polynomial; no reduction of the argument is needed.
#[inline]
fn cosine<T: Scalar, const N: usize>(r: T, p: &[T; N]) -> T {
    let s = T::from_f64(0.5) - r;
    let square = s * s;
    let sine = s * p.iter().rev().fold(T::ZERO, |sum, &coefficient| sum * square + coefficient);
    // Near the ends rounding can lead beyond ±1.
    sine.max(-T::ONE).min(T::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside libm's, which reduces any angle: at most 1.5 units of the last place of 1 off. Falls all the way.
    #[test]
    fn cosines() {
        let mut last = [2.0, 2.0];
        for i in 0..=1 << 16 {
            let r = f64::from(i) / f64::from(1 << 16);
            let (single, double) = (f32::cos_of_half_turns(r as f32, Inside), f64::cos_of_half_turns(r, Inside));
            let expected = libm::cos(core::f64::consts::PI * r);
            assert!((f64::from(single) - expected).abs() <= 1.5 * f64::from(f32::EPSILON), "{r}: {single}");
            assert!((double - expected).abs() <= 1.5 * f64::EPSILON, "{r}: {double}");
            assert!(f64::from(single) <= last[0] + f64::from(f32::EPSILON) && double <= last[1], "{r}");
            last = [f64::from(single), double];
        }
        for i in 0..1 << 16 {
            let near = f64::from(i) / f64::from(1 << 24);
            for r in [near, 1.0 - near] {
                assert!(f32::cos_of_half_turns(r as f32, Inside).abs() <= 1.0, "{r}");
                assert!(f64::cos_of_half_turns(r, Inside).abs() <= 1.0, "{r}");
            }
        }
        assert_eq!([0.0, 0.5, 1.0].map(|r| f32::cos_of_half_turns(r, Inside)), [1.0, 0.0, -1.0]);
        assert_eq!([0.0, 0.5, 1.0].map(|r| f64::cos_of_half_turns(r, Inside)), [1.0, 0.0, -1.0]);
    }

    #[test]
    fn roots_of_constants() {
        assert_eq!((2.25_f32.sqrt_of_constant(Inside), 2.25_f64.sqrt_of_constant(Inside)), (1.5, 1.5));
    }

    /// The larger magnitude, also of zeros and infinities, and NaN where there is one.
    #[test]
    fn largest_magnitudes() {
        macro_rules! ends {
            ($T:ident) => {
                let larger = |a: $T, b: $T| a.largest_magnitude(b, Inside);
                let (least, infinity, nan) = ($T::from_bits(1), $T::INFINITY, $T::NAN);
                let pairs = [(1.0, -2.0), (-2.0, 1.0), (-0.0, least), ($T::MAX, -infinity), (infinity, 1.0)];
                assert_eq!(pairs.map(|(a, b)| larger(a, b)), [2.0, 2.0, least, infinity, infinity]);
                assert_eq!(larger(-0.0, -0.0).to_bits(), 0);
                assert!(larger(nan, infinity).is_nan() && larger(1.0, nan).is_nan());
            };
        }
        ends!(f32);
        ends!(f64);
    }
}
