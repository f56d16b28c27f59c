//! A kernel of 3 × 5 pixels has 26 × 24 windows in 28 × 28 pixels.
use bareprop::Conv2d;

const LAYER: Conv2d<28, 26, 28, 26, 1, 2, 3, 5, 1> = Conv2d::new([[[[0.0; 2]; 1]; 5]; 3], [0.0; 2]);

fn main() {
    let _ = &LAYER;
}
