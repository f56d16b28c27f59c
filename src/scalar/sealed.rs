//! What this crate asks of a scalar beyond [`Scalar`](crate::Scalar), and nobody else can call.

use crate::scalar::vectors::Lanes;
use crate::scalar::{Scalar, VECTORS, root};

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
    fn from_bits(bits: u64, _: Inside) -> f64 {
        f64::from_bits(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
