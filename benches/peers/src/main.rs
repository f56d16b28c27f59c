//! One peer as a process. Each line that comes in names a job and how many seconds to spend on it; the line that goes out is the median
//! number of microseconds that one call of the job took, or `-` where the peer cannot do the job.
//!
//!     echo 'train moons 32 0.3' | cargo run --release -- bareprop
//!
//! The argument `list` prints which peers there are. With `PEERS_THREADS=2` the time that passes is measured, not that of
//! the processor, and bareprop has so many threads.

mod data;
mod job;
mod peak;
mod peers;
mod timer;

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::str::FromStr;

use job::{Call, Job};

fn main() {
    let peer = std::env::args().nth(1).expect("the name of a peer, or `list`");
    if peer == "list" {
        return println!("{}", peers::names());
    }
    let make = peers::find(&peer).unwrap_or_else(|| panic!("no peer {peer} in this build"));
    let threads: Option<usize> =
        std::env::var("PEERS_THREADS").ok().map(|threads| threads.parse().expect("a number of threads"));
    match threads {
        #[cfg(feature = "bareprop")]
        Some(2..) if peer.starts_with("bareprop") => {
            bareprop::with_threads(threads.unwrap_or(1), || answer(make, true)).expect("threads");
        }
        _ => answer(make, threads.is_some()),
    }
}

/// Answers lines, until there are no more. `elapsed`: with the time that passes, not that of the processor.
fn answer(make: peers::Make, elapsed: bool) {
    let mut calls: HashMap<String, Option<Call>> = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line of text");
        let (job, seconds) = line.rsplit_once(' ').expect("a job and its seconds");
        let seconds = seconds.parse().expect("a number of seconds");
        let call = calls.entry(job.to_string()).or_insert_with(|| make(Job::from_str(job).expect("a job")));
        match call {
            Some(call) => println!("{:.5}", timer::microseconds(call, seconds, elapsed)),
            None => println!("-"),
        }
        std::io::stdout().flush().expect("somebody who reads");
    }
}
