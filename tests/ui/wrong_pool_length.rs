//! A pool of 12 steps in windows of 3 has 4 of them, not 5.
use bareprop::{Adam, Dense, Flatten, MaxPool1d, Trainer, Zero};

type Net = (MaxPool1d<12, 5, 2, 3>, Flatten<[[f32; 2]; 5], 10>, Dense<10, 1>);

static TRAINER: Trainer<Net, Adam> = Trainer::ZERO;

fn main() {
    let _ = &TRAINER;
}
