//! Two classes: everything that `metrics` says about scores and labels, and the areas of the curves, exact against the
//! approximation with 100 thresholds.

use bareprop::Error;
use bareprop::metrics::{self, Confusion, Ranking};

use crate::common::{Outcome, picture, print_table, say};

/// The whole evaluation of scores.
pub fn report(scores: &[f32], labels: &[bool], threshold: f32) -> Outcome {
    let confusion = Confusion::from_scores(scores, labels, threshold)?;
    let share = labels.iter().filter(|&&label| label).count() as f64 / labels.len() as f64;
    say!("   {} rows, {:.2} % of them positive; called positive from {threshold} on\n", labels.len(), 100.0 * share);
    counts(&confusion);
    at_threshold(&confusion, labels)?;
    let mut scratch = vec![0; labels.len()];
    let ranking = Ranking::new(scores, labels, &mut scratch)?;
    if are_probabilities(scores) {
        over_thresholds(&ranking, Some(trapezoids(&roc_with_100_thresholds(scores, labels)?)));
        return of_probabilities(scores, labels);
    }
    over_thresholds(&ranking, None);
    say!("   Some scores lie outside [0, 1]: 100 thresholds, log loss and Brier score need probabilities.\n");
    Ok(())
}

fn are_probabilities(scores: &[f32]) -> bool {
    scores.iter().all(|score| (0.0..=1.0).contains(score))
}

/// The share of positive labels.
fn share(labels: &[bool]) -> f32 {
    labels.iter().filter(|&&label| label).count() as f32 / labels.len() as f32
}

/// The 2×2 confusion matrix.
fn counts(confusion: &Confusion) {
    let row = |name: &str, counts: [u64; 2]| vec![name.to_string(), counts[0].to_string(), counts[1].to_string()];
    print_table(
        &["", "predicted 0", "predicted 1"],
        [
            row("actual 0", [confusion.true_negatives, confusion.false_positives]),
            row("actual 1", [confusion.false_negatives, confusion.true_positives]),
        ],
    );
}

type Figure = fn(&Confusion) -> f64;

/// The figures of the counts, beside those of a "classifier" that always says no.
fn at_threshold(confusion: &Confusion, labels: &[bool]) -> Outcome {
    let never = Confusion::from_labels(&vec![false; labels.len()], labels)?;
    let figures: [(&str, Figure); 7] = [
        ("accuracy", Confusion::accuracy),
        ("balanced accuracy", Confusion::balanced_accuracy),
        ("precision", Confusion::precision),
        ("recall", Confusion::recall),
        ("specificity", Confusion::specificity),
        ("F1", Confusion::f1),
        ("Matthews correlation", Confusion::matthews_correlation),
    ];
    let rows =
        figures.map(|(name, of)| vec![name.to_string(), format!("{:.4}", of(confusion)), format!("{:.4}", of(&never))]);
    print_table(&["at the threshold", "these scores", "always \"no\""], rows);
    say!("   Accuracy flatters whoever ignores a rare class; balanced accuracy, F1 and Matthews correlation do not.\n");
    Ok(())
}

/// (false positive rate, true positive rate) at 100 evenly spaced thresholds from 1 down to 0.
fn roc_with_100_thresholds(scores: &[f32], labels: &[bool]) -> Result<Vec<(f64, f64)>, Error> {
    let mut points = vec![(0.0, 0.0)];
    for step in (0..100).rev() {
        let confusion = Confusion::from_scores(scores, labels, step as f32 / 99.0)?;
        points.push((1.0 - confusion.specificity(), confusion.recall()));
    }
    Ok(points)
}

/// The area below straight lines between points.
fn trapezoids(points: &[(f64, f64)]) -> f64 {
    points.windows(2).map(|pair| (pair[1].0 - pair[0].0) * (pair[1].1 + pair[0].1) / 2.0).sum()
}

/// The figures that ask only for the order of the scores.
fn over_thresholds(ranking: &Ranking, approximation: Option<f64>) {
    let mut rows = vec![];
    match ranking.roc_auc() {
        Some(exact) => {
            rows.push(vec!["ROC AUC, exact".to_string(), format!("{exact:.6}")]);
            if let Some(approximate) = approximation {
                rows.push(vec!["ROC AUC with 100 thresholds".to_string(), format!("{approximate:.6}")]);
                rows.push(vec!["   its error".to_string(), format!("{:+.6}", approximate - exact)]);
            }
        }
        None => rows.push(vec!["ROC AUC".to_string(), "undefined: one class is missing".to_string()]),
    }
    rows.push(vec!["average precision".to_string(), format!("{:.6}", ranking.average_precision())]);
    // Youden's J: where the curve is farthest above chance.
    let height = |point: &metrics::RocPoint| point.true_positive_rate - point.false_positive_rate;
    if let Some(best) = ranking.roc_curve().max_by(|a, b| height(a).total_cmp(&height(b))) {
        rows.push(vec!["threshold farthest above chance".to_string(), format!("{:.6}", best.threshold)]);
        rows.push(vec!["   recall − false positive rate there".to_string(), format!("{:.6}", height(&best))]);
    }
    print_table(&["over all thresholds", ""], rows);
}

/// The figures that ask for probabilities.
fn of_probabilities(scores: &[f32], labels: &[bool]) -> Outcome {
    let constant = vec![share(labels); labels.len()];
    let row = |name: &str, here: f64, base: f64| vec![name.to_string(), format!("{here:.6}"), format!("{base:.6}")];
    print_table(
        &["of the probabilities", "these scores", "always the share"],
        [
            row("log loss", metrics::log_loss(scores, labels)?, metrics::log_loss(&constant, labels)?),
            row("Brier score", metrics::brier_score(scores, labels)?, metrics::brier_score(&constant, labels)?),
        ],
    );
    Ok(())
}

/// The ROC and the precision-recall curve.
pub fn draw(area: &picture::Area, scores: &[f32], labels: &[bool]) -> Outcome {
    let mut scratch = vec![0; labels.len()];
    let ranking = Ranking::new(scores, labels, &mut scratch)?;
    let approximation = if are_probabilities(scores) { roc_with_100_thresholds(scores, labels)? } else { vec![] };
    let share = share(labels);
    let (left, right) = area.split_horizontally(area.dim_in_pixel().0 as i32 / 2);
    let point = |x: f64, y: f64| (x as f32, y as f32);
    let exact = ranking.roc_curve().map(|roc| point(roc.false_positive_rate, roc.true_positive_rate)).collect();
    let mut curves = vec![
        ("exact".to_string(), exact),
        ("chance".to_string(), vec![(0.0, 0.0), (1.0, 1.0)]),
        ("100 thresholds".to_string(), approximation.iter().map(|&(x, y)| point(x, y)).collect()),
    ];
    curves.retain(|(_, points): &(String, Vec<_>)| !points.is_empty());
    let labels = ("ROC curve", "false positive rate", "true positive rate (recall)");
    picture::curves_within(&left, labels, &curves, (0.0, 1.02), false)?;
    let curves = [
        ("scores".to_string(), ranking.precision_recall_curve().map(|at| point(at.recall, at.precision)).collect()),
        ("chance: the share of positives".to_string(), vec![(0.0, share), (1.0, share)]),
    ];
    let labels = ("precision-recall curve", "recall", "precision");
    picture::curves_within(&right, labels, &curves, (0.0, 1.02), false)?;
    Ok(())
}
