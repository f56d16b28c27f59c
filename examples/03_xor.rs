//! XOR: a network of 2-8-1 learns what no single neuron can, to say whether exactly one of two inputs is on.
//! The corners (0, 1) and (1, 0) are class 1, (0, 0) and (1, 1) class 0, and each row is a corner with some noise.
//! The job runs as that of `moons.rs` does.
//!
//!     cargo run --release --example 03_xor
//!     cargo run --release --example 03_xor -- --data my.csv     # x0, x1, class in each line
//!     cargo run --release --example 03_xor -- --help

mod common;

use std::path::PathBuf;

use bareprop::*;
use clap::Parser;
use common::{Outcome, graph, plane, progress, say};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// No straight line separates the classes, and a single neuron draws but a straight line. The hidden layer bends it.
type Net = (Dense<2, 8, Tanh>, Dense<8, 1>);

/// Trains 2-8-1 on noisy XOR, or on your own table, and draws what it has learned.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    options: plane::Options,
    /// Where the picture goes.
    #[arg(long, default_value = "03_xor.png", value_name = "FILE.png", value_parser = graph::file)]
    picture: PathBuf,
}

fn main() -> Outcome {
    let Arguments { options, picture } = Arguments::parse();
    let seed = options.seed;
    let task = plane::Task::new(&options, |inputs, targets| datasets::xor(inputs, targets, 0.2, seed))?;

    let mut trainer = Trainer::<Net, Adam>::ZERO;
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
    let settings = Settings {
        epochs: options.epochs,
        seed,
        ..Settings::new(BinaryCrossEntropy::default(), Adam { learning_rate: 0.01, ..Adam::default() })
    };

    let (train, test) = (task.train()?, task.test()?);
    say!("2-8-1, {task}\n");
    let bar = progress(settings.epochs);
    let mut losses = plane::Losses::ZERO;
    trainer.fit(&settings, &train, Some(&test), None, |epoch, _| {
        losses.push(*epoch);
        bar.show(epoch)
    })?;
    bar.finish();
    plane::draw(&task, &mut trainer, &losses, (&picture, "training"))?;
    if options.data.is_none() {
        truth_table(&mut trainer, &settings.loss)?;
    }
    plane::report(&task, &mut trainer)
}

/// What the network says about the four corners.
fn truth_table(trainer: &mut Trainer<Net, Adam>, loss: &BinaryCrossEntropy) -> Outcome {
    const CORNERS: [[f32; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let mut probabilities = [[0.0]; 4];
    trainer.predict(loss, &CORNERS, &mut probabilities)?;
    say!("\n    a   b   a xor b   probability");
    for ([a, b], [probability]) in CORNERS.into_iter().zip(probabilities) {
        say!("    {a}   {b}   {:^7}   {probability:11.4}", u8::from(a != b));
    }
    Ok(())
}
