//! Metrics of the crate for one part of the rows.

use bareprop::metrics::{Confusion, Ranking, mae, mse, r2};
use serde::Serialize;

use crate::error::Wrong;
use crate::pictures::logits;
use crate::run::Run;

/// The metrics of classes or of a regression.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Metrics {
    Classes {
        rows: usize,
        true_positives: u64,
        false_positives: u64,
        true_negatives: u64,
        false_negatives: u64,
        accuracy: f64,
        precision: f64,
        recall: f64,
        f1: f64,
        auc: Option<f64>,
        roc: Vec<[f64; 2]>,
    },
    Regression {
        rows: usize,
        mean_squared_error: f64,
        mean_absolute_error: f64,
        r2: Option<f64>,
    },
}

/// Computes the metrics of the test rows, or of the training rows.
///
/// # Errors
/// An output that is not finite.
pub fn metrics(run: &Run, test: bool) -> Result<Metrics, Wrong> {
    let data = &run.data;
    let rows = if test { data.train..data.inputs.len() } else { 0..data.train };
    let inputs = data.inputs.get(rows.clone()).unwrap_or(&[]);
    let targets: Vec<f32> = data.targets.get(rows).unwrap_or(&[]).as_flattened().to_vec();
    let outputs: Vec<f32> = logits(run.learner.layers(), inputs).into_iter().flatten().collect();
    if data.regression {
        return regression(&outputs, &targets);
    }
    // Classes are decided by the logit and ranked by it: probabilities near 0 and 1 round to equal numbers.
    let labels: Vec<bool> = targets.iter().map(|&target| target >= 0.5).collect();
    let confusion = Confusion::from_scores(&outputs, &labels, 0.0)?;
    let mut scratch = vec![0; labels.len()];
    let ranking = Ranking::new(&outputs, &labels, &mut scratch)?;
    let roc = ranking.roc_curve().map(|point| [point.false_positive_rate, point.true_positive_rate]).collect();
    let auc = ranking.roc_auc();
    Ok(Metrics::Classes {
        rows: labels.len(),
        true_positives: confusion.true_positives,
        false_positives: confusion.false_positives,
        true_negatives: confusion.true_negatives,
        false_negatives: confusion.false_negatives,
        accuracy: confusion.accuracy(),
        precision: confusion.precision(),
        recall: confusion.recall(),
        f1: confusion.f1(),
        auc,
        roc,
    })
}

fn regression(outputs: &[f32], targets: &[f32]) -> Result<Metrics, Wrong> {
    Ok(Metrics::Regression {
        rows: targets.len(),
        mean_squared_error: mse(outputs, targets)?,
        mean_absolute_error: mae(outputs, targets)?,
        r2: r2(outputs, targets).ok().filter(|r2| r2.is_finite()),
    })
}
