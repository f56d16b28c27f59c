//! Metrics against scikit-learn, against naive definitions, and on bad input.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

mod golden;

use bareprop::metrics::{
    Average, Confusion, ConfusionMatrix, PrecisionRecallPoint, Ranking, RocPoint, argmax, brier_score, log_loss, mae,
    mse, multiclass_log_loss, r2,
};
use bareprop::{Error, Scalar};
use golden::tolerance;
use proptest::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/sklearn_metrics.json")).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn classes(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|class| class.as_u64().unwrap() as usize).collect()
}

#[track_caller]
fn assert_close(found: f64, expected: f64, what: &str) {
    let difference = (found - expected).abs();
    assert!(difference <= tolerance::METRIC * expected.abs(), "{what}: found {found}, expected {expected}");
}

// ---------- scikit-learn ----------

#[test]
fn binary_is_scikit_learn() {
    let golden = golden();
    let cases = golden["binary"].as_array().unwrap();
    assert_eq!(cases.len(), 7);
    for case in cases {
        // The scores are f32 numbers; rounding to f32 repairs the last bit where the JSON parser lost it.
        let parsed = numbers(&case["scores"]);
        let narrow: Vec<f32> = parsed.iter().map(|&score| score as f32).collect();
        let wide: Vec<f64> = narrow.iter().map(|&score| f64::from(score)).collect();
        assert!(wide.iter().zip(&parsed).all(|(wide, parsed)| (wide - parsed).abs() <= 1e-15));
        let threshold = number(&case["threshold"]);
        binary_case(case, &wide, threshold);
        binary_case(case, &narrow, threshold as f32); // sums run in f64, so the same tolerance holds
    }
}

fn binary_case<T: Scalar>(case: &Value, scores: &[T], threshold: T) {
    let labels: Vec<bool> = classes(&case["labels"]).iter().map(|&label| label == 1).collect();
    let confusion = Confusion::from_scores(scores, &labels, threshold).unwrap();
    assert_eq!(confusion.true_positives, case["tp"].as_u64().unwrap());
    assert_eq!(confusion.false_positives, case["fp"].as_u64().unwrap());
    assert_eq!(confusion.true_negatives, case["tn"].as_u64().unwrap());
    assert_eq!(confusion.false_negatives, case["fn"].as_u64().unwrap());
    let mut scratch = vec![usize::MAX; labels.len() + 3]; // neither its contents nor a surplus matter
    let ranking = Ranking::new(scores, &labels, &mut scratch).unwrap();
    // The file's scores were clipped, as float64, before scikit-learn clipped them at its own bound.
    let clipped: Vec<f64> = scores.iter().map(|score| score.to_f64().clamp(1e-7, 1.0 - 1e-7)).collect();
    let results = [
        ("accuracy", confusion.accuracy()),
        ("precision", confusion.precision()),
        ("recall", confusion.recall()),
        ("f1", confusion.f1()),
        ("balanced_accuracy", confusion.balanced_accuracy()),
        ("mcc", confusion.matthews_correlation()),
        ("roc_auc", ranking.roc_auc().unwrap()),
        ("average_precision", ranking.average_precision()),
        ("brier", brier_score(scores, &labels).unwrap()),
        ("log_loss", log_loss(&clipped, &labels).unwrap()),
    ];
    for (name, found) in results {
        assert_close(found, number(&case[name]), &format!("{} {name}", case["name"]));
    }
    roc_case(case, &ranking, &labels);
}

fn roc_case<T: Scalar>(case: &Value, ranking: &Ranking<'_, T>, labels: &[bool]) {
    let positives = labels.iter().filter(|&&label| label).count() as f64;
    let negatives = labels.len() as f64 - positives;
    let counts: Vec<[f64; 2]> = ranking
        .roc_curve()
        .map(|point| [(point.false_positive_rate * negatives).round(), (point.true_positive_rate * positives).round()])
        .collect();
    let (fpr, tpr) = (numbers(&case["roc_fpr"]), numbers(&case["roc_tpr"]));
    let thinned = drop_intermediate(&counts);
    assert_eq!(thinned.len(), fpr.len(), "{}", case["name"]);
    assert_eq!(thinned.len(), tpr.len(), "{}", case["name"]);
    for (&at, (&fpr, &tpr)) in thinned.iter().zip(fpr.iter().zip(&tpr)) {
        let point = ranking.roc_curve().nth(at).unwrap();
        assert_close(point.false_positive_rate, fpr, "fpr");
        assert_close(point.true_positive_rate, tpr, "tpr");
    }
}

