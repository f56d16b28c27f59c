//! A device of the fleet: it takes part in rounds over its line, and learns what it measured itself.
//!
//! `fleet-device JOB NUMBER DEVICES`. On a chip the job is the motions, and QEMU says the number. A product would take its
//! number from its chip, and its measurements from its sensor.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod board;
#[cfg(not(target_os = "none"))]
mod digits;
mod line;
mod motions;
mod rows;
mod run;

use line::Arguments;
use static_cell::ConstStaticCell;

static MOTIONS: ConstStaticCell<motions::State> = ConstStaticCell::new(motions::State::ZERO);

fn start() -> bool {
    let Some(arguments) = Arguments::read() else { return false };
    match arguments.job {
        line::Job::Motions => MOTIONS.try_take().is_some_and(|state| motions::run(state, &arguments)),
        #[cfg(not(target_os = "none"))]
        line::Job::Narrow => motions::run_narrow(&arguments),
        #[cfg(not(target_os = "none"))]
        line::Job::Digits => digits::run(&arguments),
    }
}

firmware::start!(start);
