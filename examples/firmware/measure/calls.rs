//! How long the longest call of each operation takes: 2-64-32-1, batches of 32 rows that come one by one.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::*;
use firmware::count::Counter;
use firmware::quadrants::{BATCH, COUNTED, Large, Sensor, settings};

/// How many parameters a part of a step has.
const PART: usize = 64;

type Settings = bareprop::Settings<BinaryCrossEntropy, Adam>;

/// What learns sample by sample, what learns in batches, and a copy of the network for who infers meanwhile.
struct Memory {
    online: Online<Large>,
    trainer: Trainer<Large, Adam, 1>,
    copy: Large,
}

impl Zero for Memory {
    const ZERO: Self = Memory { online: Online::ZERO, trainer: Trainer::ZERO, copy: Large::ZERO };
}

/// One counter for each operation.
#[derive(Default)]
struct Counters {
    step: Counter,
    accumulate: Counter,
    update: Counter,
    begin: Counter,
    part: Counter,
    logits: Counter,
    evaluate: Counter,
    copy: Counter,
}

firmware::counted!(Memory, |memory, sensor, counter| {
    let mut counters = Counters::default();
    match work(memory, &mut sensor, counter, &mut counters) {
        Ok(()) => {
            counters.print();
            memory.trainer.network.bits()
        }
        Err(_) => 0,
    }
});

fn work(memory: &mut Memory, sensor: &mut Sensor, all: &mut Counter, counters: &mut Counters) -> Result<(), Error> {
    let (adam, sgd) = (settings(Adam::new(0.01)), settings(Sgd::new(0.05)));
    sensor.initialize(&mut memory.online.network);
    sensor.initialize(&mut memory.trainer.network);
    let mut logits = [[0.0]];
    for sample in 0..COUNTED {
        let (x, target) = sensor.read();
        let (rows, targets) = ([x], [target]);
        let samples = Samples::new(&rows, &targets)?;
        counters.step.count(true, || memory.online.step(&sgd, &x, &target))?;
        counters.accumulate.count(true, || memory.trainer.accumulate(&adam, &samples))?;
        counters.logits.count(true, || memory.trainer.logits(&rows, &mut logits))?;
        counters.evaluate.count(true, || memory.trainer.evaluate(&adam.loss, &samples))?;
        if sample % (2 * BATCH) == BATCH - 1 {
            all.count(true, || memory.trainer.update(&adam))?;
            counters.update = *all;
        } else if sample % BATCH == BATCH - 1 {
            in_parts(&mut memory.trainer, &adam, counters)?;
            counters.copy.count(true, || memory.copy.copy_from(&memory.trainer.network));
        }
    }
    Ok(())
}

#[inline(never)]
fn in_parts(trainer: &mut Trainer<Large, Adam, 1>, settings: &Settings, counters: &mut Counters) -> Result<(), Error> {
    let mut update = counters.begin.count(true, || trainer.update_in_parts(settings))?;
    while counters.part.count(true, || update.advance(PART))?.is_none() {}
    Ok(())
}

impl Counters {
    fn print(&self) {
        for (name, counter) in [
            ("Online::step", self.step),
            ("Trainer::accumulate", self.accumulate),
            ("Trainer::update", self.update),
            ("Trainer::update_in_parts", self.begin),
            ("UpdateInParts::advance", self.part),
            ("Trainer::logits", self.logits),
            ("Trainer::evaluate", self.evaluate),
            ("Parameters::copy_from", self.copy),
        ] {
            firmware::line!("call {} {}", name, counter.longest());
        }
    }
}
