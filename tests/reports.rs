//! What is printed: epochs, fits, steps, tables and reports; and what a first program calls.

use std::ops::ControlFlow;

use bareprop::metrics::{Confusion, ConfusionMatrix, Regression, roc_auc};
use bareprop::*;

type Net = (Dense<1, 2, Tanh>, Dropout<2>, Dense<2, 1>);
const INPUTS: [[f32; 1]; 4] = [[-1.0], [-0.5], [0.5], [1.0]];
const TARGETS: [[f32; 1]; 4] = [[0.0], [0.0], [1.0], [1.0]];
const SETTINGS: Settings<BinaryCrossEntropy, Adam> = Settings::new(BinaryCrossEntropy::new(), Adam::new(0.01));

fn trainer() -> Trainer<Net, Adam, 2> {
    let mut trainer = Trainer::<Net, Adam, 2>::ZERO;
    trainer.network.initialize_seeded(1);
    trainer
}

#[test]
fn lines_of_training() {
    let epoch = Epoch {
        epoch: 12,
        loss: 0.345_24,
        validation_loss: None,
        learning_rate: 0.01,
        gradient_norm: 1.0,
        is_best: true,
    };
    assert_eq!(epoch.to_string(), "Epoch   12 | loss 0.3452");
    let epoch = Epoch { validation_loss: Some(1.0), ..epoch };
    assert_eq!(epoch.to_string(), "Epoch   12 | loss 0.3452 | validation 1.0000");
    let fit = Fit { epochs: 63, end: FitEnd::Early, best_epoch: 52, best_loss: 0.081_21 };
    assert_eq!(fit.to_string(), "63 epochs, then stopped early; lowest loss 0.0812 after epoch 52");
    let fit = Fit { epochs: 0, end: FitEnd::Finished, best_epoch: 0, best_loss: f32::MAX };
    assert_eq!(fit.to_string(), "0 epochs, all done");
    let fit = Fit { epochs: 1, end: FitEnd::Broken, best_epoch: 1, best_loss: 2.0 };
    assert_eq!(fit.to_string(), "1 epochs, then ended by the caller; lowest loss 2.0000 after epoch 1");
    let step = Step { step: 3, rows: 32, loss: 0.5, penalty: 0.25, gradient_norm: 2.0, learning_rate: 0.001 };
    let expected = "step 3: 32 rows, loss 0.5000, penalty 0.2500, gradient norm 2.0000, learning rate 0.001";
    assert_eq!(step.to_string(), expected);
}

/// The figures of scikit-learn 1.9.1's `classification_report(…, digits=3)` for these labels. Class 3 does not occur.
#[test]
fn the_report_is_that_of_scikit_learn() {
    let actual = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 4];
    let predicted = [0, 0, 1, 1, 1, 2, 1, 2, 2, 0, 2, 2, 2, 4];
    let matrix = ConfusionMatrix::<5>::from_classes(&predicted, &actual).unwrap();
    let expected = "                 precision    recall        F1   support

               0     0.667     0.667     0.667         3
               1     0.750     0.750     0.750         4
               2     0.833     0.833     0.833         6
               4     1.000     1.000     1.000         1

        accuracy                         0.786        14
   macro average     0.812     0.812     0.812        14
weighted average     0.786     0.786     0.786        14
";
    assert_eq!(matrix.report().to_string(), expected);
    let names = ["a", "b", "Größe, a longer name", "d", "e"];
    let named = matrix.report().named(&names).to_string();
    assert!(named.lines().all(|line| line.is_empty() || line.chars().count() == 60), "{named}");
    assert!(named.contains("\nGröße, a longer name     0.833"), "{named}");
}

