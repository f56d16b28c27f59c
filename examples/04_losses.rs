//! Losses: what each says about a logit, and its delta, the derivative by which training moves that logit.
//!
//!     cargo run --release --example 04_losses
//!     cargo run --release --example 04_losses -- --picture my.png
//!
//! A logit z is what the last layer gives, before sigmoid or softmax. Losses take logits, since ln(sigmoid(z)) written as
//! one formula is finite for every z, while the logarithm of a probability that was rounded to 0 is not.

mod common;

use std::path::{Path, PathBuf};

use bareprop::*;
use clap::Parser;
use common::graph::{self, short};
use common::{Outcome, picture, put, say};

/// Tabulates each loss with its delta, beside the naive formulas, and draws both.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// Where the picture goes.
    #[arg(long, default_value = "04_losses.png", value_name = "FILE.png", value_parser = graph::file)]
    picture: PathBuf,
}

type Bce = BinaryCrossEntropy<f32>;
type Softmax = SoftmaxCrossEntropy<3>;

const SMOOTHING: f32 = 0.2;

fn main() -> Outcome {
    let arguments = Arguments::parse();
    draw(&arguments.picture)?;
    every_loss();
    stability();
    label_smoothing();
    class_weights()
}

/// Loss and delta of one logit (or of one output: the losses of regression call it y).
fn single<L: Loss<[f32; 1], Target = [f32; 1]>>(loss: &L, z: f32, target: f32) -> (f32, f32) {
    let mut delta = [0.0];
    let value = loss.evaluate(&[z], &[target], &mut delta);
    (value, delta[0])
}

/// Loss and delta of the first of three logits, (z, 0, 0), where `class` is right.
fn softmax(loss: &Softmax, z: f32, class: usize) -> (f32, f32) {
    let mut delta = [0.0; 3];
    let value = loss.evaluate(&[z, 0.0, 0.0], &class, &mut delta);
    (value, delta[0])
}

/// A name, and loss and delta of a logit.
type Curve<'a> = (&'a str, &'a dyn Fn(f32) -> (f32, f32));

/// Loss and delta of some losses at some logits.
fn table(logits: &[f32], curves: &[Curve]) {
    put!("  {:<34}", "logit z");
    logits.iter().for_each(|z| put!("{:>9}", if z.abs() < 1e4 { z.to_string() } else { short(*z) }));
    say!("\n  {}", "-".repeat(34 + 9 * logits.len()));
    for (name, curve) in curves {
        put!("  {name:<34}");
        logits.iter().for_each(|&z| put!("{:>9}", short(curve(z).0)));
        put!("\n  {:<34}", "    delta");
        logits.iter().for_each(|&z| put!("{:>9}", short(curve(z).1)));
        say!("");
    }
    say!("");
}

fn every_loss() {
    say!("Losses and deltas. Training subtracts the delta: where it is negative, the logit rises.\n");
    table(
        &[-5.0, -2.0, -0.5, 0.0, 0.5, 2.0, 5.0],
        &[
            ("binary cross-entropy, target 1", &|z| single(&Bce::default(), z, 1.0)),
            ("binary cross-entropy, target 0", &|z| single(&Bce::default(), z, 0.0)),
            ("softmax of (z, 0, 0), class 0", &|z| softmax(&Softmax::default(), z, 0)),
            ("softmax of (z, 0, 0), class 1", &|z| softmax(&Softmax::default(), z, 1)),
            ("mean squared error, target 0", &|y| single(&MeanSquaredError, y, 0.0)),
            ("Huber with h = 1, target 0", &|y| single(&Huber::default(), y, 0.0)),
        ],
    );
}

/// As textbooks write it: p = 1/(1 + e⁻ᶻ), loss = −(t·ln p + (1 − t)·ln(1 − p)), delta by the chain rule.
fn naive_binary(z: f32, target: f32) -> (f32, f32) {
    let p = 1.0 / (1.0 + Scalar::exp(-z));
    let loss = -(target * Scalar::ln(p) + (1.0 - target) * Scalar::ln(1.0 - p));
    (loss, ((1.0 - target) / (1.0 - p) - target / p) * p * (1.0 - p))
}

/// pₖ = e^zₖ / Σ e^zⱼ of (z, 0, 0), loss = −ln p of the class, delta = p₀ − [class = 0].
fn naive_softmax(z: f32, class: usize) -> (f32, f32) {
    let powers = [z, 0.0, 0.0].map(Scalar::exp);
    let p = powers.map(|power| power / powers.iter().sum::<f32>());
    (-Scalar::ln(p[class]), p[0] - if class == 0 { 1.0 } else { 0.0 })
}

