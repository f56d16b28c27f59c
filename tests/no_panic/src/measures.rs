//! Metrics.

use crate::see;
use bareprop::metrics::*;
use bareprop::{Error, Scalar, arithmetic_is_ieee754};

/// Scores and probabilities.
#[inline(always)]
fn scores<T: Scalar>(scores: &[T], labels: &[bool], threshold: T, scratch: &mut [usize]) -> Result<(), Error> {
    see((log_loss(scores, labels), brier_score(scores, labels)));
    see((mse(scores, scores), mae(scores, scores), r2(scores, scores), argmax(scores)));
    see(Confusion::from_scores(scores, labels, threshold));
    let ranking = Ranking::new(scores, labels, scratch)?;
    see((ranking.roc_auc(), ranking.average_precision()));
    for point in ranking.roc_curve() {
        see::<RocPoint>(point);
    }
    for point in ranking.precision_recall_curve() {
        see::<PrecisionRecallPoint>(point);
    }
    Ok(())
}

#[unsafe(no_mangle)]
pub fn arithmetic_is_as_everywhere() -> bool {
    arithmetic_is_ieee754::<f32>() && arithmetic_is_ieee754::<f64>()
}

#[unsafe(no_mangle)]
pub fn scores_32(s: &[f32], labels: &[bool], threshold: f32, scratch: &mut [usize]) -> Result<(), Error> {
    scores(s, labels, threshold, scratch)
}

#[unsafe(no_mangle)]
pub fn scores_64(s: &[f64], labels: &[bool], threshold: f64, scratch: &mut [usize]) -> Result<(), Error> {
    scores(s, labels, threshold, scratch)
}

#[unsafe(no_mangle)]
pub fn distributions_32(probabilities: &[[f32; 3]], classes: &[usize]) -> Result<f64, Error> {
    multiclass_log_loss(probabilities, classes)
}

#[unsafe(no_mangle)]
pub fn distributions_64(probabilities: &[[f64; 10]], classes: &[usize]) -> Result<f64, Error> {
    multiclass_log_loss(probabilities, classes)
}

#[unsafe(no_mangle)]
pub fn regression_report(predicted: &[f64], targets: &[f64]) -> Result<Regression, Error> {
    Regression::new(predicted, targets)
}

#[unsafe(no_mangle)]
pub fn regression(predicted: &[f32], targets: &[f32]) -> [Result<f64, Error>; 3] {
    [mse(predicted, targets), mae(predicted, targets), r2(predicted, targets)]
}

#[unsafe(no_mangle)]
pub fn confusion(counts: &mut Confusion, predicted: &[bool], actual: &[bool], one: bool) {
    see(Confusion::from_labels(predicted, actual));
    counts.add(one, !one);
    see([counts.accuracy(), counts.precision(), counts.recall(), counts.specificity(), counts.f1()]);
    see((counts.balanced_accuracy(), counts.matthews_correlation(), counts.total(), Confusion::new()));
}

/// A matrix of K classes.
#[inline(always)]
fn classes<const K: usize>(matrix: &mut ConfusionMatrix<K>, predicted: &[usize], actual: &[usize], one: usize) {
    let report: Report<'_, K> = matrix.report();
    see((report.named(&[""; K]), ConfusionMatrix::<K>::from_classes(predicted, actual)));
    see((matrix.add(one, K.wrapping_sub(one)), matrix.add_all(predicted, actual)).1);
    see((matrix.total(), matrix.class(one), matrix.accuracy(), matrix.balanced_accuracy()));
    see((matrix.cohen_kappa(), matrix.matthews_correlation(), ConfusionMatrix::<K>::new()));
    for average in [Average::Macro, Average::Micro, Average::Weighted] {
        see((matrix.precision(average), matrix.recall(average), matrix.f1(average)));
    }
}

#[unsafe(no_mangle)]
pub fn classes_3(matrix: &mut ConfusionMatrix<3>, predicted: &[usize], actual: &[usize], one: usize) {
    classes(matrix, predicted, actual, one);
}

#[unsafe(no_mangle)]
pub fn classes_10(matrix: &mut ConfusionMatrix<10>, predicted: &[usize], actual: &[usize], one: usize) {
    classes(matrix, predicted, actual, one);
}
