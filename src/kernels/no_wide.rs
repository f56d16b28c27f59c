//! `wide` where there are no wide vectors to choose: nothing is done.

use crate::kernels::dispatch::Work;
use crate::kernels::matrix::Sums;

/// Does the work.
#[inline(always)]
pub(crate) fn widest<W: Work>(work: W) -> W::Output {
    work.run()
}

/// Not done.
#[inline(always)]
pub(crate) fn affine<T, const R: usize, const C: usize>(
    _: &[[T; C]; R],
    _: &[T; C],
    _: &[[T; R]],
    _: &mut [[T; C]],
) -> bool {
    false
}

/// Not done.
#[inline(always)]
pub(crate) fn backward<T, const R: usize, const C: usize>(
    _: &[[T; C]; R],
    _: &[[T; C]],
    _: &mut [[T; R]],
    _: &[[T; R]],
) -> bool {
    false
}

/// Not done.
#[inline(always)]
pub(crate) fn outer<T, const R: usize, const C: usize>(
    _: Sums,
    _: &mut [[T; C]; R],
    _: &mut [T; C],
    _: &[[T; R]],
    _: &[[T; C]],
) -> bool {
    false
}

/// Not done.
#[inline(always)]
pub(crate) fn bias<T, const C: usize>(_: Sums, _: &mut [T; C], _: &[[T; C]]) -> bool {
    false
}

/// Not done.
#[inline(always)]
pub(crate) fn outer_rows<T, const R: usize, const C: usize>(
    _: Sums,
    _: (&mut [[T; C]], usize),
    _: &[[T; R]],
    _: &[[T; C]],
) -> bool {
    false
}

/// Not done.
#[inline(always)]
#[expect(clippy::extra_unused_type_parameters, reason = "as those of `wide` have it")]
pub(crate) fn affine_windows<G, T, const C: usize>(_: &[[T; C]], _: &[T; C], _: &[T], _: &mut [[T; C]]) -> bool {
    false
}

/// Not done.
#[inline(always)]
#[expect(clippy::extra_unused_type_parameters, reason = "as those of `wide` have it")]
pub(crate) fn backward_windows<G, T, const C: usize>(_: &[[T; C]], _: &[[T; C]], _: &mut [T], _: &[T]) -> bool {
    false
}

/// Not done.
#[inline(always)]
#[expect(clippy::extra_unused_type_parameters, reason = "as those of `wide` have it")]
pub(crate) fn add_outer_windows<G, T, const C: usize>(_: &mut [[T; C]], _: &mut [T; C], _: &[T], _: &[[T; C]]) -> bool {
    false
}

/// Not done.
#[inline(always)]
#[expect(clippy::extra_unused_type_parameters, reason = "as those of `wide` have it")]
pub(crate) fn outer_rows_windows<G, T, const C: usize>(_: (&mut [[T; C]], usize), _: &[T], _: &[[T; C]]) -> bool {
    false
}

/// Not done.
#[inline(always)]
pub(crate) fn regularise<T>(_: &[T], _: &mut [T], _: T, _: T) -> Option<[T; 2]> {
    None
}
