//! Which initial weights suit a hidden layer with ReLU: test figures of seven tables, means of ten seeds.
//!
//!     cargo run --release --manifest-path benches/init/Cargo.toml
//!
//! One hidden layer of 64 units with ReLU, Adam at 0.001 and 0.01, 200 epochs in batches of 32, features (and targets of a
//! regression) scaled by the training rows, a quarter of the rows to test. J. H. Friedman (1991), "Multivariate Adaptive
//! Regression Splines", made the three synthetic tables; the others come with scikit-learn.

use std::error::Error;

use bareprop::metrics::{ConfusionMatrix, Regression};
use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

const INITS: [(&str, Init); 6] = [
    ("He normal", Init::HeNormal),
    ("He uniform", Init::HeUniform),
    ("Glorot normal", Init::GlorotNormal),
    ("Glorot uniform", Init::GlorotUniform),
    ("LeCun normal", Init::LeCunNormal),
    ("LeCun uniform", Init::LeCunUniform),
];
const SEEDS: u64 = 10;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    print!("{:<15} {:>6}", "table", "rate");
    INITS.iter().for_each(|(name, _)| print!(" {name:>15}"));
    println!("   (R² or accuracy, mean ± standard error)");
    type Inputs<const N: usize> = Vec<[f32; N]>;
    let (inputs, targets): (Inputs<10>, Vec<f32>) = friedman1(300);
    table("friedman1", |rate, init, seed| regression(&inputs, &targets, rate, init, seed))?;
    let (inputs, targets): (Inputs<4>, Vec<f32>) = friedman23(300, |a, b| a.hypot(b));
    table("friedman2", |rate, init, seed| regression(&inputs, &targets, rate, init, seed))?;
    let (inputs, targets): (Inputs<4>, Vec<f32>) = friedman23(300, |a, b| (b / a).atan());
    table("friedman3", |rate, init, seed| regression(&inputs, &targets, rate, init, seed))?;
    let (inputs, targets) = read::<10, f32>("diabetes")?;
    table("diabetes", |rate, init, seed| regression(&inputs, &targets, rate, init, seed))?;
    let (inputs, classes) = read::<30, usize>("breast_cancer")?;
    table("breast cancer", |rate, init, seed| classification::<30, 2>(&inputs, &classes, rate, init, seed))?;
    let (inputs, classes) = read::<13, usize>("wine")?;
    table("wine", |rate, init, seed| classification::<13, 3>(&inputs, &classes, rate, init, seed))?;
    let (inputs, classes) = digits()?;
    table("digits", |rate, init, seed| classification::<64, 10>(&inputs, &classes, rate, init, seed))
}

/// A line for each learning rate: the figure of each init.
fn table(name: &str, figure: impl Fn(f32, Init, u64) -> Outcome<f64>) -> Outcome<()> {
    for rate in [0.001, 0.01] {
        print!("{name:<15} {rate:>6}");
        for (_, init) in INITS {
            let figures = (0..SEEDS).map(|seed| figure(rate, init, seed)).collect::<Outcome<Vec<f64>>>()?;
            let n = SEEDS as f64;
            let mean = figures.iter().sum::<f64>() / n;
            let variance = figures.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
            print!("  {mean:.4} ±{:.4}", (variance / n).sqrt());
        }
        println!();
    }
    Ok(())
}

fn regression<const N: usize>(inputs: &[[f32; N]], targets: &[f32], rate: f32, init: Init, seed: u64) -> Outcome<f64>
where
    (Dense<N, 64, Relu>, Dense<64, 1>): Layer<Scalar = f32, Input = [f32; N], Output = [f32; 1]>,
{
    let (mut inputs, mut targets) = (inputs.to_vec(), targets.iter().map(|&t| [t]).collect::<Vec<_>>());
    let split = split::train_test_split(&mut inputs, &mut targets, 0.25, seed)?;
    let (scaler, target_scaler) =
        (StandardScaler::from_rows(split.train.inputs)?, StandardScaler::from_rows(split.train.targets)?);
    scaler.transform_rows(split.train.inputs)?;
    scaler.transform_rows(split.test.inputs)?;
    target_scaler.transform_rows(split.train.targets)?;
    let mut trainer = Boxed::<Trainer<(Dense<N, 64, Relu>, Dense<64, 1>), Adam>>::zero();
    trainer.network.initialize(Some(Init::GlorotUniform), &mut XorShiftRng::seed_from_u64(seed));
    trainer.network.0.initialize(Some(init), &mut XorShiftRng::seed_from_u64(seed));
    let settings = Settings { epochs: 200, seed, ..Settings::new(MeanSquaredError, Adam::new(rate)) };
    trainer.fit(&settings, &split.train.samples()?, None, None, |_, _| ())?;
    let mut predicted = vec![[0.0]; split.test.inputs.len()];
    trainer.predict(&settings.loss, split.test.inputs, &mut predicted)?;
    target_scaler.inverse_rows(&mut predicted)?;
    Ok(Regression::new(predicted.as_flattened(), split.test.targets.as_flattened())?.r2)
}

