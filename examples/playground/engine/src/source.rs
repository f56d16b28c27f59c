//! The run as a program in Rust, which gives the same parameters.

use std::fmt::{self, Write};

use crate::data::{DataSet, HILLS, moved_source};
use crate::file;
use crate::run::Run;
use crate::state::Counters;
use playground_network::activation::Kind;
use playground_network::chosen::Chosen;
use playground_network::flexible::Flexible;
use playground_network::goal::Goal;

/// A whole `main.rs`.
pub fn program(run: &mut Run) -> String {
    let now = run.counters();
    let mut source = String::new();
    // Writing into a string cannot fail.
    let _ = write(&mut source, run, now);
    source
}

fn write(out: &mut String, run: &Run, now: Counters) -> fmt::Result {
    let hash = run.learner.hash();
    writeln!(out, "//! A run of bareprop's playground. Its first line is {hash:08x}, the hash of the parameters.")?;
    writeln!(out, "//!\n//! Its Cargo.toml, beside a copy of the library's repository:\n//!")?;
    writeln!(
        out,
        "//!     [package]\n//!     name = \"run\"\n//!     version = \"0.1.0\"\n//!     edition = \"2024\"\n//!"
    )?;
    writeln!(out, "//!     [dependencies]\n//!     bareprop = {{ path = \"../bareprop\" }}\n")?;
    writeln!(out, "use bareprop::*;\n")?;
    writeln!(out, "type Net = {};\n", network(run.learner.layers()))?;
    if let Some(bytes) = &run.events.file {
        writeln!(out, "/// The file that was loaded.\nstatic FILE: &[u8] = &{bytes:?};\n")?;
    }
    if run.settings.data == DataSet::Own {
        own_rows(out, run)?;
    }
    writeln!(
        out,
        "/// The hash of the parameters and the loss. It runs on a chip as well: no heap, nothing of `std`."
    )?;
    writeln!(out, "fn train() -> Result<(u32, f32), Error> {{")?;
    data(out, run)?;
    settings(out, run)?;
    start(out, run)?;
    training(out, run, now)?;
    writeln!(out, "    Ok((trainer.network.bits(), trainer.evaluate(&settings.loss, &training)?))\n}}")?;
    if run.settings.data == DataSet::MultiGauss {
        hills(out)?;
    }
    writeln!(out, "\nfn main() -> Result<(), Error> {{\n    let (hash, loss) = train()?;")?;
    writeln!(out, "    println!(\"{{hash:08x}}\");\n    println!(\"training loss {{loss}}\");\n    Ok(())\n}}")
}

/// The type of the network.
fn network(layers: &[Flexible]) -> String {
    let mut parts = Vec::new();
    for Flexible { form, .. } in layers {
        let (inputs, units) = (form.inputs, form.units);
        parts.push(match form.activation {
            Kind::Identity => format!("Dense<{inputs}, {units}>"),
            other => format!("Dense<{inputs}, {units}, {}>", other.type_name()),
        });
        if form.dropout.is_some() {
            parts.push(format!("Dropout<{units}>"));
        }
    }
    let list = parts.join(", ");
    if parts.len() == 1 { list } else { format!("({list})") }
}

/// Own rows as they are after scaling: those for training.
fn own_rows(out: &mut String, run: &Run) -> fmt::Result {
    let (data, features) = (&run.data, run.settings.features.len());
    writeln!(out, "/// Features and targets of the training rows, after scaling.")?;
    writeln!(out, "static INPUTS: [[f32; {features}]; {}] = [", data.train)?;
    for row in data.inputs.iter().take(data.train) {
        writeln!(out, "    {:?},", row.get(..features).unwrap_or(&[]))?;
    }
    let targets = data.targets.get(..data.train).unwrap_or(&[]);
    writeln!(out, "];\nstatic TARGETS: [[f32; 1]; {}] = {targets:?};\n", data.train)
}

