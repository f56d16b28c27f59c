//! Overfitting: a wide network learns few noisy moons by heart; L2, dropout and early stopping each keep it from that.
//!
//! Data and settings were chosen so that all three show. With seeds 1 to 6 each of them lowers the gap and the loss
//! of the test rows; the test accuracy does not always rise.
//!
//!     cargo run --release --example 07_overfitting
//!     cargo run --release --example 07_overfitting -- --l2 3 --dropout 0.3 --patience 50
//!     cargo run --release --example 07_overfitting -- --rows 2000       # more data is the best cure

mod common;

use std::path::{Path, PathBuf};

use bareprop::metrics::Confusion;
use bareprop::*;
use clap::Parser;
use common::{Outcome, Progress, options, picture, print_table, progress, say};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// 17 025 parameters: far more than there are training rows.
type Net = (Dense<2, 128, Relu>, Dropout<128>, Dense<128, 128, Relu>, Dropout<128>, Dense<128, 1>);
type Rows<'a> = Samples<'a, [f32; 2], [f32; 1]>;

/// Trains 2-128-128-1 on few noisy moons: as it is, with L2, with dropout, with early stopping.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// How many rows there are to train on; as many again to validate, and 2000 to test.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(4..=100_000))]
    rows: u32,
    /// The standard deviation of the noise on each coordinate, at least 0.
    #[arg(long, default_value_t = 0.4, value_parser = options::not_negative)]
    noise: f32,
    /// How often training passes through the data.
    #[arg(long, default_value_t = 800, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    epochs: u32,
    /// λ of L2 regularisation, at least 0.
    #[arg(long, default_value_t = 0.2, value_parser = options::not_negative)]
    l2: f32,
    /// The probability of dropping a unit, at least 0 and below 1.
    #[arg(long, default_value_t = 0.5, value_parser = options::below_one)]
    dropout: f32,
    /// How many epochs without a better validation loss early stopping bears.
    #[arg(long, default_value_t = 30)]
    patience: u32,
    /// The seed of data, weights, shuffles and dropout.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "07_overfitting.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

/// What is done against overfitting.
#[derive(Clone, Copy)]
struct Cure {
    name: &'static str,
    l2: f32,
    dropout: f32,
    patience: Option<u32>,
}

/// Rows to learn from, rows to watch meanwhile, and rows that nothing was chosen by.
struct Data<'a> {
    train: Rows<'a>,
    validation: Rows<'a>,
    test: Rows<'a>,
}

/// What came out of one run.
struct Run {
    name: &'static str,
    trainer: Boxed<Trainer<Net, Adam>>,
    /// Epoch, training loss without dropout, validation loss.
    history: Vec<[f32; 3]>,
    /// The epoch whose parameters are in the network.
    kept: u32,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let rows = arguments.rows as usize;
    let (mut inputs, mut targets) = (vec![[0.0; 2]; 2 * rows + 2000], vec![[0.0; 1]; 2 * rows + 2000]);
    datasets::moons(&mut inputs, &mut targets, arguments.noise, arguments.seed)?;
    let part = |from: usize, to: usize| Samples::new(&inputs[from..to], &targets[from..to]);
    let data =
        Data { train: part(0, rows)?, validation: part(rows, 2 * rows)?, test: part(2 * rows, 2 * rows + 2000)? };

    let none = Cure { name: "nothing", l2: 0.0, dropout: 0.0, patience: None };
    let cures = [
        none,
        Cure { name: "L2", l2: arguments.l2, ..none },
        Cure { name: "dropout", dropout: arguments.dropout, ..none },
        Cure { name: "early stopping", patience: Some(arguments.patience), ..none },
    ];
    let bar = progress(arguments.epochs * 4);
    let mut runs: Vec<Run> = cures.iter().map(|cure| train(&arguments, cure, &data, &bar)).collect::<Result<_, _>>()?;
    bar.finish_and_clear();
    draw(&arguments.picture, &mut runs, &data.train)?;
    say!("2-128-128-1, {} parameters, {rows} rows to train on, {rows} to validate\n", Net::COUNT);
    report(&mut runs, &data)
}

