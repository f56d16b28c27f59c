//! The first rows of a buffer, without a panic.

/// The first `count` rows; none where there are fewer.
#[inline(always)]
pub(crate) fn first_rows<R>(rows: &[R], count: usize) -> &[R] {
    rows.get(..count).unwrap_or(&[])
}

/// The first `count` rows, to be changed; none where there are fewer.
#[inline(always)]
pub(crate) fn first_rows_mut<R>(rows: &mut [R], count: usize) -> &mut [R] {
    rows.get_mut(..count).unwrap_or(&mut [])
}
