//! What is shown of the inside of a run: the six parts of a step, the trace, the metrics, the maps, the data.

mod common;

use bareprop::Scalar;
use common::{Draw, run};
use playground_engine::metrics::{Metrics, metrics};
use playground_engine::pictures::{maps, points};
use playground_engine::run::Run;
use playground_engine::six_steps::{SixSteps, StepLayer, six_steps};
use playground_engine::state::parts;
use playground_engine::status::status;
use playground_engine::trace::trace;
use serde_json::json;

/// Near enough for numbers that were computed in another order.
fn close(a: f32, b: f32) {
    assert!((a - b).abs() <= 1e-5 * (1.0 + a.abs()), "{a} and {b}");
}

/// The state of a run, which looking must not change.
fn unchanged<T>(run: &mut Run, look: impl FnOnce(&mut Run) -> T) -> T {
    let before = (parts(&mut run.learner), status(run));
    let seen = look(run);
    assert_eq!((parts(&mut run.learner), status(run)), before);
    seen
}

fn six(run: &mut Run, rows: usize) -> SixSteps {
    unchanged(run, |run| six_steps(run, rows).expect("six steps"))
}

/// z = x·W + b, and what an update by gradient descent makes of the weights.
fn check_layer(layer: &StepLayer, rate: f32) {
    for unit in 0..layer.sums.len() {
        let products = layer.inputs.iter().zip(&layer.weights_before).map(|(x, row)| x * row[unit]);
        close(layer.sums[unit], products.sum::<f32>() + layer.biases_before[unit]);
        close(layer.biases_after[unit], layer.biases_before[unit] - rate * layer.bias_gradient[unit]);
        for from in 0..layer.inputs.len() {
            close(
                layer.weights_after[from][unit],
                layer.weights_before[from][unit] - rate * layer.gradient[from][unit],
            );
        }
    }
}

#[test]
fn six_steps_hang_together() {
    let layers = json!([{"units": 5, "activation": "tanh"}, {"units": 3, "activation": "silu"}]);
    let mut run = run(&json!({"layers": layers, "optimizer": "sgd", "learning_rate": 0.1}));
    run.step(50).expect("steps");
    for rows in [1, 4, 32] {
        let seen = six(&mut run, rows);
        assert_eq!((seen.step, seen.inputs.len(), seen.targets.len(), seen.losses.len()), (51, rows, rows, rows));
        close(seen.loss, seen.losses.iter().sum::<f32>() / rows as f32);
        assert!(seen.loss_after < seen.loss, "a short step downhill");
        seen.layers.iter().for_each(|layer| check_layer(layer, seen.learning_rate));
        let (first, last) = (&seen.layers[0], &seen.layers[2]);
        assert_eq!((first.inputs.clone(), last.outputs.clone()), (seen.inputs[0].clone(), vec![seen.logits[0]]));
        // σ(z) − t, and the loss −ln of the probability of the target.
        close(last.deltas[0], seen.predictions[0] - seen.targets[0]);
        let right = if seen.targets[0] == 1.0 { seen.predictions[0] } else { 1.0 - seen.predictions[0] };
        close(Scalar::exp(-seen.losses[0]), right);
        if rows == 1 {
            let outer = first.inputs.iter().map(|x| first.deltas.iter().map(|d| x * d).collect::<Vec<_>>());
            outer.flatten().zip(first.gradient.iter().flatten()).for_each(|(outer, &g)| close(outer, g));
        }
    }
}

/// The gradient of every weight is that of central differences of the loss.
#[test]
fn the_gradient_is_the_slope_of_the_loss() {
    let layers = json!([{"units": 4, "activation": "gelu", "dropout": 0.25}, {"units": 3, "activation": "softplus"}]);
    let mut run = run(&json!({"layers": layers, "optimizer": "sgd", "learning_rate": 0.05, "data": "plane"}));
    run.step(20).expect("steps");
    let seen = six(&mut run, 16);
    for (layer, step) in seen.layers.iter().enumerate() {
        let units = step.sums.len();
        for (index, &g) in step.gradient.iter().flatten().enumerate() {
            let w = step.weights_before[index / units][index % units];
            let mut loss = |change: f32| {
                run.edit(layer, false, index, w + change).expect("an edit");
                let loss = six_steps(&mut run, 16).expect("six steps").loss;
                run.edit(layer, false, index, w).expect("an edit");
                loss
            };
            let slope = (loss(0.01) - loss(-0.01)) / 0.02;
            assert!((slope - g).abs() < 2e-3 * (1.0 + g.abs()), "layer {layer}, weight {index}: {slope} and {g}");
        }
    }
}

#[test]
fn six_steps_show_dropout_and_l2() {
    let layers = json!([{"units": 8, "activation": "sigmoid", "dropout": 0.5}]);
    let mut run = run(&json!({"layers": layers, "l2": 0.5, "optimizer": "sgd"}));
    run.step(7).expect("steps");
    let seen = six(&mut run, 2);
    let layer = &seen.layers[0];
    assert!(layer.dropped.contains(&true) && layer.dropped.contains(&false));
    for unit in 0..8 {
        assert_eq!(layer.outputs[unit] == 0.0, layer.dropped[unit]);
        assert!(!layer.dropped[unit] || layer.deltas[unit] == 0.0);
    }
    let squares =
        seen.layers.iter().flat_map(|layer| layer.weights_before.iter().flatten()).map(|w| w * w).sum::<f32>();
    close(seen.penalty, 0.5 / (2.0 * 2.0) * squares);
    seen.layers.iter().for_each(|layer| {
        layer
            .weights_after
            .iter()
            .flatten()
            .zip(layer.weights_before.iter().flatten())
            .zip(layer.gradient.iter().flatten())
            .for_each(|((&after, &before), &g)| close(after, before - seen.learning_rate * g));
    });
}

