//! The board: a Cortex-M4F in QEMU (mps2-an386). It ends with success if the network has learned, and if answers came
//! in time meanwhile.
#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use embassy_executor::{InterruptExecutor, Spawner};
use embassy_nrf::interrupt::{self, InterruptExt, Priority};
use embassy_time::{Duration, Instant};
use learner::{infer, sense, slots, train};
use semihosting::{println, process::exit};
use systick_timer::SystickDriver;
use {defmt_rtt as _, panic_probe as _};

/// How many measurements the network gets.
const ANSWERS: u32 = 2000;
/// How many of the last 64 answers have to be right, and how many answers have to have interrupted training.
const LEARNED: (u32, u32) = (56, 500);
/// How often the sensor measures, in microseconds.
const PERIOD: u64 = 1000;
/// How late the slowest answer may be: two ticks of the timer and half as much again.
const PATIENCE: u32 = 250;

static URGENT: InterruptExecutor = InterruptExecutor::new();
static COUNTS: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];
static SLOWEST: AtomicU32 = AtomicU32::new(0);

#[embassy_nrf::interrupt]
unsafe fn EGU0_SWI0() {
    unsafe { URGENT.on_interrupt() }
}

// 25 MHz, an interrupt every 100 µs.
embassy_time_driver::time_driver_impl!(static TIME: SystickDriver<4> = SystickDriver::new(25_000_000, 2_499));

#[cortex_m_rt::exception]
fn SysTick() {
    TIME.systick_interrupt();
}

fn report(right: u32, training: bool) {
    let answers = COUNTS[0].fetch_add(1, Relaxed) + 1;
    let interrupting = COUNTS[1].fetch_add(u32::from(training), Relaxed) + u32::from(training);
    // Measurements are due every PERIOD, counted from the start; the first wait until the network is initialized.
    let late = if answers > 64 { Instant::now().as_micros() % PERIOD } else { 0 };
    let slowest = SLOWEST.fetch_max(late as u32, Relaxed).max(late as u32);
    if answers.is_multiple_of(250) {
        println!(
            "{answers} answers, {interrupting} while training; {right} of the last 64 right; slowest {slowest} µs"
        );
    }
    if answers == ANSWERS {
        let learned = right >= LEARNED.0 && interrupting >= LEARNED.1 && slowest <= PATIENCE;
        println!(
            "{}",
            if learned { "it has learned, and answered in time" } else { "it has not learned, or it answered late" }
        );
        exit(i32::from(!learned));
    }
}

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let Some(mut core) = cortex_m::Peripherals::take() else { panic!("no peripherals") };
    TIME.start(&mut core.SYST);

    interrupt::EGU0_SWI0.set_priority(Priority::P6);
    let urgent = URGENT.start(interrupt::EGU0_SWI0);
    let (sender, receiver) = slots();
    urgent.spawn(sense(Duration::from_micros(PERIOD)).unwrap());
    urgent.spawn(infer(receiver, report).unwrap());
    train(sender, || {}).await
}
