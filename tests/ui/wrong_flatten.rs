//! 4 steps of 3 channels are 12 numbers, not 16.
use bareprop::{Dense, Flatten, Predictor, Zero};

type Net = (Flatten<[[f32; 3]; 4], 16>, Dense<16, 2>);

fn main() {
    let _ = Predictor::<Net, 1>::ZERO;
    let _ = Net::ZERO;
}