fn stability() {
    say!("Far logits. The naive formulas round a probability to 0 or 1, and overflow.\n");
    table(
        &[-1e30, -100.0, -20.0, 20.0, 100.0, 1e30],
        &[
            ("binary cross-entropy, target 1", &|z| single(&Bce::default(), z, 1.0)),
            ("  naive", &|z| naive_binary(z, 1.0)),
            ("binary cross-entropy, target 0", &|z| single(&Bce::default(), z, 0.0)),
            ("  naive", &|z| naive_binary(z, 0.0)),
            ("softmax of (z, 0, 0), class 0", &|z| softmax(&Softmax::default(), z, 0)),
            ("  naive", &|z| naive_softmax(z, 0)),
        ],
    );
}

/// Each target t becomes t·(1 − ε) + ε/2: from 1, 0.9 with ε = 0.2. The delta is 0 where the probability is that, at
/// z = ln(0.9/0.1) = 2.2, and pulls back beyond: nobody is rewarded for being more certain than that.
fn label_smoothing() {
    say!("Label smoothing keeps logits from running away: the loss has its minimum where sigmoid(z) is 1 − ε/2.\n");
    let smoothed = |label_smoothing| Bce { label_smoothing, ..Bce::default() };
    table(
        &[-2.0, 0.0, 1.0, 2.1972, 2.9444, 5.0, 10.0],
        &[
            ("target 1, ε = 0", &|z| single(&smoothed(0.0), z, 1.0)),
            ("target 1, ε = 0.1", &|z| single(&smoothed(0.1), z, 1.0)),
            ("target 1, ε = 0.2", &|z| single(&smoothed(SMOOTHING), z, 1.0)),
        ],
    );
}

/// A rare class counts more with a weight; the mean of a batch divides by the weights of its rows.
fn class_weights() -> Outcome {
    say!("Class weights. With two classes, `positive_weight` multiplies what rows of target 1 say:\n");
    let weighted = Bce { positive_weight: 3.0, ..Bce::default() };
    table(
        &[-5.0, -2.0, -0.5, 0.0, 0.5, 2.0, 5.0],
        &[
            ("target 1, positive_weight 1", &|z| single(&Bce::default(), z, 1.0)),
            ("target 1, positive_weight 3", &|z| single(&weighted, z, 1.0)),
            ("target 0, positive_weight 3", &|z| single(&weighted, z, 0.0)),
        ],
    );

    // A network that gives its inputs as logits, to see the mean over three rows of class 0 and one of class 2.
    type Pass = Dense<3, 3>;
    let mut trainer = Trainer::<Pass, Sgd>::ZERO;
    trainer.network = Dense::new(Matrix([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), [0.0; 3]);
    let logits = [[2.0, 0.0, 0.0]; 4];
    let classes = [0, 0, 0, 2];
    let samples = Samples::new(&logits, &classes)?;
    say!("  softmax of (2, 0, 0) for three rows of class 0 and one of class 2, which is rare:");
    for class_weights in [[1.0, 1.0, 1.0], [1.0, 1.0, 3.0]] {
        let loss = Softmax { class_weights, ..Softmax::default() };
        let rows: Vec<f32> = classes.iter().map(|class| loss.evaluate(&logits[0], class, &mut [0.0; 3])).collect();
        let total: f32 = classes.iter().map(|&class| class_weights[class]).sum();
        let mean = trainer.evaluate(&loss, &samples)?;
        say!("    weights {class_weights:?}: losses {rows:.4?}, their mean Σ/{total} = {mean:.4}");
    }
    Ok(())
}

/// A small graph for each loss.
fn draw(path: &Path) -> Outcome {
    let smoothed = Bce { label_smoothing: SMOOTHING, ..Bce::default() };
    let curves: [Curve; 6] = [
        ("binary cross-entropy, target 1", &|z| single(&Bce::default(), z, 1.0)),
        ("binary cross-entropy, target 0", &|z| single(&Bce::default(), z, 0.0)),
        ("binary cross-entropy, target 1, smoothing 0.2", &|z| single(&smoothed, z, 1.0)),
        ("softmax cross-entropy of (z, 0, 0), class 0", &|z| softmax(&Softmax::default(), z, 0)),
        ("mean squared error, target 0", &|y| single(&MeanSquaredError, y, 0.0)),
        ("Huber, h = 1, target 0", &|y| single(&Huber::default(), y, 0.0)),
    ];
    let area = picture::canvas(path, (1300, 760))?;
    let cells = graph::grid(&area, "losses over the logit", &["loss", "delta"], (2, 3))?;
    for (cell, (name, curve)) in cells.iter().zip(curves) {
        graph::graph(cell, name, (-6.0..6.0, -3.0..7.0), &[&|z| curve(z).0, &|z| curve(z).1])?;
    }
    picture::save(&area, path)?;
    Ok(())
}
