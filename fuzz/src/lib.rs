//! What the fuzz targets share: numbers of every kind, and a trainer with a twin.

pub mod settings;
pub mod twins;

use arbitrary::{Result, Unstructured};
use bareprop::Scalar;

/// Numbers at which things go wrong.
const SPECIAL: [f64; 24] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    1e-3,
    0.9,
    0.999,
    1.000_001,
    10.0,
    -10.0,
    89.0,
    -104.0,
    710.0,
    1e-30,
    1e-40,
    1e-310,
    1e18,
    -1e19,
    3.4e38,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

/// Any number: one that is likely to be accepted, one of those above, or any pattern of bits.
pub fn number<T: Scalar>(u: &mut Unstructured<'_>) -> Result<T> {
    Ok(match u.arbitrary::<u8>()? {
        255 => -T::MAX,
        254 => T::MAX,
        253 => T::TINY,
        252 => T::EPSILON,
        251 => T::ONE - T::EPSILON,
        250 => T::MAX.sqrt(),
        240..=249 => T::from_f64(f64::from(u.arbitrary::<f32>()?)),
        230..=239 => T::from_f64(u.arbitrary()?),
        190..=229 => T::from_f64(*u.choose(&SPECIAL)?),
        byte => T::from_f64((f64::from(byte) - 64.0) / 32.0),
    })
}

/// A number from 0 to 1 most of the time: a rate, a factor, a share.
pub fn share<T: Scalar>(u: &mut Unstructured<'_>) -> Result<T> {
    let byte = u.arbitrary::<u8>()?;
    if byte >= 240 { number(u) } else { Ok(T::from_f64(f64::from(byte) / 256.0)) }
}

/// A row.
pub fn row<T: Scalar, const N: usize>(u: &mut Unstructured<'_>) -> Result<[T; N]> {
    let mut row = [T::ZERO; N];
    for x in &mut row {
        *x = number(u)?;
    }
    Ok(row)
}

/// From 0 to `most` of whatever `one` makes.
pub fn some<'a, A>(
    u: &mut Unstructured<'a>,
    most: usize,
    mut one: impl FnMut(&mut Unstructured<'a>) -> Result<A>,
) -> Result<Vec<A>> {
    let count = u.int_in_range(0..=most)?;
    (0..count).map(|_| one(u)).collect()
}

/// Rows of one length or, now and then, of another.
pub fn length(u: &mut Unstructured<'_>, expected: usize) -> Result<usize> {
    if u.ratio(15, 16)? { Ok(expected) } else { u.int_in_range(0..=expected + 2) }
}

/// As many as there are inputs, most of the time, of whatever `one` makes.
pub fn beside<'a, A>(
    u: &mut Unstructured<'a>,
    expected: usize,
    mut one: impl FnMut(&mut Unstructured<'a>) -> Result<A>,
) -> Result<Vec<A>> {
    let count = length(u, expected)?;
    (0..count).map(|_| one(u)).collect()
}

/// The bits of rows, for comparisons to which NaN is equal.
pub fn bits<T: Scalar>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.bits()).collect()
}
