//! The library against PyTorch, in f64: the cases that `tools/references.py` wrote. It regenerates the files; the
//! tests read only what is committed.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

mod golden;

use bareprop::*;
use golden::*;
use serde_json::Value;

fn cases(file: &Value, count: usize) -> &[Value] {
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), count);
    cases
}

/// A setting of a case, or what it is by default.
fn setting(case: &Value, name: &str, default: f64) -> f64 {
    case.get(name).map_or(default, |value| value.as_f64().unwrap())
}

// ---------- functions ----------

#[test]
fn functions() {
    use bareprop::functions as f;
    type Pair = (&'static str, fn(f64) -> f64, fn(f64) -> f64);
    fn of<A: Activation>(name: &'static str, derivative: fn(f64) -> f64) -> [Pair; 2] {
        fn slope<A: Activation>(z: f64) -> f64 {
            A::slope(if size_of::<<A::Kept as Kept>::Memory<[f64; 1]>>() == 0 { A::apply(z) } else { z })
        }
        [(name, A::apply::<f64>, slope::<A>), (name, A::apply::<f64>, derivative)]
    }
    let pairs = [
        of::<Identity>("identity", |_| 1.0),
        of::<Relu>("relu", f::relu_derivative),
        of::<LeakyRelu>("leaky_relu", f::leaky_relu_derivative),
        of::<Elu>("elu", f::elu_derivative),
        of::<Sigmoid>("sigmoid", f::sigmoid_derivative),
        of::<Tanh>("tanh", f::tanh_derivative),
        of::<Silu>("silu", f::silu_derivative),
        of::<Gelu>("gelu", f::gelu_derivative),
        of::<Softplus>("softplus", f::softplus_derivative),
    ];
    let file = golden("more_functions");
    let places = numbers(&file["z"]);
    for (name, function, derivative) in pairs.into_iter().flatten() {
        let case = cases(&file, pairs.len()).iter().find(|case| case["name"] == name).unwrap();
        let (values, slopes): (Vec<_>, Vec<_>) = places.iter().map(|&z| (function(z), derivative(z))).unzip();
        let allowed = (tolerance::FUNCTION, tolerance::FUNCTION_FLOOR);
        assert_near(name, &values, &numbers(&case["values"]), allowed);
        assert_near(&format!("{name}′"), &slopes, &numbers(&case["slopes"]), allowed);
    }
}

// ---------- losses ----------

type Small = (Dense<4, 6, Tanh, f64>, Dense<6, 3, Identity, f64>);

/// Outputs, loss, every gradient tensor and ‖g‖, with what the batch's mean divides by.
fn loss_case<L: Loss<[f64; 3]>>(case: &Value, loss: L, targets: &[L::Target]) {
    let name = case["loss_function"].as_str().unwrap();
    let inputs = rows::<4>(&case["x"]);
    let weights = case.get("sample_weights").map_or(vec![1.0; targets.len()], numbers);
    let samples = Samples::new(&inputs, targets).unwrap();
    let samples = if case.get("sample_weights").is_some() { samples.weighted(&weights).unwrap() } else { samples };
    let mut trainer = Trainer::<Small, Sgd<f64>, 3>::ZERO;
    load(&mut trainer.network, &case["weights"], &case["biases"]);

    let mut outputs = vec![[0.0; 3]; inputs.len()];
    trainer.logits(&inputs, &mut outputs).unwrap();
    assert_close(name, outputs.as_flattened(), &numbers(&case["output"]), tolerance::GRADIENT);
    let evaluated = trainer.evaluate(&loss, &samples).unwrap();
    let whole: f64 = targets.iter().zip(&weights).map(|(target, weight)| weight * loss.weight(target)).sum();

    let settings = Settings::new(loss, Sgd { learning_rate: 1.0 });
    trainer.accumulate(&settings, &samples).unwrap();
    let mut mean = Small::ZERO;
    for index in 0..Small::TENSORS {
        let sums = trainer.gradient().tensor(index);
        mean.tensor_mut(index).iter_mut().zip(sums).for_each(|(mean, sum)| *mean = sum / whole);
    }
    compare(name, &mean, &case["weight_grads"], &case["bias_grads"], tolerance::GRADIENT);
    let step = trainer.update(&settings).unwrap();
    let expected = case["loss"].as_f64().unwrap();
    assert_close(name, &[step.loss, evaluated], &[expected; 2], tolerance::GRADIENT);
    let squares = |value: &Value| numbers(value).iter().map(|g| g * g).sum::<f64>();
    let norm = (squares(&case["weight_grads"]) + squares(&case["bias_grads"])).sqrt();
    assert_close(name, &[step.gradient_norm], &[norm], tolerance::GRADIENT);
}

#[test]
fn losses() {
    for case in cases(&golden("more_losses"), 13) {
        let (target, label_smoothing) = (&case["target"], setting(case, "label_smoothing", 0.0));
        match case["loss_function"].as_str().unwrap() {
            "binary" => {
                let positive_weight = setting(case, "positive_weight", 1.0);
                loss_case(case, BinaryCrossEntropy { positive_weight, label_smoothing }, &rows(target));
            }
            "softmax" => {
                let class_weights = case.get("class_weights").map_or(vec![1.0; 3], numbers).try_into().unwrap();
                let classes: Vec<usize> = numbers(target).iter().map(|&class| class as usize).collect();
                loss_case(case, SoftmaxCrossEntropy::<3, f64> { class_weights, label_smoothing }, &classes);
            }
            "squared" => loss_case(case, MeanSquaredError, &rows(target)),
            "huber" => loss_case(case, Huber { threshold: setting(case, "threshold", f64::NAN) }, &rows(target)),
            other => panic!("a case that is not tested: {other}"),
        }
    }
}

// ---------- networks ----------

/// `pattern` of `tools/references.py`, to the last bit.
fn pattern(start: usize, spread: f64) -> impl Iterator<Item = f64> {
    (0..).map(move |k| ((start + k * 7919) % 1009) as f64 - 504.0).map(move |k| k / 504.0 * spread)
}

fn network_case<N, const IN: usize, const OUT: usize>(case: &Value)
where
    N: Layer<Scalar = f64, Input = [f64; IN], Output = [f64; OUT]>,
{
    let name = case["name"].as_str().unwrap();
    let mut trainer = Box::new(Trainer::<N, Sgd<f64>, 4>::ZERO);
    let mut width = IN;
    for index in 0..N::TENSORS {
        let (layer, tensor) = (index / 2, trainer.network.tensor_mut(index));
        let is_weights = N::describe(index).1 == TensorKind::Weights;
        let (start, spread) =
            if is_weights { (31 * layer, 2.0 * (width as f64).powf(-0.5)) } else { (17 * layer + 5, 0.25) };
        width = tensor.len(); // of a bias: what the next layer takes
        tensor.iter_mut().zip(pattern(start, spread)).for_each(|(w, value)| *w = value);
    }
    let count = case["rows"].as_u64().unwrap() as usize;
    let mut inputs = vec![[0.0; IN]; count];
    inputs.as_flattened_mut().iter_mut().zip(pattern(3, 1.5)).for_each(|(x, value)| *x = value);
    let classes: Vec<usize> = (0..count).map(|row| (5 * row + 2) % OUT).collect();
    let mut outputs = vec![[0.0; OUT]; count];
    trainer.logits(&inputs, &mut outputs).unwrap();
    assert_close(name, outputs.as_flattened(), &numbers(&case["output"]), tolerance::GRADIENT);

    let settings = Settings::new(SoftmaxCrossEntropy::<OUT, f64>::default(), Sgd { learning_rate: 1.0 });
    trainer.accumulate(&settings, &Samples::new(&inputs, &classes).unwrap()).unwrap();
    let every = case["every"].as_u64().unwrap() as usize;
    assert_eq!(case["grads"].as_array().unwrap().len(), N::TENSORS);
    for index in 0..N::TENSORS {
        let sums = trainer.gradient().tensor(index).iter().step_by(every);
        let means: Vec<f64> = sums.map(|sum| sum / count as f64).collect();
        assert_close(&format!("{name} tensor {index}"), &means, &numbers(&case["grads"][index]), tolerance::GRADIENT);
    }
    let step = trainer.update(&settings).unwrap();
    assert_close(name, &[step.loss], &numbers(&case["loss"]), tolerance::GRADIENT);
}

type Wide = (Dense<64, 128, Relu, f64>, Dense<128, 64, Relu, f64>, Dense<64, 10, Identity, f64>);
type Broad = (Dense<3, 200, Gelu, f64>, Dense<200, 2, Identity, f64>);
type Mixed = (
    Dense<5, 6, Elu, f64>,
    Dense<6, 7, Softplus, f64>,
    Dense<7, 8, Sigmoid, f64>,
    Dense<8, 9, LeakyRelu, f64>,
    Dense<9, 4, Identity, f64>,
);
type Pair = (Dense<3, 3, Tanh, f64>, Dense<3, 3, Silu, f64>);
type Deep = (Dense<2, 3, Tanh, f64>, Dense<3, 3, Silu, f64>, Pair, Pair, Pair, Dense<3, 2, Identity, f64>);
type Narrow = (Dense<1, 1, Softplus, f64>, Dense<1, 2, Identity, f64>);

#[test]
fn networks() {
    let file = golden("more_networks");
    let [wide, broad, mixed, deep, narrow] = cases(&file, 5) else { unreachable!() };
    network_case::<Wide, 64, 10>(wide);
    network_case::<Broad, 3, 2>(broad);
    network_case::<Mixed, 5, 4>(mixed);
    network_case::<Deep, 2, 2>(deep);
    network_case::<Narrow, 1, 2>(narrow);
}

// ---------- optimizers ----------

/// What a case is replayed with, for the optimizer that it names.
trait Replay {
    fn replay<O: Optimizer<f64>>(&self, optimizer: O);
}

fn with_optimizer(case: &Value, replay: &impl Replay) {
    let setting = |name: &str| case[name].as_f64().unwrap();
    let learning_rate = setting("learning_rate");
    let adam = || Adam { learning_rate, beta1: setting("beta1"), beta2: setting("beta2"), epsilon: setting("epsilon") };
    match case["name"].as_str().unwrap() {
        "sgd" => replay.replay(Sgd { learning_rate }),
        "momentum" => {
            let nesterov = case["nesterov"].as_bool().unwrap();
            replay.replay(Momentum { learning_rate, momentum: setting("momentum"), nesterov });
        }
        "adam" => replay.replay(adam()),
        "amsgrad" => replay.replay(AmsGrad(adam())),
        "adamw" => replay.replay(AdamW { adam: adam(), weight_decay: setting("weight_decay") }),
        "rmsprop" => {
            replay.replay(RmsProp { learning_rate, alpha: setting("alpha"), epsilon: setting("epsilon") });
        }
        "adagrad" => replay.replay(AdaGrad { learning_rate, epsilon: setting("epsilon") }),
        other => panic!("a case that is not tested: {other}"),
    }
}

/// 6 weights and 2 biases.
type Eight = Dense<3, 2, Identity, f64>;

fn eight(values: &Value) -> Eight {
    let (mut layer, values) = (Eight::ZERO, numbers(values));
    layer.tensor_mut(0).copy_from_slice(&values[..6]);
    layer.tensor_mut(1).copy_from_slice(&values[6..]);
    layer
}

struct Gradients<'a>(&'a Value, &'a Value);

impl Replay for Gradients<'_> {
    fn replay<O: Optimizer<f64>>(&self, optimizer: O) {
        let Gradients(file, case) = self;
        optimizer.check().unwrap();
        let (mut network, mut state) = (eight(&file["initial"]), O::State::<Eight>::ZERO);
        let mut recorded = case["parameters_after_step"].as_array().unwrap().iter().peekable();
        for (step, gradient) in (1_u64..).zip(file["gradients"].as_array().unwrap()) {
            optimizer.step(&mut state, optimizer.learning_rate(), &mut network, &eight(gradient), 0..2);
            if let Some(expected) = recorded.next_if(|expected| expected[0] == step) {
                let found = [network.tensor(0), network.tensor(1)].concat();
                let name = format!("{} step {step}", case["name"]);
                assert_close(&name, &found, &numbers(&expected[1]), tolerance::OPTIMIZER);
            }
        }
        assert_eq!(recorded.next(), None);
    }
}

