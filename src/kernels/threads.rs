//! Work that several threads share, with the feature `threads`. `no_threads.rs` stands for it elsewhere.
//!
//! Each thread gets some rows of a result, never some terms of a sum, so that the number of threads changes no bit:
//!
//! | work | what is divided |
//! |---|---|
//! | `x·W + b` and `δ·Wᵀ`, also of the windows of a convolution | rows of the batch |
//! | `G += xᵀ·δ`, also of these windows | rows of G |
//! | a recurrent layer, forward and backward | rows of the batch |
//! | its gradient | gates |
//! | the step of an optimizer | parameters |
//!
//! Work of less than [`LEAST`] a thread is not divided: to hand it over would take longer.

use core::cell::Cell;
use core::sync::atomic::Ordering::Relaxed;
use core::sync::atomic::{AtomicBool, AtomicUsize};
use core::time::Duration;
use std::time::Instant;

use rayon_core::{ThreadPoolBuilder, Yield, join};

use crate::kernels::slices::Slices;

std::thread_local! {
    /// How many threads share the work of this one: 0 and 1 are the same.
    static THREADS: Cell<usize> = const { Cell::new(0) };
}

/// How many multiply-adds a thread is worth: 20 to 40 µs.
const LEAST: usize = 1 << 21;

/// The stack of a thread, in bytes: that of a main thread on Linux.
const STACK: usize = 8 << 20;

/// Calls `f`, in which large products and steps are shared by `threads` threads; 0 are as many as the processor has.
///
/// The results have the same bits with any number. The threads live until `f` returns, and nothing is allocated for
/// a step. It pays where a step takes longer than some 200 µs: for a network of 784-512-256-10 it does, for
/// 64-128-64-10 it does not, and changes nothing there. Needs the feature `threads`.
///
/// [`Dense`](crate::Dense) layers, convolutions, [`Gru`](crate::Gru) and all optimizers are divided, in training,
/// evaluation and prediction. A `TILE` of 64 or more leaves each thread enough rows.
///
/// ```
/// use bareprop::{Adam, Boxed, Dense, Layer, Parameters, Relu, Samples, Settings, SoftmaxCrossEntropy, Trainer};
/// type Net = (Dense<300, 256, Relu>, Dense<256, 10>);
/// let settings = Settings { epochs: 2, batch_size: 64, ..Settings::new(SoftmaxCrossEntropy::default(), Adam::new(1e-3)) };
/// let inputs: Vec<[f32; 300]> = (0..128).map(|row| [row as f32 / 128.0; 300]).collect();
/// let classes: Vec<usize> = (0..128).map(|row| row % 10).collect();
/// let samples = Samples::new(&inputs, &classes)?;
/// let trained = |threads| -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
///     let mut trainer = Boxed::<Trainer<Net, Adam, 64>>::zero();
///     trainer.network.initialize_seeded(1);
///     bareprop::with_threads(threads, || trainer.fit(&settings, &samples, None, None, |_, _| ()))??;
///     Ok(trainer.network.bits())
/// };
/// assert_eq!(trained(1)?, trained(2)?);
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
///
/// While `f` runs, the other threads wait for work without sleeping, and sleep only after a millisecond without any: a
/// processor needs longer to wake a thread than many a product takes.
///
/// # Errors
/// That of the operating system where it has no further threads.
pub fn with_threads<R: Send>(threads: usize, f: impl FnOnce() -> R + Send) -> std::io::Result<R> {
    let threads = match threads {
        0 => std::thread::available_parallelism()?.get(),
        some => some,
    };
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK)
        .start_handler(move |_| THREADS.set(threads))
        .build()
        .map_err(std::io::Error::other)?;
    let helpers = Helpers { ready: AtomicUsize::new(1), done: AtomicBool::new(false) };
    Ok(pool.scope(|scope| {
        let _end = End(&helpers.done);
        for _ in 1..threads {
            scope.spawn(|_| helpers.help());
        }
        // Before all of them run, this thread could become one itself, and would wait for its own end.
        while helpers.ready.load(Relaxed) < threads {
            std::thread::yield_now();
        }
        f()
    }))
}

/// The threads besides that which calls `f`.
struct Helpers {
    /// How many threads run.
    ready: AtomicUsize,
    /// Whether `f` has returned.
    done: AtomicBool,
}

