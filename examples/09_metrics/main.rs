//! Every figure in `metrics`, on a classifier of rare positives, on three classes, and on a regression; and the areas of the
//! curves, exact against the approximation with 100 thresholds.
//!
//!     cargo run --release --example 09_metrics
//!     cargo run --release --example 09_metrics -- --threshold 0.2
//!     cargo run --release --example 09_metrics -- --data scores.csv     # a score and a label in each line

#[path = "../common/mod.rs"]
mod common;
mod two_classes;

use std::ops::ControlFlow;
use std::path::PathBuf;

use bareprop::metrics::{self, Average, ConfusionMatrix, argmax};
use bareprop::*;
use clap::Parser;
use common::table::Table;
use common::{Outcome, named_classes, options, picture, print_table, read_table, say};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// Evaluates a trained classifier, or your own scores, with everything that `metrics` has.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// A CSV file with a score and a label in each line: evaluated in place of the classifier. The two labels may be any;
    /// the later in their order is the positive one.
    #[arg(long)]
    data: Option<PathBuf>,
    /// From which score on a row is called positive.
    #[arg(long, default_value_t = 0.5, value_parser = options::finite)]
    threshold: f32,
    /// The seed of data, weights and shuffles.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "09_metrics.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    if let Some(path) = &arguments.data {
        let Table { inputs: scores, classes, names } = read_table::<1>(path, 2)?;
        let labels: Vec<bool> = classes.iter().map(|&class| class == 1).collect();
        let area = picture::canvas(&arguments.picture, (1200, 560))?;
        two_classes::draw(&area, scores.as_flattened(), &labels)?;
        picture::save(&area, &arguments.picture)?;
        say!("{} rows{}\n", labels.len(), named_classes(&names));
        return two_classes::report(scores.as_flattened(), &labels, arguments.threshold);
    }
    let (scores, labels) = rare_positives(arguments.seed)?;
    let matrix = three_classes(arguments.seed)?;
    let area = picture::canvas(&arguments.picture, (1700, 560))?;
    let (left, right) = area.split_horizontally(1150);
    two_classes::draw(&left, &scores, &labels)?;
    picture::confusion(&right, "three classes: test rows", &matrix.counts, ["0", "1", "2"])?;
    picture::save(&area, &arguments.picture)?;
    say!("1. Two classes, one of them rare\n");
    two_classes::report(&scores, &labels, arguments.threshold)?;
    say!("2. Three classes, 600 : 200 : 40\n");
    classes_report(&matrix)?;
    say!("3. A number: y = sin 3x with noise\n");
    regression(arguments.seed)
}

