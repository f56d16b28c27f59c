//! Handwritten digits again: two convolutions of 3×3 read them better than the dense network of `10_digits`, with a third
//! of its parameters.
//!
//!     cargo run --release --example 19_digits_convolution
//!     cargo run --release --example 19_digits_convolution -- --epochs 20 --seeds 1
//!     cargo run --release --example 19_digits_convolution -- --data my.csv     # 64 pixels and a class (0 to 9) in each line
//!
//! The last fifth of the rows is the test, and all others are trained on for a fixed number of epochs. Accuracy differs
//! from seed to seed, so that the example trains four networks and reports the mean.
//!
//! Data: as in `10_digits`.

mod common;

use std::path::{Path, PathBuf};

use bareprop::metrics::{ConfusionMatrix, argmax};
use bareprop::*;
use clap::Parser;
use common::digits::{NAMES, print_confusion, read};
use common::{Outcome, Progress, options, picture, print_table, progress, say};

/// A picture of 8×8 pixels with one channel.
type Picture = [[[f32; 1]; 8]; 8];
/// 8×8 pixels, 6×6 windows of 16 channels, 4×4 of 32 channels, the largest of each 2×2, ten digits.
type Net = (
    Conv2d<8, 6, 8, 6, 1, 16, 3, 3, 1, Relu>,
    Conv2d<6, 4, 6, 4, 16, 32, 3, 3, 1, Relu>,
    MaxPool2d<4, 2, 4, 2, 32, 2>,
    Flatten<[[[f32; 32]; 2]; 2], 128>,
    Dropout<128>,
    Dense<128, 10>,
);
type Rows<'a> = Samples<'a, Picture, usize>;
type Digits = Trainer<Net, Adam>;

/// Trains convolutions on handwritten digits, or on your own images of 8×8 pixels, and shows what they get wrong.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// A CSV file with 64 pixels, row by row, and a class from 0 to 9 in each line; its last fifth is kept for testing.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv"))]
    data: PathBuf,
    /// How often training passes through the data.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    epochs: u32,
    /// How many networks are trained, with the seeds 1, 2, 3 …
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "19_digits_convolution.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

/// A trained network, and what it says of the test rows.
struct Run {
    seed: u64,
    network: Net,
    losses: Vec<(f32, f32)>,
    predicted: Vec<usize>,
    accuracy: f64,
    broken: bool,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let (table, train_rows) = read(&arguments.data)?;
    let pictures: Vec<Picture> = table.inputs.iter().map(picture_of).collect();
    let (train, test) = (pictures.split_at(train_rows), table.classes.split_at(train_rows));
    let (train, test) = (Samples::new(train.0, test.0)?, Samples::new(train.1, test.1)?);

    let (rows, tested) = (train.rows(), test.rows());
    say!("convolutions 3×3 to 16 and 32: {} parameters, {rows} rows to train on, {tested} to test\n", Net::COUNT);
    let bar = progress(arguments.epochs * arguments.seeds as u32);
    let mut runs: Vec<Run> = vec![];
    for seed in 1..=arguments.seeds {
        let run = learn(seed, arguments.epochs, &bar, &train, &test)?;
        let broken = run.broken;
        runs.push(run);
        if broken {
            break;
        }
    }
    bar.finish();

    let mut matrix = ConfusionMatrix::<10>::new();
    runs.iter().try_for_each(|run| matrix.add_all(&run.predicted, test.targets()))?;
    draw(&arguments.picture, &runs, &matrix, &test)?;
    report(&runs, &matrix);
    Ok(())
}

/// The pixels as lines of one channel.
fn picture_of(pixels: &[f32; 64]) -> Picture {
    std::array::from_fn(|line| std::array::from_fn(|column| [pixels[8 * line + column]]))
}