fn classification<const N: usize, const K: usize>(
    inputs: &[[f32; N]],
    classes: &[usize],
    rate: f32,
    init: Init,
    seed: u64,
) -> Outcome<f64> {
    let (mut inputs, mut classes) = (inputs.to_vec(), classes.to_vec());
    let split = split::stratified_split::<K, _, _>(&mut inputs, &mut classes, 0.25, seed, |&class| class)?;
    let scaler = StandardScaler::from_rows(split.train.inputs)?;
    scaler.transform_rows(split.train.inputs)?;
    scaler.transform_rows(split.test.inputs)?;
    let mut trainer = Boxed::<Trainer<(Dense<N, 64, Relu>, Dense<64, K>), Adam>>::zero();
    trainer.network.initialize(Some(Init::GlorotUniform), &mut XorShiftRng::seed_from_u64(seed));
    trainer.network.0.initialize(Some(init), &mut XorShiftRng::seed_from_u64(seed));
    let settings = Settings { epochs: 200, seed, ..Settings::new(SoftmaxCrossEntropy::<K>::new(), Adam::new(rate)) };
    trainer.fit(&settings, &split.train.samples()?, None, None, |_, _| ())?;
    let mut predicted = vec![0; split.test.inputs.len()];
    trainer.classify(split.test.inputs, &mut predicted)?;
    Ok(ConfusionMatrix::<K>::from_classes(&predicted, split.test.targets)?.accuracy())
}

/// y = 10·sin(π·x₀·x₁) + 20·(x₂ − ½)² + 10·x₃ + 5·x₄ + noise, ten features of which five have an effect.
fn friedman1(rows: usize) -> (Vec<[f32; 10]>, Vec<f32>) {
    let mut rng = XorShiftRng::seed_from_u64(1);
    let row = |_| {
        let x: [f32; 10] = core::array::from_fn(|_| f32::uniform(&mut rng));
        let noise: f32 = (0..12).map(|_| f32::uniform(&mut rng)).sum::<f32>() - 6.0;
        let y =
            10.0 * (std::f32::consts::PI * x[0] * x[1]).sin() + 20.0 * (x[2] - 0.5).powi(2) + 10.0 * x[3] + 5.0 * x[4];
        (x, y + noise)
    };
    (0..rows).map(row).unzip()
}

/// Resistance, frequency, inductance and capacity of a circuit: its impedance or its phase.
fn friedman23(rows: usize, f: impl Fn(f32, f32) -> f32) -> (Vec<[f32; 4]>, Vec<f32>) {
    let mut rng = XorShiftRng::seed_from_u64(2);
    let row = |_| {
        let u: [f32; 4] = core::array::from_fn(|_| f32::uniform(&mut rng));
        let pi = std::f32::consts::PI;
        let x = [100.0 * u[0], pi * (40.0 + 520.0 * u[1]), u[2], 1.0 + 10.0 * u[3]];
        (x, f(x[0], x[1] * x[2] - 1.0 / (x[1] * x[3])))
    };
    (0..rows).map(row).unzip()
}

/// A table of `examples/data`.
fn read<const N: usize, Y: std::str::FromStr<Err: Error + 'static>>(name: &str) -> Outcome<(Vec<[f32; N]>, Vec<Y>)> {
    let path = format!("{}/../../examples/data/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let (mut inputs, mut targets) = (vec![], vec![]);
    for row in csv::Reader::from_path(path)?.records() {
        let row = row?;
        let features = row.iter().take(N).map(str::parse).collect::<Result<Vec<f32>, _>>()?;
        inputs.push(features.try_into().map_err(|_| "too few columns")?);
        targets.push(row.get(N).ok_or("too few columns")?.parse()?);
    }
    Ok((inputs, targets))
}

/// The first 600 digits, so that a test figure can differ.
fn digits() -> Outcome<(Vec<[f32; 64]>, Vec<usize>)> {
    let (mut inputs, mut classes) = read::<64, usize>("digits")?;
    inputs.truncate(600);
    classes.truncate(600);
    Ok((inputs, classes))
}