/// Two overlapping moons; of the second, only each 19th row is kept. Returns the test rows' probabilities and labels.
fn rare_positives(seed: u64) -> Result<(Vec<f32>, Vec<bool>), Error> {
    let (mut inputs, mut targets) = (vec![[0.0; 2]; 8000], vec![[0.0; 1]; 8000]);
    datasets::moons(&mut inputs, &mut targets, 0.35, seed)?;
    let mut positives = 0;
    let (inputs, targets): (Vec<[f32; 2]>, Vec<[f32; 1]>) = inputs
        .into_iter()
        .zip(targets)
        .filter(|(_, target)| {
            positives += usize::from(target[0] == 1.0);
            target[0] == 0.0 || positives % 19 == 0
        })
        .unzip();
    let half = inputs.len() / 2;
    let mut trainer = Box::new(Trainer::<(Dense<2, 16, Tanh>, Dense<16, 1>), Adam>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
    let adam = Adam { learning_rate: 0.01, ..Adam::default() };
    let settings = Settings { epochs: 40, seed, ..Settings::new(BinaryCrossEntropy::default(), adam) };
    let train = Samples::new(&inputs[..half], &targets[..half])?;
    trainer.fit(&settings, &train, None, None, |_, _| ControlFlow::Continue(()))?;
    let mut probabilities = vec![[0.0]; inputs.len() - half];
    trainer.predict(&settings.loss, &inputs[half..], &mut probabilities)?;
    Ok((probabilities.concat(), targets[half..].iter().map(|&[target]| target == 1.0).collect()))
}

/// Three clouds of different size; macro figures see that the smallest is met worst.
fn three_classes(seed: u64) -> Result<ConfusionMatrix<3>, Error> {
    let (mut inputs, mut classes) = three_clouds(seed, [600, 200, 40])?;
    let test_rows = inputs.len() / 2;
    let split = split::stratified_split::<3, _, _>(&mut inputs, &mut classes, test_rows, seed, |&class| class)?;
    let mut trainer = Box::new(Trainer::<(Dense<2, 16, Relu>, Dense<16, 3>), Adam>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
    let adam = Adam { learning_rate: 0.01, ..Adam::default() };
    let settings = Settings { seed, ..Settings::new(SoftmaxCrossEntropy::default(), adam) };
    let train = split.train.samples()?;
    trainer.fit(&settings, &train, None, None, |_, _| ControlFlow::Continue(()))?;
    let mut logits = vec![[0.0; 3]; test_rows];
    trainer.logits(split.test.inputs, &mut logits)?;
    let predicted: Vec<usize> = logits.iter().map(|logits| argmax(logits)).collect();
    let mut matrix = ConfusionMatrix::<3>::new();
    matrix.add_all(&predicted, split.test.targets)?;
    Ok(matrix)
}

/// Overlapping clouds with this many rows each.
fn three_clouds(seed: u64, mut wanted: [usize; 3]) -> Result<(Vec<[f32; 2]>, Vec<usize>), Error> {
    let rows = 3 * wanted[0];
    let (mut inputs, mut classes) = (vec![[0.0; 2]; rows], vec![0_usize; rows]);
    datasets::blobs(&mut inputs, &mut classes, &[[0.0, 0.0], [2.0, 0.0], [1.0, 1.8]], 0.8, seed)?;
    let take = |&(_, class): &([f32; 2], usize)| {
        let take = wanted[class] > 0;
        wanted[class] -= usize::from(take);
        take
    };
    Ok(inputs.into_iter().zip(classes).filter(take).unzip())
}

/// Each class against the others, then the three averages.
fn classes_report<const K: usize>(matrix: &ConfusionMatrix<K>) -> Outcome {
    let mut rows = vec![];
    for class in 0..K {
        let one = matrix.class(class)?;
        let rows_of_class: u64 = matrix.counts[class].iter().sum();
        rows.push((format!("class {class}"), rows_of_class, [one.precision(), one.recall(), one.f1()]));
    }
    for (name, average) in [("macro", Average::Macro), ("micro", Average::Micro), ("weighted", Average::Weighted)] {
        let figures = [matrix.precision(average), matrix.recall(average), matrix.f1(average)];
        rows.push((name.to_string(), matrix.total(), figures));
    }
    let rows = rows.into_iter().map(|(name, rows, figures)| {
        [name, rows.to_string()].into_iter().chain(figures.map(|figure| format!("{figure:.4}"))).collect()
    });
    print_table(&["", "rows", "precision", "recall", "F1"], rows);
    say!("   accuracy               {:.4}", matrix.accuracy());
    say!("   balanced accuracy      {:.4}", matrix.balanced_accuracy());
    say!("   Cohen's kappa          {:.4}", matrix.cohen_kappa());
    say!("   Matthews correlation   {:.4}\n", matrix.matthews_correlation());
    Ok(())
}

/// Learns a sine from noisy rows, and compares its errors with those of the mean.
fn regression(seed: u64) -> Outcome {
    let (mut inputs, mut targets) = noisy_sine(seed)?;
    let split = split::train_test_split(&mut inputs, &mut targets, 100, seed)?;
    let mut trainer = Box::new(Trainer::<(Dense<1, 32, Tanh>, Dense<32, 1>), Adam>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
    let adam = Adam { learning_rate: 0.01, ..Adam::default() };
    let settings = Settings { seed, epochs: 200, ..Settings::new(MeanSquaredError, adam) };
    let train = split.train.samples()?;
    trainer.fit(&settings, &train, None, None, |_, _| ControlFlow::Continue(()))?;
    let mut predicted = vec![[0.0]; 100];
    trainer.predict(&settings.loss, split.test.inputs, &mut predicted)?;
    let mean = train.targets().iter().map(|target| target[0]).sum::<f32>() / train.rows() as f32;
    errors(predicted.as_flattened(), &[mean; 100], split.test.targets.as_flattened())?;
    say!("   The noise alone has a variance of 0.01: no model has a smaller MSE on average.\n");
    Ok(())
}

type Column = Vec<[f32; 1]>;

/// 400 rows of y = sin 3x with x from -1 to 1, and normal noise of standard deviation 0.1.
fn noisy_sine(seed: u64) -> Result<(Column, Column), Error> {
    let inputs: Column = (0..400).map(|row| [row as f32 / 200.0 - 1.0]).collect();
    // A single cloud around 0 is the noise.
    let (mut targets, mut cloud) = (vec![[0.0]; 400], [0_usize; 400]);
    datasets::blobs(&mut targets, &mut cloud, &[[0.0]], 0.1, seed)?;
    for (target, input) in targets.iter_mut().zip(&inputs) {
        target[0] += Scalar::sin(3.0 * input[0]);
    }
    Ok((inputs, targets))
}

/// The errors of predictions, beside those of a constant.
fn errors(predicted: &[f32], mean: &[f32], targets: &[f32]) -> Outcome {
    let row = |name: &str, here: f64, base: f64| vec![name.to_string(), format!("{here:.4}"), format!("{base:.4}")];
    print_table(
        &["100 test rows", "1-32-1", "always the mean"],
        [
            row("MSE", metrics::mse(predicted, targets)?, metrics::mse(mean, targets)?),
            row("MAE", metrics::mae(predicted, targets)?, metrics::mae(mean, targets)?),
            row("R²", metrics::r2(predicted, targets)?, metrics::r2(mean, targets)?),
        ],
    );
    Ok(())
}
