//! The same for each place of some slices.

use crate::kernels::dispatch::{Work, widest};
use crate::kernels::slices::Places;
use crate::kernels::threads;

/// Calls `rule` for each place of the slices. Threads may share them, see [`threads`]: a place takes about as long as
/// `work` multiply-adds of a product.
#[inline(always)]
pub(crate) fn each<S: Places>(work: usize, slices: S, rule: impl Fn(S::Item) + Copy + Send + Sync) {
    let parts = threads::parts(slices.count().wrapping_mul(work));
    if parts > 1 {
        threads::share(parts, slices, &|_, slices| widest(Each { slices, rule }));
    } else {
        Each { slices, rule }.run();
    }
}

/// [`each`] in one thread.
struct Each<S, F> {
    slices: S,
    rule: F,
}

impl<S: Places, F: Fn(S::Item)> Work for Each<S, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for place in self.slices.each() {
            (self.rule)(place);
        }
    }
}
