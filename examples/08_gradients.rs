//! Diseases of gradients, made on purpose: what `Trainer::trace` says of each layer, and the cure that the verdict advises.
//!
//!     cargo run --release --example 08_gradients
//!     cargo run --release --example 08_gradients -- --seed 7

mod common;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use bareprop::trace::{EXPLODING, LayerTrace, UnitTrace, VANISHING, Verdict};
use bareprop::*;
use clap::Parser;
use common::{Outcome, options, picture, print_table, say};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// Twelve layers deep, with the same activation everywhere.
type Deep<A> = (
    (Dense<2, 16, A>, Dense<16, 16, A>, Dense<16, 16, A>, Dense<16, 16, A>, Dense<16, 16, A>, Dense<16, 16, A>),
    (Dense<16, 16, A>, Dense<16, 16, A>, Dense<16, 16, A>, Dense<16, 16, A>, Dense<16, 16, A>, Dense<16, 1>),
);
type Flat<A> = (Dense<2, 32, A>, Dense<32, 16, A>, Dense<16, 1>);
type Rows<'a> = Samples<'a, [f32; 2], [f32; 1]>;

/// Shows vanishing, exploding, dead, saturated and overflowing gradients, each before and after its cure.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// The seed of data, weights and shuffles.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "08_gradients.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

/// One network with its settings, and what makes it ill or well.
struct Patient<N: Layer<Scalar = f32>, L> {
    trainer: Boxed<Trainer<N, Sgd>>,
    settings: Settings<L, Sgd>,
}

/// The same job twice: what is wrong and what helps, before and after.
struct Case {
    disease: &'static str,
    cure: &'static str,
    before: Examination,
    after: Examination,
    /// The name of the case in the picture, and the number of each layer that shows it.
    panel: (&'static str, &'static str, fn(&LayerTrace) -> f32),
}

/// What a trace said about each layer, and how training went on: the loss after it, or why it broke off.
struct Examination {
    layers: Vec<LayerTrace>,
    outcome: Result<f32, Error>,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let (mut inputs, mut targets) = (vec![[0.0; 2]; 400], vec![[0.0; 1]; 400]);
    datasets::moons(&mut inputs, &mut targets, 0.15, arguments.seed)?;
    let moons = Samples::new(&inputs, &targets)?;
    let cases = [
        vanishing(&moons, arguments.seed)?,
        exploding(&moons, arguments.seed)?,
        dead(&moons, arguments.seed)?,
        saturated(&moons, arguments.seed)?,
    ];
    draw(&arguments.picture, &cases)?;
    for (number, case) in (1..).zip(&cases) {
        say!("{number}. {}\n", case.disease);
        report(&case.before);
        say!("   The cure: {}\n", case.cure);
        report(&case.after);
    }
    overflowing(&moons, arguments.seed)?;
    check(arguments.seed)
}

/// Sigmoid's slope is at most 1/4: each of twelve layers makes the gradient smaller on its way back.
fn vanishing(moons: &Rows, seed: u64) -> Result<Case, Error> {
    let loss = BinaryCrossEntropy::default();
    let before = patient::<Deep<Sigmoid>, _>(loss, 0.1, seed).examine(moons)?;
    let after = patient::<Deep<Relu>, _>(loss, 0.1, seed).examine(moons)?;
    Ok(Case {
        disease: "Vanishing: twelve layers of sigmoids",
        cure: "Relu, whose slope is 1, with He's weights",
        before,
        after,
        panel: ("vanishing: sigmoid, then Relu", "mean |g|", |layer| layer.mean_gradient),
    })
}

/// Weights three times too large: each layer triples what passes through it, forward and backward.
fn exploding(moons: &Rows, seed: u64) -> Result<Case, Error> {
    let mut ill = patient::<Deep<Relu>, _>(BinaryCrossEntropy::default(), 0.1, seed);
    for tensor in 0..Deep::<Relu>::TENSORS {
        ill.trainer.network.tensor_mut(tensor).iter_mut().for_each(|w| *w *= 3.0);
    }
    let before = ill.examine(moons)?;
    let mut well = patient::<Deep<Relu>, _>(BinaryCrossEntropy::default(), 0.1, seed);
    let after = well.examine(moons)?;
    Ok(Case {
        disease: "Exploding: twelve layers of Relu whose weights are three times too large",
        cure: "He's weights as they were drawn",
        before,
        after,
        panel: ("exploding: weights × 3, then He's", "largest |g|", |layer| layer.largest_gradient),
    })
}

