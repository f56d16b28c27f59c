//! One training step of a small batch in its six parts, with all numbers. It is taken on a copy.

use bareprop::{Loss, Noise, Samples, Zero};
use serde::Serialize;

use crate::error::Wrong;
use crate::run::Run;
use crate::state::duplicate;
use crate::values::matrix;
use playground_network::activation::Kind;
use playground_network::flexible::{Flexible, LayerTape, TILE, Units, WIDTH, dropped};
use playground_network::learner::{Learner, Rows};
use playground_network::network::{backward, forward, place};

/// The numbers of the step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SixSteps {
    pub step: u32,
    pub inputs: Vec<Vec<f32>>,
    pub targets: Vec<f32>,
    pub logits: Vec<f32>,
    pub predictions: Vec<f32>,
    pub losses: Vec<f32>,
    pub loss: f32,
    pub penalty: f32,
    pub gradient_norm: f32,
    pub learning_rate: f32,
    pub loss_after: f32,
    pub layers: Vec<StepLayer>,
}

/// One layer of the step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct StepLayer {
    pub activation: Kind,
    pub inputs: Vec<f32>,
    pub sums: Vec<f32>,
    pub outputs: Vec<f32>,
    pub dropped: Vec<bool>,
    pub deltas: Vec<f32>,
    pub gradient: Vec<Vec<f32>>,
    pub bias_gradient: Vec<f32>,
    pub weights_before: Vec<Vec<f32>>,
    pub weights_after: Vec<Vec<f32>>,
    pub biases_before: Vec<f32>,
    pub biases_after: Vec<f32>,
}

/// The forward and the backward pass of the batch.
struct Passes {
    noise: Noise,
    tapes: Vec<LayerTape>,
    deltas: Vec<[Units; TILE]>,
    logits: Vec<[f32; 1]>,
    losses: Vec<f32>,
}

/// Takes the step with the first rows of the training data.
///
/// # Errors
/// A wrong number of rows, or a step that cannot be taken.
pub fn six_steps(run: &mut Run, rows: usize) -> Result<SixSteps, Wrong> {
    if !(1..=TILE).contains(&rows) {
        return Err(Wrong::new("rows", format!("{rows} is not between 1 and {TILE}")));
    }
    let rows = Ord::min(rows, run.data.train);
    let seen = run.counters().seen;
    let mut copy = duplicate(&mut run.learner)?;
    let data = &run.data;
    let (inputs, targets) = (data.inputs.get(..rows).unwrap_or(&[]), data.targets.get(..rows).unwrap_or(&[]));
    let batch: Rows = Samples::new(inputs, targets)?;
    let noise = Noise::new(u64::from(run.settings.seed)).row(seen);
    let before = copy.layers().to_vec();
    let passes = Passes::new(&copy, &batch, noise);
    copy.accumulate(&batch)?;
    let gradient = copy.gradient().to_vec();
    let step = copy.update()?;
    let after = Passes::new(&copy, &batch, noise);
    let decay = run.settings.l2 / rows as f32;
    let layers = (0..before.len()).filter_map(|index| {
        let (before, sum, after) = (before.get(index)?, gradient.get(index)?, copy.layers().get(index)?);
        Some(passes.layer(index, inputs, [before, sum, after], (1.0 / rows as f32, decay), copy.layers()))
    });
    let mut predictions = passes.logits.clone();
    predictions.iter_mut().for_each(|output| copy.settings.loss.link(output));
    Ok(SixSteps {
        step: step.step,
        inputs: inputs.iter().map(|row| row.iter().copied().take(run.settings.features.len()).collect()).collect(),
        targets: targets.as_flattened().to_vec(),
        logits: passes.logits.as_flattened().to_vec(),
        predictions: predictions.as_flattened().to_vec(),
        losses: passes.losses.clone(),
        loss: step.loss,
        penalty: step.penalty,
        gradient_norm: step.gradient_norm,
        learning_rate: step.learning_rate,
        loss_after: after.losses.iter().sum::<f32>() / rows as f32,
        layers: layers.collect(),
    })
}

impl Passes {
    fn new(learner: &Learner, batch: &Rows, noise: Noise) -> Self {
        let (layers, goal) = (learner.layers(), learner.settings.loss);
        let mut tapes: Vec<LayerTape> = layers.iter().map(|_| LayerTape::ZERO).collect();
        let mut deltas = vec![[[0.0; WIDTH]; TILE]; layers.len()];
        forward(layers, batch.inputs(), &mut tapes, Some(noise));
        let outputs = tapes.last().map_or(&[][..], |tape| &tape.activated[..]);
        let logits: Vec<[f32; 1]> = outputs.iter().take(batch.rows()).map(|&[y, ..]| [y]).collect();
        let mut delta = vec![[0.0]; batch.rows()];
        let rows = logits.iter().zip(batch.targets()).zip(&mut delta);
        let losses = rows.map(|((logits, target), delta)| goal.evaluate(logits, target, delta)).collect();
        backward(layers, &tapes, &delta, &mut deltas, Some(noise));
        Passes { noise, tapes, deltas, logits, losses }
    }

    /// What the page shows of a layer: `sum` is the sum of the gradients of the rows.
    fn layer(
        &self,
        index: usize,
        inputs: &[Units],
        [before, sum, after]: [&Flexible; 3],
        (share, decay): (f32, f32),
        layers: &[Flexible],
    ) -> StepLayer {
        let form = before.form;
        let first = |rows: Option<&[Units]>, count: usize| -> Vec<f32> {
            rows.and_then(<[Units]>::first).map_or_else(Vec::new, |row| row.iter().copied().take(count).collect())
        };
        let tape = self.tapes.get(index);
        let previous = index.checked_sub(1).and_then(|previous| self.tapes.get(previous));
        let into = previous.map_or(inputs, |tape| &tape.outputs()[..]);
        let mut mean = sum.clone();
        let pairs = mean.weights_mut().iter_mut().zip(before.weights());
        pairs.for_each(|(g, &w)| *g = *g * share + decay * w);
        mean.bias_mut().iter_mut().for_each(|g| *g *= share);
        let rate = form.dropout.unwrap_or(0.0);
        let mask = dropped(rate, self.noise.layer(place(layers, index)));
        StepLayer {
            activation: form.activation,
            inputs: first(Some(into), form.inputs),
            sums: sums(before, into),
            outputs: first(tape.map(|tape| &tape.outputs()[..]), form.units),
            dropped: mask.into_iter().take(form.units).collect(),
            deltas: first(self.deltas.get(index).map(|rows| &rows[..]), form.units),
            gradient: matrix(&mean),
            bias_gradient: mean.bias().to_vec(),
            weights_before: matrix(before),
            weights_after: matrix(after),
            biases_before: before.bias().to_vec(),
            biases_after: after.bias().to_vec(),
        }
    }
}

/// z = x·W + b of the first row: what the layer gives without its activation.
fn sums(layer: &Flexible, inputs: &[Units]) -> Vec<f32> {
    let mut plain = layer.clone();
    (plain.form.activation, plain.form.dropout) = (Kind::Identity, None);
    let mut tape = LayerTape::ZERO;
    plain.forward(inputs.get(..1).unwrap_or(&[]), &mut tape, None);
    tape.activated.first().map_or_else(Vec::new, |row| row.iter().copied().take(layer.form.units).collect())
}
