//! Handwritten digits: a network of 64-128-64-10 learns to read images of 8×8 pixels.
//!
//!     cargo run --release --example 10_digits
//!     cargo run --release --example 10_digits -- --epochs 20 --seed 7
//!     cargo run --release --example 10_digits -- --data my.csv     # 64 pixels and a class (0 to 9) in each line
//!
//! Data: E. Alpaydin, C. Kaynak (1998), "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, CC BY
//! 4.0; the 1797 rows that scikit-learn ships. The last fifth (360 rows) is the test.

mod common;

use std::path::{Path, PathBuf};

use bareprop::metrics::{Average, ConfusionMatrix, argmax};
use bareprop::*;
use clap::Parser;
use common::digits::{NAMES, print_confusion, read};
use common::{Outcome, options, picture, print_table, progress, say, table::Table};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<64, 128, Relu>, Dropout<128>, Dense<128, 64, Relu>, Dropout<64>, Dense<64, 10>);
type Rows<'a> = Samples<'a, [f32; 64], usize>;
type Digits = Trainer<Net, Adam>;

/// Trains 64-128-64-10 on handwritten digits, or on your own images of 8×8 pixels, and shows what it gets wrong.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// A CSV file with 64 pixels, row by row, and a class from 0 to 9 in each line; its last fifth is kept for testing.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv"))]
    data: PathBuf,
    /// How often training passes through the data, at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    epochs: u32,
    /// How many epochs without a better validation loss are borne.
    #[arg(long, default_value_t = 30)]
    patience: u32,
    /// The seed of split, weights, shuffles and dropout.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "10_digits.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

/// A test row that was taken for something else.
struct Mistake {
    row: usize,
    predicted: usize,
    probability: f32,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let (Table { mut inputs, mut classes, .. }, train_rows) = read(&arguments.data)?;
    let (train_inputs, test_inputs) = inputs.split_at_mut(train_rows);
    let (train_classes, test_classes) = classes.split_at_mut(train_rows);
    let test = Samples::new(test_inputs, test_classes)?;
    // A tenth of the training rows says when to stop; the test rows have no say.
    let split = split::train_test_split(train_inputs, train_classes, train_rows.div_ceil(10), arguments.seed)?;
    let train = split.train.samples()?;
    let validation = split.test.samples()?;

    let (rows, validated, tested) = (train.rows(), validation.rows(), test.rows());
    say!("64-128-64-10: {rows} rows to train on, {validated} to validate, {tested} to test\n");
    let (mut trainer, fit, epochs) = learn(&arguments, &train, &validation)?;
    let (probabilities, matrix) = judge(&mut trainer, &test)?;
    draw(&arguments.picture, &epochs, &matrix, &test, &mistakes(&probabilities, test.targets()))?;
    let Fit { epochs, best_epoch, best_loss, .. } = fit;
    say!("{epochs} epochs; the parameters of epoch {best_epoch} are kept, validation loss {best_loss:.4}\n");
    report(&matrix)?;
    say!("test accuracy {:.4}", matrix.accuracy());
    say!("parameters {}, bits {:08x}", Net::COUNT, trainer.network.bits());
    Ok(())
}

/// The probabilities that the network gives the test rows, and how often each class was taken for each.
fn judge(trainer: &mut Digits, test: &Rows) -> Result<(Vec<[f32; 10]>, ConfusionMatrix<10>), Error> {
    let mut probabilities = vec![[0.0; 10]; test.rows()];
    trainer.predict(&SoftmaxCrossEntropy::default(), test.inputs(), &mut probabilities)?;
    let predicted: Vec<usize> = probabilities.iter().map(|row| argmax(row)).collect();
    let mut matrix = ConfusionMatrix::<10>::new();
    matrix.add_all(&predicted, test.targets())?;
    Ok((probabilities, matrix))
}

