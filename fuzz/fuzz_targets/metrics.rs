//! Metrics: no panic, errors where they are documented, results within their bounds.
#![no_main]

use arbitrary::{Result, Unstructured};
use bareprop::Scalar;
use bareprop::metrics::*;
use bareprop_fuzz::{beside, length, number, row, some};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let u = &mut Unstructured::new(data);
    let double = u.arbitrary().unwrap_or(false);
    let _ = if double { scores::<f64>(u) } else { scores::<f32>(u) };
    let _ = classes(u);
    let _ = if double { distributions::<f64>(u) } else { distributions::<f32>(u) };
});

/// Shares, rates, probabilities.
fn units(numbers: &[f64]) {
    assert!(numbers.iter().all(|x| (0.0..=1.0).contains(x)), "{numbers:?} are not within 0 and 1");
}

/// What a certain prediction costs that is wrong: −ln ε.
fn largest_loss<T: Scalar>() -> f64 {
    if size_of::<T>() == 4 { 15.9424 } else { 36.0437 }
}

fn scores<T: Scalar>(u: &mut Unstructured<'_>) -> Result<()> {
    let scores = some(u, 20, number::<T>)?;
    let labels = beside(u, scores.len(), |u| u.arbitrary::<bool>())?;
    if let Ok(loss) = log_loss(&scores, &labels) {
        assert!((0.0..=largest_loss::<T>()).contains(&loss), "{loss}");
        units(&[brier_score(&scores, &labels).expect("probabilities")]);
    }
    if let Ok(confusion) = Confusion::from_scores(&scores, &labels, number(u)?) {
        assert_eq!(confusion.total(), scores.len() as u64);
        counts(&confusion);
    }
    ranking(&scores, &labels, &mut vec![7; length(u, scores.len())?]);
    assert!(argmax(&scores) < scores.len().max(1));
    let targets = beside(u, scores.len(), number::<T>)?;
    let errors = (mse(&scores, &targets), mae(&scores, &targets), r2(&scores, &targets));
    if let (Ok(squared), Ok(absolute), Ok(share)) = errors {
        assert!(squared >= 0.0 && absolute >= 0.0);
        let single = size_of::<T>() == 4;
        assert!(!single || squared.is_finite() && absolute.is_finite() && share <= 1.0, "{errors:?}");
    }
    Ok(())
}

fn counts(c: &Confusion) {
    units(&[c.accuracy(), c.precision(), c.recall(), c.specificity(), c.f1(), c.balanced_accuracy()]);
    assert!((-1.0..=1.0).contains(&c.matthews_correlation()));
}

/// Both curves rise from their first point to their last, and leave the scores as they were.
fn ranking<T: Scalar>(scores: &[T], labels: &[bool], scratch: &mut [usize]) {
    let before = scratch.to_vec();
    let Ok(ranking) = Ranking::new(scores, labels, scratch) else {
        assert_eq!(scratch, before);
        return;
    };
    units(ranking.roc_auc().as_slice());
    units(&[ranking.average_precision()]);
    let mut last = (0.0, 0.0);
    for point in ranking.roc_curve() {
        let RocPoint { false_positive_rate, true_positive_rate, threshold } = point;
        assert!(false_positive_rate >= last.0 && true_positive_rate >= last.1 && !threshold.is_nan());
        last = (false_positive_rate, true_positive_rate);
    }
    units(&[last.0, last.1]);
    for point in ranking.precision_recall_curve() {
        units(&[point.precision, point.recall]);
    }
}

/// Rows that mostly sum to 1, and classes that mostly exist.
fn distributions<T: Scalar>(u: &mut Unstructured<'_>) -> Result<()> {
    let rows = some(u, 8, |u| {
        let mut row: [T; 3] = row(u)?;
        if u.ratio(7, 8)? {
            let cut = T::from_f64(f64::from(u.arbitrary::<u8>()?) / 256.0);
            row = [cut, T::ZERO, T::ONE - cut];
        }
        Ok(row)
    })?;
    let classes = beside(u, rows.len(), |u| if u.ratio(31, 32)? { u.int_in_range(0..=2) } else { u.arbitrary() })?;
    if let Ok(loss) = multiclass_log_loss(&rows, &classes) {
        assert!((0.0..=largest_loss::<T>()).contains(&loss), "{loss}");
        assert!(classes.iter().all(|&class| class < 3));
        assert!(rows.iter().all(|row| (row.iter().map(|p| p.to_f64()).sum::<f64>() - 1.0).abs() < 1e-3));
    }
    Ok(())
}

fn classes(u: &mut Unstructured<'_>) -> Result<()> {
    let mut matrix = ConfusionMatrix::<3>::new();
    if u.ratio(1, 4)? {
        for count in matrix.counts.as_flattened_mut() {
            *count = u.int_in_range(0..=1 << 49)?; // sums are exact in f64
        }
    }
    let class = |u: &mut Unstructured<'_>| if u.ratio(31, 32)? { u.int_in_range(0..=2) } else { u.arbitrary() };
    let predicted = some(u, 20, class)?;
    let actual = beside(u, predicted.len(), class)?;
    let before = matrix.clone();
    if matrix.add_all(&predicted, &actual).is_err() {
        assert_eq!(matrix, before);
    }
    let (one, other) = (class(u)?, class(u)?);
    assert_eq!(matrix.add(one, other).is_ok(), one < 3 && other < 3);
    assert_eq!(matrix.class(one).is_ok(), one < 3);
    if let Ok(confusion) = matrix.class(one) {
        counts(&confusion);
    }
    units(&[matrix.accuracy(), matrix.balanced_accuracy()]);
    for average in [Average::Macro, Average::Micro, Average::Weighted] {
        units(&[matrix.precision(average), matrix.recall(average), matrix.f1(average)]);
    }
    assert!(matrix.cohen_kappa() <= 1.0 && (-1.0..=1.0).contains(&matrix.matthews_correlation()));
    Ok(())
}