/// What scikit-learn drops by default: points where, from the second on, neither count's second
/// difference differs from 0. Gives the places of those that stay.
fn drop_intermediate(counts: &[[f64; 2]]) -> Vec<usize> {
    let last = counts.len() - 1;
    let stays = |at: usize| {
        let bend = |k: usize| counts[at + 1][k] - 2.0 * counts[at][k] + counts[at - 1][k];
        at <= 1 || at == last || bend(0) != 0.0 || bend(1) != 0.0
    };
    (0..=last).filter(|&at| stays(at)).collect()
}

#[test]
fn multiclass_is_scikit_learn() {
    let golden = golden();
    let cases = golden["multiclass"].as_array().unwrap();
    assert_eq!(cases.len(), 2);
    multiclass_case::<3>(&cases[0]);
    multiclass_case::<10>(&cases[1]);
    multiclass_case::<12>(&cases[1]); // classes that never occur and are never predicted change nothing
}

fn multiclass_case<const K: usize>(case: &Value) {
    let mut matrix = ConfusionMatrix::<K>::new();
    matrix.add_all(&classes(&case["predicted"]), &classes(&case["labels"])).unwrap();
    let rows = case["confusion"].as_array().unwrap();
    for (actual, counts) in matrix.counts.iter().enumerate() {
        for (predicted, &count) in counts.iter().enumerate() {
            let expected =
                rows.get(actual).and_then(|row| row.get(predicted)).map_or(0, |count| count.as_u64().unwrap());
            assert_eq!(count, expected, "{actual} taken for {predicted}");
        }
    }
    assert_close(matrix.accuracy(), number(&case["accuracy"]), "accuracy");
    assert_close(matrix.matthews_correlation(), number(&case["mcc"]), "mcc");
    assert_close(matrix.cohen_kappa(), number(&case["cohen_kappa"]), "kappa");
    let recall = number(&case["macro"]["recall"]); // balanced accuracy too, because all classes occur
    assert_close(matrix.balanced_accuracy(), recall, "balanced accuracy");
    for (name, average) in [("macro", Average::Macro), ("micro", Average::Micro), ("weighted", Average::Weighted)] {
        assert_close(matrix.precision(average), number(&case[name]["precision"]), name);
        assert_close(matrix.recall(average), number(&case[name]["recall"]), name);
        assert_close(matrix.f1(average), number(&case[name]["f1"]), name);
    }
}

#[test]
fn regression_is_scikit_learn() {
    let golden = &golden()["regression"];
    let (predicted, target) = (numbers(&golden["predicted"]), numbers(&golden["target"]));
    assert!(!target.is_empty());
    assert_close(mse(&predicted, &target).unwrap(), number(&golden["mse"]), "mse");
    assert_close(mae(&predicted, &target).unwrap(), number(&golden["mae"]), "mae");
    assert_close(r2(&predicted, &target).unwrap(), number(&golden["r2"]), "r2");
}

// ---------- naive oracles ----------

/// Pairs of a positive and a negative in order, ties ½, over all pairs.
fn naive_auc(rows: &[(f32, bool)]) -> Option<f64> {
    let (mut ordered, mut pairs) = (0.0, 0.0);
    for (high, _) in rows.iter().filter(|row| row.1) {
        for (low, _) in rows.iter().filter(|row| !row.1) {
            pairs += 1.0;
            ordered += if high > low { 1.0 } else { f64::from(high == low) / 2.0 };
        }
    }
    (pairs > 0.0).then(|| ordered / pairs)
}

/// Counts at a threshold, from the definition.
fn naive_counts(rows: &[(f32, bool)], threshold: f32) -> Confusion {
    let count = |predicted: bool, actual: bool| {
        rows.iter().filter(|row| (row.0 >= threshold) == predicted && row.1 == actual).count() as u64
    };
    Confusion {
        true_positives: count(true, true),
        false_positives: count(true, false),
        true_negatives: count(false, false),
        false_negatives: count(false, true),
    }
}

/// All scores that occur, once, from the highest.
fn thresholds(rows: &[(f32, bool)]) -> Vec<f32> {
    let mut scores: Vec<f32> = rows.iter().map(|row| row.0).collect();
    scores.sort_by(|a, b| b.partial_cmp(a).unwrap());
    scores.dedup();
    scores
}

fn split(rows: &[(f32, bool)]) -> (Vec<f32>, Vec<bool>) {
    rows.iter().copied().unzip()
}

/// Scores with many ties, both zeros among them, or with hardly any.
fn rows() -> impl Strategy<Value = Vec<(f32, bool)>> {
    let tied = prop_oneof![(-3_i8..4).prop_map(f32::from), Just(-0.0_f32)];
    let free = -1e6_f32..1e6;
    prop_oneof![
        prop::collection::vec((tied, any::<bool>()), 1..60),
        prop::collection::vec((free, any::<bool>()), 1..60),
        prop::collection::vec((prop::num::f32::NORMAL | prop::num::f32::SUBNORMAL, prop::bool::weighted(0.1)), 1..60),
    ]
}

