//! √x of `f32` where no instruction for it can be asked for: `core` has no function that becomes one.

/// The smallest normal number.
const NORMAL: u32 = 1 << 23;

/// √x, correctly rounded: two steps of Heron's rule, s ← (s + x/s)/2, then an exact correction of the last
/// place. NaN below 0.
///
/// The guess halves the exponent, and misses by 3.5 % at most; the first step, whose factor is a little less
/// than ½ since Heron's rule errs upwards only, misses by 3·10⁻⁴, and the second by 1.3 in the last place. So
/// the integer n of the 24 bits of s is right, or off by one. Of the rest x − n² the lower 32 bits are
/// enough.
#[inline(never)]
pub(crate) fn sqrt(x: f32) -> f32 {
    inlined(x)
}

/// [`sqrt`] for what the compiler knows, so that nothing is left of it.
#[inline(always)]
pub(crate) fn inlined(x: f32) -> f32 {
    let bits = x.to_bits();
    if bits.wrapping_sub(NORMAL) >= f32::INFINITY.to_bits() - NORMAL {
        return special(x);
    }
    of_normal(x)
}

/// √x of a sum of squares: of 0, or of a number that is finite and not denormal. Less code than [`sqrt`].
#[inline(never)]
pub(crate) fn of_squares(x: f32) -> f32 {
    if x.to_bits() == 0 { 0.0 } else { of_normal(x) }
}

/// √x of a number that is positive, finite and not denormal.
#[inline(always)]
fn of_normal(x: f32) -> f32 {
    let bits = x.to_bits();
    // The exponent is right already, but for what lies below it.
    let half = (bits >> 1).wrapping_add(127 << 22);
    let guess = f32::from_bits(half.wrapping_sub(0x4_b000));
    let guess = (guess + x / guess) * 0.499_86;
    let root = ((guess + x / guess) * 0.5).to_bits();

    let n = root.wrapping_sub((half >> 23 << 23).wrapping_sub(NORMAL));
    let odd = bits >> 23 & 1;
    let rest = (bits << 24_u32.wrapping_sub(odd)).wrapping_sub(n.wrapping_mul(n)) as i32;
    // (n ± ½)² = n² ± n + ¼.
    let n = n as i32;
    let root = root.wrapping_add(u32::from(rest > n));
    f32::from_bits(root.wrapping_sub(u32::from(rest.wrapping_add(n) <= 0)))
}

/// Zeros, infinity, NaN, negative and denormal numbers.
#[cold]
#[inline(never)]
fn special(x: f32) -> f32 {
    if x.to_bits().wrapping_sub(1) < NORMAL {
        return sqrt(x * (1 << 24) as f32) * (1.0 / (1 << 12) as f32);
    }
    if x >= 0.0 { x } else { f32::NAN }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_mantissa_of_both_parities_and_all_other_numbers_give_the_bits_of_libm() {
        let same = |bits: u32| {
            let x = f32::from_bits(bits);
            let (found, expected) = (super::sqrt(x), libm::sqrtf(x));
            if bits == 0 || x >= f32::MIN_POSITIVE && x.is_finite() {
                assert_eq!(super::of_squares(x).to_bits(), found.to_bits() & u32::MAX >> 1, "{x:e}");
            }
            assert!(found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()), "{x:e}: {found:e}");
        };
        (126 << 23..128 << 23).for_each(same);
        // Coarser: every exponent, both signs, denormal numbers, infinity, NaN.
        (0..u32::MAX).step_by(999_983).for_each(same);
        for exponent in 0..512_u32 {
            for bits in [0, 1, 2, 3, 1 << 22, (1 << 23) - 2, (1 << 23) - 1] {
                same(exponent << 23 | bits);
            }
        }
    }
}
