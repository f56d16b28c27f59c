//! `stream SAMPLES BATCH`: trains 2-64-32-1 on rows that are made as they are needed, and prints nanoseconds of processor time per sample.

use bareprop::*;
use cpu_time::ProcessTime;
use growth::{fill, moons};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>().expect("a number"));
    let (samples, batch) = (arguments.next().expect("samples"), arguments.next().expect("a batch size"));
    let mut trainer = moons();
    let settings = Settings { l2: 0.001, ..Settings::new(BinaryCrossEntropy::default(), Adam::default()) };
    // Small numbers of samples are timed several times.
    let (mut rng, mut times) = (XorShiftRng::seed_from_u64(1), vec![]);
    for _ in 0..1 + (100_000 / samples) {
        trainer.restart();
        let start = ProcessTime::now();
        stream(&mut trainer, &settings, &mut rng, (samples, batch));
        times.push(start.elapsed().as_secs_f64() * 1e9 / samples as f64);
    }
    times.sort_by(f64::total_cmp);
    println!("{:.2}", times[times.len() / 2]);
}

/// Batches of `batch` rows, 32 at a time.
fn stream(
    trainer: &mut Trainer<growth::Moons, Adam, 32>,
    settings: &Settings<BinaryCrossEntropy, Adam>,
    rng: &mut XorShiftRng,
    (samples, batch): (usize, usize),
) {
    let (mut inputs, mut targets) = ([[0.0; 2]; 32], [[0.0]; 32]);
    for first in (0..samples).step_by(32) {
        fill(rng, &mut inputs, &mut targets);
        let rows = 32.min(samples - first);
        let samples = Samples::new(&inputs[..rows], &targets[..rows]).expect("good rows");
        trainer.accumulate(settings, &samples).expect("finite losses");
        if trainer.pending() >= batch {
            trainer.update(settings).expect("a finite step");
        }
    }
}
