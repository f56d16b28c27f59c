//! A job on the plane, as moons and XOR share it: rows of two features and a class are read, split, learnt, judged, drawn.

use std::fmt;
use std::path::{Path, PathBuf};

use bareprop::metrics::{self, Confusion, Ranking};
use bareprop::*;

use super::{Failure, Outcome, named_classes, picture, read_table, say};

/// How many rows are made where no file is given.
const MADE_ROWS: usize = 1000;

/// The options of such a job.
#[derive(clap::Args)]
pub struct Options {
    /// A CSV file with two features and a class in each line; a fifth of its rows is kept for testing. The two classes may
    /// have any labels.
    #[arg(long, value_name = "FILE.csv")]
    pub data: Option<PathBuf>,
    /// How often training passes through the data.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub epochs: u32,
    /// The seed of data, weights, shuffles and dropout.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Rows to train on and rows to test with.
pub struct Task {
    inputs: Vec<[f32; 2]>,
    targets: Vec<[f32; 1]>,
    /// The last rows are those to test with.
    test_rows: usize,
    /// Moons have the right size already; a user's columns may have any.
    scaler: Option<StandardScaler<2>>,
    /// What the user's file calls the classes, if not 0 and 1.
    names: Vec<String>,
}

/// Samples of a [`Task`].
pub type Plane<'a> = Samples<'a, [f32; 2], [f32; 1]>;

impl Task {
    /// Reads the user's rows, or lets `make` fill rows of its own, and keeps a fifth of them for testing.
    pub fn new(
        options: &Options,
        make: impl FnOnce(&mut [[f32; 2]], &mut [[f32; 1]]) -> Result<(), Error>,
    ) -> Result<Task, Failure> {
        let (mut inputs, mut targets, mut names) = (vec![[0.0; 2]; MADE_ROWS], vec![[0.0]; MADE_ROWS], vec![]);
        match &options.data {
            Some(path) => (inputs, targets, names) = read(path)?,
            None => make(&mut inputs, &mut targets)?,
        }
        let test_rows = inputs.len() / 5;
        let split = split::train_test_split(&mut inputs, &mut targets, test_rows, options.seed)?;
        let mut scaler = None;
        if options.data.is_some() {
            let scaler = scaler.insert(StandardScaler::ZERO);
            scaler.fit(split.train.inputs)?;
            inputs.iter_mut().try_for_each(|row| scaler.transform(row))?;
        }
        Ok(Task { inputs, targets, test_rows, scaler, names })
    }

    /// The rows to train on.
    pub fn train(&self) -> Result<Plane<'_>, Error> {
        let rows = self.inputs.len() - self.test_rows;
        Samples::new(&self.inputs[..rows], &self.targets[..rows])
    }

    /// The rows to test with.
    pub fn test(&self) -> Result<Plane<'_>, Error> {
        let rows = self.inputs.len() - self.test_rows;
        Samples::new(&self.inputs[rows..], &self.targets[rows..])
    }
}

/// How many rows there are, and what the classes are called.
impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.inputs.len() - self.test_rows;
        write!(f, "{rows} rows to train on, {} to test{}", self.test_rows, named_classes(&self.names))
    }
}

/// Inputs, targets, and the names of the classes.
type Rows = (Vec<[f32; 2]>, Vec<[f32; 1]>, Vec<String>);

/// The user's rows: at least one to test with, and both classes.
fn read(path: &Path) -> Result<Rows, Failure> {
    let table = read_table::<2>(path, 2)?;
    let (file, rows, classes) = (path.display(), table.inputs.len(), table.classes);
    if rows < 5 {
        return Err(format!("{file}: rows: {rows}; at least 5 are needed, since a fifth is kept for testing").into());
    }
    if classes.iter().all(|&class| class == classes[0]) {
        let name = table.names.first().cloned().unwrap_or(classes[0].to_string());
        return Err(format!("{file}: all {rows} rows are of class {name}; there is nothing to tell apart").into());
    }
    Ok((table.inputs, classes.iter().map(|&class| [class as f32]).collect(), table.names))
}

/// A network from the plane to one logit, and what trains it.
pub trait Network: Layer<Input = [f32; 2], Output = [f32; 1]> + Parameters<Scalar = f32> {}

impl<N: Layer<Input = [f32; 2], Output = [f32; 1]> + Parameters<Scalar = f32>> Network for N {}

/// The losses of the epochs, thinned out where there are more.
pub type Losses = History<Epoch, 1000>;