#[test]
fn optimizers() {
    let file = golden("more_optimizers");
    for case in cases(&file, 16) {
        with_optimizer(case, &Gradients(&file, case));
    }
}

// ---------- schedules ----------

#[test]
fn schedules() {
    let file = golden("more_schedules");
    let base = file["learning_rate"].as_f64().unwrap();
    for case in cases(&file, 6) {
        let whole = |name: &str| case[name].as_u64().unwrap() as u32;
        let real = |name: &str| case[name].as_f64().unwrap();
        let decay = match case["name"].as_str().unwrap() {
            "constant" => Decay::Constant,
            "step" => Decay::Step { every: whole("every"), factor: real("factor") },
            "exponential" => Decay::Exponential { factor: real("factor") },
            "cosine" => Decay::Cosine { steps: whole("steps"), floor: real("floor") },
            other => panic!("a case that is not tested: {other}"),
        };
        let schedule = Schedule { warm_up: setting(case, "warm_up", 0.0) as u32, decay };
        schedule.check().unwrap();
        let expected = numbers(&case["rates"]);
        let found: Vec<f64> = (1..=expected.len() as u32).map(|step| base * schedule.factor(step)).collect();
        assert_close(&case["name"].to_string(), &found, &expected, tolerance::SCHEDULE);
    }
}

