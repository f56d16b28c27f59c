//! Numbers as bytes.

use super::json::Read;
use crate::Scalar;
use crate::storage::Source;

/// The types of numbers that are read.
#[derive(Clone, Copy)]
pub(super) enum Dtype {
    F64,
    F32,
    F16,
    Bf16,
}

impl Dtype {
    /// The type of this name, which zeros follow.
    pub(super) fn named(word: &[u8; 13]) -> Option<Self> {
        match word {
            b"F64\0\0\0\0\0\0\0\0\0\0" => Some(Dtype::F64),
            b"F32\0\0\0\0\0\0\0\0\0\0" => Some(Dtype::F32),
            b"F16\0\0\0\0\0\0\0\0\0\0" => Some(Dtype::F16),
            b"BF16\0\0\0\0\0\0\0\0\0" => Some(Dtype::Bf16),
            _ => None,
        }
    }

    /// How many bytes a number takes.
    pub(super) fn size(self) -> usize {
        match self {
            Dtype::F64 => 8,
            Dtype::F32 => 4,
            Dtype::F16 | Dtype::Bf16 => 2,
        }
    }

    /// The number with these bits.
    fn number(self, bits: u64) -> f64 {
        match self {
            Dtype::F64 => f64::from_bits(bits),
            Dtype::F32 => f64::from(f32::from_bits(bits as u32)),
            Dtype::F16 => f64::from(half(bits as u32)),
            Dtype::Bf16 => f64::from(f32::from_bits((bits as u32) << 16)),
        }
    }
}

/// The number of a half: a sign, 5 bits of exponent, 10 bits of fraction. Exact.
fn half(bits: u32) -> f32 {
    let (sign, exponent, fraction) = ((bits & 0x8000) << 16, bits >> 10 & 31, bits & 0x3ff);
    let magnitude = match exponent {
        // fraction · 2⁻²⁴.
        0 => (fraction as f32 * f32::from_bits((127 - 24) << 23)).to_bits(),
        31 => f32::INFINITY.to_bits() | fraction << 13,
        _ => exponent.wrapping_add(127 - 15) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}

/// Reads as many numbers as there are `places`, from byte `at` of the source on. `each` gets them with their
/// places, and ends the reading with `false`: then the place is returned.
pub(super) fn read<T: Scalar, S: Source>(
    (source, dtype, mut at): (&mut S, Dtype, u64),
    mut left: usize,
    mut places: impl Iterator<Item = usize>,
    mut each: impl FnMut(usize, T) -> bool,
) -> Read<Option<usize>, S> {
    let (mut buffer, size) = ([0; 256], dtype.size());
    while left != 0 {
        let count = Ord::min(left, 32);
        let length = count.wrapping_mul(size);
        let Some(part) = buffer.get_mut(..length) else { break };
        source.read(at, part).map_err(super::Error::Io)?;
        for (bytes, place) in part.chunks_exact(size).zip(places.by_ref().take(count)) {
            let bits = bytes.iter().rev().fold(0, |bits, &byte| bits << 8 | u64::from(byte));
            if !each(place, T::from_f64(dtype.number(bits))) {
                return Ok(Some(place));
            }
        }
        left = left.saturating_sub(count);
        at = at.wrapping_add(length as u64);
    }
    Ok(None)
}
