//! The arithmetic of layers and steps, as loops.

pub(crate) mod dispatch;
pub(crate) mod matrix;
pub(crate) mod plain;
pub(crate) mod squares;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(crate) mod wide;
