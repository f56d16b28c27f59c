//! `threads` without the feature: nothing is divided.

use crate::kernels::slices::Slices;

/// One.
#[inline(always)]
pub(crate) fn parts(_: usize) -> usize {
    1
}

/// Never called, since there is one part.
#[inline(always)]
pub(crate) fn share<S: Slices>(_: usize, slices: S, work: &impl Fn(usize, S)) {
    work(0, slices);
}