fn data(out: &mut String, run: &Run) -> fmt::Result {
    let settings = &run.settings;
    if settings.data == DataSet::Own {
        return writeln!(out, "    let training = Samples::new(&INPUTS, &TARGETS)?;\n");
    }
    if settings.data.is_regression() {
        regression(out, run)?
    } else {
        classes(out, run)?
    }
    let features: Vec<&str> = settings.features.iter().map(|feature| feature.source()).collect();
    let (count, test) = (features.len(), run.data.points.len() - run.data.train);
    writeln!(
        out,
        "    let split = split::train_test_split(&mut points, &mut targets, {test}_usize, {})?;",
        settings.seed
    )?;
    let used = |name: &str| features.iter().any(|feature| feature.contains(name));
    let [x1, x2] = [if used("x1") { "x1" } else { "_" }, if used("x2") { "x2" } else { "_" }];
    writeln!(out, "    let features = |&[{x1}, {x2}]: &[f32; 2]| [{}];", features.join(", "))?;
    writeln!(out, "    let mut inputs = [[0.0_f32; {count}]; {}];", run.data.train)?;
    writeln!(out, "    inputs.iter_mut().zip(&*split.train.inputs).for_each(|(row, point)| *row = features(point));")?;
    writeln!(out, "    let training = Samples::new(&inputs, split.train.targets)?;\n")
}

fn classes(out: &mut String, run: &Run) -> fmt::Result {
    let settings = &run.settings;
    let (rows, seed, noise) = (settings.rows, settings.seed, settings.data.deviation(settings.noise));
    writeln!(out, "    let mut points = [[0.0_f32; 2]; {rows}];\n    let mut targets = [[0.0_f32; 1]; {rows}];")?;
    let (function, more) = match settings.data {
        DataSet::Circle => ("circles", "0.5, "),
        DataSet::Xor => ("xor", ""),
        DataSet::Gauss => ("blobs", "&[[-1.0; 2], [1.0; 2]], "),
        DataSet::Spiral => ("spirals", "2, "),
        _ => ("moons", ""),
    };
    writeln!(out, "    datasets::{function}(&mut points, &mut targets, {more}{noise:?}, {seed})?;")?;
    match moved_source(settings.data) {
        "[x1, x2]" => writeln!(out, "    let mut points = points;"),
        moved => writeln!(out, "    let mut points = points.map(|[x1, x2]| {moved});"),
    }
}

fn regression(out: &mut String, run: &Run) -> fmt::Result {
    let settings = &run.settings;
    let (rows, seed, noise) = (settings.rows, settings.seed, settings.noise);
    let exact = if settings.data == DataSet::Plane { "0.5 * (x1 + x2)" } else { "height(x1, x2)" };
    writeln!(out, "    let mut drawn = [[0.0_f32; 3]; {rows}];")?;
    writeln!(out, "    datasets::blobs(&mut drawn, &mut [0_usize; {rows}], &[[0.0; 3]], 1.0, {seed})?;")?;
    writeln!(out, "    let mut points = drawn.map(|[x1, x2, _]| [x1, x2]);")?;
    writeln!(out, "    let mut targets = drawn.map(|[x1, x2, noise]| [{exact} + {noise:?} * noise]);")
}

/// The function of multi_gauss.
fn hills(out: &mut String) -> fmt::Result {
    writeln!(out, "\n/// Six hills and valleys.\nfn height(x1: f32, x2: f32) -> f32 {{\n    let mut height = 0.0;")?;
    writeln!(out, "    for [a, b, sign] in {HILLS:?} {{\n        let (dx, dy): (f32, f32) = (x1 - a, x2 - b);")?;
    writeln!(out, "        height += sign * Scalar::exp(-2.0 * (dx * dx + dy * dy));\n    }}\n    height\n}}")
}

/// The settings. What `Debug` writes of them is Rust.
fn settings(out: &mut String, run: &Run) -> fmt::Result {
    let library = &run.learner.settings;
    let bareprop::Schedule { warm_up, decay } = library.schedule;
    writeln!(out, "    let settings = Settings {{")?;
    writeln!(out, "        schedule: Schedule {{ warm_up: {warm_up}, decay: Decay::{decay:?} }},")?;
    writeln!(out, "        l2: {:?},\n        clip: Clip::{:?},", library.l2, library.clip)?;
    writeln!(out, "        batch_size: {},\n        seed: {},", library.batch_size, library.seed)?;
    writeln!(out, "        ..Settings::new({}, {})\n    }};", loss(&library.loss), optimizer(&library.optimizer))
}

