//! Metrics against scikit-learn: the cases that `tools/references.py` wrote, with every point of both curves.

mod golden;

use bareprop::Scalar;
use bareprop::metrics::{
    Average, Confusion, ConfusionMatrix, Ranking, RocPoint, brier_score, log_loss, mae, mse, multiclass_log_loss, r2,
};
use golden::*;
use serde_json::Value;

fn whole(value: &Value) -> Vec<usize> {
    numbers(value).iter().map(|&number| number as usize).collect()
}

fn assert_metric(what: &str, found: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    let difference = (found - expected).abs();
    assert!(difference <= tolerance::METRIC * expected.abs(), "{what}: found {found}, expected {expected}");
}

fn binary_case<T: Scalar>(case: &Value) {
    let labels: Vec<bool> = whole(&case["labels"]).iter().map(|&label| label == 1).collect();
    let scores: Vec<T> = numbers(&case["scores"]).into_iter().map(T::from_f64).collect();
    let threshold = T::from_f64(case["threshold"].as_f64().unwrap());
    let confusion = Confusion::from_scores(&scores, &labels, threshold).unwrap();
    let mut scratch = vec![0; labels.len()];
    let ranking = Ranking::new(&scores, &labels, &mut scratch).unwrap();
    for (name, found) in [
        ("accuracy", confusion.accuracy()),
        ("precision", confusion.precision()),
        ("recall", confusion.recall()),
        ("specificity", confusion.specificity()),
        ("f1", confusion.f1()),
        ("balanced_accuracy", confusion.balanced_accuracy()),
        ("mcc", confusion.matthews_correlation()),
        ("roc_auc", ranking.roc_auc().unwrap()),
        ("average_precision", ranking.average_precision()),
        ("brier", brier_score(&scores, &labels).unwrap()),
    ] {
        assert_metric(&format!("{} {name}", case["name"]), found, &case[name]);
    }
    // The file's scores were clipped, as float64, before scikit-learn clipped them at its own bound.
    let clipped: Vec<f64> = scores.iter().map(|score| score.to_f64().clamp(1e-7, 1.0 - 1e-7)).collect();
    assert_metric("log_loss", log_loss(&clipped, &labels).unwrap(), &case["log_loss"]);
    let roc: Vec<_> = ranking.roc_curve().collect();
    let column = |f: fn(&RocPoint) -> f64| roc.iter().map(f).collect::<Vec<_>>();
    assert_curve(&column(|point| point.false_positive_rate), &case["roc"][0]);
    assert_curve(&column(|point| point.true_positive_rate), &case["roc"][1]);
    assert_curve(&column(|point| point.threshold)[1..], &case["roc"][2]);
    let points = ranking.precision_recall_curve();
    let (precision, recall): (Vec<_>, Vec<_>) = points.map(|point| (point.precision, point.recall)).unzip();
    assert_curve(&precision, &case["precision_recall"][0]);
    assert_curve(&recall, &case["precision_recall"][1]);
}

/// Both curves have every point, one for each score that occurs.
fn assert_curve(found: &[f64], expected: &Value) {
    let expected = expected.as_array().unwrap();
    assert_eq!(found.len(), expected.len());
    for (&found, expected) in found.iter().zip(expected) {
        assert_metric("a point of a curve", found, expected);
    }
}

fn multiclass_case(case: &Value) {
    let mut matrix = ConfusionMatrix::<5>::new();
    matrix.add_all(&whole(&case["predicted"]), &whole(&case["labels"])).unwrap();
    assert_metric("accuracy", matrix.accuracy(), &case["accuracy"]);
    assert_metric("mcc", matrix.matthews_correlation(), &case["mcc"]);
    assert_metric("kappa", matrix.cohen_kappa(), &case["cohen_kappa"]);
    for (name, average) in [("macro", Average::Macro), ("micro", Average::Micro), ("weighted", Average::Weighted)] {
        let found = [matrix.precision(average), matrix.recall(average), matrix.f1(average)];
        found
            .iter()
            .zip(case[name].as_array().unwrap())
            .for_each(|(&found, expected)| assert_metric(name, found, expected));
    }
    for (class, recall) in case["recalls"].as_array().unwrap().iter().enumerate() {
        assert_metric("recall of a class", matrix.class(class).unwrap().recall(), recall);
    }
}

/// Numbers that are written as strings, to the last bit.
fn exact(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(exact).collect(),
        value => vec![value.as_str().unwrap().parse().unwrap()],
    }
}

/// What scikit-learn computes in float64, in float32, and in float64 on what float32 clips to.
fn loss_case(what: &str, case: &Value, double: impl Fn() -> f64, single: impl Fn() -> f64) {
    let what = format!("{what} of {}", case["probabilities"]);
    if !case["double"].is_null() {
        assert_metric(&what, double(), &case["double"]);
    }
    if !case["single"].is_null() {
        assert_metric(&what, single(), &case["single_clipped"]);
        assert_near(&what, &[single()], &numbers(&case["single"]), (tolerance::METRIC_IN_SINGLE, 0.0));
    }
}

#[test]
fn log_losses() {
    let file = golden("more_metrics");
    let [two, more] = ["log_loss", "multiclass_log_loss"].map(|name| file[name].as_array().unwrap());
    assert_eq!([two.len(), more.len()], [30, 5]);
    for case in two {
        let labels: Vec<bool> = whole(&case["labels"]).iter().map(|&label| label == 1).collect();
        let doubles = exact(&case["probabilities"]);
        let singles: Vec<f32> = doubles.iter().map(|&p| p as f32).collect();
        let (double, single) = (|| log_loss(&doubles, &labels).unwrap(), || log_loss(&singles, &labels).unwrap());
        loss_case("log loss", case, double, single);
        // Two classes are two columns; 1 − p is rounded, as in scikit-learn.
        let classes: Vec<usize> = labels.iter().map(|&label| usize::from(label)).collect();
        let doubles: Vec<[f64; 2]> = doubles.iter().map(|&p| [1.0 - p, p]).collect();
        let singles: Vec<[f32; 2]> = singles.iter().map(|&p| [1.0 - p, p]).collect();
        let double = || multiclass_log_loss(&doubles, &classes).unwrap();
        loss_case("log loss of two columns", case, double, || multiclass_log_loss(&singles, &classes).unwrap());
    }
    for case in more {
        let classes = whole(&case["labels"]);
        let doubles: Vec<[f64; 3]> = exact(&case["probabilities"]).as_chunks().0.to_vec();
        let singles: Vec<[f32; 3]> = doubles.iter().map(|row| row.map(|p| p as f32)).collect();
        let double = || multiclass_log_loss(&doubles, &classes).unwrap();
        loss_case("log loss of three columns", case, double, || multiclass_log_loss(&singles, &classes).unwrap());
    }
}

#[test]
fn metrics() {
    let file = golden("more_metrics");
    let list = |name: &str| file[name].as_array().unwrap().clone();
    assert_eq!([list("binary").len(), list("multiclass").len(), list("regression").len()], [9, 2, 4]);
    list("binary").iter().for_each(binary_case::<f32>);
    list("binary").iter().for_each(binary_case::<f64>);
    list("multiclass").iter().for_each(multiclass_case);
    for case in list("regression") {
        let (predicted, target) = (numbers(&case["predicted"]), numbers(&case["target"]));
        assert_metric("mse", mse(&predicted, &target).unwrap(), &case["mse"]);
        assert_metric("mae", mae(&predicted, &target).unwrap(), &case["mae"]);
        assert_metric("r2", r2(&predicted, &target).unwrap(), &case["r2"]);
    }
}
