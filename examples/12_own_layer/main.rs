//! A layer of one's own: layer normalisation, and a residual block around any layer. Checks their gradients against central
//! differences, and trains a network with both, twelve layers deep, beside the same network without them.
//!
//!     cargo run --release --example 12_own_layer

#[path = "../common/mod.rs"]
mod common;
mod layer_norm;
mod residual;

use bareprop::*;
use clap::Parser;
use common::{Outcome, say};
use layer_norm::LayerNorm;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;
use residual::Residual;
use std::ops::ControlFlow;

/// x + tanh(LayerNorm(x)·W + b).
type Block<T = f32> = Residual<(ByRow<LayerNorm<8, T>>, Dense<8, 8, Tanh, T>)>;
type Blocks<T = f32> = (Block<T>, Block<T>, Block<T>, Block<T>, Block<T>, Block<T>);
type Deep<T = f32> = (Dense<2, 8, Identity, T>, Blocks<T>, Dense<8, 1, Identity, T>);

/// Six layers of the same size, each x ← tanh(x·W + b).
type Layers =
    (Dense<8, 8, Tanh>, Dense<8, 8, Tanh>, Dense<8, 8, Tanh>, Dense<8, 8, Tanh>, Dense<8, 8, Tanh>, Dense<8, 8, Tanh>);
type Plain = (Dense<2, 8>, Layers, Dense<8, 1>);

/// Trains with layers of one's own, and checks their gradients.
#[derive(Parser)]
struct Arguments {}

fn main() -> Outcome {
    Arguments::parse();
    let (mut inputs, mut targets) = ([[0.0; 2]; 12], [[0.0]; 12]);
    datasets::moons(&mut inputs, &mut targets, 0.1, 1)?;
    let mut trainer = Boxed::<Trainer<Deep<f64>, Sgd<f64>, 4>>::zero();
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let settings = Settings { l2: 0.01, ..Settings::new(BinaryCrossEntropy::default(), Sgd::default()) };
    let check = trainer.gradient_check(&settings, &Samples::new(&inputs, &targets)?, 1e-5)?;
    say!("gradients of {} parameters: off by {:.1e} at worst", Deep::<f64>::COUNT, check.relative_error);
    assert!(check.relative_error < 1e-6, "{check:?}");

    say!("spirals, 60 epochs of Adam: accuracy of 2-8-...-8-1 with six tanh layers");
    say!("  with LayerNorm and residual blocks  {:.3}", accuracy::<Deep>()?);
    say!("  without                             {:.3}", accuracy::<Plain>()?);
    Ok(())
}

/// Trains on two spirals, and tests on others.
fn accuracy<N: Layer<Input = [f32; 2], Output = [f32; 1], Scalar = f32>>() -> Result<f64, Error> {
    let (mut inputs, mut targets) = ([[0.0; 2]; 1000], [[0.0]; 1000]);
    datasets::spirals(&mut inputs, &mut targets, 2, 0.04, 3)?;
    let (train, test) =
        (Samples::new(&inputs[..600], &targets[..600])?, Samples::new(&inputs[600..], &targets[600..])?);
    let mut trainer = Boxed::<Trainer<N, Adam>>::zero();
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(2));
    let adam = Adam { learning_rate: 0.01, ..Adam::default() };
    let settings = Settings { epochs: 60, ..Settings::new(BinaryCrossEntropy::default(), adam) };
    trainer.fit(&settings, &train, None, None, |_, _| ControlFlow::Continue(()))?;
    let mut probabilities = [[0.0]; 400];
    trainer.predict(&settings.loss, test.inputs(), &mut probabilities)?;
    let labels: Vec<bool> = test.targets().iter().map(|&[target]| target >= 0.5).collect();
    Ok(metrics::Confusion::from_scores(probabilities.as_flattened(), &labels, 0.5)?.accuracy())
}