/// Biases of the first layer far below zero, where one step that is too long can leave them: no row switches a unit on any
/// more, and the layer behind gets nothing but zeros.
fn dead(moons: &Rows, seed: u64) -> Result<Case, Error> {
    let before = with_low_biases::<Relu>(seed).examine(moons)?;
    let after = with_low_biases::<LeakyRelu>(seed).examine(moons)?;
    Ok(Case {
        disease: "Dead: Relu with biases of -10 in the first layer",
        cure: "LeakyRelu, which comes back from the same biases",
        before,
        after,
        panel: ("dead: Relu, then LeakyRelu (biases −10)", "share of dead units", |layer| layer.dead),
    })
}

/// A network whose first layer is off for every row.
fn with_low_biases<A: Activation>(seed: u64) -> Patient<Flat<A>, BinaryCrossEntropy> {
    let mut patient = patient::<Flat<A>, _>(BinaryCrossEntropy::default(), 0.1, seed);
    patient.trainer.network.0.bias.fill(-10.0);
    patient
}

/// Features of the size of thousands drive tanh to where it is flat.
fn saturated(moons: &Rows, seed: u64) -> Result<Case, Error> {
    let large: Vec<[f32; 2]> = moons.inputs().iter().map(|row| row.map(|x| x * 1000.0)).collect();
    let loss = BinaryCrossEntropy::default();
    let rows = Samples::new(&large, moons.targets())?;
    let before = patient::<Flat<Tanh>, _>(loss, 0.1, seed).examine(&rows)?;
    let (mut scaler, mut scaled) = (StandardScaler::<2>::ZERO, large.clone());
    scaler.fit(&large)?;
    scaled.iter_mut().try_for_each(|row| scaler.transform(row))?;
    let rows = Samples::new(&scaled, moons.targets())?;
    let after = patient::<Flat<Tanh>, _>(loss, 0.1, seed).examine(&rows)?;
    Ok(Case {
        disease: "Saturated: tanh with features a thousand times too large",
        cure: "a StandardScaler",
        before,
        after,
        panel: ("saturated: features × 1000, then scaled", "share of saturated units", |layer| layer.saturated),
    })
}

/// A learning rate so large that training leaves the finite numbers: the error says where, and the step is not taken.
fn overflowing(moons: &Rows, seed: u64) -> Outcome {
    say!("5. Overflowing: mean squared error at a learning rate of 5; the cures: clip the gradient, or 0.1\n");
    for (name, learning_rate, clip) in [
        ("rate 5", 5.0, Clip::None),
        ("rate 5, ‖g‖ clipped to 0.02", 5.0, Clip::Norm(0.02)),
        ("rate 0.1", 0.1, Clip::None),
    ] {
        let mut patient = patient::<Flat<Relu>, _>(MeanSquaredError, learning_rate, seed);
        patient.settings.clip = clip;
        let outcome = patient.train(moons, 100);
        let (network, steps) = (&patient.trainer.network, patient.trainer.steps());
        match outcome {
            Ok(loss) => say!("   {name}: {steps} steps, loss {loss:.4}"),
            Err(error) => say!("   {name}: broke off after {steps} steps: {error}"),
        }
        let finite = (0..Flat::<Relu>::TENSORS).all(|index| network.tensor(index).iter().all(|w| w.is_finite()));
        say!("      parameters that are not finite: {}", if finite { "none" } else { "some" });
    }
    say!("");
    Ok(())
}

/// Backpropagation against central differences, in f64, with dropout and L2.
fn check(seed: u64) -> Outcome {
    type Small = (Dense<2, 8, Tanh, f64>, Dropout<8, f64>, Dense<8, 4, Gelu, f64>, Dense<4, 1, Identity, f64>);
    let (mut inputs, mut targets) = (vec![[0.0; 2]; 20], vec![[0.0; 1]; 20]);
    datasets::moons(&mut inputs, &mut targets, 0.15, seed)?;
    let mut trainer = Trainer::<Small, Sgd<f64>>::ZERO;
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
    trainer.network.1.rate = 0.3;
    let settings = Settings { l2: 0.1, ..Settings::new(BinaryCrossEntropy::default(), Sgd::default()) };
    let worst = trainer.gradient_check(&settings, &Samples::new(&inputs, &targets)?, 1e-5)?;
    let (layer, kind) = Small::describe(worst.tensor);
    say!("6. Whether backpropagation is right: 2-8-4-1 in f64, {} parameters, dropout and L2\n", Small::COUNT);
    say!("   worst of all: the {kind} of layer {layer}, number {}", worst.index);
    say!("   by backpropagation        {:+.12e}", worst.backpropagation);
    say!("   by central differences    {:+.12e}", worst.numerical);
    say!("   relative error            {:.1e} (a mistake shows as more than 1e-6)\n", worst.relative_error);
    Ok(())
}

