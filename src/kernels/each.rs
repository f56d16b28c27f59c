//! The same for each place of some slices.

use crate::kernels::dispatch::{Work, widest};
use crate::kernels::slices::{Places, Slices};
use crate::kernels::threads;

/// Calls `rule` for each place of the slices. Threads may share them, see [`threads`]: a place takes about as long as
/// `work` multiply-adds of a product.
///
/// A rule that calls functions has the attribute `#[inline(always)]`, so that these are compiled for each instruction
/// set, as [`Work`] wants it.
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

/// [`each`] for groups of at most `together` places.
#[inline(always)]
pub(crate) fn each_group<S: Slices>(work: usize, together: usize, slices: S, rule: impl Fn(S) + Copy + Send + Sync) {
    let parts = threads::parts(slices.count().wrapping_mul(work));
    if parts > 1 {
        threads::share(parts, slices, &|_, slices| widest(Groups { together, slices, rule }));
    } else {
        Groups { together, slices, rule }.run();
    }
}

/// [`each_group`] in one thread.
struct Groups<S, F> {
    together: usize,
    slices: S,
    rule: F,
}

impl<S: Slices, F: Fn(S)> Work for Groups<S, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut rest = self.slices;
        while rest.count() > 0 {
            let middle = Ord::min(self.together, rest.count());
            let (group, others) = rest.cut(middle);
            (self.rule)(group);
            rest = others;
        }
    }
}
