//! Where the parts of a trainer begin in memory.

/// A field of size 0 that aligns the field after it to a cache line of 64 bytes, with the feature `std` on
/// x86-64, because a vector across two cache lines takes longer to load. Elsewhere it has no effect.
#[cfg_attr(all(feature = "std", target_arch = "x86_64"), repr(align(64)))]
pub(crate) struct Line;
