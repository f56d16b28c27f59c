//! The widest vectors that the processor has, chosen while the program runs. Debug builds choose none: there
//! the plain loops are quicker, and all kernels would be compiled thrice for nothing. The bits are the same
//! with all of them.

use pulp::x86::{V3, V4};
use pulp::{Arch, NullaryFnOnce, Simd, WithSimd};

use crate::kernels::dispatch::Work;
use crate::scalar::vectors::{Half, InstructionSet, Of};

/// A kernel that is written with vectors, and compiled once for each instruction set.
pub(crate) trait Wide {
    type Output;
    /// Computes it.
    fn run<S: InstructionSet>(self, simd: S) -> Self::Output;
}

/// [`Wide`] for pulp.
pub(crate) struct Dispatched<W>(pub(crate) W);

impl<W: Wide> WithSimd for Dispatched<W> {
    type Output = W::Output;
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> W::Output {
        self.0.run(Of(simd))
    }
}

/// [`Work`] for pulp.
struct Called<W>(W);

impl<W: Work> NullaryFnOnce for Called<W> {
    type Output = W::Output;
    #[inline(always)]
    fn call(self) -> W::Output {
        self.0.run()
    }
}

/// Does work without vectors of its own, compiled for SSE2, AVX2 or AVX-512.
#[inline(always)]
pub(crate) fn widest<W: Work>(work: W) -> W::Output {
    if cfg!(debug_assertions) { work.run() } else { Arch::new().dispatch(Called(work)) }
}

/// [`Wide`] with vectors of 256 bits, compiled for AVX-512: 32 registers instead of 16.
struct Halved<W>(V3, W);

impl<W: Wide> NullaryFnOnce for Halved<W> {
    type Output = W::Output;
    #[inline(always)]
    fn call(self) -> W::Output {
        self.1.run(Half(self.0))
    }
}

/// Runs a kernel with wide vectors; `None` where the processor has none, and in debug builds.
#[inline(always)]
pub(crate) fn wide<W: Wide>(kernel: W) -> Option<W::Output> {
    if cfg!(debug_assertions) {
        return None;
    }
    match Arch::new() {
        Arch::Scalar => None,
        Arch::V4(v4) if in_halves() => Some(halved(v4, kernel)),
        arch => Some(arch.dispatch(Dispatched(kernel))),
    }
}

/// Runs a kernel with vectors of 256 bits and all registers of AVX-512.
#[inline(always)]
pub(crate) fn halved<W: Wide>(v4: V4, kernel: W) -> W::Output {
    v4.vectorize(Halved(*v4, kernel))
}

/// Whether the processor does 512 bits in two halves, as AMD's before AVX-512's vp2intersect (Intel's lack
/// SSE4a): there a multiplication and an addition of 512 bits take longer than two of 256 each.
#[inline(always)]
fn in_halves() -> bool {
    use std::is_x86_feature_detected as has;
    has!("sse4a") && !has!("avx512vp2intersect")
}

/// The same as [`wide`] with vectors of 256 bits, however wide the processor's are.
#[inline(always)]
pub(crate) fn half_wide<W: Wide>(kernel: W) -> Option<W::Output> {
    if cfg!(debug_assertions) {
        return None;
    }
    match Arch::new() {
        Arch::V3(v3) => Some(Simd::vectorize(v3, Dispatched(kernel))),
        Arch::V4(v4) => Some(Simd::vectorize(*v4, Dispatched(kernel))),
        _ => None,
    }
}
