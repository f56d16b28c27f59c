//! The guide's main job: a network of 2-64-32-1 learns to tell two moons apart.
//!
//!     cargo run --release --example moons
//!     cargo run --release --example moons -- --data my.csv     # x0, x1, class (0 or 1) in each line

mod common;

use std::ops::ControlFlow;
use std::path::PathBuf;

use bareprop::metrics::{self, Confusion, Ranking};
use bareprop::*;
use clap::Parser;
use common::{Outcome, picture, progress, table};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);

/// Trains 2-64-32-1 on two moons, or on your own table, and draws what it has learned.
#[derive(Parser)]
struct Arguments {
    /// A CSV file with two features and a class, 0 or 1, in each line; a fifth of its rows is kept for testing.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How often training passes through the data.
    #[arg(long, default_value_t = 200)]
    epochs: u32,
    /// The seed of data, weights, shuffles and dropout.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "moons.png")]
    picture: PathBuf,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let (mut inputs, classes) = match &arguments.data {
        Some(path) => table::read::<2>(path, 2)?,
        None => {
            let (mut inputs, mut classes) = (vec![[0.0; 2]; 1000], vec![0; 1000]);
            datasets::moons(&mut inputs, &mut classes, 0.2, arguments.seed)?;
            (inputs, classes)
        }
    };
    let mut targets: Vec<[f32; 1]> = classes.iter().map(|&class| [class as f32]).collect();
    let test_rows = inputs.len() / 5;
    let split = split::train_test_split(&mut inputs, &mut targets, test_rows, arguments.seed)?;
    let mut scaler = StandardScaler::<2>::ZERO;
    if arguments.data.is_some() {
        // Moons have the right size already; a user's columns may have any.
        scaler.fit(split.train_inputs)?;
        for row in split.train_inputs.iter_mut().chain(&mut *split.test_inputs) {
            scaler.transform(row)?;
        }
    }
    let train = Samples::new(split.train_inputs, split.train_targets)?;
    let test = Samples::new(split.test_inputs, split.test_targets)?;

    let mut trainer = Box::new(Trainer::<Net, Adam>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(arguments.seed));
    trainer.network.1.set_rate(0.1)?;
    trainer.network.3.set_rate(0.1)?;
    let settings = Settings {
        l2: 0.001,
        epochs: arguments.epochs,
        seed: arguments.seed,
        ..Settings::new(BinaryCrossEntropy::default(), Adam::default())
    };

    println!("2-64-32-1, {} rows to train on, {} to test\n", train.rows(), test.rows());
    let bar = progress(arguments.epochs);
    let mut history = History::<Epoch, 1000>::ZERO;
    trainer.fit(&settings, &train, Some(&test), None, |epoch, _| {
        history.push(*epoch);
        let test_loss = epoch.validation_loss.unwrap_or_default();
        bar.set_message(format!("loss {:.4}, test {test_loss:.4}", epoch.loss));
        bar.inc(1);
        ControlFlow::Continue(())
    })?;
    bar.finish();

    let accuracy = evaluate(&mut trainer, &settings.loss, &test)?;
    draw(&arguments.picture, &mut trainer, &settings.loss, &test, history.entries())?;
    println!("picture: {}\n", arguments.picture.display());
    println!("test accuracy {accuracy:.4}");
    println!("parameters {}, bits {:08x}", Net::COUNT, trainer.network.bits());
    Ok(())
}

/// Prints every figure, and returns the accuracy.
fn evaluate(
    trainer: &mut Trainer<Net, Adam>,
    loss: &BinaryCrossEntropy,
    test: &Samples<'_, [f32; 2], [f32; 1]>,
) -> Result<f64, Error> {
    let mut probabilities = vec![[0.0]; test.rows()];
    trainer.predict(loss, test.inputs(), &mut probabilities)?;
    let probabilities = probabilities.as_flattened();
    let labels: Vec<bool> = test.targets().iter().map(|&[target]| target > 0.5).collect();
    let confusion = Confusion::from_scores(probabilities, &labels, 0.5)?;
    let mut scratch = vec![0; labels.len()];
    let ranking = Ranking::new(probabilities, &labels, &mut scratch)?;
    println!();
    println!("               predicted 0   predicted 1");
    println!("    actual 0   {:11}   {:11}", confusion.true_negatives, confusion.false_positives);
    println!("    actual 1   {:11}   {:11}", confusion.false_negatives, confusion.true_positives);
    println!();
    for (name, value) in [
        ("precision", confusion.precision()),
        ("recall", confusion.recall()),
        ("F1", confusion.f1()),
        ("balanced accuracy", confusion.balanced_accuracy()),
        ("Matthews correlation", confusion.matthews_correlation()),
        ("ROC AUC", ranking.roc_auc().unwrap_or(f64::NAN)),
        ("average precision", ranking.average_precision()),
        ("log loss", metrics::log_loss(probabilities, &labels)?),
        ("Brier score", metrics::brier_score(probabilities, &labels)?),
    ] {
        println!("    {name:<22} {value:.4}");
    }
    println!();
    Ok(confusion.accuracy())
}

/// The decision boundary with the test rows, and the losses of the epochs.
fn draw(
    path: &std::path::Path,
    trainer: &mut Trainer<Net, Adam>,
    loss: &BinaryCrossEntropy,
    test: &Samples<'_, [f32; 2], [f32; 1]>,
    epochs: &[Epoch],
) -> Outcome {
    let area = picture::canvas(path, (1300, 560))?;
    let (left, right) = area.split_horizontally(640);
    let points: Vec<_> = test.inputs().iter().zip(test.targets()).map(|(&x, &[t])| (x, usize::from(t > 0.5))).collect();
    picture::boundary(&left, "probability of class 1, and the test rows", &points, |point| {
        let mut probability = [[0.0]];
        // A point of the picture is finite, which is all that can go wrong.
        let _ = trainer.predict(loss, &[point], &mut probability);
        probability[0][0]
    })?;
    let curve = |value: fn(&Epoch) -> f32| epochs.iter().map(|epoch| (epoch.epoch as f32, value(epoch))).collect();
    let curves = [
        ("training (with dropout)".to_string(), curve(|epoch| epoch.loss)),
        ("test".to_string(), curve(|epoch| epoch.validation_loss.unwrap_or(f32::NAN))),
    ];
    picture::curves(&right, ("loss", "epoch", "mean cross-entropy"), &curves, true)?;
    area.present()?;
    Ok(())
}
