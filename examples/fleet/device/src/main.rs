//! A device of the fleet: it takes part in rounds over its line, and learns what it measured itself.
//!
//! `fleet-device JOB NUMBER DEVICES`. On a chip QEMU says the job, which is the motions, and the number. A product would take its
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

use firmware::motions::Net;
use line::{Arguments, Job};
use motions::{State, WithDropout};
use static_cell::ConstStaticCell;

static MOTIONS: ConstStaticCell<State<Net>> = ConstStaticCell::new(State::ZERO);
static DROPOUT: ConstStaticCell<State<WithDropout>> = ConstStaticCell::new(State::ZERO);
#[cfg(not(target_os = "none"))]
static NARROW: ConstStaticCell<State<motions::Narrow>> = ConstStaticCell::new(State::ZERO);

fn start() -> bool {
    let Some(arguments) = Arguments::read() else { return false };
    match arguments.job {
        Job::Motions => MOTIONS.try_take().is_some_and(|state| motions::run(state, &arguments)),
        Job::Dropout => DROPOUT.try_take().is_some_and(|state| motions::run(state, &arguments)),
        #[cfg(not(target_os = "none"))]
        Job::Narrow => NARROW.try_take().is_some_and(|state| motions::run(state, &arguments)),
        #[cfg(not(target_os = "none"))]
        Job::Digits => digits::run(&arguments),
    }
}

firmware::start!(start);
