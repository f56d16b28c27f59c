//! Layers: a network as a tuple type, its memory as constants, and what the initialisation does to a deep one.
//!
//!     cargo run --release --example 02_layers
//!     cargo run --release --example 02_layers -- --seed 7 --picture my.png
//!
//! The type is the drawing of the network. Sizes that do not fit do not compile: were the second layer below a
//! `Dense<8, 8, Tanh>`, the compiler would say
//!
//!     error[E0271]: type mismatch resolving `<Dense<8, 8, Tanh> as Layer>::Input == [f32; 16]`
//!        |
//!        | const _: () = assert!(Trainer::<Net, Adam, 8>::BYTES < 8 * 1024);
//!        |                       ^^^^^^^^^^^^^^^^^^^^^^^ expected an array with a size of 16, found one with a size of 8

mod common;

use std::path::{Path, PathBuf};

use bareprop::*;
use clap::Parser;
use common::graph::short;
use common::{Outcome, options, picture, put, say};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// Builds networks, prints their memory and bits, and draws what initial weights do to a deep one.
#[derive(Parser)]
#[command(allow_negative_numbers = true)]
struct Arguments {
    /// The seed of weights and inputs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "02_layers.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

/// Four inputs, two hidden layers, three logits.
type Net = (Dense<4, 16, Relu>, Dense<16, 8, Tanh>, Dense<8, 3>);

/// What training it takes is known before the program starts; were it more, this would not compile.
const _: () = assert!(Trainer::<Net, Adam, 8>::BYTES < 8 * 1024);

fn main() -> Outcome {
    let Arguments { seed, picture } = Arguments::parse();
    let (units, rows) = (deep(seed, 1)?, deep(seed, 500)?);
    draw(&picture, &units, &rows)?;
    memory();
    forward(seed)?;
    say!("Ten layers: the standard deviation of each one's outputs over its units, for one row");
    say!("(* what the activation draws by default)\n");
    report(&units);
    say!("The same of each unit over 500 rows: how well a layer still tells one row from another\n");
    report(&rows);
    say!(
        "He's 2/IN makes up for ReLU, which halves the mean square; the others shrink layer by layer. Behind tanh, LeCun"
    );
    say!(
        "and Glorot lose it slowly; He holds it, nearer to where tanh is flat. Behind a sigmoid, whose slope is 1/4 at most,"
    );
    say!("rows become alike with each of them: deep networks do without it.");
    Ok(())
}

fn memory() {
    type Training = Trainer<Net, Adam, 8>;
    say!("4-16-8-3, Adam, 8 rows at a time\n");
    for (name, count) in [
        ("parameters", Training::PARAMETERS),
        ("bytes of the network", Training::NETWORK_BYTES),
        ("bytes of the gradient", Training::GRADIENT_BYTES),
        ("bytes of Adam's moments", Training::OPTIMIZER_BYTES),
        ("bytes of the tape", Training::TAPE_BYTES),
        ("bytes of it all", Training::BYTES),
        ("bytes for inference alone", size_of::<Predictor<Net, 1>>()),
    ] {
        say!("  {name:<26}{count:>6}");
    }
}

/// One row, and many. Neither the number of rows nor how many pass at a time changes a bit of any result.
fn forward(seed: u64) -> Outcome {
    let mut network = Net::ZERO;
    network.initialize(None, &mut XorShiftRng::seed_from_u64(seed)); // He before ReLU, Glorot before tanh and the logits
    say!("\nSeed {seed} gives weights with the bits {:08x}, on every machine.\n", network.bits());

    let mut inputs = [[0.0; 4]; 100];
    datasets::blobs(&mut inputs, &mut [0_usize; 100], &[[0.0; 4]], 1.0, seed)?; // normal around 0
    let mut logits = [[0.0; 3]; 100];
    let mut predictor = Predictor::<Net>::ZERO;
    predictor.logits(&network, &inputs[..1], &mut logits[..1])?;
    say!("  one row:     {:?} -> {:?}", inputs[0], logits[0]);

    let first = logits[0];
    let mut predictor = Predictor::<Net, 16>::ZERO; // 16 at a time
    predictor.logits(&network, &inputs, &mut logits)?;
    let mut probabilities = [[0.0; 3]; 100];
    predictor.predict(&network, &SoftmaxCrossEntropy::<3>::default(), &inputs, &mut probabilities)?;
    say!("  100 rows:    {} for the first; after softmax {:.4?}", same(first == logits[0]), probabilities[0]);

    let mut again = Net::ZERO;
    again.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
    say!("  same seed:   {}\n", same(again.bits() == network.bits()));
    Ok(())
}

fn same(equal: bool) -> &'static str {
    if equal { "the same bits" } else { "OTHER BITS" }
}

/// How weights may be drawn; `None` is too small: normal with standard deviation 0.01, whatever the layer's size.
const INITS: [Option<Init>; 7] = [
    None,
    Some(Init::LeCunNormal),
    Some(Init::LeCunUniform),
    Some(Init::GlorotNormal),
    Some(Init::GlorotUniform),
    Some(Init::HeNormal),
    Some(Init::HeUniform),
];

/// Ten layers with the same activation: the spread behind each, for each initialisation.
struct Depth {
    activation: &'static str,
    /// What the activation draws by default.
    default: Init,
    spreads: Vec<(Option<Init>, Vec<f64>)>,
}

