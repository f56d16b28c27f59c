//! Runs programs of the playground on a chip, and prints the number and the hash of each.
#![no_std]
#![no_main]

use bareprop::Error;
use firmware::chip::Bits;
use firmware::line;

// A module for each program, and `TRAIN`, the list of their functions `train`.
include!(concat!(env!("OUT_DIR"), "/programs.rs"));

fn run() -> bool {
    let mut good = true;
    for (number, train) in TRAIN.iter().enumerate() {
        match train() {
            Ok((hash, _)) => line!("{} {}", number, Bits(hash)),
            Err(_) => good = false,
        }
    }
    good
}

firmware::start!(run);
