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

/// What is undefined: here it is 0 (the area under the ROC curve `None`), in scikit-learn sometimes NaN or 1.
#[test]
fn degenerate() {
    let file = golden("more_metrics");
    let cases = file["degenerate"].as_object().unwrap();
    let (yes, no, some, scores) = ([true; 3], [false; 3], [false, true, false], [0.25, 0.75, 0.5]);
    let confusion = |actual: &[bool], predicted: &[bool]| Confusion::from_labels(predicted, actual).unwrap();
    let kappa = |actual: &[bool], predicted: &[bool]| {
        let mut matrix = ConfusionMatrix::<2>::new();
        let classes = |labels: &[bool]| labels.iter().map(|&label| usize::from(label)).collect::<Vec<_>>();
        matrix.add_all(&classes(predicted), &classes(actual)).unwrap();
        matrix.cohen_kappa()
    };
    let mut scratch = [[0; 3]; 2];
    let [first, second] = &mut scratch;
    let without_positives = Ranking::new(&scores, &no, first).unwrap();
    let without_negatives = Ranking::new(&scores, &yes, second).unwrap();
    // The second number is ours, where scikit-learn's is another.
    let single: [(&str, f64, Option<f64>); 21] = [
        ("precision, none predicted", confusion(&some, &no).precision(), None),
        ("recall, no positives", confusion(&no, &some).recall(), None),
        ("specificity, no negatives", confusion(&yes, &some).specificity(), None),
        ("f1, no positives", confusion(&no, &some).f1(), None),
        ("f1, neither", confusion(&no, &no).f1(), None),
        ("balanced accuracy, no positives", confusion(&no, &some).balanced_accuracy(), None),
        ("balanced accuracy, no negatives", confusion(&yes, &some).balanced_accuracy(), None),
        ("mcc, one class", confusion(&yes, &yes).matthews_correlation(), None),
        ("mcc, one class predicted", confusion(&some, &yes).matthews_correlation(), None),
        ("mcc, no negatives", confusion(&yes, &some).matthews_correlation(), None),
        ("kappa, one class", kappa(&yes, &yes), Some(0.0)),
        ("kappa, one class predicted", kappa(&some, &yes), None),
        ("roc auc, no positives", without_positives.roc_auc().unwrap_or(-1.0), Some(-1.0)),
        ("roc auc, no negatives", without_negatives.roc_auc().unwrap_or(-1.0), Some(-1.0)),
        ("average precision, no positives", without_positives.average_precision(), None),
        ("average precision, no negatives", without_negatives.average_precision(), None),
        ("r2, one row", r2(&[0.5], &[0.5]).unwrap(), Some(1.0)),
        ("r2, one row, wrong", r2(&[1.0], &[0.5]).unwrap(), Some(0.0)),
        ("r2, constant", r2(&[0.5; 3], &[0.5; 3]).unwrap(), None),
        ("r2, constant, wrong", r2(&[0.5, 1.0, 0.5], &[0.5; 3]).unwrap(), None),
        ("r2, constant with a mean that rounds", r2(&[0.2; 3], &[0.1; 3]).unwrap(), Some(0.0)),
    ];
    for (name, found, ours) in single {
        let theirs = cases[name].as_f64();
        match ours {
            None => assert_metric(name, found, &cases[name]),
            Some(ours) => assert!(found == ours && theirs != Some(ours), "{name}: {found}, scikit-learn {theirs:?}"),
        }
    }
    let mut curves = Vec::new();
    for (name, ranking) in [("no positives", without_positives), ("no negatives", without_negatives)] {
        let (fpr, tpr) = ranking.roc_curve().map(|point| (point.false_positive_rate, point.true_positive_rate)).unzip();
        let (precision, recall) = ranking.precision_recall_curve().map(|point| (point.precision, point.recall)).unzip();
        for (curve, found) in
            [("false positive rate", fpr), ("true positive rate", tpr), ("precision", precision), ("recall", recall)]
        {
            curves.push((format!("curve of {curve}, {name}"), found));
        }
    }
    assert_eq!(single.len() + curves.len(), cases.len());
    for (name, found) in curves {
        let found: Vec<f64> = found;
        let theirs: Vec<Option<f64>> = cases[&name].as_array().unwrap().iter().map(Value::as_f64).collect();
        match name.as_str() {
            "curve of true positive rate, no positives" | "curve of false positive rate, no negatives" => {
                assert_eq!((found, theirs), (vec![0.0; 4], vec![None; 4]));
            }
            "curve of recall, no positives" => {
                assert_eq!((found, theirs), (vec![0.0; 4], vec![Some(0.0), Some(1.0), Some(1.0), Some(1.0)]));
            }
            _ => assert_curve(&found, &cases[&name]),
        }
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
