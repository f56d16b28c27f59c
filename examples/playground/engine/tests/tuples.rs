//! The engine beside trainers of tuples: the same bits after every step, the same files, the same memory.

mod common;

use bareprop::storage::{self, Stored};
use bareprop::{
    AdaGrad, Adam, AdamW, AmsGrad, BinaryCrossEntropy, Dense, Dropout, Elu, Gelu, Layer, LeakyRelu, Momentum,
    Optimizer, Relu, RmsProp, Samples, Settings, Sgd, Sigmoid, Silu, Softplus, Tanh, Trainer, Zero,
};
use playground_engine::file;
use playground_engine::ram::ram;
use playground_engine::run::Run;
use playground_engine::status::status;
use serde_json::{Value, json};

/// The rows of a run with as many features as the tuple takes.
fn rows<const F: usize>(run: &Run) -> (Vec<[f32; F]>, Vec<[f32; 1]>) {
    let row = |row: &[f32; 8]| std::array::from_fn(|index| row[index]);
    let data = &run.data;
    (data.inputs.iter().take(data.train).map(row).collect(), data.targets.iter().take(data.train).copied().collect())
}

fn bytes_of<S: Stored>(value: &mut S) -> Vec<u8> {
    let mut bytes = Vec::new();
    let Ok(()) = storage::save(value, |chunk| {
        bytes.extend_from_slice(chunk);
        Ok::<(), std::convert::Infallible>(())
    });
    bytes
}

/// Trains both, and compares after every few steps: parameters, files both ways, evaluation.
fn compare<N, O, const F: usize>(settings: &Value, optimizer: O, rates: &[f32])
where
    N: Layer<Scalar = f32, Input = [f32; F], Output = [f32; 1]>,
    O: Optimizer<f32>,
{
    let mut run = common::run(settings);
    let (inputs, targets) = rows::<F>(&run);
    let samples = Samples::new(&inputs, &targets).expect("samples");
    let library = &run.learner.settings;
    let own = Settings {
        schedule: library.schedule,
        l2: library.l2,
        batch_size: library.batch_size,
        seed: library.seed,
        ..Settings::new(BinaryCrossEntropy::new(), optimizer)
    };
    let mut trainer = Box::new(Trainer::<N, O, 5>::ZERO);
    for (index, &rate) in rates.iter().enumerate() {
        *trainer.network.setting_mut(index).expect("a rate") = rate;
    }
    trainer.network.initialize_seeded(library.seed);
    for round in 0..40 {
        assert_eq!(run.learner.hash(), trainer.network.bits(), "{settings} round {round}");
        assert_eq!(file::save(&mut run.learner), bytes_of(&mut *trainer), "{settings} round {round}");
        let (mut other, mut state) = (common::run(settings), bytes_of(&mut *trainer));
        other.load(&state).expect("the file of the trainer");
        assert_eq!(file::save(&mut other.learner), state);
        state = bytes_of(&mut trainer.network);
        other.load(&state).expect("the file of the network");
        assert_eq!((other.learner.hash(), other.counters().steps), (trainer.network.bits(), 0));
        let loss = trainer.evaluate(&own.loss, &samples).expect("a loss");
        assert_eq!(status(&mut run).train_loss.to_bits(), loss.to_bits(), "{settings} round {round}");
        run.step(1).expect("a step");
        trainer.part_of_epoch(&own, &samples, 1).expect("a step");
    }
    memory::<N, O>(&run);
}

/// The memory of a trainer with one row, in which an index has as many bytes as here.
fn memory<N: Layer<Scalar = f32>, O: Optimizer<f32>>(run: &Run) {
    let ram = ram(run.learner.layers(), &run.settings, size_of::<usize>());
    let totals = serde_json::to_value(&ram.total).expect("JSON");
    let name = serde_json::to_value(run.settings.optimizer).expect("JSON");
    let total = totals[name.as_str().expect("a name")].as_u64();
    assert_eq!(total, Some(Trainer::<N, O, 1>::BYTES as u64));
    assert_eq!((ram.network, ram.gradient), (Trainer::<N, O, 1>::NETWORK_BYTES, Trainer::<N, O, 1>::GRADIENT_BYTES));
    assert_eq!(ram.tape, Trainer::<N, O, 1>::TAPE_BYTES);
    assert_eq!(ram.inference, size_of::<N>() + size_of::<bareprop::Predictor<N, 1>>());
}

