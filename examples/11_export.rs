//! Train on the desktop, infer on a chip: writes a trained network as a Rust source file, whose numbers lie in flash there.
//!
//!     cargo run --release --example 11_export                           # writes network.rs
//!     cargo run --release --example 11_export -- --output examples/firmware/src/network.rs

mod common;

use std::fmt::Write;
use std::path::PathBuf;

use bareprop::*;
use clap::Parser;
use common::{Outcome, options, progress, say};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);

/// Trains 2-64-32-1 on two moons and writes it as Rust source.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// The file to write.
    #[arg(long, default_value = "network.rs", value_name = "FILE.rs", value_parser = options::file)]
    output: PathBuf,
    /// How often training passes through the data.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    epochs: u32,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let (mut inputs, mut targets) = (vec![[0.0; 2]; 1000], vec![[0.0]; 1000]);
    datasets::moons(&mut inputs, &mut targets, 0.2, 1)?;
    let split = split::train_test_split(&mut inputs, &mut targets, 200, 1)?;
    let train = split.train.samples()?;

    let mut trainer = Boxed::<Trainer<Net, Adam>>::zero();
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    trainer.network.1.rate = 0.1;
    trainer.network.3.rate = 0.1;
    let loss = BinaryCrossEntropy::default();
    let settings = Settings { l2: 0.001, epochs: arguments.epochs, seed: 1, ..Settings::new(loss, Adam::default()) };
    let bar = progress(settings.epochs);
    trainer.fit(&settings, &train, None, None, |epoch, _| bar.show(epoch))?;
    bar.finish_and_clear();

    // A few rows with what the network says about them here, so that the chip can compare, to the last bit.
    let rows = split.test.inputs.get(..8).unwrap_or_default();
    let mut probabilities = vec![[0.0]; rows.len()];
    trainer.predict(&loss, rows, &mut probabilities)?;
    std::fs::write(&arguments.output, source(&trainer.network, rows, probabilities.as_flattened())?)
        .map_err(|error| format!("{}: {error}", arguments.output.display()))?;
    say!("{} parameters, bits {:08x}, in {}", Net::COUNT, trainer.network.bits(), arguments.output.display());
    Ok(())
}

/// The source file. Dropout is left out: it does nothing but while training.
fn source(network: &Net, rows: &[[f32; 2]], probabilities: &[f32]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    writeln!(
        text,
        "//! Written by `cargo run --release --example 11_export`: a network that was trained on a desktop.\n"
    )?;
    writeln!(text, "use bareprop::{{Dense, Matrix, Relu}};\n")?;
    writeln!(text, "/// 2-64-32-1: {} parameters.", Net::COUNT)?;
    writeln!(text, "pub type Net = (Dense<2, 64, Relu>, Dense<64, 32, Relu>, Dense<32, 1>);\n")?;
    writeln!(text, "/// Lies in flash.\n#[rustfmt::skip]\npub static NETWORK: Net = (")?;
    network.0.write_source(&mut text)?;
    text.push_str(",\n");
    network.2.write_source(&mut text)?;
    text.push_str(",\n");
    network.4.write_source(&mut text)?;
    writeln!(text, ",\n);\n")?;
    writeln!(text, "/// Rows, and the probability of class 1 that the desktop gave for each.\n#[rustfmt::skip]")?;
    writeln!(text, "pub static EXAMPLES: [([f32; 2], f32); {}] = [", rows.len())?;
    for (row, probability) in rows.iter().zip(probabilities) {
        writeln!(text, "    ({row:?}, {probability:?}),")?;
    }
    writeln!(text, "];")?;
    Ok(text)
}