/// `ReduceLROnPlateau`, watching the validation loss of training with all rows in one batch.
#[test]
fn plateau() {
    let file = golden("more_plateau");
    let real = |name: &str| file[name].as_f64().unwrap();
    let decay = Decay::Plateau {
        factor: real("factor"),
        patience: file["patience"].as_u64().unwrap() as u32,
        min_delta: real("threshold"),
        floor: real("floor"),
    };
    let mut trainer = Trainer::<(Dense<2, 4, Tanh, f64>, Dense<4, 1, Identity, f64>), Sgd<f64>, 5>::ZERO;
    load(&mut trainer.network, &file["weights"], &file["biases"]);
    let expected = file["epochs"].as_array().unwrap();
    let settings = Settings {
        schedule: Schedule { warm_up: 0, decay },
        epochs: expected.len() as u32,
        ..Settings::new(MeanSquaredError, Sgd { learning_rate: real("learning_rate") })
    };
    let (inputs, targets) = (rows::<2>(&file["x"]), rows::<1>(&file["target"]));
    let (other_inputs, other_targets) = (rows::<2>(&file["x_validation"]), rows::<1>(&file["target_validation"]));
    let (training, validation) =
        (Samples::new(&inputs, &targets).unwrap(), Samples::new(&other_inputs, &other_targets).unwrap());
    let mut found = vec![];
    let each = |epoch: &Epoch<f64>, _: &mut _| {
        found.extend([epoch.learning_rate, epoch.loss, epoch.validation_loss.unwrap()]);
        std::ops::ControlFlow::Continue(())
    };
    trainer.fit(&settings, &training, Some(&validation), None, each).unwrap();
    assert_close("plateau", &found, &numbers(&file["epochs"]), tolerance::TRAINING);
    let falls = expected.windows(2).filter(|pair| pair[1][0].as_f64() < pair[0][0].as_f64()).count();
    assert!(falls >= 3, "the reference has to show the rate falling, down to its floor");
}