fn loss(goal: &Goal) -> String {
    match goal {
        Goal::Binary(_) => "BinaryCrossEntropy::new()".into(),
        Goal::Squared(_) => "MeanSquaredError".into(),
        Goal::Huber(huber) => format!("{huber:?}"),
    }
}

fn optimizer(chosen: &Chosen) -> String {
    match chosen {
        Chosen::Sgd(optimizer) => format!("{optimizer:?}"),
        Chosen::Momentum(optimizer) => format!("{optimizer:?}"),
        Chosen::Adam(optimizer) => format!("{optimizer:?}"),
        Chosen::AdamW(optimizer) => format!("{optimizer:?}"),
        Chosen::AmsGrad(optimizer) => format!("{optimizer:?}"),
        Chosen::RmsProp(optimizer) => format!("{optimizer:?}"),
        Chosen::AdaGrad(optimizer) => format!("{optimizer:?}"),
    }
}

/// The trainer before the first step.
fn start(out: &mut String, run: &Run) -> fmt::Result {
    let seed = run.settings.seed;
    writeln!(out, "    let mut trainer = Trainer::<Net, {}>::ZERO;", run.learner.settings.optimizer.name())?;
    if let Some(bytes) = &run.events.file {
        let what = if file::is_model(bytes) { "trainer.network" } else { "trainer" };
        return writeln!(out, "    storage::load(&mut {what}, &mut &FILE[..]).expect(\"the file fits this network\");");
    }
    let mut place = 0;
    for layer in run.learner.layers() {
        if let Some(rate) = layer.form.dropout {
            writeln!(out, "    trainer.network.{}.rate = {rate:?};", place + 1)?;
            place += 1;
        }
        place += 1;
    }
    match run.settings.init() {
        None => writeln!(out, "    trainer.network.initialize_seeded({seed});")?,
        Some(init) => {
            writeln!(out, "    let mut generator = rand_core::SeedableRng::seed_from_u64({seed});")?;
            writeln!(out, "    let generator: &mut rand_xorshift::XorShiftRng = &mut generator;")?;
            writeln!(out, "    trainer.network.initialize(Some(Init::{init:?}), generator);")?;
        }
    }
    scale(out, run.settings.weight_scale)
}

/// The initial weights times a number. The biases are 0.
fn scale(out: &mut String, factor: f32) -> fmt::Result {
    if factor == 1.0 {
        return Ok(());
    }
    writeln!(out, "    for tensor in 0..Net::TENSORS {{")?;
    writeln!(out, "        trainer.network.tensor_mut(tensor).iter_mut().for_each(|weight| *weight *= {factor:?});")?;
    writeln!(out, "    }}")
}

/// Training, with the changes by hand where they happened.
fn training(out: &mut String, run: &Run, now: Counters) -> fmt::Result {
    let (mut from, batch) = (run.events.start, run.settings.batch_size as u32);
    for edit in &run.events.edits {
        train(out, from, edit.at, batch)?;
        writeln!(out, "    trainer.network.tensor_mut({})[{}] = {:?};", edit.tensor, edit.index, edit.value)?;
        from = edit.at;
    }
    train(out, from, now, batch)
}

fn train(out: &mut String, from: Counters, to: Counters, batch: u32) -> fmt::Result {
    let epochs = to.epochs.saturating_sub(from.epochs);
    if epochs > 0 {
        writeln!(out, "    let epochs = Settings {{ epochs: {epochs}, ..settings }};")?;
        writeln!(out, "    trainer.fit(&epochs, &training, None, None, |_, _| ())?;")?;
    }
    let rows = if epochs > 0 { to.rows } else { to.rows.saturating_sub(from.rows) };
    if rows > 0 {
        writeln!(out, "    trainer.part_of_epoch(&settings, &training, {})?;", rows.div_ceil(batch))?;
    }
    Ok(())
}