/// Every optimizer for one network.
fn all<N, const F: usize>(layers: &Value, rates: &[f32])
where
    N: Layer<Scalar = f32, Input = [f32; F], Output = [f32; 1]>,
{
    let features = ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"];
    let settings = |optimizer: &str| {
        json!({"optimizer": optimizer, "learning_rate": 0.02, "layers": layers, "features": features[..F], "l2": 0.02,
            "data": "spiral", "rows": 57, "batch_size": 6, "seed": 3})
    };
    let rate = 0.02;
    compare::<N, _, F>(&settings("sgd"), Sgd::new(rate), rates);
    compare::<N, _, F>(&settings("momentum"), Momentum::new(rate), rates);
    compare::<N, _, F>(&settings("nesterov"), Momentum { nesterov: true, ..Momentum::new(rate) }, rates);
    compare::<N, _, F>(&settings("adam"), Adam::new(rate), rates);
    compare::<N, _, F>(&settings("adamw"), AdamW::new(rate), rates);
    compare::<N, _, F>(&settings("amsgrad"), AmsGrad::new(rate), rates);
    compare::<N, _, F>(&settings("rmsprop"), RmsProp::new(rate), rates);
    compare::<N, _, F>(&settings("adagrad"), AdaGrad::new(rate), rates);
}

fn layer(units: usize, activation: &str, dropout: f32) -> Value {
    json!({"units": units, "activation": activation, "dropout": dropout})
}

#[test]
fn no_hidden_layer() {
    all::<Dense<3, 1>, 3>(&json!([]), &[]);
}

#[test]
fn one_hidden_layer() {
    all::<(Dense<2, 5, Relu>, Dense<5, 1>), 2>(&json!([layer(5, "relu", 0.0)]), &[]);
    all::<(Dense<1, 8, Silu>, Dropout<8>, Dense<8, 1>), 1>(&json!([layer(8, "silu", 0.5)]), &[0.5]);
}

#[test]
fn several_hidden_layers() {
    type Net = (Dense<7, 8, Gelu>, Dropout<8>, Dense<8, 3, LeakyRelu>, Dense<3, 6, Sigmoid>, Dropout<6>, Dense<6, 1>);
    let layers = json!([layer(8, "gelu", 0.125), layer(3, "leaky_relu", 0.0), layer(6, "sigmoid", 0.25)]);
    all::<Net, 7>(&layers, &[0.125, 0.25]);
}

#[test]
fn four_hidden_layers() {
    type Net = (Dense<4, 8, Tanh>, Dense<8, 8, Elu>, Dropout<8>, Dense<8, 8, Softplus>, Dense<8, 8, Relu>, Dense<8, 1>);
    let layers = [layer(8, "tanh", 0.0), layer(8, "elu", 0.1), layer(8, "softplus", 0.0), layer(8, "relu", 0.0)];
    all::<Net, 4>(&json!(layers), &[0.1]);
}

/// The units that are shown as dropped are those that `Dropout` drops as the second layer of a tuple.
#[test]
fn dropped_units_are_those_of_the_last_row() {
    let mut run = common::run(&json!({"layers": [layer(8, "tanh", 0.5)], "batch_size": 7}));
    assert_eq!(run.dropped(), [[false; 8]]);
    for _ in 0..20 {
        run.step(1).expect("a step");
        let (seen, seed) = (run.counters().seen, u64::from(run.settings.seed));
        let (input, mut output) = ([[1.0; 8]], [[0.0; 8]]);
        let dropout = Dropout::<8>::new(0.5);
        let noise = bareprop::Noise::new(seed).row(seen - 1).layer(1);
        dropout.forward::<1>(&input, &mut (), &mut output, Some(noise));
        assert_eq!(run.dropped(), [output[0].map(|y| y == 0.0)]);
    }
}