/// Everything that a ranking tells, bit for bit.
fn everything(rows: &[(f32, bool)]) -> Vec<u64> {
    let (scores, labels) = split(rows);
    let mut scratch = vec![0; rows.len()];
    let ranking = Ranking::new(&scores, &labels, &mut scratch).unwrap();
    let roc = ranking.roc_curve().flat_map(|p| [p.threshold, p.false_positive_rate, p.true_positive_rate]);
    let pr = ranking.precision_recall_curve().flat_map(|p| [p.threshold, p.precision, p.recall]);
    let areas = [ranking.roc_auc().unwrap_or(-1.0), ranking.average_precision()];
    roc.chain(pr).chain(areas).map(f64::to_bits).collect()
}

proptest! {
    #[test]
    fn auc_counts_pairs(rows in rows()) {
        let (scores, labels) = split(&rows);
        let mut scratch = vec![0; rows.len()];
        let found = Ranking::new(&scores, &labels, &mut scratch).unwrap().roc_auc();
        prop_assert_eq!(found, naive_auc(&rows)); // exact: both are counts, divided once
    }

    #[test]
    fn curves_are_ratios_at_each_threshold(rows in rows()) {
        let (scores, labels) = split(&rows);
        let mut scratch = vec![0; rows.len()];
        let ranking = Ranking::new(&scores, &labels, &mut scratch).unwrap();
        let roc: Vec<_> = ranking.roc_curve().collect();
        let pr: Vec<_> = ranking.precision_recall_curve().collect();
        let thresholds = thresholds(&rows);
        prop_assert_eq!(roc.len(), thresholds.len() + 1);
        prop_assert_eq!(pr.len(), thresholds.len() + 1);
        let threshold = f64::INFINITY;
        prop_assert_eq!(roc[0], RocPoint { threshold, false_positive_rate: 0.0, true_positive_rate: 0.0 });
        prop_assert_eq!(pr[0], PrecisionRecallPoint { threshold, precision: 1.0, recall: 0.0 });
        let (mut area, mut recall) = (0.0, 0.0);
        for (&threshold, (roc, pr)) in thresholds.iter().zip(roc[1..].iter().zip(&pr[1..])) {
            let counts = naive_counts(&rows, threshold);
            prop_assert_eq!(Confusion::from_scores(&scores, &labels, threshold).unwrap(), counts);
            prop_assert_eq!((roc.threshold, pr.threshold), (f64::from(threshold), f64::from(threshold)));
            prop_assert_eq!(roc.true_positive_rate, counts.recall());
            let negatives = (counts.false_positives + counts.true_negatives).max(1) as f64;
            prop_assert_eq!(roc.false_positive_rate, counts.false_positives as f64 / negatives);
            prop_assert_eq!((pr.precision, pr.recall), (counts.precision(), counts.recall()));
            area += (counts.recall() - recall) * counts.precision();
            recall = counts.recall();
        }
        // Absolute: the oracle takes differences of rounded recalls between 0 and 1.
        prop_assert!((ranking.average_precision() - area).abs() < 1e-14);
    }

    #[test]
    fn order_of_rows_changes_no_bit(rows in rows(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        let mut state = seed;
        for last in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(last, (state >> 33) as usize % (last + 1));
        }
        prop_assert_eq!(everything(&rows), everything(&shuffled));
    }

    #[test]
    fn auc_mirrors_and_ignores_the_scale(rows in rows()) {
        let auc = |rows: &[(f32, bool)]| {
            let (scores, labels) = split(rows);
            Ranking::new(&scores, &labels, &mut vec![0; rows.len()]).unwrap().roc_auc()
        };
        let found = auc(&rows);
        let negated: Vec<_> = rows.iter().map(|&(score, label)| (-score, label)).collect();
        let swapped: Vec<_> = rows.iter().map(|&(score, label)| (-score, !label)).collect();
        prop_assert_eq!(found, auc(&swapped));
        if let (Some(found), Some(mirrored)) = (found, auc(&negated)) {
            prop_assert!((0.0..=1.0).contains(&found));
            prop_assert!((found + mirrored - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn ratios_stay_in_bounds(counts in prop::array::uniform4(prop_oneof![0_u64..5, any::<u64>(), Just(1 << 32)])) {
        let [true_positives, false_positives, true_negatives, false_negatives] = counts;
        let c = Confusion { true_positives, false_positives, true_negatives, false_negatives };
        for value in [c.accuracy(), c.precision(), c.recall(), c.specificity(), c.f1(), c.balanced_accuracy()] {
            prop_assert!((0.0..=1.0).contains(&value), "{value} from {c:?}");
        }
        prop_assert!((-1.0..=1.0).contains(&c.matthews_correlation()));
        let [a, b, c, d] = counts.map(|count| count >> 32); // 2³² rows of each, so that the total is a u64
        let matrix = ConfusionMatrix { counts: [[a, b], [c, d]] };
        for value in [matrix.accuracy(), matrix.balanced_accuracy(), matrix.f1(Average::Weighted)] {
            prop_assert!((0.0..=1.0 + 1e-15).contains(&value), "{value} from {matrix:?}");
        }
        prop_assert!((-1.0..=1.0).contains(&matrix.matthews_correlation()));
        prop_assert!((-1.0..=1.0).contains(&matrix.cohen_kappa()));
    }

    #[test]
    fn perfect_is_exactly_one(counts in prop::array::uniform3(1_u64..1 << 31)) {
        let [a, b, c] = counts;
        let right = Confusion { true_positives: a, true_negatives: b, ..Confusion::new() };
        let wrong = Confusion { false_positives: a, false_negatives: b, ..Confusion::new() };
        prop_assert_eq!((right.matthews_correlation(), wrong.matthews_correlation()), (1.0, -1.0));
        prop_assert_eq!((right.f1(), right.balanced_accuracy(), wrong.f1()), (1.0, 1.0, 0.0));
        let matrix = ConfusionMatrix { counts: [[a, 0, 0], [0, b, 0], [0, 0, c]] };
        prop_assert_eq!((matrix.accuracy(), matrix.cohen_kappa(), matrix.f1(Average::Weighted)), (1.0, 1.0, 1.0));
    }

    #[test]
    fn two_classes_agree_with_the_binary_metrics(rows in prop::collection::vec((any::<bool>(), any::<bool>()), 1..50)) {
        let (predicted, actual): (Vec<bool>, Vec<bool>) = rows.iter().copied().unzip();
        let binary = Confusion::from_labels(&predicted, &actual).unwrap();
        let mut matrix = ConfusionMatrix::<2>::new();
        for &(predicted, actual) in &rows {
            matrix.add(usize::from(predicted), usize::from(actual)).unwrap();
        }
        prop_assert_eq!(matrix.class(1).unwrap(), binary);
        prop_assert_eq!(matrix.total(), binary.total());
        prop_assert_eq!(matrix.accuracy(), binary.accuracy());
        prop_assert!((matrix.balanced_accuracy() - binary.balanced_accuracy()).abs() < 1e-15);
        prop_assert!((matrix.matthews_correlation() - binary.matthews_correlation()).abs() < 1e-15);
    }

    #[test]
    fn log_loss_of_two_columns_is_that_of_one(rows in prop::collection::vec((0_u16..=1024, any::<bool>()), 1..50)) {
        let single = |p: u16| f32::from(p) / 1024.0; // 1 − p is exact
        let (ps, labels): (Vec<f32>, Vec<bool>) = rows.iter().map(|&(p, label)| (single(p), label)).unzip();
        let (columns, classes): (Vec<[f32; 2]>, Vec<usize>) =
            rows.iter().map(|&(p, label)| ([1.0 - single(p), single(p)], usize::from(label))).unzip();
        let (one, two) = (log_loss(&ps, &labels).unwrap(), multiclass_log_loss(&columns, &classes).unwrap());
        prop_assert!((one - two).abs() <= 1e-14 * one, "{one} {two}");
        let wide: Vec<[f64; 5]> = columns.iter().map(|row| [0.0, f64::from(row[0]), 0.0, f64::from(row[1]), 0.0]).collect();
        let (classes, ps): (Vec<usize>, Vec<f64>) =
            classes.iter().zip(&ps).map(|(class, &p)| (2 * class + 1, f64::from(p))).unzip();
        let (one, more) = (log_loss(&ps, &labels).unwrap(), multiclass_log_loss(&wide, &classes).unwrap());
        prop_assert!((one - more).abs() <= 1e-14 * one, "{one} {more}");
    }

    #[test]
    fn correlation_is_pearsons_and_kappa_is_agreement_beyond_chance(
        rows in prop::collection::vec((0_usize..4, 0_usize..4), 1..60),
    ) {
        let (predicted, actual): (Vec<usize>, Vec<usize>) = rows.iter().copied().unzip();
        let mut matrix = ConfusionMatrix::<4>::new();
        matrix.add_all(&predicted, &actual).unwrap();
        // Gorodkin's definition: the covariance of one-hot rows.
        let covariance = |x: &[usize], y: &[usize]| (0..4).map(|class| {
            let hot = |v: usize| f64::from(v == class);
            let mean = |v: &[usize]| v.iter().map(|&v| hot(v)).sum::<f64>() / v.len() as f64;
            let (mx, my) = (mean(x), mean(y));
            x.iter().zip(y).map(|(&x, &y)| (hot(x) - mx) * (hot(y) - my)).sum::<f64>()
        }).sum::<f64>();
        let (xx, yy) = (covariance(&predicted, &predicted), covariance(&actual, &actual));
        let constant = |v: &[usize]| v.iter().all(|&x| x == v[0]);
        let undefined = constant(&predicted) || constant(&actual);
        let pearson = if undefined { 0.0 } else { covariance(&predicted, &actual) / (xx * yy).sqrt() };
        prop_assert!((matrix.matthews_correlation() - pearson).abs() < 1e-12);
        let m = rows.len() as f64;
        let share = |v: &[usize], class: usize| v.iter().filter(|&&x| x == class).count() as f64 / m;
        let chance: f64 = (0..4).map(|class| share(&predicted, class) * share(&actual, class)).sum();
        let certain = constant(&predicted) && constant(&actual) && predicted[0] == actual[0];
        let kappa = if certain { 0.0 } else { (matrix.accuracy() - chance) / (1.0 - chance) };
        prop_assert!((matrix.cohen_kappa() - kappa).abs() < 1e-12);
    }

    #[test]
    fn argmax_is_the_first_maximum(
        values in prop::collection::vec(
            prop_oneof![(-2_i8..3).prop_map(f32::from), Just(f32::NAN), Just(f32::NEG_INFINITY)],
            0..10,
        ),
    ) {
        let largest = values.iter().copied().fold(f32::NAN, f32::max); // f32::max ignores NaN
        let expected = values.iter().position(|&value| value == largest).unwrap_or(0);
        prop_assert_eq!(argmax(&values), expected);
    }

    #[test]
    fn no_input_panics(
        scores in prop::collection::vec(any::<f32>(), 0..8),
        labels in prop::collection::vec(any::<bool>(), 0..8),
        classes in prop::collection::vec(any::<usize>(), 0..8),
        lent in 0_usize..8,
    ) {
        let mut scratch = vec![7; lent];
        let fits = scores.len() == labels.len() && !scores.is_empty();
        let finite = scores.iter().all(|score| score.is_finite());
        let probable = scores.iter().all(|score| (0.0..=1.0).contains(score));
        prop_assert_eq!(Ranking::new(&scores, &labels, &mut scratch).is_ok(), fits && finite && lent >= scores.len());
        prop_assert_eq!(Confusion::from_scores(&scores, &labels, 0.0).is_ok(), fits && finite);
        prop_assert_eq!(log_loss(&scores, &labels).is_ok(), fits && probable);
        prop_assert_eq!(brier_score(&scores, &labels).is_ok(), fits && probable);
        prop_assert_eq!(mse(&scores, &scores).is_ok(), finite && !scores.is_empty());
        let mut matrix = ConfusionMatrix::<3>::new();
        let known = classes.iter().all(|&class| class < 3);
        prop_assert_eq!(matrix.add_all(&classes, &classes).is_ok(), known && !classes.is_empty());
    }
}

#[test]
fn sorting_holds_for_sorted_reversed_and_large_inputs() {
    let m = 3000_u32;
    let up: Vec<f64> = (0..m).map(f64::from).collect();
    let down: Vec<f64> = up.iter().rev().copied().collect();
    let mixed: Vec<f64> = (0..m).map(|row| f64::from(row * 1_103 % m)).collect(); // a permutation
    for scores in [up, down, mixed] {
        let labels: Vec<bool> = scores.iter().map(|&score| score >= 1000.0).collect();
        let mut scratch = vec![0; scores.len()];
        let ranking = Ranking::new(&scores, &labels, &mut scratch).unwrap();
        assert_eq!(ranking.roc_auc(), Some(1.0));
        assert!(ranking.roc_curve().skip(1).map(|point| point.threshold).eq((0..m).rev().map(f64::from)));
    }
}

// ---------- degenerate data ----------

#[test]
fn undefined_ratios_are_zero() {
    let none = Confusion::new();
    let results = [none.accuracy(), none.precision(), none.recall(), none.specificity(), none.f1()];
    assert_eq!(results, [0.0; 5]);
    assert_eq!((none.balanced_accuracy(), none.matthews_correlation(), none.total()), (0.0, 0.0, 0));
    let matrix = ConfusionMatrix::<3>::default();
    for average in [Average::Macro, Average::Micro, Average::Weighted] {
        assert_eq!([matrix.precision(average), matrix.recall(average), matrix.f1(average)], [0.0; 3]);
    }
    let results = [matrix.accuracy(), matrix.balanced_accuracy(), matrix.cohen_kappa(), matrix.matthews_correlation()];
    assert_eq!(results, [0.0; 4]);
    assert_eq!(ConfusionMatrix::<0>::new().accuracy(), 0.0);
}

#[test]
fn one_class_alone() {
    let mut scratch = [0; 3];
    let ranking = Ranking::new(&[0.2_f64, 0.8, 0.5], &[true; 3], &mut scratch).unwrap();
    assert_eq!((ranking.roc_auc(), ranking.average_precision()), (None, 1.0));
    assert!(ranking.roc_curve().all(|point| point.false_positive_rate == 0.0));
    let ranking = Ranking::new(&[0.2_f64, 0.8, 0.5], &[false; 3], &mut scratch).unwrap();
    assert_eq!((ranking.roc_auc(), ranking.average_precision()), (None, 0.0));
    assert!(ranking.roc_curve().all(|point| point.true_positive_rate == 0.0));
    let always_right = Confusion::from_labels(&[true; 4], &[true; 4]).unwrap();
    assert_eq!((always_right.balanced_accuracy(), always_right.matthews_correlation()), (1.0, 0.0));
    let only_negatives = Confusion::from_labels(&[false; 4], &[false; 4]).unwrap();
    assert_eq!((only_negatives.balanced_accuracy(), only_negatives.specificity()), (1.0, 1.0));
    let never_right = Confusion::from_labels(&[true; 4], &[false; 4]).unwrap();
    assert_eq!((never_right.balanced_accuracy(), never_right.f1()), (0.0, 0.0));
    let matrix = ConfusionMatrix { counts: [[4, 0, 0], [0; 3], [0; 3]] };
    assert_eq!((matrix.cohen_kappa(), matrix.matthews_correlation(), matrix.balanced_accuracy()), (0.0, 0.0, 1.0));
}

#[test]
fn averages_leave_out_what_is_neither_there_nor_predicted() {
    // Class 0: precision 1, recall 2/3. Class 1: precision 0, recall 0 (predicted once, never there). Class 2: absent.
    let matrix = ConfusionMatrix { counts: [[2, 1, 0], [0, 0, 0], [0, 0, 0]] };
    assert_eq!((matrix.precision(Average::Macro), matrix.precision(Average::Weighted)), (0.5, 1.0));
    assert_eq!((matrix.recall(Average::Macro), matrix.recall(Average::Weighted)), (1.0 / 3.0, 2.0 / 3.0));
    assert_close(matrix.f1(Average::Macro), 0.4, "macro f1");
    assert_close(matrix.f1(Average::Weighted), 0.8, "weighted f1");
    assert_eq!(matrix.balanced_accuracy(), 2.0 / 3.0);
}

#[test]
fn counts_stop_at_the_largest() {
    let mut confusion = Confusion { true_positives: u64::MAX, false_negatives: u64::MAX, ..Confusion::new() };
    confusion.add(true, true);
    assert_eq!((confusion.true_positives, confusion.total(), confusion.recall()), (u64::MAX, u64::MAX, 0.5));
    let mut matrix = ConfusionMatrix { counts: [[u64::MAX; 2]; 2] };
    matrix.add(0, 0).unwrap();
    assert_eq!((matrix.counts[0][0], matrix.total()), (u64::MAX, u64::MAX));
    assert!(matrix.f1(Average::Macro).is_finite() && matrix.cohen_kappa().is_finite());
}

/// −ln ε and −ln(1 − ε), the ends of both log losses.
fn log_loss_ends<T: Scalar>() {
    let epsilon = T::EPSILON.to_f64();
    let (one, zero, below) = (T::ONE, T::ZERO, T::EPSILON * T::from_f64(0.25));
    let cases =
        [(zero, true), (-zero, true), (below, true), (one, false), (one - T::EPSILON * T::from_f64(0.5), false)];
    for (p, label) in cases {
        assert_close(log_loss(&[p], &[label]).unwrap(), -epsilon.ln(), "wrong and certain");
        let found = multiclass_log_loss(&[[one - p, p]], &[usize::from(label)]).unwrap();
        assert_close(found, -epsilon.ln(), "wrong and certain, two columns");
        assert_close(log_loss(&[p], &[!label]).unwrap(), -(-epsilon).ln_1p(), "right and certain");
        let found = multiclass_log_loss(&[[one - p, p]], &[usize::from(!label)]).unwrap();
        assert_close(found, -(-epsilon).ln_1p(), "right and certain, two columns");
    }
}

#[test]
fn log_loss_is_clipped_at_the_epsilon_of_its_scalar() {
    log_loss_ends::<f32>();
    log_loss_ends::<f64>();
    assert_close(log_loss(&[1e-10], &[true]).unwrap(), 23.025_850_929_940_457, "1e-10");
    assert_close(
        log_loss(&[0.0, 0.0], &[false, true]).unwrap(),
        18.021_826_694_558_577,
        "half of them certain and wrong",
    );
    assert_close(log_loss(&[0.0_f32, 0.0], &[false, true]).unwrap(), 7.971_192_636_044_02, "the same in f32");
}

#[test]
fn multiclass_log_loss_names_what_is_wrong() {
    let right = [0.25_f64, 0.5, 0.25];
    let loss = |rows: &[[f64; 3]], classes: &[usize]| multiclass_log_loss(rows, classes);
    assert_eq!(
        loss(&[right; 2], &[0]),
        Err(Error::Lengths { slices: "probabilities and classes", expected: 2, found: 1 })
    );
    assert_eq!(loss(&[], &[]), Err(Error::Empty));
    assert_eq!(loss(&[right; 2], &[2, 3]), Err(Error::Class { row: 1, class: 3, classes: 3 }));
    assert_eq!(loss(&[right], &[usize::MAX]), Err(Error::Class { row: 0, class: usize::MAX, classes: 3 }));
    assert_eq!(multiclass_log_loss::<f32, 0>(&[[]], &[0]), Err(Error::Class { row: 0, class: 0, classes: 0 }));
    for bad in [-0.25, 1.25, f64::INFINITY, -5e-324] {
        let score = Error::Score { row: 1, value: bad as f32, range: [0.0, 1.0] };
        assert_eq!(loss(&[right, [0.5, 0.5, bad]], &[0, 0]), Err(score));
    }
    assert!(matches!(loss(&[[f64::NAN, 0.5, 0.5]], &[1]), Err(Error::Score { row: 0, value, .. }) if value.is_nan()));
    // A wrong sum, also where the class itself has a probability; a row is not rescaled within the bound.
    for (row, sum) in [([0.25, 0.5, 0.5], 1.25), ([0.25, 0.25, 0.25], 0.75), ([0.0; 3], 0.0), ([1.0; 3], 3.0)] {
        let error = loss(&[right, right, row], &[0, 0, 1]).unwrap_err();
        assert!(matches!(error, Error::Score { row: 2, value, .. } if value == sum), "{error}");
    }
    for sign in [1.0, -1.0] {
        let within = [0.25, 0.5 + sign * f64::powi(2.0, -26), 0.25];
        assert_close(loss(&[within], &[1]).unwrap(), -within[1].ln(), "a sum at the bound");
        let beyond = [0.25, 0.5 + sign * 1.001 * f64::powi(2.0, -26), 0.25];
        assert!(matches!(loss(&[beyond], &[1]), Err(Error::Score { row: 0, .. })));
        let within = [0.25_f32, 0.5 + sign as f32 * 3.4e-4, 0.25];
        assert_close(multiclass_log_loss(&[within], &[1]).unwrap(), -f64::from(within[1]).ln(), "a sum within it");
        let beyond = [0.25_f32, 0.5 + sign as f32 * 3.5e-4, 0.25];
        assert!(matches!(multiclass_log_loss(&[beyond], &[1]), Err(Error::Score { row: 0, .. })));
    }
    // Classes are checked row by row with the probabilities: the first row that is wrong is the one named.
    let error = loss(&[right, [0.0; 3], right], &[0, 0, 7]).unwrap_err();
    assert!(matches!(error, Error::Score { row: 1, value: 0.0, range: [0.99999999, 1.0] }), "{error}");
}

#[test]
fn r2_of_constant_targets() {
    for constant in [0.1_f64, -7.0, 1e300] {
        assert_eq!(r2(&[constant; 7], &[constant; 7]), Ok(1.0));
        assert_eq!(r2(&[0.0; 7], &[constant; 7]), Ok(0.0));
    }
    assert_eq!(r2(&[0.1_f32], &[0.1]), Ok(1.0));
    assert_eq!(r2(&[2.0_f32, 2.0, 2.0], &[1.0, 2.0, 3.0]), Ok(0.0)); // constant predictions are no special case
}

#[test]
fn r2_holds_far_from_zero() {
    let targets: Vec<f64> = (0..10).map(|row| 1e9 + f64::from(row)).collect();
    let predicted: Vec<f64> = targets.iter().map(|target| target + 0.5).collect();
    assert_close(r2(&predicted, &targets).unwrap(), 1.0 - 2.5 / 82.5, "r2");
}

#[test]
fn f32_extremes_stay_finite() {
    let (p, t) = ([f32::MAX, -f32::MAX], [-f32::MAX, f32::MAX]);
    let largest = 2.0 * f64::from(f32::MAX);
    assert_close(mse(&p, &t).unwrap(), largest * largest, "mse");
    assert_close(mae(&p, &t).unwrap(), largest, "mae");
    assert_close(r2(&p, &t).unwrap(), -3.0, "r2");
}

// ---------- errors ----------

#[test]
fn different_lengths_and_no_rows() {
    let lengths = |slices| Error::Lengths { slices, expected: 2, found: 1 };
    let mut scratch = [0; 2];
    assert_eq!(Confusion::from_labels(&[true; 2], &[true]), Err(lengths("predictions and labels")));
    assert_eq!(Confusion::from_scores(&[0.5_f32; 2], &[true], 0.5), Err(lengths("scores and labels")));
    assert_eq!(Ranking::new(&[0.5_f32; 2], &[true], &mut scratch).unwrap_err(), lengths("scores and labels"));
    assert_eq!(log_loss(&[0.5_f32; 2], &[true]), Err(lengths("probabilities and labels")));
    assert_eq!(brier_score(&[0.5_f32; 2], &[true]), Err(lengths("probabilities and labels")));
    assert_eq!(ConfusionMatrix::<2>::new().add_all(&[0; 2], &[0]), Err(lengths("predictions and actual classes")));
    for metric in [mse, mae, r2] {
        assert_eq!(metric(&[0.5_f32; 2], &[0.5]), Err(lengths("predictions and targets")));
        assert_eq!(metric(&[], &[]), Err(Error::Empty));
    }
    assert_eq!(Confusion::from_labels(&[], &[]), Err(Error::Empty));
    assert_eq!(Confusion::from_scores::<f32>(&[], &[], 0.5), Err(Error::Empty));
    assert_eq!(Ranking::<f32>::new(&[], &[], &mut scratch).unwrap_err(), Error::Empty);
    assert_eq!(log_loss::<f32>(&[], &[]), Err(Error::Empty));
    assert_eq!(brier_score::<f32>(&[], &[]), Err(Error::Empty));
    assert_eq!(ConfusionMatrix::<2>::new().add_all(&[], &[]), Err(Error::Empty));
}

#[test]
fn values_that_are_no_scores() {
    let refused = |error: Error, row: usize, value: f32| match error {
        Error::Score { row: found, value: v, .. } => found == row && v.to_bits() == value.to_bits(),
        _ => false,
    };
    let labels = [true, false, true];
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let scores = [0.5, bad, 0.5];
        let mut scratch = [0; 3];
        assert!(refused(Ranking::new(&scores, &labels, &mut scratch).unwrap_err(), 1, bad));
        assert!(refused(Confusion::from_scores(&scores, &labels, 0.5).unwrap_err(), 1, bad));
        for metric in [mse, mae, r2] {
            assert!(refused(metric(&scores, &[0.5; 3]).unwrap_err(), 1, bad));
            assert!(refused(metric(&[0.5; 3], &scores).unwrap_err(), 1, bad));
        }
    }
    for bad in [f32::NAN, f32::INFINITY, -1e-30, 1.000_000_1] {
        let probabilities = [0.0, 1.0, bad];
        assert!(refused(log_loss(&probabilities, &labels).unwrap_err(), 2, bad));
        assert!(refused(brier_score(&probabilities, &labels).unwrap_err(), 2, bad));
    }
}

#[test]
fn thresholds_may_be_infinite_but_not_nan() {
    let (scores, labels) = ([0.5_f64, 0.7], [true, false]);
    assert!(matches!(
        Confusion::from_scores(&scores, &labels, f64::NAN),
        Err(Error::Setting { name: "threshold", .. })
    ));
    assert_eq!(Confusion::from_scores(&scores, &labels, f64::INFINITY).unwrap().recall(), 0.0);
    assert_eq!(Confusion::from_scores(&scores, &labels, f64::NEG_INFINITY).unwrap().recall(), 1.0);
}

#[test]
fn classes_out_of_range_leave_the_matrix_as_it_was() {
    let mut matrix = ConfusionMatrix::<3>::new();
    matrix.add(2, 1).unwrap();
    let before = matrix.clone();
    assert_eq!(matrix.add_all(&[0, 1, 3], &[0, 0, 0]), Err(Error::Class { row: 2, class: 3, classes: 3 }));
    assert_eq!(matrix.add_all(&[0, 1], &[0, usize::MAX]), Err(Error::Class { row: 1, class: usize::MAX, classes: 3 }));
    assert_eq!(matrix.add(3, 4), Err(Error::Class { row: 1, class: 3, classes: 3 }));
    for bad in [3, 4] {
        assert_eq!(matrix.add(0, bad), Err(Error::Class { row: 1, class: bad, classes: 3 }));
    }
    assert_eq!(matrix, before);
    assert_eq!(matrix.class(3), Err(Error::Index { index: 3, rows: 3 }));
}

#[test]
fn scratch_too_small() {
    let mut scratch = [0; 2];
    let error = Ranking::new(&[0.1_f32, 0.2, 0.3], &[true; 3], &mut scratch).unwrap_err();
    assert_eq!(error, Error::Scratch { needed: 3, found: 2 });
}
