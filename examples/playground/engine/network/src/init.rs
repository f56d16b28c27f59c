//! Initial weights of a matrix whose sizes are known at run time: the numbers that `Dense<IN, OUT>` draws.

use bareprop::{Dense, Generator, Init, Layer, Scalar, Zero};

/// Draws weights in order, one draw each.
pub fn draw(init: Init, weights: &mut [f32], inputs: usize, units: usize, rng: &mut (impl Generator + ?Sized)) {
    let (inputs, both) = (inputs as f32, inputs as f32 + units as f32);
    let variance = match init {
        Init::HeNormal | Init::HeUniform => 2.0 / inputs,
        Init::GlorotNormal | Init::GlorotUniform => 2.0 / both,
        _ => 1.0 / inputs,
    };
    let normal = matches!(init, Init::HeNormal | Init::GlorotNormal | Init::LeCunNormal);
    let spread = Scalar::sqrt(if normal { variance } else { 3.0 * variance });
    for weight in weights {
        let number = if normal { standard_normal(rng) } else { f32::uniform(rng) * 2.0 - 1.0 };
        *weight = number * spread;
    }
}

/// A standard normal number: LeCun's weight of a layer with one input, whose variance is 1.
fn standard_normal(rng: &mut (impl Generator + ?Sized)) -> f32 {
    let mut single = Dense::<1, 1>::ZERO;
    single.initialize(Some(Init::LeCunNormal), rng);
    single.weights.0[0][0]
}
