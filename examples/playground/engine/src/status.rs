//! How well a run does.

use bareprop::{Decay, Loss, Scalar};
use serde::Serialize;

use crate::names::LossName;
use crate::pictures::logits;
use crate::ram::{Ram, ram};
use crate::run::{Progress, Run};
use crate::state::Counters;
use playground_network::flexible::Units;

/// What the page shows of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Status {
    #[serde(flatten)]
    pub progress: Progress,
    pub problem: &'static str,
    pub loss: LossName,
    pub train_loss: f32,
    pub test_loss: f32,
    pub train_accuracy: Option<f64>,
    pub test_accuracy: Option<f64>,
    pub train_rows: usize,
    pub test_rows: usize,
    pub parameters: usize,
    pub learning_rate: f32,
    pub hash: String,
    pub edited: bool,
    pub ram: Ram,
}

/// Evaluates a run.
pub fn status(run: &mut Run) -> Status {
    let progress = run.progress();
    let learning_rate = learning_rate(run);
    let data = &run.data;
    let (train, test) = data.inputs.split_at(data.train);
    let (train_targets, test_targets) = data.targets.split_at(data.train);
    let (train_loss, train_accuracy) = evaluate(run, train, train_targets);
    let (test_loss, test_accuracy) = evaluate(run, test, test_targets);
    let layers = run.learner.layers();
    Status {
        progress,
        problem: problem(run),
        loss: loss(run),
        train_loss,
        test_loss,
        train_accuracy,
        test_accuracy,
        train_rows: train.len(),
        test_rows: test.len(),
        parameters: layers.iter().map(|layer| layer.weights().len() + layer.bias().len()).sum(),
        learning_rate,
        hash: format!("{:08x}", run.learner.hash()),
        edited: run.events != Default::default(),
        ram: ram(layers, &run.settings, 4),
    }
}

/// What the targets are.
pub fn problem(run: &Run) -> &'static str {
    if run.data.regression { "regression" } else { "classes" }
}

fn loss(run: &Run) -> LossName {
    match (run.settings.loss, run.data.regression) {
        (LossName::Auto, false) => LossName::BinaryCrossEntropy,
        (LossName::Auto, true) => LossName::MeanSquaredError,
        (loss, _) => loss,
    }
}

/// The mean loss, as `Trainer::evaluate` has it, and for classes the share of rows that are right.
fn evaluate(run: &Run, inputs: &[Units], targets: &[[f32; 1]]) -> (f32, Option<f64>) {
    let (goal, mut sum, mut right) = (run.learner.settings.loss, 0.0_f64, 0.0_f64);
    for (logits, target) in logits(run.learner.layers(), inputs).iter().zip(targets) {
        sum += f64::from(goal.evaluate(logits, target, &mut [0.0]));
        right += if (logits[0] >= 0.0) == (target[0] >= 0.5) { 1.0 } else { 0.0 };
    }
    let rows = inputs.len() as f64;
    ((sum / rows) as f32, Some(right / rows).filter(|_| !run.data.regression))
}

/// The learning rate of the next step.
fn learning_rate(run: &mut Run) -> f32 {
    let Counters { steps, falls, .. } = run.counters();
    let settings = run.learner.settings;
    let plateau = match settings.schedule.decay {
        Decay::Plateau { factor, floor, .. } => {
            Scalar::max((0..falls.min(200)).fold(1.0, |product, _| product * factor), floor)
        }
        _ => 1.0,
    };
    let rate = bareprop::Optimizer::learning_rate(&settings.optimizer);
    rate * (settings.schedule.factor(steps.saturating_add(1)) * plateau)
}
