//! Optimizers compared: eight of them learn the same spirals from the same initial weights, in the same order of rows;
//! then one of them with six learning-rate schedules.
//!
//!     cargo run --release --example 06_adam_vs_sgd
//!     cargo run --release --example 06_adam_vs_sgd -- --search      # also tries seven learning rates for each
//!     cargo run --release --example 06_adam_vs_sgd -- --goal 0.05 --epochs 200

mod common;

use std::path::{Path, PathBuf};

use bareprop::metrics::argmax;
use bareprop::*;
use clap::Parser;
use common::{Outcome, Progress, options, picture, print_table, progress, say};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<2, 64, Relu>, Dense<64, 32, Relu>, Dense<32, 3>);
type Rows<'a> = Samples<'a, [f32; 2], usize>;

/// Trains 2-64-32-3 on three spirals with every optimizer and schedule, and draws the losses.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// How often training passes through the data.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    epochs: u32,
    /// The table tells when the training loss first fell below this.
    #[arg(long, default_value_t = 0.1, value_parser = options::positive)]
    goal: f32,
    /// The seed of data, weights and shuffles.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also trains every optimizer with seven learning rates, and prints the final losses.
    #[arg(long)]
    search: bool,
    /// Where the picture goes.
    #[arg(long, default_value = "06_adam_vs_sgd.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

/// What all runs have in common.
struct Job<'a> {
    train: Rows<'a>,
    test: Rows<'a>,
    epochs: u32,
    seed: u64,
    bar: Progress,
}

/// What came out of one run.
struct Run {
    name: &'static str,
    rate: f32,
    /// Bytes of what the optimizer remembers.
    state: usize,
    epochs: Vec<Epoch>,
    accuracy: f64,
}

impl Run {
    /// The mean loss of the last epoch; NaN where training broke off.
    fn loss(&self) -> f32 {
        self.epochs.last().map_or(f32::NAN, |epoch| epoch.loss)
    }

    /// One number of each epoch, as a curve.
    fn curve(&self, value: fn(&Epoch) -> f32) -> (String, Vec<(f32, f32)>) {
        (self.name.to_string(), self.epochs.iter().map(|epoch| (epoch.epoch as f32, value(epoch))).collect())
    }
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let (mut inputs, mut classes) = (vec![[0.0; 2]; 1200], vec![0_usize; 1200]);
    datasets::spirals(&mut inputs, &mut classes, 3, 0.04, arguments.seed)?;
    let split = split::train_test_split(&mut inputs, &mut classes, 300, arguments.seed)?;
    let train = split.train.samples()?;
    let test = split.test.samples()?;
    let runs = 8 + 6 + if arguments.search { 8 * RATES.len() as u32 } else { 0 };
    let bar = progress(arguments.epochs * runs);
    let job = Job { train, test, epochs: arguments.epochs, seed: arguments.seed, bar };

    let searched = if arguments.search { Some(search(&job)?) } else { None };
    let optimizers: Vec<Run> =
        OPTIMIZERS.iter().map(|(_, rate, train)| train(&job, *rate)).collect::<Result<_, _>>()?;
    let schedules = schedules(&job)?;
    job.bar.finish_and_clear();
    draw(&arguments.picture, &optimizers, &schedules)?;
    report_all(&arguments, &job, searched, (&optimizers, &schedules));
    Ok(())
}

/// Prints all tables.
fn report_all(
    arguments: &Arguments,
    Job { train, test, .. }: &Job,
    searched: Option<Vec<Vec<String>>>,
    (optimizers, schedules): (&[Run], &[Run]),
) {
    say!("2-64-32-3, {} parameters, {} rows to train on, {} to test\n", Net::COUNT, train.rows(), test.rows());
    if let Some(rows) = searched {
        say!("The loss of the last epoch by learning rate (NaN: it overflowed):\n");
        let rates = RATES.map(|rate| rate.to_string());
        print_table(&["optimizer"].into_iter().chain(rates.iter().map(String::as_str)).collect::<Vec<_>>(), rows);
    }
    say!(
        "Eight optimizers, each with the one of seven learning rates that reached the lowest loss with seed 1 (--search):\n"
    );
    report(optimizers, arguments.goal);
    say!("Six schedules for momentum 0.9 with Nesterov's look ahead, which starts at a rate of 0.1:\n");
    report(schedules, arguments.goal);
}

/// The learning rates that `--search` tries.
const RATES: [f32; 7] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0];

type Train = fn(&Job, f32) -> Result<Run, Error>;

/// Each optimizer with the one of [`RATES`] that had the lowest training loss after 100 epochs with seed 1; everything else is
/// its default. Another job wants other rates.
const OPTIMIZERS: [(&str, f32, Train); 8] = [
    ("SGD", 0.3, |job, learning_rate| run(job, "SGD", Sgd { learning_rate }, Schedule::CONSTANT)),
    ("momentum", 0.01, |job, learning_rate| {
        run(job, "momentum", Momentum { learning_rate, ..Momentum::default() }, Schedule::CONSTANT)
    }),
    ("Nesterov", 0.01, |job, learning_rate| {
        run(job, "Nesterov", Momentum { learning_rate, nesterov: true, ..Momentum::default() }, Schedule::CONSTANT)
    }),
    ("Adam", 0.003, |job, rate| run(job, "Adam", adam(rate), Schedule::CONSTANT)),
    ("AdamW", 0.003, |job, rate| run(job, "AdamW", AdamW { adam: adam(rate), ..AdamW::default() }, Schedule::CONSTANT)),
    ("AMSGrad", 0.003, |job, rate| run(job, "AMSGrad", AmsGrad(adam(rate)), Schedule::CONSTANT)),
    ("RMSprop", 0.003, |job, learning_rate| {
        run(job, "RMSprop", RmsProp { learning_rate, ..RmsProp::default() }, Schedule::CONSTANT)
    }),
    ("AdaGrad", 0.3, |job, learning_rate| {
        run(job, "AdaGrad", AdaGrad { learning_rate, ..AdaGrad::default() }, Schedule::CONSTANT)
    }),
];