#[test]
fn tables_of_counts() {
    let matrix = ConfusionMatrix { counts: [[5, 1], [0, 1234]] };
    let expected = " actual \\ predicted       0       1
                  0       5       1
                  1       0    1234
";
    assert_eq!(matrix.to_string(), expected);
    let confusion = Confusion { true_positives: 4, false_positives: 1, true_negatives: 5, false_negatives: 2 };
    let expected = " actual \\ predicted  negative  positive
           negative         5         1
           positive         2         4
";
    assert_eq!(confusion.to_string(), expected);
    let regression = Regression::new(&[1.0, 2.0, 4.0], &[1.0, 2.0, 3.0]).unwrap();
    assert_eq!((regression.rows, regression.mse, regression.mae), (3, 1.0 / 3.0, 1.0 / 3.0));
    assert_eq!(regression.rmse, libm::sqrt(1.0 / 3.0));
    assert_eq!(regression.to_string(), "R² 0.5000, RMSE 0.5774, MAE 0.3333 (3 rows)");
    assert!(Regression::new(&[1.0], &[f32::NAN]).is_err());
}

/// Counters and sizes, but no parameters.
#[test]
fn debug_of_trainers() {
    let mut trainer = trainer();
    trainer.accumulate(&SETTINGS, &Samples::new(&INPUTS, &TARGETS).unwrap()).unwrap();
    let text = format!("{trainer:?}");
    assert!(text.starts_with("Trainer { parameters: 7, bytes: "), "{text}");
    assert!(text.ends_with("steps: 0, epochs: 0, pending: 4, .. }"), "{text}");
    assert!(format!("{:?}", Online::<Net>::ZERO).contains("parameters: 7"));
    assert!(format!("{:?}", Predictor::<Net>::ZERO).contains("parameters: 7"));
    let update = trainer.update_in_parts(&SETTINGS).unwrap();
    assert_eq!(format!("{update:?}"), "UpdateInParts { tensor: 0, start: 0, .. }");
    assert_eq!(format!("{:?}", Boxed::<Dense<1, 1>>::zero()), format!("{:?}", Dense::<1, 1>::ZERO));
    let pass = BackwardPass::<Dense<1, 1>, 2>::new(&[[1.0], [2.0]], &Zero::ZERO, &[], None);
    assert_eq!(format!("{pass:?}"), "BackwardPass { rows: 2, .. }");
}

#[test]
fn the_closure_of_fit_returns_nothing_or_a_decision() {
    let samples = Samples::new(&INPUTS, &TARGETS).unwrap();
    let mut epochs = vec![];
    let fit = trainer().fit(&SETTINGS, &samples, None, None, |epoch, _| epochs.push(epoch.epoch)).unwrap();
    assert_eq!((fit.end, epochs.len()), (FitEnd::Finished, 100));
    let decide = |epoch: &Epoch, _: &mut Trainer<Net, Adam, 2>| match epoch.epoch {
        3 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    assert_eq!(trainer().fit(&SETTINGS, &samples, None, None, decide).unwrap().epochs, 3);
}

/// A class is where the logits say, whatever the tile, and an error names the row of the data.
#[test]
fn classes_are_those_of_the_logits() {
    let mut trainer = trainer();
    let samples = Samples::new(&INPUTS, &TARGETS).unwrap();
    trainer.fit(&Settings { epochs: 300, ..SETTINGS }, &samples, None, None, |_, _| ()).unwrap();
    let (mut logits, mut classes) = ([[0.0]; 4], [9; 4]);
    trainer.logits(&INPUTS, &mut logits).unwrap();
    trainer.classify(&INPUTS, &mut classes).unwrap();
    assert_eq!(classes, logits.map(|[z]| usize::from(z >= 0.0)));
    assert_eq!(classes, [0, 0, 1, 1]);
    let mut online = Online::<Net>::ZERO;
    online.network.copy_from(&trainer.network);
    let mut others = [9; 4];
    online.classify(&INPUTS, &mut others).unwrap();
    assert_eq!(others, classes);

    static LARGEST: Dense<1, 3> = Dense::new(Matrix([[1.0, -1.0, 0.0]]), [0.0, 0.0, 0.5]);
    let (mut predictor, mut classes) = (Predictor::<Dense<1, 3>, 2>::ZERO, [9; 4]);
    predictor.classify(&LARGEST, &[[1.0], [-1.0], [0.0], [0.5]], &mut classes).unwrap();
    assert_eq!(classes, [0, 1, 2, 0]);
    let error = predictor.classify(&LARGEST, &[[1.0], [f32::NAN]], &mut classes[..2]).unwrap_err();
    assert!(matches!(error, Error::Feature { row: 1, column: 0, .. }));
    assert_eq!(classes, [0, 1, 2, 0]);
    static HUGE: Dense<1, 1> = Dense::new(Matrix([[f32::MAX]]), [0.0]);
    let mut predictor = Predictor::<Dense<1, 1>, 2>::ZERO;
    let error = predictor.classify(&HUGE, &[[1.0], [1.0], [1.0], [2.0]], &mut classes).unwrap_err();
    assert_eq!((error, classes), (Error::Output { row: 3, layer: Some(0) }, [0; 4]));
    let error = predictor.classify(&HUGE, &[[1.0]], &mut classes).unwrap_err();
    assert_eq!(error, Error::Lengths { slices: "inputs and classes", expected: 1, found: 4 });
}

/// The weights of scikit-learn's `compute_class_weight("balanced", …)`.
#[test]
fn balanced_weights() {
    let classes = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3];
    let loss = SoftmaxCrossEntropy::<4, f64>::balanced(&classes).unwrap();
    for (found, expected) in loss.class_weights.iter().zip([1.166_666_666_666_667, 0.875, 0.583_333_333_333_333, 3.5]) {
        assert!((found - expected).abs() < 1e-14, "{found}");
    }
    assert_eq!(SoftmaxCrossEntropy::<5>::balanced(&classes), Err(Error::MissingClass { class: 4 }));
    assert_eq!(SoftmaxCrossEntropy::<2>::balanced(&[0, 2]), Err(Error::Class { row: 1, class: 2, classes: 2 }));
    assert_eq!(BinaryCrossEntropy::balanced(&[[0.0_f32], [0.25], [0.75]]).unwrap().positive_weight, 2.0);
    assert_eq!(BinaryCrossEntropy::balanced(&[[1.0_f32]]), Err(Error::MissingClass { class: 0 }));
    assert_eq!(BinaryCrossEntropy::<f32>::balanced(&[]), Err(Error::MissingClass { class: 0 }));
}

