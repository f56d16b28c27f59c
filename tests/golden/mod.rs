//! The committed references beside this file, and the one table of what may differ from them.
#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

use bareprop::*;
use serde_json::Value;

/// What may differ, relative to the larger magnitude of the two, per kind of value.
pub mod tolerance {
    /// Backpropagation against central differences, relative to the largest number of the tensor.
    pub const DIFFERENCES: f64 = 1e-6;
    /// An activation function or its derivative.
    pub const FUNCTION: f64 = 1e-13;
    /// The floor for these: 1 + tanh, 1 − y² and y + 1 cancel far out, where only the absolute error is small.
    pub const FUNCTION_FLOOR: f64 = 0.1;
    /// Losses, outputs and gradients of one pass.
    pub const GRADIENT: f64 = 1e-10;
    /// Parameters after each of the recorded steps of an optimizer.
    pub const OPTIMIZER: f64 = 1e-10;
    /// The factor of a schedule: PyTorch computes some of them step by step, each from the one before.
    pub const SCHEDULE: f64 = 1e-12;
    /// Metrics: both sides sum at most 500 terms, each in its own order.
    pub const METRIC: f64 = 1e-12;
    /// Metrics that scikit-learn computes in float32: a logarithm, 1 − p and a mean are rounded to it.
    pub const METRIC_IN_SINGLE: f64 = 4.0 * f32::EPSILON as f64;
    /// Everything after epochs of training.
    pub const TRAINING: f64 = 1e-9;
    /// Below this magnitude a difference counts as if the value were this large.
    pub const FLOOR: f64 = 1e-6;
}

pub fn golden(name: &str) -> Value {
    let path = format!("{}/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => vec![value.as_f64().unwrap()],
    }
}

pub fn rows<const N: usize>(value: &Value) -> Vec<[f64; N]> {
    value.as_array().unwrap().iter().map(|row| numbers(row).try_into().unwrap()).collect()
}

#[track_caller]
pub fn assert_close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_near(what, found, expected, (tolerance, tolerance::FLOOR));
}

#[track_caller]
pub fn assert_near(what: &str, found: &[f64], expected: &[f64], (tolerance, floor): (f64, f64)) {
    assert_eq!(found.len(), expected.len(), "{what}");
    assert!(!found.is_empty(), "{what}");
    for (place, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let scale = found.abs().max(expected.abs()).max(floor);
        let error = (found - expected).abs() / scale;
        assert!(error <= tolerance, "{what}[{place}]: found {found}, expected {expected}, relative error {error:e}");
    }
}

/// Sets the weights and biases of a network from lists of matrices and vectors.
pub fn load<N: Parameters<Scalar = f64>>(network: &mut N, weights: &Value, biases: &Value) {
    for index in 0..N::TENSORS {
        let (layer, kind) = N::describe(index);
        let values = numbers(if kind == TensorKind::Weights { &weights[layer] } else { &biases[layer] });
        let tensor = network.tensor_mut(index);
        assert_eq!(tensor.len(), values.len());
        tensor.copy_from_slice(&values);
    }
}

/// Compares every tensor of a network, or of a gradient, with lists of matrices and vectors.
pub fn compare<N: Parameters<Scalar = f64>>(what: &str, network: &N, weights: &Value, biases: &Value, tolerance: f64) {
    for index in 0..N::TENSORS {
        let (layer, kind) = N::describe(index);
        let expected = numbers(if kind == TensorKind::Weights { &weights[layer] } else { &biases[layer] });
        assert_close(&format!("{what}: {kind} of layer {layer}"), network.tensor(index), &expected, tolerance);
    }
}

/// The mean gradient of all samples as one batch: what a step of gradient descent with rate 1 subtracts.
pub fn gradient<N: Layer<Scalar = f64>, L: Loss<N::Output>>(
    network: &N,
    settings: &Settings<L, Sgd<f64>, f64>,
    samples: &Samples<'_, N::Input, L::Target>,
) -> (Box<N>, Step<f64>) {
    let mut trainer = Box::new(Trainer::<N, Sgd<f64>, 4>::ZERO);
    trainer.network.copy_from(network);
    trainer.accumulate(settings, samples).unwrap();
    // The sum over the rows, before `update` divides by their number.
    let mut sum = Box::new(N::ZERO);
    sum.copy_from(trainer.gradient());
    let mean = 1.0 / samples.rows() as f64;
    for index in 0..N::TENSORS {
        let decay = if N::describe(index).1 == TensorKind::Weights { settings.l2 * mean } else { 0.0 };
        for (g, w) in sum.tensor_mut(index).iter_mut().zip(network.tensor(index)) {
            *g = *g * mean + decay * w;
        }
    }
    let step = trainer.update(settings).unwrap();
    (sum, step)
}