/// A network with fresh weights, ready for plain gradient descent.
fn patient<N: Layer<Scalar = f32>, L>(loss: L, learning_rate: f32, seed: u64) -> Patient<N, L> {
    let mut trainer = Boxed::<Trainer<N, Sgd>>::zero();
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
    Patient { trainer, settings: Settings { seed, ..Settings::new(loss, Sgd { learning_rate }) } }
}

impl<N, L> Patient<N, L>
where
    N: Layer<Scalar = f32, Input = [f32; 2], Output = [f32; 1]>,
    L: Loss<[f32; 1], Target = [f32; 1]> + Copy,
{
    /// Traces a step with all rows, then trains for 100 epochs.
    fn examine(&mut self, rows: &Rows) -> Result<Examination, Error> {
        let (mut before, mut units) = (Boxed::<N>::zero(), vec![UnitTrace::ZERO; N::UNITS]);
        let mut layers = vec![];
        self.trainer.trace(&self.settings, rows, &mut before, &mut units, |layer| layers.push(*layer))?;
        Ok(Examination { layers, outcome: self.train(rows, 100) })
    }

    /// Trains for some epochs. Returns the loss of all rows afterwards.
    fn train(&mut self, rows: &Rows, epochs: u32) -> Result<f32, Error> {
        let settings = Settings { epochs, ..self.settings };
        self.trainer.fit(&settings, rows, None, None, |_, _| ControlFlow::Continue(()))?;
        self.trainer.evaluate(&settings.loss, rows)
    }
}

/// Prints a table with a line for each layer, the advice for what is not healthy, and how training ended.
fn report(Examination { layers, outcome }: &Examination) {
    print_table(
        &["layer", "mean |g|", "deviation of g", "largest |g|", "‖Δw‖/‖w‖", "dead", "saturated", "verdict"],
        layers.iter().map(line),
    );
    let mut verdicts: Vec<Verdict> = layers.iter().map(LayerTrace::verdict).collect();
    verdicts.retain(|&verdict| verdict != Verdict::Healthy);
    verdicts.sort_by_key(|&verdict| format!("{verdict:?}"));
    verdicts.dedup();
    for verdict in verdicts {
        say!("   {verdict:?}: {}", verdict.advice());
    }
    match outcome {
        Ok(loss) => say!("   loss after 100 epochs: {loss:.4}\n"),
        Err(error) => say!("   training broke off: {error}\n"),
    }
}

/// A layer's line in the table.
fn line(layer: &LayerTrace) -> Vec<String> {
    vec![
        layer.layer.to_string(),
        format!("{:.1e}", layer.mean_gradient),
        format!("{:.1e}", layer.deviation),
        format!("{:.1e}", layer.largest_gradient),
        format!("{:.1e}", layer.update_ratio),
        format!("{:.0} %", 100.0 * layer.dead),
        format!("{:.0} %", 100.0 * layer.saturated),
        format!("{:?}", layer.verdict()),
    ]
}

/// A panel for each disease: layer by layer, before and after.
fn draw(path: &Path, cases: &[Case]) -> Outcome {
    let area = picture::canvas(path, (1300, 900))?;
    for (case, area) in cases.iter().zip(area.split_evenly((2, 2))) {
        let (name, what, show) = case.panel;
        let curve = |of: &Examination| (0..).zip(&of.layers).map(|(at, layer)| (at as f32, show(layer))).collect();
        let mut curves = vec![("before".to_string(), curve(&case.before)), ("after".to_string(), curve(&case.after))];
        let last = case.before.layers.len() as f32 - 1.0;
        let mut limit =
            |name: &str, at: f64| curves.push((name.to_string(), vec![(0.0, at as f32), (last, at as f32)]));
        match what {
            "mean |g|" => limit("vanishing below", VANISHING),
            "largest |g|" => limit("exploding above", EXPLODING),
            _ => limit("ill above", 0.5),
        }
        let logarithmic = what.ends_with("|g|");
        picture::curves(&area, (name, "layer", what), &curves, logarithmic)?;
    }
    Ok(picture::save(&area, path)?)
}
