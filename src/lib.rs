// The picture of the README, for rustdoc: the first definition of a link counts.
#![doc = include_str!("../docs/pictures.md")]
#![doc = include_str!("../README.md")]
//!
//! # Map
//!
//! | module or type | what it is |
//! |---|---|
//! | [`Dense`], [`Dropout`], tuples of them | networks: see [`Layer`], [`Activation`], [`Init`] |
//! | [`Frozen`] | a pretrained body in flash, whose head learns |
//! | [`Conv1d`], [`Conv2d`] | convolutions of sequences and of pictures |
//! | [`MaxPool1d`], [`AveragePool1d`], [`MaxPool2d`], [`AveragePool2d`], [`GlobalAveragePool`], [`Flatten`] | sequences and pictures made smaller |
//! | [`Gru`] | sequences; its [`step`](Gru::step) takes one input at a time |
//! | [`LayerNorm`], [`Residual`], [`fold_batch_norm`] | for deep networks |
//! | [`functions`] | activation functions with their derivatives, and softmax |
//! | [`Loss`] | [`BinaryCrossEntropy`], [`SoftmaxCrossEntropy`], [`MeanSquaredError`], [`Huber`] |
//! | [`Optimizer`] | [`Sgd`], [`Momentum`], [`Adam`], [`AdamW`], [`AmsGrad`], [`RmsProp`], [`AdaGrad`] |
//! | [`Schedule`], [`Clip`] | learning rates from step to step; gradient clipping |
//! | [`Trainer`] | `accumulate`, `update`, `epoch`, `fit`, `evaluate`; [`Online`] trains a sample at a time |
//! | [`Settings`], [`Samples`], [`EarlyStopping`], [`History`] | what training takes and records |
//! | [`Predictor`] | inference without training; the network may lie in flash |
//! | [`metrics`] | confusion matrices, exact ROC AUC, average precision, R² … |
//! | [`trace`] | statistics of the gradient, layer by layer; `gradient_check` |
//! | [`datasets`], [`split`], [`Shuffle`], [`StandardScaler`], [`MinMaxScaler`], [`RunningScaler`], [`FixedScaler`] | data |
//! | [`storage`] | models and checkpoints as bytes; safetensors, to and from PyTorch, Keras and JAX |
//! | [`federated`] | many devices train one network, and their rows stay where they are |
//! | [`arithmetic_is_ieee754`] | whether the processor is set to arithmetic that gives the same bits as everywhere |
//!
//! `src/README.md` is the map of the source: the purpose of each folder, and the files to change for a new
//! layer, loss or optimizer.
//!
//! # How much RAM
//!
//! [`Trainer::BYTES`] is a constant. Its main parts are:
//!
//! - the parameters: once for the network, once for the gradient, and once for each copy in the state of the
//!   optimizer (two for Adam, its moments m and v);
//! - for each of the `TILE` rows: the outputs of all layers and as many deltas, the pre-activations of layers
//!   with [`Silu`] or [`Gelu`], the inputs, and an index.
//!
//! The network 2-64-32-1 with a dropout layer behind each hidden layer has 64 + 64 + 32 + 32 + 1 = 193
//! outputs. In `f32` on 64 bits a row takes 2·193·4 + 2·4 + 8 = 1560 bytes.

#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::disallowed_methods, missing_debug_implementations)]

#[cfg(feature = "std")]
extern crate std;

pub use {rand_core, rand_xorshift};

#[cfg(feature = "std")]
mod boxed;
mod check;
mod data;
#[cfg(any(doc, doctest))]
pub mod docs;
mod error;
pub mod federated;
pub mod functions;
mod kernels;
mod layers;
mod loss;
pub mod metrics;
mod optimizers;
mod scalar;
pub mod storage;
mod training;

#[cfg(feature = "std")]
pub use boxed::Boxed;
pub use data::fixed_scaler::FixedScaler;
pub use data::running_scaler::RunningScaler;
pub use data::samples::Samples;
pub use data::scaler::{MinMaxScaler, StandardScaler};
pub use data::shuffle::Shuffle;
pub use data::{datasets, split};
pub use error::Error;
pub use kernels::matrix::Matrix;
#[cfg(feature = "threads")]
pub use kernels::threads::with_threads;
pub use layers::activation::{
    Activation, Elu, Gelu, Identity, Kept, KeptOutput, KeptPreActivation, LeakyRelu, Relu, Sigmoid, Silu, Softplus,
    Tanh,
};
pub use layers::average_pool::{AveragePool1d, AveragePool2d, GlobalAveragePool};
pub use layers::batch_norm::{BatchNorm, fold_batch_norm};
pub use layers::by_row::{ByRow, PerRow};
pub use layers::conv1d::Conv1d;
pub use layers::conv2d::Conv2d;
pub use layers::dense::Dense;
pub use layers::dropout::Dropout;
pub use layers::flatten::Flatten;
pub use layers::frozen::{Frozen, Pretrained};
pub use layers::gate::Gate;
pub use layers::gru::Gru;
pub use layers::init::Init;
pub use layers::layer::{BackwardPass, Layer, OnlineLayer, UnitOutput};
pub use layers::layer_norm::LayerNorm;
pub use layers::max_pool::{MaxPool1d, MaxPool2d};
#[doc(inline)]
pub use layers::own_layer;
pub use layers::parameters::{Parameters, TensorKind};
pub use layers::places::Places;
pub use layers::residual::Residual;
pub use layers::row::Row;
pub use layers::states::{AllStates, LastState, States};
pub use loss::{BinaryCrossEntropy, Huber, Loss, MeanSquaredError, SoftmaxCrossEntropy};
pub use optimizers::schedule::{Decay, Schedule};
pub use optimizers::{
    AdaGrad, Adam, AdamState, AdamStep, AdamW, AmsGrad, AmsGradState, Momentum, Optimizer, Part, RmsProp, Sgd,
};
pub use scalar::Scalar;
pub use scalar::ieee754::arithmetic_is_ieee754;
pub use scalar::noise::Noise;
pub use scalar::random::Generator;
pub use scalar::zero::Zero;
pub use training::batch::Step;
pub use training::early_stopping::EarlyStopping;
pub use training::fit::{Epoch, Fit, FitControl, FitEnd};
pub use training::history::History;
pub use training::online::Online;
pub use training::predictor::Predictor;
pub use training::settings::{Clip, Settings};
pub use training::trace;
pub use training::trainer::Trainer;
pub use training::update::UpdateInParts;
