//! The guide's main job: a network of 2-64-32-1 learns to tell two moons apart.
//!
//!     cargo run --release --example moons
//!     cargo run --release --example moons -- --data my.csv     # x0, x1, class in each line
//!     cargo run --release --example moons -- --help
//!
//! Ctrl-C ends training: what is learned until then is drawn and printed.

mod common;

use std::path::PathBuf;

use bareprop::*;
use clap::Parser;
use common::{Outcome, graph, plane, progress, say};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);

/// Trains 2-64-32-1 on two moons, or on your own table, and draws what it has learned.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    options: plane::Options,
    /// Where the picture goes.
    #[arg(long, default_value = "moons.png", value_name = "FILE.png", value_parser = graph::file)]
    picture: PathBuf,
}

fn main() -> Outcome {
    let Arguments { options, picture } = Arguments::parse();
    let seed = options.seed;
    let task = plane::Task::new(&options, |inputs, targets| datasets::moons(inputs, targets, 0.2, seed))?;

    let mut trainer = Boxed::<Trainer<Net, Adam>>::zero();
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
    trainer.network.1.rate = 0.1;
    trainer.network.3.rate = 0.1;
    let settings = Settings {
        l2: 0.001,
        batch_size: 32,
        epochs: options.epochs,
        seed,
        ..Settings::new(BinaryCrossEntropy::default(), Adam { learning_rate: 0.001, ..Adam::default() })
    };

    let (train, test) = (task.train()?, task.test()?);
    say!("2-64-32-1, {task}\n");
    let bar = progress(settings.epochs);
    let mut losses = plane::Losses::ZERO;
    trainer.fit(&settings, &train, Some(&test), None, |epoch, _| {
        losses.push(*epoch);
        bar.show(epoch)
    })?;
    bar.finish();
    plane::draw(&task, &mut trainer, &losses, (&picture, "training (with dropout)"))?;
    plane::report(&task, &mut trainer)
}
