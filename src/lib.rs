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
//! `src/README.md` is the map of the source: what each folder is for, and what to touch to add a layer, a
//! loss or an optimizer.
//!
//! # How much RAM
//!
//! [`Trainer::BYTES`], a constant. In words: the parameters, once for the network, once for the gradient, and
//! once more for each network that the optimizer remembers (Adam: two); and for each of `TILE` rows twice the
//! outputs of all layers (a third time behind [`Silu`] and [`Gelu`]), the inputs, and an index.
//!
//! # Features
//!
//! None is on by default, and none changes a number.
//!
//! - `std`, for desktops and servers: products with AVX2 or AVX-512 on x86-64, chosen while the program runs.
//! - `defmt`, for chips: errors and reports implement `defmt::Format`.

#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::disallowed_methods)]

#[cfg(feature = "std")]
extern crate std;

mod check;
mod data;
mod error;
pub mod functions;
mod kernels;
mod layers;
mod loss;
pub mod metrics;
mod optimizers;
mod scalar;
mod training;

pub use data::samples::Samples;
pub use data::scaler::{MinMaxScaler, StandardScaler};
pub use data::shuffle::Shuffle;
pub use data::{datasets, split};
pub use error::Error;
pub use kernels::matrix::Matrix;
pub use layers::activation::{
    Activation, Elu, Gelu, Identity, Kept, KeptOutput, KeptPreActivation, LeakyRelu, Relu, Sigmoid, Silu, Softplus,
    Tanh,
};
pub use layers::by_row::{ByRow, PerRow};
pub use layers::dense::Dense;
pub use layers::dropout::Dropout;
pub use layers::init::Init;
pub use layers::layer::{BackwardPass, Layer, OnlineLayer, UnitOutput};
#[doc(inline)]
pub use layers::own_layer;
pub use layers::parameters::{Parameters, TensorKind};
pub use layers::row::Row;
pub use loss::{BinaryCrossEntropy, Huber, Loss, MeanSquaredError, SoftmaxCrossEntropy};
pub use optimizers::schedule::{Decay, Schedule};
pub use optimizers::{AdaGrad, Adam, AdamState, AdamW, AmsGrad, AmsGradState, Momentum, Optimizer, RmsProp, Sgd};
pub use scalar::Scalar;
pub use scalar::noise::Noise;
pub use scalar::zero::Zero;
pub use training::batch::Step;
pub use training::fit::{EarlyStopping, Epoch, Fit, FitEnd};
pub use training::history::History;
pub use training::online::Online;
pub use training::predictor::Predictor;
pub use training::settings::{Clip, Settings};
pub use training::trace;
pub use training::trainer::Trainer;
