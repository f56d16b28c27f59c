//! The board: an RP2350, as on the Raspberry Pi Pico 2.
#![no_std]
#![no_main]

use embassy_executor::{InterruptExecutor, Spawner};
use embassy_rp::interrupt::{self, InterruptExt, Priority};
use embassy_rp::watchdog::Watchdog;
use embassy_time::Duration;
use learner::{infer, sense, slots, train};
use {defmt_rtt as _, panic_probe as _}; // A panic logs itself and stops. Then the watchdog resets the chip.

static URGENT: InterruptExecutor = InterruptExecutor::new();
const PATIENCE: Duration = Duration::from_secs(1);

#[embassy_rp::interrupt]
unsafe fn SWI_IRQ_0() {
    unsafe { URGENT.on_interrupt() } // The only unsafe: embassy wants it called from this interrupt alone.
}

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let chip = embassy_rp::init(Default::default());
    // It resets the chip where nobody feeds it for a second, but not while a debugger holds the processor.
    let mut watchdog = Watchdog::new(chip.WATCHDOG);
    watchdog.pause_on_debug(true);
    watchdog.start(PATIENCE);

    // `sense` and `infer` interrupt `train`, which runs where nothing else has to.
    interrupt::SWI_IRQ_0.set_priority(Priority::P2);
    let urgent = URGENT.start(interrupt::SWI_IRQ_0);
    let (sender, receiver) = slots();
    urgent.spawn(sense(Duration::from_millis(10)).unwrap());
    let report = |right, training| defmt::info!("{} of 64 right, while training: {}", right, training);
    urgent.spawn(infer(receiver, report).unwrap());
    train(sender, || watchdog.feed(PATIENCE)).await
}
