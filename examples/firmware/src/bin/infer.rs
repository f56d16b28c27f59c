//! Inference with a network in flash: no byte of RAM holds a parameter. `network.rs` was written on a desktop, by
//! `cargo run --release --example 11_export` in the library's folder.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{BinaryCrossEntropy, Error, Predictor, Zero};
use firmware::chip::Fixed;
use firmware::line;
use firmware::network::{EXAMPLES, NETWORK, Net};
use static_cell::ConstStaticCell;

static PREDICTOR: ConstStaticCell<Predictor<Net>> = ConstStaticCell::new(Predictor::ZERO);

/// How many of the examples come out with the very bits of the desktop.
fn infer() -> Result<usize, Error> {
    let Some(predictor) = PREDICTOR.try_take() else { return Ok(0) };
    let mut same = 0;
    for (row, expected) in &EXAMPLES {
        let mut probability = [[0.0]];
        predictor.predict(&NETWORK, &BinaryCrossEntropy::default(), &[*row], &mut probability)?;
        let [[probability]] = probability;
        line!("({}, {}) is of class 1 with probability {}", Fixed(row[0]), Fixed(row[1]), Fixed(probability));
        same += usize::from(probability.to_bits() == expected.to_bits());
    }
    Ok(same)
}

fn run() -> bool {
    infer() == Ok(EXAMPLES.len())
}

firmware::start!(run);
