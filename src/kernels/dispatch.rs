//! Work that is compiled for each instruction set.

pub(crate) use crate::kernels::wide::widest;

/// Work that is compiled once for each width of vectors: `run` and all that it calls are `#[inline(always)]`,
/// which closures promise with that attribute only.
pub(crate) trait Work {
    type Output;
    /// Does the work.
    fn run(self) -> Self::Output;
}
