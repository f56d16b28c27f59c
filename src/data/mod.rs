//! Rows and where they come from.

pub mod datasets;
pub(crate) mod samples;
pub(crate) mod scaler;
pub(crate) mod shuffle;
pub mod split;
