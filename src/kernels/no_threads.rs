//! `threads` without the feature: nothing is divided.

use crate::kernels::slices::Slices;

/// One.
#[inline(always)]
pub(crate) fn parts(_: usize) -> usize {
    1
}

/// Never called, since there is one part. Without a call of the work the compiler has one place less to write it to.
#[inline(always)]
pub(crate) fn share<S: Slices>(_: usize, _: S, _: &impl Fn(usize, S)) {}
