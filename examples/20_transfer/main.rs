//! Transfer: a body that was trained with scikit-learn lies in flash, and its head learns how new people wear the sensor.
//!
//!     cargo run --release --example 20_transfer
//!     cargo run --release --example 20_transfer -- --data my.csv     # lines of: recording, activity, six axes
//!     cargo run --release --example 20_transfer -- --source examples/20_transfer/body.rs     # the body as Rust source
//!
//! `tools/motions_body.py` trained 12-32-16-4 on recordings of a smart watch. The new people's recordings are others of the
//! same set, on a sensor that is turned by 60° and reports 0.6 of each value. Two recordings of each activity are learned
//! from, and all others are the test. Which two is drawn twenty times. `examples/firmware/src/bin/transfer.rs` does the first
//! draw on a chip, to the same bits.
//!
//! Data: see `examples/firmware/data/README.md`.

#[path = "../common/mod.rs"]
mod common;

mod body;
mod job;
mod recordings;
mod window;

use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use bareprop::storage::safetensors::{self, Format};
use bareprop::*;
use body::{BODY, Body, HEAD, Head};
use clap::Parser;
use common::{Failure, Outcome, options, picture, print_table, say};
use job::{CLASSES, Counts, Device, EPOCHS, Net, Network, People, Wear, choose, hits};

/// The same network with the body in RAM, where it learns too.
type Whole = (Body, Head);

/// Fine-tunes the head of a pretrained network on recordings of new people, and compares that with other ways to train.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// A CSV file with a header and lines of a recording's name, an activity (standing, running, walking, badminton) and six
    /// axes, ten lines a second. Without it, the test recordings of the smart watch, turned and weakened.
    #[arg(long, value_name = "FILE.csv")]
    data: Option<PathBuf>,
    /// How often the recordings to learn from are drawn.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    draws: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "20_transfer.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
    /// The trained network, for `--source`.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/motions_body.safetensors"), value_name = "FILE")]
    model: PathBuf,
    /// Writes the trained network as Rust source, and ends.
    #[arg(long, value_name = "FILE.rs", value_parser = options::file)]
    source: Option<PathBuf>,
}

/// A way to train: its name, its cost, and what came of it.
struct Way {
    name: &'static str,
    learning: usize,
    ram: usize,
    /// For each draw, the accuracy before training and after each epoch.
    accuracies: Vec<Vec<f64>>,
    /// Over all draws, before and after training.
    before: Counts,
    after: Counts,
    /// The hash of the parameters that learned in the first draw.
    bits: u32,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    if let Some(path) = &arguments.source {
        return export(&arguments.model, path);
    }
    let (path, wear) = match &arguments.data {
        Some(path) => (path.clone(), Wear::TRAINED),
        None => (concat!(env!("CARGO_MANIFEST_DIR"), "/examples/firmware/data/motions_test.csv").into(), Wear::NEW),
    };
    let read = recordings::read(&path)?;
    let people = People { recordings: &read.axes, classes: &read.classes, wear };
    say!("a body of {} parameters in flash, {} recordings of new people\n", Body::COUNT, read.axes.len());

    let draws = arguments.draws;
    let ways = [
        try_way::<Net>("head, from the trained one", &people, draws, |net, _| net.1 = HEAD.clone())?,
        try_way::<Net>("head, from scratch", &people, draws, |net, seed| net.1.initialize_seeded(seed))?,
        try_way::<Whole>("all, from the trained ones", &people, draws, |net, _| *net = (BODY.clone(), HEAD.clone()))?,
        try_way::<Whole>("all, from scratch", &people, draws, |net, seed| net.initialize_seeded(seed))?,
    ];
    draw(&arguments.picture, &ways)?;
    report(&ways);
    Ok(())
}

/// Trains with these recordings in each draw. `start` sets the parameters.
fn try_way<N: Network>(
    name: &'static str,
    people: &People<Vec<[f32; 6]>>,
    draws: u64,
    start: impl Fn(&mut N, u64),
) -> Result<Way, Error> {
    let (learning, ram, none) = (N::COUNT, Online::<N>::BYTES, [[0; CLASSES]; CLASSES]);
    let mut way = Way { name, learning, ram, accuracies: vec![], before: none, after: none, bits: 0 };
    let mut learned = vec![false; people.classes.len()];
    for draw in 1..=draws {
        choose(people.classes, draw, &mut learned);
        let mut device = Device::<N>::ZERO;
        start(&mut device.online.network, draw);
        let mut counts = device.test(people, &learned)?;
        let mut accuracies = vec![accuracy(&counts)];
        add(&mut way.before, &counts);
        for epoch in 1..=EPOCHS {
            device.learn(people, &learned, (draw, epoch))?;
            counts = device.test(people, &learned)?;
            accuracies.push(accuracy(&counts));
        }
        add(&mut way.after, &counts);
        way.accuracies.push(accuracies);
        if draw == 1 {
            way.bits = device.online.network.bits();
        }
    }
    Ok(way)
}

