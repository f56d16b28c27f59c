//! The products with wide vectors, for x86-64 with std.

pub(crate) mod affine;
pub(crate) mod backward;
pub(crate) mod outer;
pub(crate) mod tiles;
pub(crate) mod vectors;
