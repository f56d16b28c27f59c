//! Checks of user input: settings, lengths, numbers.

use crate::kernels::Here;
use crate::{Error, Row, Scalar};

/// Checks that a setting lies between `low` and `high`, both included. NaN does not.
#[inline]
pub(crate) fn check_setting<T: Scalar>(name: &'static str, value: T, low: T, high: T) -> Result<(), Error> {
    if value >= low && value <= high { Ok(()) } else { Err(setting(name, value, low, high)) }
}

/// The error of a setting outside the range from `low` to `high`.
#[inline]
pub(crate) fn setting<T: Scalar>(name: &'static str, value: T, low: T, high: T) -> Error {
    Error::Setting { name, value: value.to_f32(), range: [low.to_f32(), high.to_f32()] }
}

/// The same for a whole number, from `least` to 2³² − 1.
#[inline]
pub(crate) fn count_setting(name: &'static str, value: usize, least: u32) -> Error {
    Error::Setting { name, value: value as f32, range: [least as f32, u32::MAX as f32] }
}

/// Checks that two slices that belong together have the same length.
#[inline]
pub(crate) fn check_lengths(slices: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Lengths { slices, expected, found }) }
}

/// Checks that two slices have the same length and at least one row.
#[inline]
pub(crate) fn check_rows(slices: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    check_lengths(slices, expected, found)?;
    if expected == 0 { Err(Error::Empty) } else { Ok(()) }
}

/// How many rows there are of each class, which has to be below `K`.
pub(crate) fn count_classes<const K: usize, Y>(targets: &[Y], class: impl Fn(&Y) -> usize) -> Result<[u32; K], Error> {
    let mut counts = [0_u32; K];
    for (row, target) in (0..targets.len()).zip(targets) {
        let class = class(target);
        let count = counts.get_mut(class).ok_or(Error::Class { row, class, classes: K })?;
        *count = count.saturating_add(1);
    }
    Ok(counts)
}

/// Checks that every value is accepted. `error` makes the error from the index and the value of the first
/// that is not.
#[inline]
pub(crate) fn check_values<T: Scalar>(
    values: &[T],
    accepted: impl Fn(T) -> bool,
    error: impl Fn(usize, f32) -> Error,
) -> Result<(), Error> {
    for (place, &value) in (0..values.len()).zip(values) {
        if !accepted(value) {
            return Err(error(place, value.to_f32()));
        }
    }
    Ok(())
}

/// Checks that every number of the target of row `row` lies between `low` and `high`, both included.
#[inline(always)]
pub(crate) fn check_target<T: Scalar>(row: usize, target: &[T], low: T, high: T) -> Result<(), Error> {
    match target.iter().find(|&&t| !(t >= low && t <= high)) {
        Some(&t) => Err(Error::Target { row, value: t.to_f32(), range: [low.to_f32(), high.to_f32()] }),
        None => Ok(()),
    }
}

/// Checks that every feature is finite.
#[inline]
pub(crate) fn check_features<X: Row>(inputs: &[X]) -> Result<(), Error> {
    if Here::all_finite(X::flat(inputs)) {
        return Ok(());
    }
    (0..inputs.len()).zip(inputs).try_for_each(|(row, input)| {
        check_values(input.values(), X::Scalar::is_finite, |column, value| Error::Feature { row, column, value })
    })
}

/// Whether x lies in [0, 1]; false for NaN.
#[inline]
pub(crate) fn is_share<T: Scalar>(x: T) -> bool {
    x >= T::ZERO && x <= T::ONE
}