/// Trains until the validation loss gets no better, and puts the best parameters back.
fn learn(arguments: &Arguments, train: &Rows, validation: &Rows) -> Result<(Boxed<Digits>, Fit, Vec<Epoch>), Error> {
    let (mut trainer, mut best) = (Boxed::<Digits>::zero(), Boxed::<Net>::zero());
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(arguments.seed));
    trainer.network.1.rate = 0.2;
    trainer.network.3.rate = 0.2;
    let settings = Settings {
        l2: 0.001,
        epochs: arguments.epochs,
        seed: arguments.seed,
        ..Settings::new(SoftmaxCrossEntropy::default(), Adam::default())
    };
    let stopping = EarlyStopping { patience: arguments.patience, min_delta: 0.0, best: Some(&mut *best) };
    let bar = progress(arguments.epochs);
    let mut epochs = vec![];
    let fit = trainer.fit(&settings, train, Some(validation), Some(stopping), |epoch, _| {
        epochs.push(*epoch);
        bar.show(epoch)
    })?;
    bar.finish();
    Ok((trainer, fit, epochs))
}

/// The confusion matrix, each class, and the averages.
fn report(matrix: &ConfusionMatrix<10>) -> Outcome {
    print_confusion(matrix);
    let mut rows = vec![];
    let line = |name: &str, rows: u64, figures: [f64; 3]| -> Vec<String> {
        let figures = figures.map(|figure| format!("{figure:.4}"));
        [name.to_string(), rows.to_string()].into_iter().chain(figures).collect()
    };
    for (class, name) in NAMES.iter().enumerate() {
        let one = matrix.class(class)?;
        rows.push(line(name, matrix.counts[class].iter().sum(), [one.precision(), one.recall(), one.f1()]));
    }
    for (name, average) in [("macro", Average::Macro), ("micro", Average::Micro), ("weighted", Average::Weighted)] {
        let figures = [matrix.precision(average), matrix.recall(average), matrix.f1(average)];
        rows.push(line(name, matrix.total(), figures));
    }
    print_table(&["class", "rows", "precision", "recall", "F1"], rows);
    say!("balanced accuracy      {:.4}", matrix.balanced_accuracy());
    say!("Cohen's kappa          {:.4}", matrix.cohen_kappa());
    say!("Matthews correlation   {:.4}\n", matrix.matthews_correlation());
    Ok(())
}

/// The rows that were taken for something else, the surest mistakes first.
fn mistakes(probabilities: &[[f32; 10]], classes: &[usize]) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = probabilities
        .iter()
        .zip(classes)
        .enumerate()
        .map(|(row, (probabilities, &class))| (row, probabilities, argmax(probabilities), class))
        .filter(|(_, _, predicted, class)| predicted != class)
        .map(|(row, probabilities, predicted, _)| Mistake { row, predicted, probability: probabilities[predicted] })
        .collect();
    mistakes.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    mistakes
}

/// The losses, the confusion matrix, and the most confidently wrong digits.
fn draw(path: &Path, epochs: &[Epoch], matrix: &ConfusionMatrix<10>, test: &Rows, mistakes: &[Mistake]) -> Outcome {
    let area = picture::canvas(path, (1300, 790))?;
    let (above, below) = area.split_vertically(590);
    let (left, right) = above.split_horizontally(650);
    let curve = |value: fn(&Epoch) -> f32| epochs.iter().map(|epoch| (epoch.epoch as f32, value(epoch))).collect();
    let curves = [
        ("training (with dropout)".to_string(), curve(|epoch| epoch.loss)),
        ("validation".to_string(), curve(Epoch::watched)),
    ];
    picture::curves(&left, ("loss", "epoch", "mean cross-entropy"), &curves, true)?;
    picture::confusion(&right, "test rows: actual and predicted digit", &matrix.counts, NAMES)?;
    let rows = mistakes.iter().zip(below.margin(0, 0, 20, 20).split_evenly((1, 8)));
    for (&Mistake { row, predicted, probability }, area) in rows {
        let Some((pixels, class, _)) = test.get(row) else { continue };
        let sure = format!("predicted {predicted} ({:.1} %)", 100.0 * probability);
        picture::image(&area, [&format!("actual {class}"), &sure], pixels, 8)?;
    }
    Ok(picture::save(&area, path)?)
}
