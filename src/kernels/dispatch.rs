//! The widest vectors that the processor has, chosen while the program runs.

/// Work that is compiled once for each width of vectors: `run` and all that it calls have to be inlined,
/// which closures can't promise.
pub(crate) trait Work {
    type Output;
    /// Does the work.
    fn run(self) -> Self::Output;
}

/// Does the work with the widest vectors there are: on x86-64 SSE2, AVX2 or AVX-512 with the feature `std`,
/// elsewhere those that the program was compiled for, and so in debug builds, which would have to compile all
/// of it thrice for nothing. The bits are the same with all of them.
#[inline(always)]
pub(crate) fn widest<W: Work>(work: W) -> W::Output {
    #[cfg(all(feature = "std", target_arch = "x86_64", not(debug_assertions)))]
    return pulp::Arch::new().dispatch(Dispatched(work));
    #[cfg(not(all(feature = "std", target_arch = "x86_64", not(debug_assertions))))]
    work.run()
}

#[cfg(all(feature = "std", target_arch = "x86_64", not(debug_assertions)))]
struct Dispatched<W>(W);

#[cfg(all(feature = "std", target_arch = "x86_64", not(debug_assertions)))]
impl<W: Work> pulp::NullaryFnOnce for Dispatched<W> {
    type Output = W::Output;
    #[inline(always)]
    fn call(self) -> W::Output {
        self.0.run()
    }
}
