//! The arithmetic of layers and steps, as loops.
//!
//! | file | what it has |
//! |---|---|
//! | `reference.rs` | the definition of every kernel |
//! | `reference_windows.rs` | that of the products of a convolution |
//! | `matrix.rs` | the products as layers call them |
//! | `windows.rs` | the products of a convolution, as layers call them |
//! | `plain.rs`, `plain_windows.rs`, `squares.rs`, `bounds.rs` | kernels without wide vectors, for four kinds of processors |
//! | `wide/` | kernels for AVX2 and AVX-512; `no_wide.rs` stands for it where there is no std or no x86-64 |
//! | `threads.rs` | products and steps that threads share; `no_threads.rs` stands for it without that feature |
//! | `each.rs`, `slices.rs` | the same for each place of slices that are passed over together |
//! | `tests.rs`, `tests_windows.rs` | all of them against the definition, to the last bit |
//!
//! A product goes to `wide` first. Where that does nothing, [`Here`] does it.

pub(crate) mod bounds;
pub(crate) mod dispatch;
pub(crate) mod each;
pub(crate) mod matrix;
pub(crate) mod plain;
mod plain_windows;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod reference_windows;
pub(crate) mod rows;
pub(crate) mod slices;
pub(crate) mod squares;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_windows;
#[cfg_attr(not(feature = "threads"), path = "no_threads.rs")]
pub(crate) mod threads;
#[cfg_attr(not(all(feature = "std", target_arch = "x86_64")), path = "no_wide.rs")]
pub(crate) mod wide;
pub(crate) mod windows;

use crate::scalar::{SOFT, VECTORS};

/// The kernels that suit the target, where there are no wide vectors to choose.
pub(crate) type Here = plain::Plain<SOFT, VECTORS>;

/// A function that is inlined where there are vectors, so that it is compiled for each instruction set with
/// what calls it. Elsewhere it is called: its arguments lie in registers then, and its code stands once in
/// flash.
macro_rules! inlined_with_vectors {
    ($($function:tt)*) => {
        #[cfg_attr(any(feature = "std", target_feature = "sse2", target_feature = "neon"), inline(always))]
        #[cfg_attr(not(any(feature = "std", target_feature = "sse2", target_feature = "neon")), inline(never))]
        $($function)*
    };
}
pub(crate) use inlined_with_vectors;
