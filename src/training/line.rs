//! Where the parts of a trainer begin in memory.

/// A field of no size. The field after it starts at a cache line, 64 bytes, with the feature `std` on x86-64:
/// a vector that lies across two lines takes longer to load. Elsewhere it does nothing.
#[cfg_attr(all(feature = "std", target_arch = "x86_64"), repr(align(64)))]
pub(crate) struct Line;
