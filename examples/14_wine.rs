//! Three classes: 178 wines of three cultivars with 13 measurements, by 5-fold cross-validation.
//!
//!     cargo run --release --example 14_wine
//!     cargo run --release --example 14_wine -- my.csv    # 13 features and a class from 0 to 2, with a header

mod common;

use std::path::PathBuf;

use bareprop::metrics::ConfusionMatrix;
use bareprop::*;
use clap::Parser;
use common::{Outcome, open_csv, say};

type Net = (Dense<13, 16, Relu>, Dense<16, 3>);

/// Learns three cultivars of wine in five folds, and prints a report.
#[derive(Parser)]
struct Arguments {
    /// A CSV file with a header: 13 features and a class from 0 to 2.
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/wine.csv"))]
    table: PathBuf,
}

fn main() -> Outcome {
    let table = Arguments::parse().table;
    let (mut inputs, mut classes) = (vec![], vec![]);
    for row in open_csv(&table)?.deserialize() {
        let (features, class): ([f32; 13], usize) = row?;
        inputs.push(features);
        classes.push(class);
    }
    let mut matrix = ConfusionMatrix::<3>::new();
    let mut trainer = Boxed::<Trainer<Net, Adam>>::zero();
    let mut folds = split::KFold::new(&mut inputs, &mut classes, 5, 1)?;
    while let Some(split) = folds.next_fold() {
        let scaler = StandardScaler::from_rows(split.train.inputs)?;
        let [mut train, mut test] = [split.train.inputs.to_vec(), split.test.inputs.to_vec()];
        scaler.transform_rows(&mut train)?;
        scaler.transform_rows(&mut test)?;

        trainer.restart();
        trainer.network.initialize_seeded(1);
        let settings = Settings { epochs: 50, ..Settings::new(SoftmaxCrossEntropy::new(), Adam::new(0.01)) };
        let fit = trainer.fit(&settings, &Samples::new(&train, split.train.targets)?, None, None, |_, _| ())?;
        let mut predicted = vec![0; test.len()];
        trainer.classify(&test, &mut predicted)?;
        let fold = ConfusionMatrix::<3>::from_classes(&predicted, split.test.targets)?;
        say!("{fit}; accuracy {:.4}", fold.accuracy());
        matrix.add_all(&predicted, split.test.targets)?;
    }
    say!("\n{matrix}\n{}", matrix.report());
    Ok(())
}
