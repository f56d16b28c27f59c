//! A table of one's own, from the file to the report: 569 tumours with 30 features, malignant (0) or benign (1).
//!
//!     cargo run --release --example 13_breast_cancer
//!     cargo run --release --example 13_breast_cancer -- my.csv    # 30 features and a class, with a header

mod common;

use std::path::PathBuf;

use bareprop::metrics::ConfusionMatrix;
use bareprop::*;
use clap::Parser;
use common::{Outcome, open_csv, say};

type Net = (Dense<30, 16, Relu>, Dropout<16>, Dense<16, 2>);

/// Learns to tell malignant tumours from benign ones, and prints a report.
#[derive(Parser)]
struct Arguments {
    /// A CSV file with a header: 30 features and a class, 0 or 1.
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/breast_cancer.csv"))]
    table: PathBuf,
}

fn main() -> Outcome {
    let table = Arguments::parse().table;
    let (mut inputs, mut classes) = (vec![], vec![]);
    for row in open_csv(&table)?.deserialize() {
        let (features, class): ([f32; 30], usize) = row?;
        inputs.push(features);
        classes.push(class);
    }
    let split = split::stratified_three_way_split::<2, _, _>(&mut inputs, &mut classes, 0.2, 0.2, 1, |&class| class)?;
    let scaler = StandardScaler::from_rows(split.train.inputs)?;
    scaler.transform_rows(split.train.inputs)?;
    scaler.transform_rows(split.validation.inputs)?;
    scaler.transform_rows(split.test.inputs)?;

    let (mut trainer, mut best) = (Boxed::<Trainer<Net, Adam>>::zero(), Net::ZERO);
    trainer.network.initialize_seeded(1);
    trainer.network.1.rate = 0.2;
    let loss = SoftmaxCrossEntropy::balanced(split.train.targets)?;
    let settings = Settings { epochs: 200, ..Settings::new(loss, Adam::new(0.003)) };
    let (train, validation) = (split.train.samples()?, split.validation.samples()?);
    let stopping = EarlyStopping { patience: 20, min_delta: 0.0, best: Some(&mut best) };
    let fit = trainer.fit(&settings, &train, Some(&validation), Some(stopping), |epoch, _| say!("{epoch}"))?;

    let mut predicted = vec![0; split.test.inputs.len()];
    trainer.classify(split.test.inputs, &mut predicted)?;
    let matrix = ConfusionMatrix::from_classes(&predicted, split.test.targets)?;
    say!("{fit}\n\n{matrix}\n{}", matrix.report().named(&["malignant", "benign"]));
    Ok(())
}