/// What each initialisation does with each activation. It suits one where the spread neither dies out nor grows.
fn deep(seed: u64, rows: usize) -> Result<Vec<Depth>, Error> {
    type Spreads = fn(Option<Init>, u64, usize) -> Result<Vec<f64>, Error>;
    let activations: [(&str, Init, Spreads); 3] = [
        ("Relu", Relu::INIT, spreads::<Relu>),
        ("Tanh", Tanh::INIT, spreads::<Tanh>),
        ("Sigmoid", Sigmoid::INIT, spreads::<Sigmoid>),
    ];
    let depth = |(activation, default, spreads): (&'static str, Init, Spreads)| {
        let spreads = INITS.iter().map(|&init| Ok((init, spreads(init, seed, rows)?))).collect::<Result<_, Error>>()?;
        Ok(Depth { activation, default, spreads })
    };
    activations.into_iter().map(depth).collect()
}

/// A table for each activation.
fn report(depths: &[Depth]) {
    for Depth { activation, default, spreads } in depths {
        put!("  {activation:<15}");
        (1..=10).for_each(|layer| put!("{layer:>9}"));
        say!("");
        for (init, spreads) in spreads {
            put!("  {:<15}", name(*init) + if *init == Some(*default) { " *" } else { "" });
            spreads.iter().for_each(|spread| put!("{:>9}", short(*spread as f32)));
            say!("");
        }
        say!("");
    }
}

fn name(init: Option<Init>) -> String {
    init.map_or("0.01·normal".into(), |init| format!("{init:?}"))
}

/// The variance, which is the square of the spread, layer by layer: over the units above, over the rows below.
fn draw(path: &Path, units: &[Depth], rows: &[Depth]) -> Outcome {
    let area = picture::canvas(path, (1700, 1000))?;
    let panels = area.split_evenly((2, 3));
    let above = units.iter().map(|depth| (depth, "variance over the units, one row"));
    let below = rows.iter().map(|depth| (depth, "variance over 500 rows"));
    for ((depth, what), panel) in above.chain(below).zip(&panels) {
        let curve = |(init, spreads): &(Option<Init>, Vec<f64>)| {
            let variances = spreads.iter().map(|spread| (spread * spread) as f32);
            let drawn = variances.map(|variance| if variance < LEAST { f32::NAN } else { variance });
            (name(*init), (1..).zip(drawn).map(|(layer, variance): (u32, f32)| (layer as f32, variance)).collect())
        };
        let curves: Vec<_> = depth.spreads.iter().map(curve).collect();
        picture::curves_within(panel, (depth.activation, "layer", what), &curves, (LEAST, 10.0), true)?;
    }
    Ok(picture::save(&area, path)?)
}

/// Variances below are not drawn.
const LEAST: f32 = 1e-12;

/// Ten layers, alternately of 60 and 120 units: the spread of each one's outputs.
fn spreads<A: Activation>(init: Option<Init>, seed: u64, rows: usize) -> Result<Vec<f64>, Error> {
    let mut rng = XorShiftRng::seed_from_u64(seed);
    let mut wide = vec![[0.0; 120]; rows];
    datasets::blobs(&mut wide, &mut vec![0_usize; rows], &[[0.0; 120]], 1.0, seed)?; // normal around 0
    let mut spreads = vec![];
    for _ in 0..5 {
        let narrow = pass::<120, 60, A>(init, &wide, &mut rng)?;
        wide = pass::<60, 120, A>(init, &narrow, &mut rng)?;
        spreads.extend([spread(&narrow), spread(&wide)]);
    }
    Ok(spreads)
}

/// The rows behind one new layer.
fn pass<const IN: usize, const OUT: usize, A: Activation>(
    init: Option<Init>,
    inputs: &[[f32; IN]],
    rng: &mut XorShiftRng,
) -> Result<Vec<[f32; OUT]>, Error> {
    let mut layer = Dense::<IN, OUT, A>::ZERO;
    layer.initialize(init.or(Some(Init::LeCunNormal)), rng);
    if init.is_none() {
        let scale = 0.01 * Scalar::sqrt(IN as f32); // LeCun's deviation is 1/√IN
        layer.weights.0.as_flattened_mut().iter_mut().for_each(|weight| *weight *= scale);
    }
    let (mut predictor, mut outputs) = (Predictor::<Dense<IN, OUT, A>>::ZERO, vec![[0.0; OUT]; inputs.len()]);
    predictor.logits(&layer, inputs, &mut outputs)?; // behind the activation: to a loss, a network's outputs are logits
    Ok(outputs)
}

/// √(mean of (x − mean x)²), added up in f64, so that rounding leaves no spread of its own.
fn deviation(values: impl Iterator<Item = f32> + Clone) -> f64 {
    let count = values.clone().count() as f64;
    let mean = values.clone().map(f64::from).sum::<f64>() / count;
    Scalar::sqrt(values.map(|x| f64::from(x) - mean).map(|x| x * x).sum::<f64>() / count)
}

/// How far the outputs spread: those of one row over the units of a layer; of many, those of one unit over the rows
/// (the root of the mean square over all units).
fn spread<const OUT: usize>(outputs: &[[f32; OUT]]) -> f64 {
    if let [row] = outputs {
        return deviation(row.iter().copied());
    }
    let of_unit = |unit: usize| deviation(outputs.iter().map(move |row| row[unit]));
    let squares: f64 = (0..OUT).map(|unit| of_unit(unit) * of_unit(unit)).sum();
    Scalar::sqrt(squares / OUT as f64)
}