fn adam(learning_rate: f32) -> Adam {
    Adam { learning_rate, ..Adam::default() }
}

/// Trains from the same initial weights, with the same batches, whatever the optimizer is.
fn run<O: Optimizer<f32>>(job: &Job, name: &'static str, optimizer: O, schedule: Schedule) -> Result<Run, Error> {
    let mut trainer = Boxed::<Trainer<Net, O>>::zero();
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(job.seed));
    let rate = optimizer.learning_rate();
    let loss = SoftmaxCrossEntropy::default();
    let settings = Settings { schedule, epochs: job.epochs, seed: job.seed, ..Settings::new(loss, optimizer) };
    let mut epochs = vec![];
    let fitted = trainer.fit(&settings, &job.train, None, None, |epoch, _| {
        epochs.push(*epoch);
        job.bar.show_run(name, epoch)
    });
    match fitted {
        Ok(_) => {}
        // A learning rate that is far too large: the last finite parameters are still there.
        Err(Error::Loss { .. } | Error::Gradient { .. } | Error::Parameter { .. }) => epochs.clear(),
        Err(error) => return Err(error),
    }
    let accuracy = accuracy(&mut trainer, &job.test)?;
    Ok(Run { name, rate, state: Trainer::<Net, O>::OPTIMIZER_BYTES, epochs, accuracy })
}

/// The share of rows whose largest logit is that of their class.
fn accuracy<O: Optimizer<f32>>(trainer: &mut Trainer<Net, O>, rows: &Rows) -> Result<f64, Error> {
    let mut logits = vec![[0.0; 3]; rows.rows()];
    trainer.logits(rows.inputs(), &mut logits)?;
    let right = logits.iter().zip(rows.targets()).filter(|(logits, class)| argmax(*logits) == **class).count();
    Ok(right as f64 / rows.rows() as f64)
}

/// The final loss of every optimizer with every learning rate.
fn search(job: &Job) -> Result<Vec<Vec<String>>, Error> {
    let mut rows = vec![];
    for (name, _, train) in OPTIMIZERS {
        let mut row = vec![name.to_string()];
        for rate in RATES {
            row.push(format!("{:.4}", train(job, rate)?.loss()));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Momentum at a high learning rate, with six ways to lower it. Schedules count steps, not epochs.
fn schedules(job: &Job) -> Result<Vec<Run>, Error> {
    let batches = job.train.rows().div_ceil(32) as u32;
    let (steps, third) = (job.epochs * batches, (job.epochs / 3).max(1) * batches);
    let exponential = Decay::Exponential { factor: 1.0 - 4.0 / steps as f32 };
    let plateau = Decay::Plateau { factor: 0.5, patience: 5, min_delta: 0.0, floor: 0.001 };
    let all = [
        ("constant", 0, Decay::Constant),
        ("step", 0, Decay::Step { every: third, factor: 0.2 }),
        ("exponential", 0, exponential),
        ("cosine", 0, Decay::Cosine { steps, floor: 0.0 }),
        ("warm-up + cosine", steps / 10, Decay::Cosine { steps, floor: 0.0 }),
        ("plateau", 0, plateau),
    ];
    let optimizer = Momentum { learning_rate: 0.1, nesterov: true, ..Momentum::default() };
    all.into_iter().map(|(name, warm_up, decay)| run(job, name, optimizer, Schedule { warm_up, decay })).collect()
}

/// The table of some runs.
fn report(runs: &[Run], goal: f32) {
    let until = format!("epochs to {goal}");
    let rows = runs.iter().map(|run| {
        let reached = run.epochs.iter().find(|epoch| epoch.loss < goal);
        vec![
            run.name.to_string(),
            run.rate.to_string(),
            format!("{:.5}", run.loss()),
            format!("{:.4}", run.accuracy),
            reached.map_or("-".to_string(), |epoch| epoch.epoch.to_string()),
            run.state.to_string(),
        ]
    });
    print_table(&["", "rate", "final loss", "test accuracy", &until, "bytes of state"], rows);
}

/// The losses of all runs, and the learning rates of the schedules.
fn draw(path: &Path, optimizers: &[Run], schedules: &[Run]) -> Outcome {
    let area = picture::canvas(path, (1400, 1000))?;
    let (above, below) = area.split_vertically(510);
    let (left, right) = below.split_horizontally(700);
    let losses = |runs: &[Run]| runs.iter().map(|run| run.curve(|epoch| epoch.loss)).collect::<Vec<_>>();
    let labels = ("eight optimizers on the same job", "epoch", "training loss");
    picture::curves(&above, labels, &losses(optimizers), true)?;
    picture::curves(&left, ("six schedules", "epoch", "training loss"), &losses(schedules), true)?;
    let rates: Vec<_> = schedules.iter().map(|run| run.curve(|epoch| epoch.learning_rate)).collect();
    picture::curves(&right, ("their learning rates", "epoch", "learning rate at the end of the epoch"), &rates, false)?;
    Ok(picture::save(&area, path)?)
}
