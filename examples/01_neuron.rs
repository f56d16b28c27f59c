//! One neuron: the guide's first program, and every activation function with its derivative.
//!
//!     cargo run --release --example 01_neuron
//!     cargo run --release --example 01_neuron -- --picture my.png
//!
//! A neuron multiplies each input by a weight, adds a bias, and bends the sum z with an activation function:
//! y = f(x₀·w₀ + x₁·w₁ + x₂·w₂ + b).

mod common;

use std::path::{Path, PathBuf};

use bareprop::functions::*;
use bareprop::*;
use clap::Parser;
use common::graph::{self, short};
use common::{Outcome, picture, put, say};

/// Computes the guide's first neuron, tabulates the activation functions, and draws them with their derivatives.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// Where the picture goes.
    #[arg(long, default_value = "01_neuron.png", value_name = "FILE.png", value_parser = graph::file)]
    picture: PathBuf,
}

const INPUTS: [f32; 3] = [0.5, 0.2, 0.9];
const WEIGHTS: [f32; 3] = [0.1, 0.3, 0.2];
const BIAS: f32 = 0.1;

fn main() -> Outcome {
    let arguments = Arguments::parse();
    draw(&arguments.picture)?;
    by_hand();
    as_layer()?;
    table();
    Ok(())
}

/// z = Σ xᵢ·wᵢ + b = 0.05 + 0.06 + 0.18 + 0.1 = 0.39, y = σ(z) = 1 / (1 + e⁻⁰·³⁹) = 0.5963.
/// The guide's own comment says 0.5624; that would need z = 0.25, not 0.39.
fn by_hand() {
    say!("The guide's first program\n");
    let mut z = BIAS;
    for (x, w) in INPUTS.iter().zip(WEIGHTS) {
        say!("  {x} · {w} = {:.2}", x * w);
        z += x * w;
    }
    say!("  with the bias {BIAS}: z = {z:.2}, sigmoid(z) = {:.4}", sigmoid(z));
    say!("  (the guide's comment says 0.5624, which its own numbers do not give)");
}

/// The same as a layer with three inputs and one output. The weights form a matrix of 3 × 1.
fn as_layer() -> Outcome {
    type Neuron = Dense<3, 1, Sigmoid>;
    const NEURON: Neuron = Dense::new(Matrix([[WEIGHTS[0]], [WEIGHTS[1]], [WEIGHTS[2]]]), [BIAS]);
    let (mut predictor, mut output) = (Predictor::<Neuron>::ZERO, [[0.0]]);
    predictor.logits(&NEURON, &[INPUTS], &mut output)?;
    say!("  as a Dense<3, 1, Sigmoid> of {} parameters: {:.4}\n\nActivation functions\n", Neuron::COUNT, output[0][0]);
    Ok(())
}

/// A name, f, and f′.
type Function = (&'static str, fn(f32) -> f32, fn(f32) -> f32);

const FUNCTIONS: [Function; 9] = [
    ("identity", |z| z, |_| 1.0),
    ("sigmoid", sigmoid, sigmoid_derivative),
    ("tanh", tanh, tanh_derivative),
    ("relu", relu, relu_derivative),
    ("leaky_relu", leaky_relu, leaky_relu_derivative),
    ("elu", elu, elu_derivative),
    ("silu", silu, silu_derivative),
    ("gelu", gelu, gelu_derivative),
    ("softplus", softplus, softplus_derivative),
];

/// Every function at a few points, far ones too: nothing overflows.
fn table() {
    const POINTS: [f32; 7] = [-1e30, -2.0, -0.5, 0.0, 0.5, 2.0, 1e30];
    put!("{:<14}", "z");
    POINTS.iter().for_each(|z| put!("{:>9}", short(*z)));
    say!("\n{}", "-".repeat(14 + 9 * POINTS.len()));
    for (name, f, derivative) in FUNCTIONS {
        put!("{name:<14}");
        POINTS.iter().for_each(|&z| put!("{:>9}", short(f(z))));
        put!("\n{:<14}", "  derivative");
        POINTS.iter().for_each(|&z| put!("{:>9}", short(derivative(z))));
        say!("");
    }
}

/// A small graph for each function.
fn draw(path: &Path) -> Outcome {
    let area = picture::canvas(path, (1200, 960))?;
    let cells = graph::grid(&area, "activation functions", &["f(z)", "derivative"], (3, 3))?;
    for (cell, (name, f, derivative)) in cells.iter().zip(FUNCTIONS) {
        graph::graph(cell, name, (-4.0..4.0, -1.5..2.5), &[&f, &derivative])?;
    }
    picture::save(&area, path)?;
    Ok(())
}
