//! From PyTorch and back: reads the weights of an `nn.Sequential` from a file, predicts, and writes a file that PyTorch reads.
//!
//!     cargo run --release --example 17_from_pytorch
//!     cargo run --release --example 17_from_pytorch -- --model model.safetensors --output back.safetensors
//!
//! In PyTorch, the file comes from `safetensors.torch.save_file(model.state_dict(), "model.safetensors")`, and
//! `model.load_state_dict(safetensors.torch.load_file("back.safetensors"))` takes it back.

mod common;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use bareprop::storage::safetensors::{self, Format};
use bareprop::*;
use clap::Parser;
use common::{Outcome, options, say};

/// `nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3))`.
type Net = (Dense<4, 16, Relu>, Dense<16, 8, Relu>, Dense<8, 3>);

/// Rows to predict the classes of.
const ROWS: [[f32; 4]; 5] = [
    [0.831_595_1, -1.217_110_1, -1.250_761_6, 0.282_448_8],
    [0.448_854_06, 1.234_318_1, -0.293_208_96, -0.555_896_16],
    [-0.756_273_45, -0.811_418_6, 1.109_342, 0.467_012_88],
    [-1.145_445_5, 0.170_639_44, 1.063_023_6, 1.579_692_2],
    [1.459_802_9, -0.853_408_6, 0.497_494_9, -0.672_181_4],
];

/// Reads a network 4-16-8-3 that was trained in PyTorch, and prints the probabilities that it gives.
#[derive(Parser)]
struct Arguments {
    /// The file with the weights.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/torch_mlp.safetensors"), value_name = "FILE")]
    model: PathBuf,
    /// A file to write the network into.
    #[arg(long, value_name = "FILE", value_parser = options::file)]
    output: Option<PathBuf>,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let mut network = Net::ZERO;
    load(&mut network, &arguments.model).map_err(|error| format!("{}: {error}", arguments.model.display()))?;
    say!("{} parameters, bits {:08x}", Net::COUNT, network.bits());

    let mut probabilities = [[0.0; 3]; ROWS.len()];
    let mut predictor = Predictor::<Net>::ZERO;
    predictor.predict(&network, &SoftmaxCrossEntropy::new(), &ROWS, &mut probabilities)?;
    for [a, b, c] in probabilities {
        say!("{a:.7} {b:.7} {c:.7}");
    }
    if let Some(path) = arguments.output {
        save(&network, &path).map_err(|error| format!("{}: {error}", path.display()))?;
        say!("written: {}", path.display());
    }
    Ok(())
}

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

fn load(network: &mut Net, path: &Path) -> Result {
    Ok(safetensors::read(network, &Format::default(), &mut File::open(path)?)?)
}

fn save(network: &Net, path: &Path) -> Result {
    let mut file = BufWriter::new(File::create(path)?);
    safetensors::write(network, &Format::default(), |bytes| file.write_all(bytes))?;
    Ok(file.flush()?)
}
