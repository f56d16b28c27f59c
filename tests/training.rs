//! `fit`, early stopping, restarting, histories and traces against plain oracles; and every message of an error.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

use bareprop::trace::{LayerTrace, UnitTrace, Verdict};
use bareprop::*;
use proptest::prelude::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;
use std::ops::ControlFlow;

type Net = (Dense<2, 4, Relu>, Dropout<4>, Dense<4, 1>);

const INPUTS: [[f32; 2]; 6] = [[0.5, -1.0], [0.25, 2.0], [1.0, 1.0], [-1.0, 0.5], [0.0, -0.5], [2.0, -2.0]];
const TARGETS: [[f32; 1]; 6] = [[0.0], [1.0], [1.0], [0.0], [0.0], [1.0]];

fn samples() -> Samples<'static, [f32; 2], [f32; 1]> {
    Samples::new(&INPUTS, &TARGETS).unwrap()
}

fn trainer<O: Optimizer<f32>>() -> Trainer<Net, O, 4> {
    let mut trainer = Trainer::<Net, O, 4>::ZERO;
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(3));
    trainer.network.1.rate = 0.25;
    trainer
}

fn settings<O>(optimizer: O) -> Settings<BinaryCrossEntropy, O> {
    Settings { batch_size: 4, epochs: 12, ..Settings::new(BinaryCrossEntropy::default(), optimizer) }
}

// ---------- fit ----------

/// The best epoch, and the one after which patience is lost, from the watched losses before and after each epoch.
fn naive(losses: &[f32], patience: u32, min_delta: f32) -> (u32, Option<u32>) {
    let (mut reference, mut waited, mut best) = (losses[0], 0, 0);
    for (epoch, &loss) in losses.iter().enumerate().skip(1) {
        if losses[..epoch].iter().all(|&before| loss < before) {
            best = epoch as u32;
        }
        (reference, waited) = if loss < reference - min_delta { (loss, 0) } else { (reference, waited + 1) };
        if waited > patience {
            return (best, Some(epoch as u32));
        }
    }
    (best, None)
}

#[test]
fn early_stopping() {
    let validation = Samples::new(&INPUTS[..3], &TARGETS[3..]).unwrap(); // others' targets: the loss soon rises
    let settings = Settings { epochs: 60, ..settings(Adam { learning_rate: 0.1, ..Adam::default() }) };
    let mut ends = vec![];
    for (patience, min_delta) in [(0, 0.0), (2, 0.0), (4, 0.01), (3, 10.0), (1000, 0.0)] {
        let (mut trainer, mut best) = (trainer::<Adam>(), Box::new(Net::ZERO));
        let mut losses = vec![trainer.evaluate(&settings.loss, &validation).unwrap()];
        let mut bits = vec![trainer.network.bits()];
        let stopping = EarlyStopping { patience, min_delta, best: Some(&mut *best) };
        let fit = trainer.fit(&settings, &samples(), Some(&validation), Some(stopping), |epoch, trainer| {
            assert_eq!((epoch.watched(), epoch.epoch as usize), (epoch.validation_loss.unwrap(), losses.len()));
            losses.push(epoch.watched());
            bits.push(trainer.network.bits());
            ControlFlow::Continue(())
        });
        let fit = fit.unwrap();
        let (best_epoch, stop) = naive(&losses, patience, min_delta);
        assert_eq!(fit.end, if stop.is_some() { FitEnd::Early } else { FitEnd::Finished });
        assert_eq!((fit.epochs, fit.epochs as usize + 1), (stop.unwrap_or(60), losses.len()));
        assert_eq!((fit.best_epoch, fit.best_loss), (best_epoch, losses[best_epoch as usize]));
        assert_eq!(trainer.network.bits(), bits[best_epoch as usize], "the best parameters are put back");
        assert_eq!(best.bits(), trainer.network.bits());
        assert_eq!(trainer.evaluate(&settings.loss, &validation).unwrap(), fit.best_loss);
        ends.push(fit.epochs);
    }
    assert!(ends[0] < ends[1] && ends[3] == 4 && ends[4] == 60, "{ends:?}");
    let (mut trainer, mut best) = (trainer::<Adam>(), Box::new(Net::ZERO));
    for min_delta in [-1.0, f32::NAN] {
        let before = trainer.network.bits();
        let stopping = EarlyStopping { patience: 1, min_delta, best: Some(&mut *best) };
        let error = trainer.fit(&settings, &samples(), None, Some(stopping), |_, _| ControlFlow::Continue(()));
        assert!(matches!(error, Err(Error::Setting { name: "min_delta", .. })));
        assert_eq!(trainer.network.bits(), before);
    }
}