fn accuracy(counts: &Counts) -> f64 {
    let (right, all) = hits(counts);
    right as f64 / all as f64
}

fn add(sum: &mut Counts, counts: &Counts) {
    sum.as_flattened_mut().iter_mut().zip(counts.as_flattened()).for_each(|(sum, count)| *sum += count);
}

impl Way {
    /// The mean over the draws after so many epochs.
    fn mean(&self, epoch: usize) -> f64 {
        self.accuracies.iter().map(|draw| draw[epoch]).sum::<f64>() / self.accuracies.len() as f64
    }

    /// The mean, the least and the largest after all epochs.
    fn spread(&self) -> [f64; 3] {
        let last = || self.accuracies.iter().map(|draw| draw[EPOCHS as usize]);
        [self.mean(EPOCHS as usize), last().fold(1.0, f64::min), last().fold(0.0, f64::max)]
    }
}

/// What each way costs and brings.
fn report(ways: &[Way]) {
    let rows = ways.iter().map(|way| {
        let figures =
            [way.mean(0), way.mean(2)].into_iter().chain(way.spread()).map(|accuracy| format!("{accuracy:.4}"));
        [way.name.to_string(), way.learning.to_string(), way.ram.to_string()].into_iter().chain(figures).collect()
    });
    print_table(
        &["what learns", "parameters", "RAM in bytes", "before", "2 epochs", "20 epochs", "least", "most"],
        rows,
    );
    let [tuned, scratch, ..] = ways else { return };
    say!("RAM for parameters of the frozen body: {} bytes", size_of::<Net>() - size_of::<Head>());
    say!("the first draw ends with bits {:08x}", tuned.bits);
    let (before, after, scratch) = (tuned.mean(0), tuned.spread()[0], scratch.spread()[0]);
    say!("mean accuracy before {before:.4} after {after:.4} head from scratch {scratch:.4}");
}

/// The accuracy over the epochs, and what is taken for what before and after.
fn draw(path: &Path, ways: &[Way]) -> Outcome {
    let area = picture::canvas(path, (1500, 490))?;
    let (left, right) = area.split_horizontally(560);
    let curves: Vec<_> = ways
        .iter()
        .map(|way| (way.name.to_string(), (0..=EPOCHS).map(|epoch| (epoch as f32, way.mean(epoch as usize) as f32))))
        .map(|(name, points)| (name, points.collect()))
        .collect();
    let labels = ("new people's other recordings", "epoch", "accuracy, mean of all draws");
    picture::curves_within(&left, labels, &curves, (0.0, 1.0), false)?;
    let (before, after) = right.split_horizontally(470);
    let names = ["still", "run", "walk", "play"];
    picture::confusion(&before, "before: windows of all draws", &ways[0].before, names)?;
    picture::confusion(&after, "after: the head has learned", &ways[0].after, names)?;
    Ok(picture::save(&area, path)?)
}

/// Reads the network from a file of safetensors and writes it as Rust source.
fn export(model: &Path, path: &Path) -> Outcome {
    let mut network = Whole::ZERO;
    let file = File::open(model).map_err(|error| format!("{}: {error}", model.display()))?;
    safetensors::read(&mut network, &Format::default(), &mut { file })
        .map_err(|error| format!("{}: {error}", model.display()))?;
    fs::write(path, source(&network)?).map_err(|error| format!("{}: {error}", path.display()))?;
    say!("{} parameters, bits {:08x}, in {}", Whole::COUNT, network.bits(), path.display());
    Ok(())
}

/// The source file.
fn source((body, head): &Whole) -> Result<String, Failure> {
    let mut text = String::new();
    writeln!(text, "//! Written by `cargo run --release --example 20_transfer -- --source`.\n")?;
    writeln!(text, "use bareprop::{{Dense, Matrix, Relu}};\n")?;
    writeln!(text, "/// 12-32-16: what stays in flash.\npub type Body = (Dense<12, 32, Relu>, Dense<32, 16, Relu>);")?;
    writeln!(text, "/// 16-4: what learns.\npub type Head = Dense<16, 4>;\n")?;
    write!(text, "/// {} parameters.\n#[rustfmt::skip]\npub static BODY: Body = ", Body::COUNT)?;
    body.write_source(&mut text)?;
    write!(text, ";\n\n/// {} parameters.\n#[rustfmt::skip]\npub static HEAD: Head = ", Head::COUNT)?;
    head.write_source(&mut text)?;
    text.push_str(";\n");
    Ok(text)
}
