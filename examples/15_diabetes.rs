//! Regression: how far the diabetes of 442 patients has progressed after a year, from 10 measurements.
//!
//!     cargo run --release --example 15_diabetes
//!     cargo run --release --example 15_diabetes -- my.csv    # 10 features and a number, with a header

mod common;

use std::path::PathBuf;

use bareprop::metrics::Regression;
use bareprop::*;
use clap::Parser;
use common::{Outcome, open_csv, say};

type Net = (Dense<10, 16, Tanh>, Dense<16, 1>);

/// Learns how far diabetes has progressed, and prints how far off it is.
#[derive(Parser)]
struct Arguments {
    /// A CSV file with a header: 10 features and a number.
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/diabetes.csv"))]
    table: PathBuf,
}

fn main() -> Outcome {
    let table = Arguments::parse().table;
    let (mut inputs, mut targets) = (vec![], vec![]);
    for row in open_csv(&table)?.deserialize() {
        let (features, target): ([f32; 10], f32) = row?;
        inputs.push(features);
        targets.push([target]);
    }
    let split = split::train_validation_test_split(&mut inputs, &mut targets, 0.2, 0.2, 1)?;
    let scaler = StandardScaler::from_rows(split.train.inputs)?;
    let target_scaler = StandardScaler::from_rows(split.train.targets)?;
    for part in [&mut *split.train.inputs, split.validation.inputs, split.test.inputs] {
        scaler.transform_rows(part)?;
    }
    for part in [&mut *split.train.targets, split.validation.targets] {
        target_scaler.transform_rows(part)?;
    }

    let (mut trainer, mut best) = (Boxed::<Trainer<Net, AdamW>>::zero(), Net::ZERO);
    trainer.network.initialize_seeded(1);
    let settings = Settings { epochs: 200, ..Settings::new(MeanSquaredError, AdamW::new(0.003)) };
    let (train, validation) = (split.train.samples()?, split.validation.samples()?);
    let stopping = EarlyStopping { patience: 20, min_delta: 0.0, best: Some(&mut best) };
    let fit = trainer.fit(&settings, &train, Some(&validation), Some(stopping), |epoch, _| say!("{epoch}"))?;

    let mut predicted = vec![[0.0]; split.test.inputs.len()];
    trainer.predict(&settings.loss, split.test.inputs, &mut predicted)?;
    target_scaler.inverse_rows(&mut predicted)?;
    say!("{fit}\ntest: {}", Regression::new(predicted.as_flattened(), split.test.targets.as_flattened())?);
    Ok(())
}
