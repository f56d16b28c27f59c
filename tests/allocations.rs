//! No call of a trainer allocates, with one thread or with two.
//!
//! A program without the harness of tests, which has threads of its own: all threads are counted.

use std::alloc::System;
use std::hint::black_box;
use std::sync::Barrier;

use bareprop::trace::UnitTrace;
use bareprop::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often any thread allocates while `f` runs, and what `f` returns.
fn count<R>(f: impl FnOnce() -> R) -> (usize, R) {
    let region = Region::new(HEAP);
    let result = f();
    let change = region.change();
    (change.allocations + change.reallocations, result)
}

/// Calls `f`, which must not allocate.
#[track_caller]
fn free<R>(what: &str, f: impl FnOnce() -> R) -> R {
    let (allocations, result) = count(f);
    assert_eq!(allocations, 0, "{what} allocates");
    result
}

fn main() {
    the_counter();
    one_thread();
    two_threads();
}

/// Allocations of this thread and of others are seen.
fn the_counter() {
    assert_eq!(count(|| black_box(Box::new(7))).0, 1);
    assert_eq!(count(|| black_box(Vec::<u8>::with_capacity(7)).reserve_exact(70)).0, 2);
    let (begin, end) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            begin.wait();
            black_box(Box::new(7));
            end.wait();
        });
        assert_eq!(count(|| (begin.wait(), end.wait())).0, 1);
    });
}

type Net = (Dense<2, 8, Relu>, Dropout<8>, Dense<8, 1>);
type Small = Trainer<Net, Adam, 4>;
type Job = Settings<BinaryCrossEntropy, Adam>;
type Rows<'a> = Samples<'a, [f32; 2], [f32; 1]>;

/// Every call of a trainer, from the first on.
fn one_thread() {
    let (mut inputs, mut targets) = ([[0.0; 2]; 30], [[0.0]; 30]);
    free("moons", || datasets::moons(&mut inputs, &mut targets, 0.2, 1).unwrap());
    let samples = free("new", || Samples::new(&inputs, &targets).unwrap());
    let decay = Decay::Plateau { factor: 0.5, patience: 1, min_delta: 0.0, floor: 0.1 };
    let settings = Settings {
        l2: 0.01,
        clip: Clip::Norm(0.1),
        schedule: Schedule { warm_up: 3, decay },
        batch_size: 7,
        epochs: 5,
        ..Settings::new(BinaryCrossEntropy::new(), Adam::new(0.01))
    };
    let mut trainer = Small::ZERO;
    free("initialize_seeded", || trainer.network.initialize_seeded(1));
    trainer.network.1.rate = 0.25;
    steps(&mut trainer, &settings, &samples);
    epochs(&mut trainer, &settings, &samples);
    answers(&mut trainer, &settings, &samples);
    debugging(&mut trainer, &settings, &samples);
    free("save", || storage::save(&mut trainer, |_| Ok::<(), ()>(())).unwrap());
    free("restart", || trainer.restart());
}

fn steps(trainer: &mut Small, settings: &Job, samples: &Rows<'_>) {
    free("accumulate", || trainer.accumulate(settings, samples).unwrap());
    free("add_proximal_term", || trainer.add_proximal_term(0.1, &Net::ZERO).unwrap());
    free("update", || trainer.update(settings).unwrap());
    free("update without rows", || trainer.update(settings).unwrap_err());
    free("accumulate and discard", || {
        trainer.accumulate(settings, samples).unwrap();
        trainer.discard();
    });
    free("update_in_parts", || {
        trainer.accumulate(settings, samples).unwrap();
        let mut update = trainer.update_in_parts(settings).unwrap();
        while update.advance(8).unwrap().is_none() {}
    });
    free("an overflow", || {
        trainer.network.0.weights.0[0] = [1e5; 8];
        let samples = Samples::new(&[[f32::MAX; 2]], &[[0.0]]).unwrap();
        trainer.accumulate(settings, &samples).unwrap_err();
        trainer.network.initialize_seeded(1);
    });
}

fn epochs(trainer: &mut Small, settings: &Job, samples: &Rows<'_>) {
    let order = || Shuffle::new(30, 1, 0).map(|row| row as usize);
    free("epoch", || trainer.epoch(settings, samples, order(), |_| ()).unwrap());
    free("part_of_epoch", || while trainer.part_of_epoch(settings, samples, 2).unwrap().is_none() {});
    free("fit", || trainer.fit(settings, samples, None, None, |_, _| ()).unwrap());
    let mut best = Net::ZERO;
    let stopping = Some(EarlyStopping { patience: 1, min_delta: 0.0, best: Some(&mut best) });
    free("fit with early stopping", || {
        trainer.fit(settings, samples, Some(samples), stopping, |_, _| ()).unwrap();
    });
}

fn answers(trainer: &mut Small, settings: &Job, samples: &Rows<'_>) {
    let (mut outputs, mut classes) = ([[0.0]; 30], [0; 30]);
    free("evaluate", || trainer.evaluate(&settings.loss, samples).unwrap());
    free("logits", || trainer.logits(samples.inputs(), &mut outputs).unwrap());
    free("predict", || trainer.predict(&settings.loss, samples.inputs(), &mut outputs).unwrap());
    free("classify", || trainer.classify(samples.inputs(), &mut classes).unwrap());
}

fn debugging(trainer: &mut Small, settings: &Job, samples: &Rows<'_>) {
    let (mut before, mut units) = (Net::ZERO, [UnitTrace::ZERO; 9]);
    free("trace", || trainer.trace(settings, samples, &mut before, &mut units, |_| ()).unwrap());
    free("gradient_check", || trainer.gradient_check(settings, samples, 1e-2).unwrap());
}

type Large = (Dense<520, 521, Relu>, Dropout<521>, Dense<521, 10>);
const ROWS: usize = 32;
// The least that two threads share: products of 2²² multiply-adds, steps of 2¹⁸ parameters.
const _: () = assert!(ROWS * 520 * 521 >= 1 << 22 && 520 * 521 >= 1 << 18);

/// From the first step on. Threads of an earlier `with_threads` may allocate while they end, so there is none.
fn two_threads() {
    let inputs: Vec<[f32; 520]> = (0..ROWS).map(|row| [row as f32 / 32.0; 520]).collect();
    let classes: Vec<usize> = (0..ROWS).map(|row| row % 10).collect();
    let samples = Samples::new(&inputs, &classes).unwrap();
    let settings = Settings::new(SoftmaxCrossEntropy::<10>::new(), Adam::new(0.001));
    let mut trainer = Boxed::<Trainer<Large, Adam, ROWS>>::zero();
    trainer.network.initialize_seeded(1);
    trainer.network.1.rate = 0.25;
    let (mut outputs, mut classes) = ([[0.0; 10]; ROWS], [0; ROWS]);
    let work = || {
        for _ in 0..3 {
            free("accumulate", || trainer.accumulate(&settings, &samples).unwrap());
            free("update", || trainer.update(&settings).unwrap());
        }
        free("epoch", || trainer.epoch(&settings, &samples, 0..ROWS, |_| ()).unwrap());
        free("evaluate", || trainer.evaluate(&settings.loss, &samples).unwrap());
        free("predict", || trainer.predict(&settings.loss, &inputs, &mut outputs).unwrap());
        free("classify", || trainer.classify(&inputs, &mut classes).unwrap());
    };
    with_threads(2, work).unwrap();
}