/// Trains with one cure, always from the same weights.
fn train(arguments: &Arguments, cure: &Cure, data: &Data, bar: &Progress) -> Result<Run, Error> {
    let (mut trainer, mut best) = (Boxed::<Trainer<Net, Adam>>::zero(), Boxed::<Net>::zero());
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(arguments.seed));
    trainer.network.1.rate = cure.dropout;
    trainer.network.3.rate = cure.dropout;
    let settings = Settings {
        l2: cure.l2,
        epochs: arguments.epochs,
        seed: arguments.seed,
        ..Settings::new(BinaryCrossEntropy::default(), Adam::default())
    };
    let stopping = cure.patience.map(|patience| EarlyStopping { patience, min_delta: 0.0, best: Some(&mut *best) });
    let mut history = vec![];
    let fit = trainer.fit(&settings, &data.train, Some(&data.validation), stopping, |epoch, trainer| {
        // The loss of the epoch was taken with dropout, and while the weights changed: this is the one to compare.
        let loss = trainer.evaluate(&settings.loss, &data.train).unwrap_or(f32::NAN);
        history.push([epoch.epoch as f32, loss, epoch.watched()]);
        bar.show_run(cure.name, &Epoch { loss, ..*epoch })
    })?;
    let kept = if cure.patience.is_some() { fit.best_epoch } else { fit.epochs };
    Ok(Run { name: cure.name, trainer, history, kept })
}

/// The gap between training and validation loss, and what it means for rows never seen.
fn report(runs: &mut [Run], data: &Data) -> Outcome {
    let mut rows = vec![];
    for run in runs {
        let loss = BinaryCrossEntropy::default();
        let training = run.trainer.evaluate(&loss, &data.train)?;
        let validation = run.trainer.evaluate(&loss, &data.validation)?;
        rows.push(vec![
            run.name.to_string(),
            run.kept.to_string(),
            format!("{training:.4}"),
            format!("{validation:.4}"),
            format!("{:.4}", validation - training),
            format!("{:.4}", accuracy(&mut run.trainer, &data.train)?),
            format!("{:.4}", run.trainer.evaluate(&loss, &data.test)?),
            format!("{:.4}", accuracy(&mut run.trainer, &data.test)?),
            format!("{:.0}", run.trainer.network.weights_squared()),
        ]);
    }
    let header = ["against it", "epoch", "training loss", "validation loss", "gap"];
    let header = header.into_iter().chain(["training accuracy", "test loss", "test accuracy", "Σw²"]);
    print_table(&header.collect::<Vec<_>>(), rows);
    Ok(())
}

/// The share of rows on the right side of one half.
fn accuracy(trainer: &mut Trainer<Net, Adam>, rows: &Rows) -> Result<f64, Error> {
    let mut logits = vec![[0.0]; rows.rows()];
    trainer.logits(rows.inputs(), &mut logits)?;
    let labels: Vec<bool> = rows.targets().iter().map(|&[target]| target > 0.5).collect();
    Ok(Confusion::from_scores(logits.as_flattened(), &labels, 0.0)?.accuracy())
}

/// A column for each run: its losses above, what it makes of the plane below.
fn draw(path: &Path, runs: &mut [Run], train: &Rows) -> Outcome {
    let area = picture::canvas(path, (1840, 900))?;
    let columns = area.split_evenly((1, runs.len()));
    let values =
        || runs.iter().flat_map(|run| &run.history).flat_map(|&[_, training, validation]| [training, validation]);
    let range = (values().fold(f32::MAX, f32::min).max(1e-4) * 0.8, values().fold(0.0, f32::max) * 1.25);
    let points: Vec<_> =
        train.inputs().iter().zip(train.targets()).map(|(&x, &[t])| (x, usize::from(t > 0.5))).collect();
    for (run, column) in runs.iter_mut().zip(&columns) {
        let (above, below) = column.split_vertically(440);
        let curve = |of: usize| run.history.iter().map(|epoch| (epoch[0], epoch[of])).collect();
        let curves = [("training".to_string(), curve(1)), ("validation".to_string(), curve(2))];
        let title = format!("{} (epoch {} kept)", run.name, run.kept);
        picture::curves_within(&above, (&title, "epoch", "mean cross-entropy"), &curves, range, true)?;
        let title = "probability, training rows";
        picture::boundary(&below, title, &points, |point| {
            let mut probability = [[0.0]];
            // A point of the picture is finite, which is all that can go wrong.
            let _ = run.trainer.predict(&BinaryCrossEntropy::default(), &[point], &mut probability);
            probability[0][0]
        })?;
    }
    Ok(picture::save(&area, path)?)
}