// ---------- training ----------

type Two = (Dense<2, 5, Tanh, f64>, Dense<5, 1, Identity, f64>);

struct Training<'a>(&'a Value, &'a Value);

impl Replay for Training<'_> {
    fn replay<O: Optimizer<f64>>(&self, optimizer: O) {
        let Training(file, case) = self;
        let (inputs, targets) = (rows::<2>(&file["x"]), rows::<1>(&file["target"]));
        let samples = Samples::new(&inputs, &targets).unwrap();
        let clip = match (case.get("clip_norm"), case.get("clip_value")) {
            (Some(limit), None) => Clip::Norm(limit.as_f64().unwrap()),
            (None, Some(limit)) => Clip::Value(limit.as_f64().unwrap()),
            _ => Clip::None,
        };
        let batch_size = file["batch"].as_u64().unwrap() as usize;
        let l2 = setting(case, "l2", 0.0);
        let settings = Settings { clip, l2, batch_size, ..Settings::new(Huber::default(), optimizer) };
        let mut trainer = Trainer::<Two, O, 3>::ZERO;
        load(&mut trainer.network, &file["weights"], &file["biases"]);
        let mut found = vec![];
        for order in file["orders"].as_array().unwrap() {
            let order = numbers(order).into_iter().map(|row| row as usize);
            let each = |step: &Step<f64>| found.extend([step.loss, step.penalty, step.gradient_norm]);
            trainer.epoch(&settings, &samples, order, each).unwrap();
        }
        let name = case["name"].as_str().unwrap();
        assert_close(name, &found, &numbers(&case["steps"]), tolerance::TRAINING);
        compare(name, &trainer.network, &case["end_weights"], &case["end_biases"], tolerance::TRAINING);
    }
}

#[test]
fn training() {
    let file = golden("more_training");
    for case in cases(&file, 5) {
        with_optimizer(case, &Training(&file, case));
    }
}
