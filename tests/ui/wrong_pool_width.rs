//! The mean over 2 × 2 pixels of a picture of 6 × 5: 3 × 2 windows, not 3 × 3.
use bareprop::AveragePool2d;

static POOL: AveragePool2d<6, 3, 5, 3, 1, 2> = AveragePool2d::new();

fn main() {
    let _ = &POOL;
}