/// Prints every figure, and ends with accuracy and bits.
pub fn report<N: Network>(task: &Task, trainer: &mut Trainer<N, Adam>) -> Outcome {
    let accuracy = evaluate(trainer, &BinaryCrossEntropy::default(), &task.test()?)?;
    say!("test accuracy {accuracy:.4}");
    say!("parameters {}, bits {:08x}", N::COUNT, trainer.network.bits());
    Ok(())
}

/// Prints every figure, and returns the accuracy.
fn evaluate<N: Network>(trainer: &mut Trainer<N, Adam>, loss: &BinaryCrossEntropy, test: &Plane) -> Result<f64, Error> {
    let mut probabilities = vec![[0.0]; test.rows()];
    trainer.predict(loss, test.inputs(), &mut probabilities)?;
    let probabilities = probabilities.as_flattened();
    let labels: Vec<bool> = test.targets().iter().map(|&[target]| target > 0.5).collect();
    let confusion = Confusion::from_scores(probabilities, &labels, 0.5)?;
    say!("");
    say!("               predicted 0   predicted 1");
    say!("    actual 0   {:11}   {:11}", confusion.true_negatives, confusion.false_positives);
    say!("    actual 1   {:11}   {:11}", confusion.false_negatives, confusion.true_positives);
    say!("");
    for (name, value) in figures(&confusion, probabilities, &labels)? {
        let value = value.map_or("undefined: all test rows are of one class".into(), |value| format!("{value:.4}"));
        say!("    {name:<22} {value}");
    }
    say!("");
    Ok(confusion.accuracy())
}

/// A figure with its name; `None` where it is undefined.
type Figure = (&'static str, Option<f64>);

fn figures(confusion: &Confusion, probabilities: &[f32], labels: &[bool]) -> Result<[Figure; 9], Error> {
    let mut scratch = vec![0; labels.len()];
    let ranking = Ranking::new(probabilities, labels, &mut scratch)?;
    Ok([
        ("precision", Some(confusion.precision())),
        ("recall", Some(confusion.recall())),
        ("F1", Some(confusion.f1())),
        ("balanced accuracy", Some(confusion.balanced_accuracy())),
        ("Matthews correlation", Some(confusion.matthews_correlation())),
        ("ROC AUC", ranking.roc_auc()),
        ("average precision", Some(ranking.average_precision())),
        ("log loss", Some(metrics::log_loss(probabilities, labels)?)),
        ("Brier score", Some(metrics::brier_score(probabilities, labels)?)),
    ])
}

/// Draws the decision boundary with the test rows, and the losses of the epochs. `training` is what the picture calls
/// the loss of training.
pub fn draw<N: Network>(
    task: &Task,
    trainer: &mut Trainer<N, Adam>,
    losses: &Losses,
    (path, training): (&Path, &str),
) -> Outcome {
    let area = picture::canvas(path, (1300, 560))?;
    let (left, right) = area.split_horizontally(640);
    draw_plane(&left, task, trainer)?;
    let epochs = losses.entries();
    let curve = |value: fn(&Epoch) -> f32| epochs.iter().map(|epoch| (epoch.epoch as f32, value(epoch))).collect();
    let curves = [
        (training.to_string(), curve(|epoch| epoch.loss)),
        ("test".to_string(), curve(|epoch| epoch.validation_loss.unwrap_or(f32::NAN))),
    ];
    picture::curves(&right, ("loss", "epoch", "mean cross-entropy"), &curves, true)?;
    picture::save(&area, path)?;
    Ok(())
}

/// What the network says of each point, and the test rows. The picture shows the user's own numbers.
fn draw_plane<N: Network>(area: &picture::Area, task: &Task, trainer: &mut Trainer<N, Adam>) -> Outcome {
    let (loss, test) = (BinaryCrossEntropy::default(), task.test()?);
    let mut points = vec![];
    for (&input, &[target]) in test.inputs().iter().zip(test.targets()) {
        let mut point = input;
        if let Some(scaler) = &task.scaler {
            scaler.inverse(&mut point)?;
        }
        points.push((point, usize::from(target > 0.5)));
    }
    let named = |class| task.names.get(class).map_or(format!("class {class}"), |name| format!("class {class}: {name}"));
    let (title, names) = ("probability of class 1, and the test rows", [named(0), named(1)]);
    picture::boundary_between(area, title, [&names[0], &names[1]], &points, |mut point| {
        let mut probability = [[0.0]];
        // A point of the picture is finite, which is all that can go wrong.
        let _ = task.scaler.as_ref().map(|scaler| scaler.transform(&mut point));
        let _ = trainer.predict(&loss, &[point], &mut probability);
        probability[0][0]
    })?;
    Ok(())
}