#[test]
fn area_in_one_call() {
    let (scores, labels) = ([2.0_f32, -1.0, 0.5, 0.5], [true, false, true, false]);
    assert_eq!(roc_auc(&scores, &labels), Ok(Some(0.875)));
    assert_eq!(roc_auc(&scores, &[true; 4]), Ok(None));
    assert_eq!(roc_auc(&scores[..0], &[]), Err(Error::Empty));
}

/// In which rows of the validation data something is wrong.
#[test]
fn errors_of_validation_rows_say_so() {
    let training = Samples::new(&INPUTS, &TARGETS).unwrap();
    let targets = [[0.0], [1.0], [2.0], [1.0]];
    let wrong = Samples::new(&INPUTS, &targets).unwrap();
    let error = trainer().fit(&SETTINGS, &training, Some(&wrong), None, |_, _| ()).unwrap_err();
    assert_eq!(error, Error::ValidationTarget { row: 2 });
    let mut trainer = trainer();
    trainer.network.2.weights.0 = [[f32::MAX / 2.0], [f32::MAX / 2.0]];
    let error = trainer.fit(&SETTINGS, &training, Some(&training), None, |_, _| ()).unwrap_err();
    assert!(matches!(error, Error::Loss { .. } | Error::Parameter { .. }), "{error}");
    let far = [[0.1], [0.1], [f32::MAX], [0.1]];
    let far = Samples::new(&far, &TARGETS).unwrap();
    let mut trainer = Trainer::<Dense<1, 1>, Sgd>::ZERO;
    trainer.network.weights.0 = [[2.0]];
    let settings = Settings::new(BinaryCrossEntropy::new(), Sgd::new(0.0));
    let error = trainer.fit(&settings, &training, Some(&far), None, |_, _| ()).unwrap_err();
    assert_eq!(error, Error::ValidationLoss { row: 2, layer: Some(0) });
}

/// A copy of a network is equal and apart from it.
#[test]
fn networks_can_be_cloned() {
    let network = trainer().network;
    let mut copy = network.clone();
    assert!(copy == network && copy.bits() == network.bits());
    copy.0.bias[0] = 1.0;
    assert!(copy != network);
    copy.0.clone_from(&network.0);
    assert!(copy == network);
}
