//! Random numbers drawn from a generator, with the same bits on every target.

use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

use crate::Scalar;

/// A generator of random numbers: any [`Rng`](rand_core::Rng) of `rand_core` 0.10, such as
/// [`XorShiftRng`] of `rand_xorshift` 0.5, or the generators of `rand` 0.10. Both crates are re-exported.
///
/// ```
/// use bareprop::rand_core::SeedableRng;
/// use bareprop::rand_xorshift::XorShiftRng;
/// use bareprop::{Dense, Init, Layer, Zero};
/// let mut layer = Dense::<2, 3>::ZERO;
/// layer.initialize(Some(Init::LeCunNormal), &mut XorShiftRng::seed_from_u64(1));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a generator of `rand_core` 0.10",
    label = "not an `Rng` of `rand_core` 0.10",
    note = "`rand` 0.10, `rand_xorshift` 0.5 and `bareprop::rand_xorshift` have generators of that version; `initialize_seeded` needs none"
)]
pub trait Generator: rand_core::Rng {}

#[diagnostic::do_not_recommend]
impl<R: rand_core::Rng + ?Sized> Generator for R {}

/// The generator from which initial weights of a seed are drawn.
pub(crate) fn seeded(seed: u64) -> XorShiftRng {
    XorShiftRng::seed_from_u64(seed)
}

/// What the library seeds a generator for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// The noise of data sets.
    DataSet,
    /// The order of the rows of a split.
    Split,
}

/// The generator of one purpose for one seed: `seed_from_u64(seed ^ c)`, c a constant of the purpose.
///
/// Different seeds stay different. Initial weights come from [`seeded`], c = 0, or from a generator of the
/// user's. The upper two bits of the three constants differ, so no two purposes share a generator
/// for seeds below 2⁶². Shuffles and dropout have no generator: they hash the seed, see
/// [`Noise`](crate::Noise).
pub(crate) fn generator(seed: u64, purpose: Purpose) -> XorShiftRng {
    // The first 64 bits of the fractions of √2 and √3.
    let constant = match purpose {
        Purpose::DataSet => 0x6a09_e667_f3bc_c908,
        Purpose::Split => 0xbb67_ae85_84ca_a73b,
    };
    XorShiftRng::seed_from_u64(seed ^ constant)
}

