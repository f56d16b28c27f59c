//! What the wearer of a watch is doing, from its sensors as they come: windows of two seconds, 20 measurements of six
//! axes. A convolution or a gated recurrent unit learns to tell four activities apart.
//!
//!     cargo run --release --example 18_motions_raw
//!     cargo run --release --example 18_motions_raw -- --network gru --seeds 10
//!     cargo run --release --example 18_motions_raw -- --train mine.csv --test later.csv
//!
//! A file has a header and a line for each measurement: recording, activity, six axes. The lines of a recording follow
//! one another. The chip program `motions_raw` in examples/firmware trains the same networks sample by sample, to the
//! same bits.
//!
//! Data: the UEA archive's BasicMotions, in the copy that the aeon toolkit ships (BSD-3-Clause); 40 recordings to train
//! on and 40 to test, of ten seconds each.

#[path = "../common/mod.rs"]
mod common;
mod drawing;
mod recordings;
mod windows;

use std::path::PathBuf;

use bareprop::metrics::{ConfusionMatrix, argmax};
use bareprop::*;
use clap::{Parser, ValueEnum};
use common::{Failure, Outcome, options, print_table, progress, say};
use recordings::Recording;
use windows::{ACTIVITIES, Convolution, Network, Recurrent, Window, settings};

/// Learns from a watch's sensors what its wearer is doing, and shows what it takes each window for.
#[derive(Parser)]
struct Arguments {
    /// A CSV file of recordings to train on, each of one activity: recording,activity, and six axes.
    #[arg(long, value_name = "FILE.csv", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/firmware/data/motions_train.csv"))]
    train: PathBuf,
    /// A file of the same columns with the recordings to test.
    #[arg(long, value_name = "FILE.csv", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/firmware/data/motions_test.csv"))]
    test: PathBuf,
    /// Which network learns.
    #[arg(long, value_enum, default_value_t = Kind::Convolution)]
    network: Kind,
    /// How often training passes through the windows.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    epochs: u32,
    /// How many networks are trained, with the seeds 1, 2, …; the picture shows the first.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "18_motions_raw.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Two convolutions over time, 888 parameters.
    Convolution,
    /// A gated recurrent unit with 16 units, 1220 parameters.
    Gru,
}

/// The recordings, and their windows.
struct Task {
    names: Vec<String>,
    test_recordings: Vec<Recording>,
    train: (Vec<Window>, Vec<usize>),
    test: (Vec<Window>, Vec<usize>),
}

/// What came of one training.
struct Run {
    epochs: Vec<Epoch>,
    probabilities: Vec<[f32; ACTIVITIES]>,
    matrix: ConfusionMatrix<ACTIVITIES>,
    /// The test recordings that are recognised by most of their windows.
    recordings: usize,
    bits: u32,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    match arguments.network {
        Kind::Convolution => job::<Convolution>(&arguments),
        Kind::Gru => job::<Recurrent>(&arguments),
    }
}

fn job<N: Network>(arguments: &Arguments) -> Outcome {
    let task = read(arguments)?;
    let (rows, tested) = (task.train.0.len(), task.test.0.len());
    say!("{rows} windows to train on, {tested} to test; activities: {}\n", task.names.join(", "));
    let runs = learn::<N>(arguments, &task)?;
    let first = runs.first().ok_or("nothing was trained")?;
    drawing::draw(&arguments.picture, &task, first)?;
    report(&task, &runs);
    say!("parameters {}, bits of seed 1 {:08x}", N::COUNT, first.bits);
    Ok(())
}

/// Reads both files. All axes are scaled by the training recordings.
fn read(arguments: &Arguments) -> Result<Task, Failure> {
    let mut names = vec![];
    let train = recordings::read(&arguments.train, &mut names, true)?;
    if names.len() < 2 {
        return Err(format!("{}: all recordings are of one activity", arguments.train.display()).into());
    }
    let test_recordings = recordings::read(&arguments.test, &mut names, false)?;
    let scaler = recordings::scaler(&train)?;
    let test = recordings::rows(&test_recordings, &scaler)?;
    Ok(Task { names, train: recordings::rows(&train, &scaler)?, test, test_recordings })
}

/// Trains a network for each seed.
fn learn<N: Network>(arguments: &Arguments, task: &Task) -> Result<Vec<Run>, Error> {
    let (train, test) = (Samples::new(&task.train.0, &task.train.1)?, Samples::new(&task.test.0, &task.test.1)?);
    let bar = progress(arguments.epochs.saturating_mul(arguments.seeds as u32));
    let mut runs = vec![];
    for seed in 1..=arguments.seeds {
        let mut trainer = Boxed::<Trainer<N, Adam>>::zero();
        trainer.network.initialize_seeded(seed);
        let (mut epochs, name) = (vec![], format!("seed {seed}"));
        // The test rows are for the curve alone: they choose nothing.
        let fit = trainer.fit(&settings(arguments.epochs, seed), &train, Some(&test), None, |epoch, _| {
            epochs.push(*epoch);
            bar.show_run(&name, epoch)
        })?;
        let mut probabilities = vec![[0.0; ACTIVITIES]; test.rows()];
        trainer.predict(&SoftmaxCrossEntropy::new(), test.inputs(), &mut probabilities)?;
        let predicted: Vec<usize> = probabilities.iter().map(|row| argmax(row)).collect();
        let matrix = ConfusionMatrix::from_classes(&predicted, test.targets())?;
        let recordings = by_majority(&task.test_recordings, &predicted);
        runs.push(Run { epochs, probabilities, matrix, recordings, bits: trainer.network.bits() });
        if fit.epochs < arguments.epochs {
            break; // Ctrl-C
        }
    }
    bar.finish();
    Ok(runs)
}

/// How many recordings are recognised by more of their windows than are taken for any other activity.
fn by_majority(recordings: &[Recording], mut predicted: &[usize]) -> usize {
    let mut recognised = 0;
    for recording in recordings {
        let (windows, rest) = predicted.split_at(windows::windows(recording.axes.len()));
        let votes: [usize; ACTIVITIES] = std::array::from_fn(|class| windows.iter().filter(|&&c| c == class).count());
        let others = (0..ACTIVITIES).filter(|&class| class != recording.activity);
        recognised += usize::from(others.into_iter().all(|class| votes[class] < votes[recording.activity]));
        predicted = rest;
    }
    recognised
}

/// A line for each seed, then mean and spread.
fn report(task: &Task, runs: &[Run]) {
    let all = task.test_recordings.len();
    let line = |(seed, run): (usize, &Run)| {
        let recordings = format!("{} of {all}", run.recordings);
        let windows = format!("{:.4}", run.matrix.accuracy());
        let loss = run.epochs.last().map_or(String::new(), |epoch| format!("{:.4}", epoch.loss));
        vec![seed.to_string(), loss, windows, recordings]
    };
    print_table(&["seed", "training loss", "test windows", "test recordings"], (1..).zip(runs).map(line));
    let accuracies = || runs.iter().map(|run| run.matrix.accuracy());
    let mean = accuracies().sum::<f64>() / runs.len() as f64;
    let variance = accuracies().map(|accuracy| (accuracy - mean) * (accuracy - mean)).sum::<f64>() / runs.len() as f64;
    let (low, high) = accuracies().fold((1.0_f64, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)));
    say!("over seeds: from {low:.4} to {high:.4}, standard deviation {:.4}", Scalar::sqrt(variance));
    say!("recordings {} of {all}, at the worst seed", runs.iter().map(|run| run.recordings).min().unwrap_or(0));
    say!("test accuracy {mean:.4}");
}
