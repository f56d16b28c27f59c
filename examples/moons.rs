//! The guide's main job: a network of 2-64-32-1 learns to tell two moons apart.
//!
//!     cargo run --release --example moons
//!     cargo run --release --example moons -- --data my.csv     # x0, x1, class (0 or 1) in each line
//!     cargo run --release --example moons -- --help

mod common;

use std::path::PathBuf;

use bareprop::*;
use clap::Parser;
use common::{Outcome, graph, plane};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);

/// Trains 2-64-32-1 on two moons, or on your own table, and draws what it has learned.
#[derive(Parser)]
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

    let mut trainer = Box::new(Trainer::<Net, Adam>::ZERO);
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

    print!("2-64-32-1, ");
    let losses = plane::train(&task, &mut trainer, &settings)?;
    plane::report(&task, &mut trainer, &losses, (&picture, "training (with dropout)"))
}