#[test]
fn the_trace_names_what_is_wrong() {
    let verdicts = |run: &mut Run| {
        let layers = unchanged(run, |run| trace(run).expect("a trace"));
        layers.iter().map(|layer| layer.verdict).collect::<Vec<_>>()
    };
    let mut dead = run(&json!({"layers": [{"units": 3, "activation": "relu"}]}));
    assert_eq!(verdicts(&mut dead), ["healthy", "healthy"]);
    (0..3).for_each(|unit| dead.edit(0, true, unit, -100.0).expect("an edit"));
    assert_eq!(verdicts(&mut dead)[0], "dead");
    let mut saturated = run(&json!({"layers": [{"units": 3, "activation": "tanh"}]}));
    (0..3).for_each(|unit| saturated.edit(0, true, unit, 20.0).expect("an edit"));
    assert_eq!(verdicts(&mut saturated)[0], "saturated");
    let mut exploding = run(&json!({"data": "plane", "layers": []}));
    exploding.edit(0, false, 0, 1000.0).expect("an edit");
    assert_eq!(verdicts(&mut exploding), ["exploding"]);
}

#[test]
fn metrics_count_the_rows() {
    let mut trained = run(&json!({"data": "gauss", "noise": 0.8, "rows": 300, "layers": []}));
    trained.step(200).expect("steps");
    for test in [false, true] {
        let Metrics::Classes {
            rows,
            true_positives,
            false_positives,
            true_negatives,
            false_negatives,
            accuracy,
            precision,
            recall,
            f1,
            auc,
            roc,
        } = metrics(&trained, test).expect("metrics")
        else {
            panic!("classes");
        };
        let [tp, fp, tn, fn_] =
            [true_positives, false_positives, true_negatives, false_negatives].map(|count| count as f64);
        assert_eq!((tp + fp + tn + fn_, (tp + tn) / rows as f64), (rows as f64, accuracy));
        assert_eq!((precision, recall), (tp / (tp + fp), tp / (tp + fn_)));
        assert!((f1 - 2.0 * precision * recall / (precision + recall)).abs() < 1e-12);
        assert_eq!((roc.first(), roc.last()), (Some(&[0.0, 0.0]), Some(&[1.0, 1.0])));
        let area: f64 = roc.windows(2).map(|ends| (ends[1][0] - ends[0][0]) * (ends[0][1] + ends[1][1]) / 2.0).sum();
        assert!((auc.expect("both classes") - area).abs() < 1e-12 && area > 0.8);
        let status = status(&mut trained);
        assert_eq!(if test { status.test_accuracy } else { status.train_accuracy }, Some(accuracy));
    }
    let mut plane = run(&json!({"data": "plane", "noise": 0.0, "layers": [], "learning_rate": 0.05}));
    plane.step(500).expect("steps");
    let Metrics::Regression { mean_squared_error, r2, .. } = metrics(&plane, true).expect("metrics") else {
        panic!("regression")
    };
    assert!(mean_squared_error < 1e-4 && r2.is_some_and(|r2| r2 > 0.99));
    close(mean_squared_error as f32, status(&mut plane).test_loss);
}

#[test]
fn data_are_finite_split_and_seeded() {
    let mut draw = Draw::new(3);
    for _ in 0..40 {
        let settings = draw.settings();
        let [one, other] = [run(&settings), run(&settings)];
        assert_eq!(one.data, other.data);
        let (rows, half) = (one.data.points.len(), one.data.half_side());
        assert_eq!(
            (one.data.train, rows - one.data.train),
            (rows - (0.3 * rows as f64).round() as usize, (0.3 * rows as f64).round() as usize)
        );
        assert!(one.data.points.as_flattened().iter().all(|x| x.abs() < half));
        assert_eq!(points(&one).len(), 5 * rows);
        let [small, large] = [draw.below(9), draw.below(9)];
        let maps = maps(&one, small, large).expect("maps");
        assert!(maps.iter().chain(&points(&one)).all(|number| number.is_finite()));
    }
    assert!(maps(&run(&json!({})), 201, 1).is_err());
    let seeds = [1, 2].map(|seed| run(&json!({"seed": seed})).data.points);
    assert_ne!(seeds[0], seeds[1]);
}

/// Steps may be asked for in any portions.
#[test]
fn portions_of_steps_change_nothing() {
    let mut draw = Draw::new(5);
    for _ in 0..20 {
        let settings = draw.settings();
        let (mut one, mut other) = (run(&settings), run(&settings));
        one.step(90).expect("steps");
        let mut left = 90;
        while left > 0 {
            let steps = Ord::min(left, 1 + draw.below(20) as u32);
            other.step(steps).expect("steps");
            left -= steps;
        }
        assert_eq!(parts(&mut one.learner), parts(&mut other.learner), "{settings}");
        one.reset();
        assert_eq!(status(&mut one).hash, status(&mut run(&settings)).hash);
    }
}
