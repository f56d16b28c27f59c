//! Data: samples, data sets, splits, orders and scalers.

pub mod datasets;
pub(crate) mod fixed_scaler;
pub(crate) mod k_fold;
pub(crate) mod running_scaler;
pub(crate) mod samples;
pub(crate) mod scaler;
pub(crate) mod shuffle;
pub mod split;
