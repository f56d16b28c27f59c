//! Times of short calls on a machine that others use too.

use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

use crate::job::Call;

/// How long a chunk of calls is timed together: long against the clock's own cost, short against a time slice of the system.
const CHUNK: Duration = Duration::from_micros(500);

/// Microseconds that one call takes: the median over chunks. A tenth of `seconds` warms up.
///
/// The clock is the processor time of the process, all its threads together: what other processes take does not count.
/// Where `elapsed`, it is the time that passes.
pub fn microseconds(call: &mut Call, seconds: f64, elapsed: bool) -> f64 {
    let start = Instant::now();
    let clock = || if elapsed { start.elapsed() } else { ProcessTime::now().as_duration() };
    let (warm_up, mut warm) = (clock(), 0_u32);
    while start.elapsed().as_secs_f64() < 0.1 * seconds || warm < 3 {
        call();
        warm += 1;
    }
    let mean = (clock() - warm_up) / warm;
    let calls = (CHUNK.as_nanos() / mean.as_nanos().max(1)).max(1) as u32;
    let mut chunks = vec![];
    while start.elapsed().as_secs_f64() < seconds || chunks.len() < 5 {
        let chunk = clock();
        for _ in 0..calls {
            call();
        }
        chunks.push((clock() - chunk).as_secs_f64() * 1e6 / f64::from(calls));
    }
    chunks.sort_by(f64::total_cmp);
    chunks[chunks.len() / 2]
}