/// Of equal losses the first is the best, that of the network as it was found, and the others are no improvement.
#[test]
fn early_stopping_without_improvement() {
    let settings = settings(Sgd { learning_rate: 0.0 });
    for (epochs, patience, expected) in
        [(12, 3, (4, FitEnd::Early, 0)), (3, 3, (3, FitEnd::Finished, 0)), (0, 3, (0, FitEnd::Finished, 0))]
    {
        let (mut trainer, mut best) = (trainer::<Sgd>(), Net::ZERO);
        let before = trainer.network.bits();
        let stopping = EarlyStopping { patience, min_delta: 0.0, best: Some(&mut best) };
        let each = |_: &Epoch, _: &mut _| ControlFlow::Continue(());
        let settings = Settings { epochs, ..settings };
        let fit = trainer.fit(&settings, &samples(), Some(&samples()), Some(stopping), each).unwrap();
        assert_eq!((fit.epochs, fit.end, fit.best_epoch), expected);
        assert_eq!(trainer.network.bits(), before);
    }
}

/// A loss that stays, or falls by less than `min_delta`, is no improvement: the rate halves after every second such epoch.
#[test]
fn a_plateau() {
    for min_delta in [0.0, 0.01] {
        let decay = Decay::Plateau { factor: 0.5, patience: 1, min_delta, floor: 0.125 };
        // Too small a rate to change a loss.
        let settings =
            Settings { schedule: Schedule { warm_up: 0, decay }, ..settings(Sgd { learning_rate: f32::TINY }) };
        let (mut trainer, mut rates) = (trainer::<Sgd>(), vec![]);
        let each = |epoch: &Epoch, _: &mut _| {
            rates.push(epoch.learning_rate / f32::TINY);
            ControlFlow::Continue(())
        };
        trainer.fit(&settings, &samples(), Some(&samples()), None, each).unwrap();
        assert_eq!(rates, [1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.125, 0.125, 0.125]);
    }
}

