//! eˣ, eˣ − 1, ln(1 + e⁻ˣ) and tanh of `f32`, from additions, multiplications and one division, without a
//! branch. A loop of them becomes vector code, and gives the same bits with vectors of any width and on every
//! chip. `tests/elementary.rs` measures each over all its arguments.

/// Below this e^x is 0, so that no denormal arises: −126·ln 2.
const LOWEST: f32 = -87.336_54;

/// x = n·ln 2 + r with |r| ≤ ln 2 / 2. Returns eʳ − 1 − r, r and n, for x from −88 to 89.
///
/// eʳ by a polynomial of degree 7. Source: S. L. Moshier, Cephes `expf` (1989), coefficients included;
/// rounding to n by adding and subtracting 1.5·2²³ instead of `floor`.
#[inline(always)]
fn reduced(x: f32) -> (f32, f32, i32) {
    const ROUND: f32 = 12_582_912.0;
    let rounded = x * core::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * 0.693_359_4 - n * -2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_2e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    (p * (r * r), r, (rounded.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32))
}

/// 2ⁿ for −126 ≤ n ≤ 127.
#[inline(always)]
fn two_to(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// e^x: 2ⁿ·eʳ, the power of two in two halves, so that neither overflows; 0 below −87.33654.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let (power, r, n) = reduced(x.clamp(LOWEST, 89.0));
    let half = n >> 1;
    let result = (power + r + 1.0) * two_to(half) * two_to(n.wrapping_sub(half));
    if x < LOWEST { 0.0 } else { result }
}

/// e^x − 1: 2ⁿ⁻¹·(2·(eʳ − 1) + (2 − 2¹⁻ⁿ)), so that neither power overflows; 2¹⁻ⁿ is 0 for n = 128, where
/// that changes nothing. Below −17.4 all is −1. The sum makes +0 of −0, so the sign is taken from x.
#[inline(always)]
pub(crate) fn exp_m1(x: f32) -> f32 {
    let (power, r, n) = reduced(x.clamp(-64.0, 89.0));
    let scale = two_to(n.wrapping_sub(1));
    let inverse = f32::from_bits((254_u32 << 23).wrapping_sub(scale.to_bits()));
    let less = power + r;
    ((less + less + (2.0 - inverse)) * scale).copysign(x)
}

/// e^−|x| and ln(1 + e^−|x|).
#[inline(always)]
pub(crate) fn softplus_parts(x: f32) -> (f32, f32) {
    let e = exp(-x.abs());
    (e, ln_1p(e))
}

/// ln(1 + x) for 0 ≤ x ≤ 1: 2·artanh s = 2s + s·z·P(z) with s = x / (2 + x), z = s² ≤ 1/9; P of degree 4 by
/// minimax, off by 7·10⁻⁹.
#[inline]
fn ln_1p(x: f32) -> f32 {
    let s = x / (2.0 + x);
    let z = s * s;
    let mut p = 0.232_243_3;
    p = p * z + 0.217_065_76;
    p = p * z + 0.285_923_58;
    p = p * z + 0.399_997_06;
    p = p * z + 0.666_666_7;
    s * z * p + (s + s)
}

/// tanh x: an odd polynomial below 0.625, 1 − 2/(e²ˣ + 1) above. Source: S. L. Moshier, Cephes `tanhf`
/// (1989).
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let z = x * x;
    let mut p = -5.704_988_7e-3;
    p = p * z + 2.063_909e-2;
    p = p * z - 5.373_971_5e-2;
    p = p * z + 0.133_314_42;
    p = p * z - 0.333_332_8;
    let near = p * z * magnitude + magnitude;
    let far = 1.0 - 2.0 / (exp(magnitude + magnitude) + 1.0);
    (if magnitude < 0.625 { near } else { far }).copysign(x)
}
