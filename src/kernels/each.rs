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
    divided(
        work,
        slices,
        #[inline(always)]
        move |slices: S| {
            for place in slices.each() {
                rule(place);
            }
        },
    );
}

/// [`each`] for groups of at most `together` places.
#[inline(always)]
pub(crate) fn each_group<S: Slices>(work: usize, together: usize, slices: S, rule: impl Fn(S) + Copy + Send + Sync) {
    divided(
        work,
        slices,
        #[inline(always)]
        move |mut slices: S| {
            while slices.count() > 0 {
                let middle = Ord::min(together, slices.count());
                let (group, others) = slices.cut(middle);
                rule(group);
                slices = others;
            }
        },
    );
}

/// Calls `pass` for all of the slices, or in each thread for a part of them.
#[inline(always)]
fn divided<S: Slices>(work: usize, slices: S, pass: impl Fn(S) + Copy + Send + Sync) {
    let parts = threads::parts(slices.count().wrapping_mul(work));
    if parts > 1 {
        threads::share(parts, slices, &|_, slices| widest(Part { slices, pass }));
    } else {
        pass(slices);
    }
}

/// What one thread does.
struct Part<S, F> {
    slices: S,
    pass: F,
}

impl<S: Slices, F: Fn(S)> Work for Part<S, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        (self.pass)(self.slices);
    }
}
