//! Prints how many bytes of stack [`Trainer::fit`] takes for 784-512-256-10 with everything in statics.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Mutex;

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<784, 512, Relu>, Dense<512, 256, Relu>, Dense<256, 10>);

static TRAINER: Mutex<Trainer<Net, Adam, 32>> = Mutex::new(Trainer::ZERO);
static INPUTS: [[f32; 784]; 40] = [[0.5; 784]; 40];
static TARGETS: [usize; 40] = [3; 40];

/// How deep the stack is painted; the main thread has 8 MB.
const DEPTH: usize = 1 << 20;
const PAINT: u8 = 0xA5;

fn main() {
    TRAINER.lock().expect("no other thread").network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    // The first call resolves what the linker and the processor's detection leave for later.
    fit();
    paint();
    fit();
    let used = used();
    assert!(used < DEPTH, "more than {DEPTH} bytes");
    println!("{used}");
}

#[inline(never)]
fn fit() {
    let settings = Settings { epochs: 1, ..Settings::new(SoftmaxCrossEntropy::default(), Adam::default()) };
    let samples = Samples::new(&INPUTS, &TARGETS).expect("good rows");
    let mut trainer = TRAINER.lock().expect("no other thread");
    let fitted = trainer.fit(&settings, &samples, Some(&samples), None, |_, _| ControlFlow::Continue(()));
    black_box(fitted.expect("finite losses"));
}

/// Writes below this function's own frame, where `fit`'s will lie.
#[inline(never)]
fn paint() {
    let marker = black_box(0_u8);
    let here = &raw const marker as usize;
    for address in here - DEPTH..here - 256 {
        // SAFETY: memory of the main thread's stack that no frame uses now.
        unsafe { (address as *mut u8).write_volatile(PAINT) };
    }
}

/// From the lowest byte that is not paint any more up to this function's frame, which lies where `paint`'s and `fit`'s did.
#[inline(never)]
fn used() -> usize {
    let marker = black_box(0_u8);
    let here = &raw const marker as usize;
    for address in here - DEPTH..here - 256 {
        // SAFETY: as above; the bytes were written by `paint` or by a frame since.
        if unsafe { (address as *const u8).read_volatile() } != PAINT {
            return here - address;
        }
    }
    256
}