/// Draws from the standard normal distribution: z = Φ⁻¹(u), u = (k + ½)·2⁻²⁴, k the upper 24 bits of one
/// `u32`.
///
/// One `u32` for each number, no rejection, exactly symmetric, |z| ≤ 5.42 = Φ⁻¹(1 − 2⁻²⁵). The relative error
/// of Φ⁻¹ is below 1.2·10⁻⁷ for `f64`, and with the rounding of `f32` below 4·10⁻⁷ there.
///
/// u is never rounded: q = u − ½ = ±m·2⁻²⁵ and the tail min(u, 1 − u) = (2²⁴ − m)·2⁻²⁵, with m odd and below
/// 2²⁴. Source: M. J. Wichura (1988), "Algorithm AS 241: The Percentage Points of the Normal Distribution",
/// PPND7. Its third piece, for tails below e⁻²⁵, is left out: the thinnest tail here is 2⁻²⁵.
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

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::Noise;
    use rand_core::{Infallible, Rng, TryRng};
    use std::collections::HashMap;
    use std::string::String;

    /// A generator that gives one number for ever.
    struct Always(u32);

    impl TryRng for Always {
        type Error = Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            Ok(self.0)
        }
        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            Ok(u64::from(self.0))
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            bytes.fill(0);
            Ok(())
        }
    }

    fn normal_of<T: Scalar>(k: u32) -> f64 {
        standard_normal::<T>(&mut Always(k << 8)).to_f64()
    }

    /// (u − Φ(z)) / φ(z) / z, the relative error of z = −|z| to first order, for u = (k + ½)·2⁻²⁴ below ½.
    fn relative_error(k: u32, z: f64) -> f64 {
        let below = 0.5 * libm::erfc(-z * core::f64::consts::FRAC_1_SQRT_2);
        let density = libm::exp(-0.5 * z * z) / libm::sqrt(core::f64::consts::TAU);
        ((f64::from(k) + 0.5) * libm::exp2(-24.0) - below) / density / z
    }

    #[test]
    fn normal_inverts_the_distribution_function() {
        let middle = 1_u32 << 23;
        let tail = 0..2000;
        for k in tail.chain((2000..middle).step_by(997)).chain(middle - 50..middle - 1) {
            let (single, double) = (normal_of::<f32>(k), normal_of::<f64>(k));
            // erfc near 1 is itself rounded to 2⁻⁵³; near the middle z is small against that.
            let rounding = 4e-16 / double.abs();
            assert!(relative_error(k, double).abs() < 1.2e-7 + rounding, "f64, k = {k}: {double}");
            assert!(relative_error(k, single).abs() < 4.0e-7 + rounding, "f32, k = {k}: {single}");
            assert_eq!(
                (normal_of::<f32>(2 * middle - 1 - k), normal_of::<f64>(2 * middle - 1 - k)),
                (-single, -double)
            );
        }
        assert!((normal_of::<f64>(0) + 5.419_983).abs() < 1e-5);
        assert!(normal_of::<f32>(middle) > 0.0 && normal_of::<f32>(middle - 1) < 0.0);
    }

    #[test]
    fn normal_rises_with_the_word_drawn() {
        let mut before = f64::NEG_INFINITY;
        for k in (0..1 << 24).step_by(1009) {
            let z = normal_of::<f32>(k);
            assert!(z > before, "k = {k}");
            before = z;
        }
    }

    #[test]
    fn uniform_below_covers_its_range_evenly() {
        assert_eq!((uniform_below(&mut Always(u32::MAX), 0), uniform_below(&mut Always(u32::MAX), 1)), (0, 0));
        for n in [2, 3, 1000, u32::MAX] {
            assert_eq!((uniform_below(&mut Always(0), n), uniform_below(&mut Always(u32::MAX), n)), (0, n - 1));
        }
        let (mut rng, mut counts) = (XorShiftRng::seed_from_u64(3), [0_u32; 7]);
        for _ in 0..70_000 {
            counts[uniform_below(&mut rng, 7) as usize] += 1;
        }
        let chi_squared: f64 =
            counts.iter().map(|&count| (f64::from(count) - 1e4) * (f64::from(count) - 1e4) / 1e4).sum();
        assert!(chi_squared < 22.5, "{chi_squared}"); // 1 in 1000 with 6 degrees of freedom
    }

    /// Two words in a row are seen once: no purpose of any seed repeats a run of another, wherever either has
    /// come to.
    #[test]
    fn no_two_purposes_share_a_run() {
        let mut seen: HashMap<[u32; 2], String> = HashMap::new();
        let mut draw = |name: String, mut next: std::boxed::Box<dyn FnMut(u32) -> u32>| {
            let words: std::vec::Vec<u32> = (0..200).map(&mut next).collect();
            for pair in words.windows(2) {
                let other = seen.insert([pair[0], pair[1]], name.clone());
                assert!(other.is_none(), "{name} and {other:?} share {pair:?}");
            }
        };
        for seed in 0..100 {
            let weights = XorShiftRng::seed_from_u64(seed);
            let (data, split) = (generator(seed, Purpose::DataSet), generator(seed, Purpose::Split));
            for (name, mut rng) in [("weights", weights), ("data set", data), ("split", split)] {
                draw(std::format!("{name} of seed {seed}"), std::boxed::Box::new(move |_| rng.next_u32()));
            }
            // The layers of a tuple, and what Shuffle hashes for training and for data sets.
            let (dropout, shuffle) = (Noise::new(seed), Noise::new(seed).layer(u32::MAX));
            let layers = [dropout.layer(0), dropout.layer(1), dropout.layer(0).layer(0)];
            for (number, noise) in layers.into_iter().chain([shuffle, shuffle.row(u32::MAX)]).enumerate() {
                draw(std::format!("hash {number} of seed {seed}"), std::boxed::Box::new(move |unit| noise.unit(unit)));
            }
        }
    }

    #[test]
    fn generators() {
        let first = |seed, purpose| generator(seed, purpose).next_u32();
        assert_eq!(
            [0, 1, 42, u64::MAX].map(|seed| first(seed, Purpose::DataSet)),
            [799801050, 1624523639, 203062736, 2572041540]
        );
        assert_eq!(
            [0, 1, 42, u64::MAX].map(|seed| first(seed, Purpose::Split)),
            [3921086040, 227443134, 1568489416, 1573521159]
        );
    }

    #[test]
    fn value_stability() {
        let mut rng = XorShiftRng::seed_from_u64(42);
        let single = [(); 4].map(|()| standard_normal::<f32>(&mut rng).to_bits());
        assert_eq!(single, [1063398503, 3211701427, 1069164448, 1071488775]);
        let mut rng = XorShiftRng::seed_from_u64(42);
        let double = [(); 4].map(|()| standard_normal::<f64>(&mut rng).to_bits());
        assert_eq!(double, [4606132990323067077, 13829944872674695969, 4609228557852524991, 4610476421678918126]);
        let mut rng = XorShiftRng::seed_from_u64(42);
        assert_eq!([1, 10, 1000, u32::MAX].map(|n| uniform_below(&mut rng, n)), [0, 1, 927, 4115915050]);
    }
}
