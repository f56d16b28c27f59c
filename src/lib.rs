#![doc = include_str!("../README.md")]
//!
//! # Map
//!
//! | module or type | what it is |
//! |---|---|
//! | [`Dense`], [`Dropout`], tuples of them | networks: see [`Layer`], [`Activation`], [`Init`] |
//! | [`functions`] | a single neuron's functions and their derivatives |
//! | [`Loss`] | [`BinaryCrossEntropy`], [`SoftmaxCrossEntropy`], [`MeanSquaredError`], [`Huber`] |
//! | [`Optimizer`] | [`Sgd`], [`Momentum`], [`Adam`], [`AdamW`], [`AmsGrad`], [`RmsProp`], [`AdaGrad`]; [`Schedule`], [`Clip`] |
//! | [`Trainer`] | `accumulate`, `update`, `epoch`, `fit`, `evaluate`; [`Settings`], [`Samples`], [`EarlyStopping`], [`History`] |
//! | [`Predictor`] | inference alone, the network may lie in flash |
//! | [`metrics`] | confusion matrices, exact ROC AUC, average precision, R² … |
//! | [`trace`] | what gradients look like, layer by layer; `gradient_check` |
//! | [`datasets`], [`split`], [`Shuffle`], [`StandardScaler`], [`MinMaxScaler`] | data |
//!
//! # How much RAM
//!
//! [`Trainer::BYTES`], a constant. In words: the parameters, once for the network, once for the gradient, and once more for each network
//! that the optimizer remembers (Adam: two); and for each of `TILE` rows twice the outputs of all layers (a third time behind
//! [`Silu`] and [`Gelu`]), the inputs, and an index.

#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::disallowed_methods)]

#[cfg(feature = "std")]
extern crate std;

mod activation;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod affine;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod backward;
mod batch;
pub mod datasets;
mod dense;
mod dropout;
mod elementary;
mod error;
mod evaluate;
mod fit;
pub mod functions;
mod history;
mod init;
mod layer;
mod loss;
mod matrix;
mod memory;
pub mod metrics;
mod noise;
mod online;
mod optimizer;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod outer;
mod parameters;
mod predictor;
mod random;
#[cfg(any(test, not(feature = "std")))]
mod root;
mod rows;
mod samples;
mod scalar;
mod scaler;
mod schedule;
mod settings;
mod shuffle;
pub mod split;
mod squares;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod tiles;
pub mod trace;
mod trainer;
mod tuple;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod vectors;
mod widest;

pub use activation::{
    Activation, Elu, Gelu, Identity, Keep, LeakyRelu, Outputs, PreActivations, Relu, Sigmoid, Silu, Softplus, Tanh,
};
pub use batch::Step;
pub use dense::Dense;
pub use dropout::Dropout;
pub use error::Error;
pub use fit::{EarlyStopping, End, Epoch, Fit};
pub use history::History;
pub use init::Init;
pub use layer::{Layer, Pass, Unit};
pub use loss::{BinaryCrossEntropy, Huber, Loss, MeanSquaredError, SoftmaxCrossEntropy};
pub use matrix::Matrix;
pub use noise::Noise;
pub use online::Online;
pub use optimizer::{AdaGrad, Adam, AdamState, AdamW, AmsGrad, AmsGradState, Momentum, Optimizer, RmsProp, Sgd};
pub use parameters::{Kind, Parameters, Row, Zero};
pub use predictor::Predictor;
pub use samples::Samples;
pub use scalar::Scalar;
pub use scaler::{MinMaxScaler, StandardScaler};
pub use schedule::{Decay, Schedule};
pub use settings::{Clip, Settings};
pub use shuffle::Shuffle;
pub use squares::sum_of_squares;
pub use trainer::Trainer;