/// Trains for all epochs, and tests once.
fn learn(seed: u64, epochs: u32, bar: &Progress, train: &Rows, test: &Rows) -> Result<Run, Error> {
    let mut trainer = Boxed::<Digits>::zero();
    trainer.network.initialize_seeded(seed);
    trainer.network.4.rate = 0.3;
    let settings = Settings { epochs, seed, ..Settings::new(SoftmaxCrossEntropy::default(), Adam::default()) };
    let (name, mut losses) = (format!("seed {seed}"), vec![]);
    let fit = trainer.fit(&settings, train, None, None, |epoch, _| {
        losses.push((epoch.epoch as f32, epoch.loss));
        bar.show_run(&name, epoch)
    })?;
    let mut predicted = vec![0; test.rows()];
    trainer.classify(test.inputs(), &mut predicted)?;
    let right = predicted.iter().zip(test.targets()).filter(|(predicted, class)| predicted == class).count();
    let accuracy = right as f64 / test.rows() as f64;
    Ok(Run { seed, network: trainer.network.clone(), losses, predicted, accuracy, broken: fit.end == FitEnd::Broken })
}

/// The accuracy of each network, the confusion of all, the mean.
fn report(runs: &[Run], matrix: &ConfusionMatrix<10>) {
    print_confusion(matrix);
    print_table(
        &["seed", "last loss", "accuracy", "bits"],
        runs.iter().map(|run| {
            let loss = run.losses.last().map_or(f32::NAN, |&(_, loss)| loss);
            let bits = format!("{:08x}", run.network.bits());
            vec![run.seed.to_string(), format!("{loss:.4}"), format!("{:.4}", run.accuracy), bits]
        }),
    );
    let accuracies = || runs.iter().map(|run| run.accuracy);
    let (least, most) = (accuracies().fold(1.0, f64::min), accuracies().fold(0.0, f64::max));
    say!("test accuracy from {least:.4} to {most:.4}");
    say!("mean test accuracy {:.4} of {} networks", accuracies().sum::<f64>() / runs.len() as f64, runs.len());
}

/// A test row that is misread, as what most often, and by how many of the networks.
struct Misread {
    row: usize,
    times: usize,
    as_digit: usize,
}

/// The rows that some network misreads, those first that most networks misread as the same digit.
fn misread(runs: &[Run], classes: &[usize]) -> Vec<Misread> {
    let mut rows: Vec<Misread> = vec![];
    for (row, &class) in classes.iter().enumerate() {
        let mut counts = [0.0; 10];
        runs.iter()
            .map(|run| run.predicted[row])
            .filter(|&digit| digit != class)
            .for_each(|digit| counts[digit] += 1.0);
        let as_digit = argmax(&counts);
        if counts[as_digit] > 0.0 {
            rows.push(Misread { row, times: counts[as_digit] as usize, as_digit });
        }
    }
    rows.sort_by_key(|misread| std::cmp::Reverse(misread.times));
    rows
}

/// The losses, the confusion matrix, the kernels of the first convolution, and the digits that most networks misread.
fn draw(path: &Path, runs: &[Run], matrix: &ConfusionMatrix<10>, test: &Rows) -> Outcome {
    let area = picture::canvas(path, (1300, 900))?;
    let (above, below) = area.split_vertically(590);
    let (left, right) = above.split_horizontally(650);
    let curves: Vec<_> = runs.iter().take(4).map(|run| (format!("seed {}", run.seed), run.losses.clone())).collect();
    picture::curves(&left, ("training loss, with dropout", "epoch", "mean cross-entropy"), &curves, true)?;
    picture::confusion(&right, "test rows of all networks", &matrix.counts, NAMES)?;
    let (kernels, digits) = below.split_vertically(110);
    draw_kernels(&kernels, &runs[0].network)?;
    let misread = misread(runs, test.targets());
    for (misread, area) in misread.iter().zip(digits.margin(0, 0, 20, 20).split_evenly((1, 8))) {
        let Some((pixels, class, _)) = test.get(misread.row) else { continue };
        let said = format!("{} of {} read {}", misread.times, runs.len(), misread.as_digit);
        picture::image(&area, [&format!("actual {class}"), &said], pixels.as_flattened().as_flattened(), 8)?;
    }
    Ok(picture::save(&area, path)?)
}

/// The 16 kernels of the first convolution, each between its own extremes: blue is negative, red is positive.
fn draw_kernels(area: &picture::Area, network: &Net) -> Outcome {
    let area = area.margin(0, 0, 20, 20);
    let areas = area.split_evenly((1, 16));
    for (kernel, area) in areas.iter().enumerate() {
        let weights = network.0.weights.as_flattened().iter().map(|[weights]| weights[kernel]);
        picture::signed(area, &format!("kernel {kernel}"), &weights.collect::<Vec<_>>(), 3)?;
    }
    Ok(())
}
