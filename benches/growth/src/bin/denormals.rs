//! `denormals L2`: trains 2-64-32-1 until the moments of dead units have decayed below the smallest normal number, and prints microseconds of
//! processor time per step before units die, and of the slowest stretch since.
//!
//! A third of the units dies by force after 2,000 steps. Adam's first moment takes 830 steps from 1 to 10⁻³⁸, the second 87,000.

use bareprop::*;
use cpu_time::ProcessTime;
use growth::{fill, moons};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

fn main() {
    let l2 = std::env::args().nth(1).and_then(|argument| argument.parse().ok()).expect("the factor of L2");
    let (mut trainer, mut rng) = (moons(), XorShiftRng::seed_from_u64(1));
    let settings = Settings { l2, ..Settings::new(BinaryCrossEntropy::default(), Adam::default()) };
    let (mut inputs, mut targets) = ([[0.0; 2]; 512], [[0.0]; 512]);
    fill(&mut rng, &mut inputs, &mut targets);
    let mut times = vec![];
    for part in 0..60 {
        times.push(microseconds(&mut trainer, &settings, &Samples::new(&inputs, &targets).expect("good rows")));
        if part == 0 {
            trainer.network.0.bias[..21].fill(-10.0);
            trainer.network.2.bias[..11].fill(-100.0);
        }
    }
    // Medians of three, so that no neighbour on the machine counts as slow-down.
    let slowest = times.windows(3).map(median).fold(0.0, f64::max);
    println!("{:.3} {slowest:.3}", times[0]);
}

/// The median time of a step over 2,000 steps with batches of 32.
fn microseconds(
    trainer: &mut Trainer<growth::Moons, Adam, 32>,
    settings: &Settings<BinaryCrossEntropy, Adam>,
    samples: &Samples<'_, [f32; 2], [f32; 1]>,
) -> f64 {
    let epochs: Vec<f64> = (0..125)
        .map(|_| {
            let start = ProcessTime::now();
            trainer.epoch(settings, samples, 0..samples.rows(), |_| ()).expect("an epoch");
            start.elapsed().as_secs_f64() * 1e6 / 16.0
        })
        .collect();
    median(&epochs)
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