#[test]
fn fit_is_its_epochs() {
    let settings = settings(Momentum::default());
    let (mut fitted, mut by_hand) = (trainer::<Momentum>(), trainer::<Momentum>());
    let mut seen = vec![];
    let each = |epoch: &Epoch, _: &mut _| {
        seen.push(*epoch);
        if epoch.epoch == 7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let fit = fitted.fit(&settings, &samples(), Some(&samples()), None, each).unwrap();
    assert_eq!((fit.end, fit.epochs), (FitEnd::Broken, 7));
    for epoch in seen {
        let order = Shuffle::new(6, settings.seed, epoch.epoch - 1).map(|row| row as usize);
        let mut norms = vec![];
        let loss = by_hand.epoch(&settings, &samples(), order, |step| norms.push(step.gradient_norm)).unwrap();
        assert_eq!((epoch.loss, epoch.learning_rate, norms.len()), (loss, 0.01, 2));
        assert!((epoch.gradient_norm - (norms[0] + norms[1]) / 2.0).abs() < 1e-6);
        assert_eq!(epoch.validation_loss, Some(by_hand.evaluate(&settings.loss, &samples()).unwrap()));
    }
    assert_eq!(fitted.network.bits(), by_hand.network.bits());
    let none = Settings { epochs: 0, ..settings };
    let each = |_: &Epoch, _: &mut _| ControlFlow::Continue(());
    let fit = fitted.fit(&none, &samples(), None, None, each).unwrap();
    assert_eq!((fit.epochs, fit.end, fit.best_epoch), (0, FitEnd::Finished, 7));
}

/// `fit` for 10 epochs is `fit` for 5, and for 5 more, to the bit: orders, dropout, warm-up, decay and plateau go on.
#[test]
fn a_second_fit_goes_on() {
    fn each<T>(_: &Epoch, _: &mut T) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
    fn holds<O: Optimizer<f32> + Copy>(optimizer: O, decay: Decay, validation: bool) {
        let settings =
            |epochs| Settings { epochs, schedule: Schedule { warm_up: 13, decay }, seed: 4, ..settings(optimizer) };
        let (mut whole, mut parts) = (trainer::<O>(), trainer::<O>());
        let (samples, mut numbers) = (samples(), vec![]);
        let validation = Some(&samples).filter(|_| validation);
        let fit = whole.fit(&settings(10), &samples, validation, None, each).unwrap();
        parts.fit(&settings(5), &samples, validation, None, each).unwrap();
        let second = parts.fit(&settings(5), &samples, validation, None, |epoch, _| {
            numbers.push(epoch.epoch);
            ControlFlow::Continue(())
        });
        assert_eq!((second.unwrap().epochs, fit.epochs, numbers), (5, 10, vec![6, 7, 8, 9, 10]));
        assert_eq!((whole.epochs(), whole.steps()), (parts.epochs(), parts.steps()));
        assert_eq!(whole.network.bits(), parts.network.bits());
        parts.restart();
        assert_eq!(parts.epochs(), 0);
        let numbered = parts.fit(&settings(1), &samples, None, None, |epoch, _| {
            assert_eq!(epoch.epoch, 1);
            ControlFlow::Continue(())
        });
        assert_eq!(numbered.unwrap().best_epoch, 1);
    }
    let plateau = Decay::Plateau { factor: 0.5, patience: 0, min_delta: 0.01, floor: 0.0 };
    for decay in [Decay::Constant, Decay::Cosine { steps: 15, floor: 0.1 }, plateau] {
        for validation in [false, true] {
            holds(Sgd { learning_rate: 0.3 }, decay, validation);
            holds(Momentum::default(), decay, validation);
            holds(Adam { learning_rate: 0.05, ..Adam::default() }, decay, validation);
            holds(AmsGrad::default(), decay, validation);
        }
    }
}

/// With early stopping too where the last epoch is the best; patience begins anew, and a network that only gets worse stays.
#[test]
fn a_second_fit_with_early_stopping() {
    let (one, rate) = (Samples::new(&[[1.0]], &[[1.0]]).unwrap(), 0.1);
    let settings =
        |learning_rate, epochs| Settings { epochs, ..Settings::new(MeanSquaredError, Sgd { learning_rate }) };
    let fit = |trainer: &mut Trainer<Dense<1, 1>, Sgd, 1>, learning_rate, epochs| {
        let mut best = Dense::ZERO;
        let stopping = Some(EarlyStopping { patience: 1, min_delta: 0.0, best: Some(&mut best) });
        trainer.fit(&settings(learning_rate, epochs), &one, None, stopping, |_, _| ControlFlow::Continue(())).unwrap()
    };
    let (mut whole, mut parts) = (Trainer::ZERO, Trainer::ZERO);
    assert_eq!(fit(&mut whole, rate, 10).best_epoch, 10);
    assert_eq!((fit(&mut parts, rate, 5).best_epoch, fit(&mut parts, rate, 5).best_epoch), (5, 10));
    assert_eq!(whole.network.bits(), parts.network.bits());
    // A rate that diverges: two epochs are borne each time, and the parameters put back.
    for epochs in [12, 14] {
        let found = fit(&mut parts, 0.9, 5);
        assert_eq!((found.end, found.epochs, found.best_epoch), (FitEnd::Early, 2, epochs - 2));
        assert_eq!((parts.epochs(), parts.network.bits()), (epochs, whole.network.bits()));
    }
}

/// Without validation rows, the best loss is what `evaluate` gives for the network that is left.
#[test]
fn early_stopping_by_the_training_loss() {
    let one = Samples::new(&[[1.0_f32]], &[[1.0]]).unwrap();
    let mut best = Dense::ZERO;
    let mut trainer = Trainer::<Dense<1, 1>, Sgd, 1>::ZERO;
    let settings = Settings::new(MeanSquaredError, Sgd { learning_rate: 0.525 });
    let stopping = EarlyStopping { patience: 3, min_delta: 0.0, best: Some(&mut best) };
    let fit = trainer.fit(&settings, &one, None, Some(stopping), |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!((fit.best_loss, trainer.evaluate(&settings.loss, &one).unwrap()), (1.0, 1.0));
    assert_eq!((fit.best_epoch, fit.epochs, fit.end), (0, 4, FitEnd::Early));

    let (mut trainer, mut best) = (self::trainer::<Adam>(), Net::ZERO);
    let settings = self::settings(Adam { learning_rate: 0.1, ..Adam::default() });
    let stopping = EarlyStopping { patience: 3, min_delta: 0.0, best: Some(&mut best) };
    let fit = trainer.fit(&settings, &samples(), None, Some(stopping), |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(fit.best_loss, trainer.evaluate(&settings.loss, &samples()).unwrap());
    assert!(fit.best_epoch > 0);
}

/// The best network has the rates of dropout that it was found with, and hands them back.
#[test]
fn rates_of_dropout_are_copied() {
    let (mut one, mut other) = (trainer::<Sgd>(), Box::new(Net::ZERO));
    other.copy_from(&one.network);
    assert_eq!(other.1.rate, 0.25);
    let bits = other.bits();
    other.1.rate = 0.75;
    assert_eq!(other.bits(), bits, "rates do not count in the hash");
    one.network.copy_from(&other);
    assert_eq!(one.network.1.rate, 0.75);
}

/// Several layers of zeros never learn: an error at the first step. A single layer may begin at 0, and so may biases.
#[test]
fn a_network_that_was_never_initialized() {
    type Deep = ((Dense<2, 3, Tanh>, Dropout<3>), Dense<3, 1>);
    let settings = Settings::new(BinaryCrossEntropy::default(), Adam::default());
    let mut trainer = Trainer::<Deep, Adam, 4>::ZERO;
    trainer.network.1.bias = [0.5];
    let bits = trainer.network.bits();
    trainer.accumulate(&settings, &samples()).unwrap();
    assert_eq!(trainer.update(&settings), Err(Error::Uninitialized));
    assert_eq!((trainer.steps(), trainer.pending(), trainer.network.bits()), (0, 0, bits));
    assert_eq!(trainer.epoch(&settings, &samples(), 0..6, |_| ()), Err(Error::Uninitialized));
    let fit = trainer.fit(&settings, &samples(), None, None, |_, _| ControlFlow::Continue(()));
    assert_eq!(fit.unwrap_err(), Error::Uninitialized);
    let (mut before, mut units) = (Deep::ZERO, [UnitTrace::ZERO; 4]);
    let trace = trainer.trace(&settings, &samples(), &mut before, &mut units, |_| panic!("nothing to trace"));
    assert_eq!(trace, Err(Error::Uninitialized));
    // The smallest weight will do, also one whose square is 0.
    trainer.network.1.weights.0[2] = [f32::from_bits(1)];
    trainer.accumulate(&settings, &samples()).unwrap();
    trainer.update(&settings).unwrap();
    // Later on weights may all be 0.
    trainer.network.copy_from(&Deep::ZERO);
    trainer.accumulate(&settings, &samples()).unwrap();
    trainer.update(&settings).unwrap();

    let mut online = Online::<Deep>::ZERO;
    let sgd = Settings::new(BinaryCrossEntropy::default(), Sgd::default());
    assert_eq!(online.step(&sgd, &INPUTS[0], &TARGETS[0]), Err(Error::Uninitialized));
    online.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    online.step(&sgd, &INPUTS[0], &TARGETS[0]).unwrap();
    online.network.copy_from(&Deep::ZERO);
    online.step(&sgd, &INPUTS[0], &TARGETS[0]).unwrap();

    let mut single = Trainer::<(Dense<2, 1>, Dropout<1>), Adam, 4>::ZERO;
    single.epoch(&settings, &samples(), 0..6, |_| ()).unwrap();
    let mut single = Online::<Dense<2, 1>>::ZERO;
    single.step(&sgd, &INPUTS[0], &TARGETS[0]).unwrap();
}

/// After a restart training goes as if it began with this network.
#[test]
fn restarting() {
    fn holds<O: Optimizer<f32> + Copy>(optimizer: O) {
        let decay = Decay::Plateau { factor: 0.5, patience: 0, min_delta: 1.0, floor: 0.0 };
        let settings = Settings { schedule: Schedule { warm_up: 5, decay }, ..settings(optimizer) };
        let (mut used, mut fresh) = (trainer::<O>(), trainer::<O>());
        used.fit(&settings, &samples(), None, None, |_, _| ControlFlow::Continue(())).unwrap();
        used.accumulate(&settings, &samples()).unwrap();
        assert!(used.steps() > 0 && used.pending() == 6);
        used.restart();
        assert_eq!((used.steps(), used.pending(), used.gradient().bits()), (0, 0, Net::ZERO.bits()));
        fresh.network.copy_from(&used.network);
        for trainer in [&mut used, &mut fresh] {
            trainer.fit(&settings, &samples(), None, None, |_, _| ControlFlow::Continue(())).unwrap();
        }
        assert_eq!(used.network.bits(), fresh.network.bits());
    }
    holds(Sgd::default());
    holds(Momentum::default());
    holds(Adam::default());
    holds(AdamW::default());
    holds(AmsGrad::default());
    holds(RmsProp::default());
    holds(AdaGrad::default());
}

// ---------- history ----------

proptest! {
    #[test]
    fn a_history_is_every_nth_entry(count in 0_u32..300) {
        fn holds<const N: usize>(count: u32) {
            let mut history = History::<u32, N>::ZERO;
            (0..count).for_each(|entry| history.push(entry));
            let every = history.every();
            let expected: Vec<u32> = (0..count).step_by(every as usize).collect();
            assert_eq!(history.entries(), expected);
            assert!(expected.len() <= N && every.is_power_of_two());
            // No coarser than it has to be: with half the stride it would not have had room.
            assert!(every == 1 || count.div_ceil(every / 2) as usize > N);
        }
        holds::<2>(count);
        holds::<4>(count);
        holds::<6>(count);
        holds::<64>(count);
    }
}

// ---------- traces ----------

#[test]
fn traces_are_what_they_say() {
    type Two = (Dense<2, 3, Sigmoid>, Dense<3, 2, Relu>);
    let mut trainer = Trainer::<Two, Sgd, 4>::ZERO;
    // Of the first layer one unit of three is saturated; of the second one unit of two is off for every row.
    trainer.network.0 = Dense::new(Matrix([[0.5, 0.25, 0.0], [-0.5, 1.0, 0.0]]), [0.0, 0.1, 9.0]);
    trainer.network.1 = Dense::new(Matrix([[0.5, -1.0], [0.25, -1.0], [1.0, -1.0]]), [0.1, -1.0]);
    let targets: Vec<[f32; 2]> = TARGETS.iter().map(|&[t]| [t, t]).collect();
    let samples = Samples::new(&INPUTS, &targets).unwrap();
    let settings = Settings::new(MeanSquaredError, Sgd { learning_rate: 0.5 });
    trainer.accumulate(&settings, &samples).unwrap();
    let mut gradient = Two::ZERO;
    gradient.copy_from(trainer.gradient());
    let (mut start, mut before, mut traces) = (Two::ZERO, Two::ZERO, vec![]);
    start.copy_from(&trainer.network);
    let mut units = [UnitTrace::ZERO; 5];
    let step = trainer.trace(&settings, &samples, &mut before, &mut units, |trace| traces.push(*trace)).unwrap();
    assert_eq!((step.step, step.rows, trainer.pending(), before.bits()), (1, 6, 0, start.bits()));
    assert_eq!(traces.iter().map(|trace| trace.layer).collect::<Vec<_>>(), [0, 1]);
    for (layer, trace) in traces.iter().enumerate() {
        let values = |network: &Two| [network.tensor(2 * layer), network.tensor(2 * layer + 1)].concat();
        let g: Vec<f64> = values(&gradient).iter().map(|&sum| f64::from(sum) / 6.0).collect();
        let n = g.len() as f64;
        let mean = g.iter().sum::<f64>() / n;
        let length = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let w: Vec<f64> = values(&start).iter().map(|&w| f64::from(w)).collect();
        let moved: Vec<f64> = g.iter().map(|g| 0.5 * g).collect();
        for (found, expected) in [
            (trace.mean_gradient, g.iter().map(|g| g.abs()).sum::<f64>() / n),
            (trace.deviation, (g.iter().map(|g| (g - mean) * (g - mean)).sum::<f64>() / n).sqrt()),
            (trace.largest_gradient, g.iter().fold(0.0, |most, g| g.abs().max(most))),
            (trace.update_ratio, length(&moved) / length(&w)),
        ] {
            assert!((f64::from(found) / expected - 1.0).abs() < 1e-5, "layer {layer}: {found}, not {expected}");
        }
    }
    assert_eq!((traces[0].dead, traces[1].dead, traces[1].saturated), (0.0, 0.5, 0.0));
    assert_eq!(traces[0].saturated, 1.0 / 3.0);
}

/// Layers without parameters have no trace; units count through all layers.
#[test]
fn traces_leave_out_dropout() {
    let (mut trainer, mut before, mut layers) = (trainer::<Sgd>(), Net::ZERO, vec![]);
    let mut units = [UnitTrace::ZERO; 7]; // more than there are
    let each = |trace: &LayerTrace| layers.push(trace.layer);
    trainer.trace(&settings(Sgd::default()), &samples(), &mut before, &mut units, each).unwrap();
    assert_eq!(layers, [0, 2]);
    assert!(units[..5].iter().all(|unit| *unit != UnitTrace::ZERO) && units[5..] == [UnitTrace::ZERO; 2]);
}

#[test]
fn verdicts() {
    let healthy = LayerTrace {
        layer: 0,
        mean_gradient: 0.01_f32,
        deviation: 0.01,
        largest_gradient: 100.0,
        update_ratio: 0.001,
        dead: 0.5,
        saturated: 0.5,
    };
    for (trace, verdict) in [
        (healthy, Verdict::Healthy),
        (LayerTrace { largest_gradient: 100.1, dead: 1.0, ..healthy }, Verdict::Exploding),
        (LayerTrace { largest_gradient: f32::NAN, ..healthy }, Verdict::Exploding),
        (LayerTrace { dead: 0.51, saturated: 1.0, ..healthy }, Verdict::Dead),
        (LayerTrace { saturated: 0.51, mean_gradient: 0.0, ..healthy }, Verdict::Saturated),
        (LayerTrace { mean_gradient: 0.9e-7, ..healthy }, Verdict::Vanishing),
        (LayerTrace { mean_gradient: 1.1e-7, ..healthy }, Verdict::Healthy),
    ] {
        assert_eq!(trace.verdict(), verdict, "{trace:?}");
    }
    let all = [Verdict::Healthy, Verdict::Exploding, Verdict::Dead, Verdict::Saturated, Verdict::Vanishing];
    let advice: std::collections::HashSet<_> = all.iter().map(|verdict| verdict.advice()).collect();
    assert_eq!(advice.len(), 5);
}

// ---------- the rest ----------

#[test]
fn messages() {
    let (row, value, kind) = (7, 0.5, TensorKind::Weights);
    for (error, parts) in [
        (Error::Empty, &["no row"][..]),
        (Error::Lengths { slices: "inputs and targets", expected: 3, found: 2 }, &["inputs and targets have 3 and 2"]),
        (Error::BatchSize, &["batch size", "0"]),
        (Error::Feature { row, column: 4, value }, &["feature 4", "row 7", "0.5"]),
        (Error::Target { row, value, range: [1.0, 2.0] }, &["target", "row 7", "0.5", "from 1 to 2"]),
        (Error::ValidationTarget { row }, &["row 7", "validation"]),
        (Error::ValidationLoss { row, layer: Some(2) }, &["validation", "row 7", "layer 2"]),
        (Error::Score { row, value, range: [-f32::MAX, f32::MAX] }, &["score", "row 7", "0.5", "a finite number"]),
        (Error::Class { row, class: 9, classes: 3 }, &["row 7", "9", "3 classes"]),
        (Error::SampleWeight { row, value }, &["weight", "row 7", "0.5"]),
        (Error::NoWeight, &["weigh nothing"]),
        (
            Error::Setting { name: "l2", value, range: [1.0, f32::MAX] },
            &["`l2`", "0.5", "a finite number of at least 1"],
        ),
        (Error::Loss { row, layer: Some(2) }, &["row 7", "layer 2"]),
        (Error::Loss { row, layer: None }, &["row 7", "every layer"]),
        (Error::Gradient { layer: 1, kind, value }, &["gradient", "weights of layer 1", "0.5"]),
        (Error::Parameter { layer: 1, kind: TensorKind::Bias, value }, &["bias of layer 1", "0.5"]),
        (Error::MissingClass { class: 3 }, &["class 3 ", "does not occur"]),
        (Error::Uninitialized, &["all weights of the network are 0"]),
        (Error::Output { row, layer: Some(2) }, &["output of row 7", "layer 2"]),
        (Error::Output { row, layer: None }, &["output of row 7"]),
        (Error::Unsupported { name: "clip" }, &["`clip` has no effect"]),
        (Error::Parameter { layer: 1, kind: TensorKind::Scale, value }, &["scale of layer 1", "0.5"]),
        (Error::Scratch { needed: 8, found: 5 }, &["8", "5"]),
        (Error::Index { index: 12, rows: 10 }, &["12", "10 rows"]),
    ] {
        let message = error.to_string();
        assert!(parts.iter().all(|part| message.contains(part)), "{error:?}: {message}");
    }
}

/// ‖Δw‖/‖w‖ of a step by hand, 0 where w was 0; and a tanh at its end, which is saturated, not dead.
#[test]
fn ratios_and_saturation_by_hand() {
    fn traced(weight: f32) -> LayerTrace {
        let mut trainer = Trainer::<Dense<1, 1>, Sgd, 1>::ZERO;
        trainer.network.weights.0 = [[weight]];
        let settings = Settings::new(MeanSquaredError, Sgd { learning_rate: 0.1 });
        let targets = [[weight - 2.0]];
        let samples = Samples::new(&[[1.0]], &targets).unwrap();
        let (mut before, mut units, mut found) = (Dense::ZERO, [UnitTrace::ZERO], None);
        trainer.trace(&settings, &samples, &mut before, &mut units, |layer| found = Some(*layer)).unwrap();
        found.unwrap()
    }
    // Both gradients are 4, so that weight and bias fall by 0.4: √0.32 beside 2.
    let found = traced(2.0);
    assert!((found.update_ratio - 0.08_f32.sqrt()).abs() < 1e-6 && found.largest_gradient == 4.0, "{found:?}");
    assert_eq!(traced(0.0).update_ratio, 0.0);

    let mut trainer = Trainer::<(Dense<1, 2, Tanh>, Dense<2, 1>), Sgd, 1>::ZERO;
    (trainer.network.0.weights.0, trainer.network.1.weights.0) = ([[100.0, 0.1]], [[1.0], [1.0]]);
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    let samples = Samples::new(&[[1.0], [-1.0]], &[[0.0], [0.0]]).unwrap();
    let (mut before, mut units, mut found) = (Zero::ZERO, [UnitTrace::ZERO; 3], vec![]);
    trainer.trace(&settings, &samples, &mut before, &mut units, |layer| found.push(*layer)).unwrap();
    assert_eq!((found[0].saturated, found[0].dead, found[1].saturated), (0.5, 0.0, 0.0));
}

/// Every message with a number prints it in few digits.
#[test]
fn numbers_in_messages() {
    let smallest = f32::from_bits(1);
    let (row, layer, kind) = (7, 1, TensorKind::Weights);
    for (value, text) in [
        (1.8e32, "1.8e32"),
        (-1.8e32, "-1.8e32"),
        (1e-30, "1e-30"),
        (0.25, "0.25"),
        (3.0, "3"),
        (0.0, "0"),
        (-0.0, "-0"),
        (0.1, "0.1"),
        (1e-4, "0.0001"),
        (9.9e-5, "9.9e-5"),
        (9_999_999.0, "9999999"),
        (-1e7, "-1e7"),
        (f32::MAX, "3.4028235e38"),
        (smallest, "1e-45"),
        (f32::NAN, "NaN"),
        (f32::INFINITY, "inf"),
        (f32::NEG_INFINITY, "-inf"),
    ] {
        for (error, message) in [
            (
                Error::Feature { row, column: 4, value },
                "feature 4 of row 7 (both counted from 0) is #, not a finite number",
            ),
            (
                Error::Target { row, value, range: [0.0, 1.0] },
                "the target of row 7 (counted from 0) is #, but this loss takes from 0 to 1",
            ),
            (
                Error::Score { row, value, range: [-f32::MAX, f32::MAX] },
                "the score, value or sum of row 7 (counted from 0) is #, but this metric takes a finite number",
            ),
            (
                Error::SampleWeight { row, value },
                "the weight of row 7 (counted from 0) is #: not a finite number of at least 0, or the sum up to it is not finite",
            ),
            (
                Error::Setting { name: "l2", value, range: [0.0, f32::MAX] },
                "`l2` is #, but has to be a finite number of at least 0",
            ),
            (
                Error::Gradient { layer, kind, value },
                "the gradient of the weights of layer 1 (counted from 0) reached #: it exploded",
            ),
            (
                Error::Parameter { layer, kind, value },
                "the weights of layer 1 (counted from 0) reached #: a step would leave the finite range",
            ),
        ] {
            assert_eq!(error.to_string(), message.replace('#', text));
        }
    }
}

/// Past the last tensor there is nothing; layers without parameters have none.
#[test]
fn tensors_past_the_last_are_empty() {
    let mut network = Net::ZERO;
    assert_eq!((Net::TENSORS, Net::COUNT, Net::LAYERS, Net::UNITS), (4, 17, 3, 5));
    let lengths: Vec<usize> = (0..6).map(|index| network.tensor(index).len()).collect();
    assert_eq!(lengths, [8, 4, 4, 1, 0, 0]);
    assert!((0..6).all(|index| network.tensor_mut(index).len() == lengths[index]));
    let described: Vec<_> = (0..4).map(Net::describe).collect();
    assert_eq!(
        described,
        [(0, TensorKind::Weights), (0, TensorKind::Bias), (2, TensorKind::Weights), (2, TensorKind::Bias)]
    );
    assert!(network.1.tensor(0).is_empty() && network.1.tensor_mut(0).is_empty());
    assert_eq!(Dropout::<4>::describe(0).0, 0);
    let (mut convolution, mut norm) = (Conv1d::<6, 5, 2, 4, 2, 1>::ZERO, LayerNorm::<4>::ZERO);
    assert!(convolution.tensor(2).is_empty() && convolution.tensor_mut(2).is_empty());
    assert!(norm.tensor(2).is_empty() && norm.tensor_mut(2).is_empty());
    assert_eq!((Dropout::<4>::TENSORS, Dropout::<4>::COUNT, Dropout::<4>::UNITS), (0, 0, 0));
}

#[test]
fn links_of_regression_change_nothing() {
    let mut outputs = [-3.0_f32, 1e30];
    MeanSquaredError.link(&mut outputs);
    Huber::default().link(&mut outputs);
    assert_eq!(outputs, [-3.0, 1e30]);
}

/// Evaluation finds an overflow as training does; only outputs count.
#[test]
fn overflow_while_evaluating() {
    let mut trainer = Trainer::<(Dense<1, 1>, Dense<1, 1>), Sgd, 1>::ZERO;
    (trainer.network.0.weights.0, trainer.network.1.weights.0) = ([[1e5]], [[1.0]]);
    let (inputs, targets) = ([[1.0], [3e38]], [[0.0]; 2]);
    let samples = Samples::new(&inputs, &targets).unwrap();
    let expected = Error::Loss { row: 1, layer: Some(0) };
    assert_eq!(trainer.evaluate(&MeanSquaredError, &samples), Err(expected));
    let copy = Clone::clone(&samples);
    assert_eq!(trainer.evaluate(&MeanSquaredError, &copy), Err(expected));

    let mut hidden = Trainer::<(Dense<1, 1>, Dense<1, 1, Sigmoid>), Sgd, 1>::ZERO;
    (hidden.network.0.weights.0, hidden.network.1.weights.0) = ([[1e5]], [[1.0]]);
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    assert_eq!(hidden.accumulate(&settings, &samples).unwrap_err(), expected);
    assert_eq!(hidden.pending(), 0);
}

/// An error of the validation rows comes after the step, whose gradient stays; rows that are discarded leave 0.
#[test]
fn the_gradient_after_an_error() {
    type Line = Dense<1, 1>;
    let mut trainer = Trainer::<Line, Sgd, 1>::ZERO;
    let settings = Settings::new(MeanSquaredError, Sgd::new(1.0));
    let one = |input: &'static [[f32; 1]]| Samples::new(input, &[[1.0]]).unwrap();
    let (good, overflows) = (one(&[[1.0]]), one(&[[3e38]]));
    // y = 0: ∂(y − 1)²/∂w = ∂/∂b = −2, so that w = b = 2, and 2·3·10³⁸ is no number.
    let fit = trainer.fit(&settings, &good, Some(&overflows), None, |_, _| ());
    assert_eq!(fit, Err(Error::ValidationLoss { row: 0, layer: Some(0) }));
    let is = |network: &Line, [w, b]: [f32; 2]| assert_eq!((network.weights.0, network.bias), ([[w]], [b]));
    is(&trainer.network, [2.0, 2.0]);
    is(trainer.gradient(), [-2.0, -2.0]);

    // y = 4: the gradient is 6; rows that wait before the error are discarded with those of the error.
    for waiting in [0, 1, 2] {
        (0..waiting).for_each(|_| trainer.accumulate(&settings, &good).unwrap());
        let expected = if waiting == 0 { -2.0 } else { 6.0 * waiting as f32 };
        is(trainer.gradient(), [expected; 2]);
        assert!(trainer.accumulate(&settings, &overflows).is_err());
        is(trainer.gradient(), [0.0; 2]);
        assert_eq!((trainer.pending(), trainer.steps()), (0, 1));
    }
}

/// A gradient whose squares overflow, and that clipping does not make small enough: an error, and nothing moves.
#[test]
fn a_limit_that_is_too_large() {
    let samples = Samples::new(&[[1e30]], &[[1.0]]).unwrap();
    for (clip, is_error) in
        [(Clip::Norm(1e25), true), (Clip::Value(1e25), true), (Clip::Norm(1e10), false), (Clip::Value(1e10), false)]
    {
        let mut trainer = Trainer::<Dense<1, 1>, Sgd, 1>::ZERO;
        let settings = Settings { clip, ..Settings::new(Huber::new(1.0), Sgd::new(1.0)) };
        trainer.accumulate(&settings, &samples).unwrap();
        let step = trainer.update(&settings);
        let gradient = matches!(step, Err(Error::Gradient { layer: 0, kind: TensorKind::Weights, .. }));
        assert_eq!((gradient, trainer.steps() == 0), (is_error, is_error), "{clip:?}: {step:?}");
        assert_eq!(trainer.network.weights.0[0][0] == 0.0, is_error, "{clip:?}");
    }
}

/// A gradient of −2·10¹⁰·10³⁰, which is no number of this type, cannot be clipped.
#[test]
fn an_infinite_gradient_is_not_clipped() {
    for clip in [Clip::Norm(1.0), Clip::Value(1.0)] {
        let mut trainer = Trainer::<Dense<1, 1>, Sgd, 1>::ZERO;
        let settings = Settings { clip, ..Settings::new(MeanSquaredError, Sgd::new(1.0)) };
        trainer.accumulate(&settings, &Samples::new(&[[1e30]], &[[1e10]]).unwrap()).unwrap();
        let error = trainer.update(&settings).unwrap_err();
        assert!(
            matches!(error, Error::Gradient { layer: 0, kind: TensorKind::Weights, value: f32::NEG_INFINITY }),
            "{clip:?}: {error:?}"
        );
        assert_eq!((trainer.network.bits(), trainer.pending()), (Dense::<1, 1>::ZERO.bits(), 0));
    }
}

/// What is wrong with the validation rows as a whole is the error of `evaluate`.
#[test]
fn validation_rows_that_weigh_nothing() {
    let weightless = samples().weighted(&[0.0; 6]).unwrap();
    let mut trainer = trainer::<Sgd>();
    let expected = trainer.evaluate(&BinaryCrossEntropy::default(), &weightless).unwrap_err();
    let fit = trainer.fit(&settings(Sgd::default()), &samples(), Some(&weightless), None, |_, _| ());
    assert_eq!((fit, expected, trainer.steps()), (Err(Error::NoWeight), Error::NoWeight, 2));
}
