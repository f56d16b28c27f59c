//! Random numbers drawn from a generator, with the same bits on every target.

use crate::Scalar;

/// Draws from the standard normal distribution: z = Φ⁻¹(u), u = (k + ½)·2⁻²⁴, k the upper 24 bits of one `u32`.
///
/// One `u32` for each number, no rejection, exactly symmetric, |z| ≤ 5.42 = Φ⁻¹(1 − 2⁻²⁵). The relative error of Φ⁻¹
/// is at most 10⁻⁷ for `f64` and a few units in the last place more for `f32`.
///
/// u is never rounded: q = u − ½ = ±m·2⁻²⁵ and the tail min(u, 1 − u) = (2²⁴ − m)·2⁻²⁵, with m odd and below 2²⁴.
/// Source: M. J. Wichura (1988), "Algorithm AS 241: The Percentage Points of the Normal Distribution", PPND7. Its
/// third piece, for tails below e⁻²⁵, is left out: the thinnest tail here is 2⁻²⁵.
pub(crate) fn standard_normal<T: Scalar>(rng: &mut (impl rand_core::Rng + ?Sized)) -> T {
    let k = rng.next_u32() >> 8;
    let twice = (k << 1) | 1;
    let upper = twice >= 1 << 24;
    let m = twice.abs_diff(1 << 24);
    let unit = T::from_f64(1.0 / (1_u32 << 25) as f64);
    let q = T::from_u32(m) * unit;
    let z = if q <= T::from_f64(0.425) { near(q) } else { far(T::from_u32((1_u32 << 24).saturating_sub(m)) * unit) };
    if upper { z } else { -z }
}

/// Φ⁻¹(½ + q) for 0 ≤ q ≤ 0.425.
fn near<T: Scalar>(q: T) -> T {
    let r = T::from_f64(0.180_625) - q * q;
    let numerator = polynomial(r, [59.109_374_720, 159.291_132_02, 50.434_271_938, 3.387_132_717_9]);
    q * numerator / polynomial(r, [67.187_563_600, 78.757_757_664, 17.895_169_469, 1.0])
}

/// Φ⁻¹(1 − tail) for e⁻²⁵ ≤ tail < 0.075.
fn far<T: Scalar>(tail: T) -> T {
    let r = (-tail.ln()).sqrt() - T::from_f64(1.6);
    let numerator = polynomial(r, [0.170_238_211_03, 1.306_728_481_6, 2.756_815_390_0, 1.423_437_277_7]);
    numerator / polynomial(r, [0.120_211_329_75, 0.737_001_642_50, 1.0])
}

/// A polynomial by Horner's rule, the coefficient of the highest power first.
#[inline(always)]
fn polynomial<T: Scalar, const N: usize>(x: T, coefficients: [f64; N]) -> T {
    let mut sum = T::ZERO;
    for coefficient in coefficients {
        sum = sum * x + T::from_f64(coefficient);
    }
    sum
}

/// Draws from 0, 1, …, n − 1; 0 where n is 0: ⌊k·n·2⁻³²⌋, k one `u32`.
///
/// The probability of each number differs from 1/n by less than 2⁻³²: one part in 4 million for n = 1000.
/// Source: D. Lemire (2019), "Fast Random Integer Generation in an Interval", without the rejection step.
pub(crate) fn uniform_below(rng: &mut (impl rand_core::Rng + ?Sized), n: u32) -> u32 {
    ((u64::from(rng.next_u32()) * u64::from(n)) >> 32) as u32
}