impl Helpers {
    /// Does what other threads hand over, until the end.
    fn help(&self) {
        self.ready.fetch_add(1, Relaxed);
        let mut idle_since = Instant::now();
        while !self.done.load(Relaxed) {
            if rayon_core::yield_now() == Some(Yield::Executed) {
                idle_since = Instant::now();
            } else if idle_since.elapsed() > PATIENCE {
                std::thread::sleep(NAP);
            } else {
                core::hint::spin_loop();
            }
        }
    }
}

/// Ends [`Helpers::help`] when it is dropped, also where `f` panics.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// How long a thread waits for work before it sleeps, and how long it sleeps then.
const PATIENCE: Duration = Duration::from_millis(1);
const NAP: Duration = Duration::from_micros(100);

/// In how many parts threads share a work of so many multiply-adds.
#[inline(always)]
pub(crate) fn parts(work: usize) -> usize {
    if work < 2 * LEAST { 1 } else { Ord::min(THREADS.get(), work / LEAST) }
}

/// Parts of as many places begin at multiples of this: the rows of a tile of the wide kernels.
const STEP: usize = 8;

/// Calls `work` for each of at most `parts` parts of the slices, with the index where it begins.
pub(crate) fn share<S: Slices>(parts: usize, slices: S, work: &(impl Fn(usize, S) + Sync)) {
    let parts = Ord::min(parts, slices.count());
    part(parts, (0, slices), work);
}

fn part<S: Slices>(parts: usize, (first, slices): (usize, S), work: &(impl Fn(usize, S) + Sync)) {
    if parts < 2 {
        return work(first, slices);
    }
    let half = parts / 2;
    let middle = (slices.count() / parts).wrapping_mul(half);
    let middle = if middle < STEP { middle } else { middle / STEP * STEP };
    let (before, after) = slices.cut(middle);
    join(
        || part(half, (first, before), work),
        || part(parts.wrapping_sub(half), (first.wrapping_add(middle), after), work),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::slices::{Places, Rows};
    use std::sync::Mutex;
    use std::vec::Vec;

    #[test]
    fn parts_cover_everything_once() {
        for (parts, count) in [(1, 9), (2, 0), (5, 3), (2, 7), (2, 100), (3, 100), (5, 41), (7, 1000)] {
            let (numbers, mut twice): (Vec<usize>, Vec<usize>) = ((0..count).collect(), (0..count).collect());
            let begins = Mutex::new(Vec::new());
            share(parts, (&numbers[..], &mut twice[..]), &|first, slices: (&[usize], &mut [usize])| {
                begins.lock().unwrap().push(first);
                assert!(slices.0.len() <= count / parts + 2 * STEP, "{} of {count}", slices.0.len());
                assert!(slices.0.first().is_none_or(|&number| number == first), "begins at {first}");
                slices.each().for_each(|(number, twice)| *twice += number);
            });
            assert!(twice.iter().enumerate().all(|(index, &number)| number == 2 * index), "{parts} of {count}");
            let begins = begins.into_inner().unwrap();
            assert_eq!(begins.len(), Ord::min(parts, Ord::max(count, 1)), "{begins:?}");
            assert!(begins.iter().all(|begin| begin % STEP == 0 || count < parts * STEP), "{begins:?}");
        }
    }

    #[test]
    fn rows_stay_whole() {
        let numbers: Vec<usize> = (0..3 * 50 + 2).collect();
        share(3, Rows { numbers: &numbers[..], width: 3 }, &|first, rows: Rows<&[usize]>| {
            assert_eq!(rows.numbers.first(), Some(&(3 * first)));
            assert!(
                rows.count() >= 16 && (rows.numbers.len().is_multiple_of(3) || rows.numbers.last() == numbers.last())
            );
        });
        assert_eq!(Rows { numbers: &numbers[..], width: 0 }.count(), 0);
    }

    #[test]
    fn work_is_divided_where_it_is_asked_for_and_pays() {
        let big = 100 * LEAST;
        assert_eq!(parts(big), 0, "not asked for");
        with_threads(3, || {
            assert_eq!([parts(big), parts(2 * LEAST), parts(2 * LEAST - 1), parts(0)], [3, 2, 1, 1]);
            let threads = Mutex::new(Vec::new());
            let all_there = std::sync::Barrier::new(3);
            share(3, &[0_u8; 24][..], &|_, _| {
                threads.lock().unwrap().push(std::thread::current().id());
                all_there.wait();
            });
            let mut threads = threads.into_inner().unwrap();
            threads.sort_by_key(|id| std::format!("{id:?}"));
            threads.dedup();
            assert_eq!(threads.len(), 3);
        })
        .unwrap();
        assert_eq!(parts(big), 0, "no longer asked for");
    }
}
