//! Training: from rows to parameters.

pub(crate) mod batch;
pub(crate) mod early_stopping;
pub(crate) mod epoch;
mod evaluate;
mod finish;
pub(crate) mod fit;
pub(crate) mod gradient_check;
pub(crate) mod history;
mod line;
pub(crate) mod memory;
pub(crate) mod online;
pub(crate) mod predictor;
pub(crate) mod settings;
pub mod trace;
pub(crate) mod trainer;
pub(crate) mod update;
