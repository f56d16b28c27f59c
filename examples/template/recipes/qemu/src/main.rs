//! The board: a Cortex-M4F in QEMU (mps2-an386). Ends with success once the network has learned.
#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use embassy_executor::{InterruptExecutor, Spawner};
use embassy_nrf::interrupt::{self, InterruptExt, Priority};
use embassy_time::Duration;
use learner::{infer, sense, slots, train};
use semihosting::{println, process::exit};
use systick_timer::SystickDriver;
use {defmt_rtt as _, panic_probe as _};

/// How many measurements the network gets.
const ANSWERS: u32 = 2000;
/// How many of the last 64 answers have to be right, and how many answers have to have interrupted training.
const LEARNED: (u32, u32) = (56, 500);

static URGENT: InterruptExecutor = InterruptExecutor::new();
static COUNTS: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];

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
    if answers % 250 == 0 {
        println!("{answers} answers, {interrupting} while training; of the last 64 are right: {right}");
    }
    if answers == ANSWERS {
        let learned = right >= LEARNED.0 && interrupting >= LEARNED.1;
        println!("{}", if learned { "it has learned" } else { "it has not learned" });
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
    urgent.spawn(sense(Duration::from_millis(1)).unwrap());
    urgent.spawn(infer(receiver, report).unwrap());
    train(sender, || {}).await
}
