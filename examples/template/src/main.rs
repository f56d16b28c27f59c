//! The board: an nRF52840. For others see `recipes`.
#![no_std]
#![no_main]

use embassy_executor::{InterruptExecutor, Spawner};
use embassy_nrf::interrupt::{self, InterruptExt, Priority};
use embassy_nrf::wdt::{Config, HaltConfig, Watchdog};
use embassy_time::Duration;
use learner::{infer, sense, slots, train};
use {defmt_rtt as _, panic_probe as _}; // A panic logs itself and stops. Then the watchdog resets the chip.

static URGENT: InterruptExecutor = InterruptExecutor::new();

#[embassy_nrf::interrupt]
unsafe fn EGU0_SWI0() {
    unsafe { URGENT.on_interrupt() } // The only unsafe: embassy wants it called from this interrupt alone.
}

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let chip = embassy_nrf::init(Default::default());
    let mut config = Config::default(); // The watchdog resets the chip where nobody feeds it for a second,
    config.action_during_debug_halt = HaltConfig::Pause; // but not while a debugger holds the processor.
    let Ok((_, [mut watchdog])) = Watchdog::try_new(chip.WDT, config) else { panic!("no watchdog") };

    // `sense` and `infer` interrupt `train`, which runs where nothing else has to.
    interrupt::EGU0_SWI0.set_priority(Priority::P6);
    let urgent = URGENT.start(interrupt::EGU0_SWI0);
    let (sender, receiver) = slots();
    urgent.spawn(sense(Duration::from_millis(10)).unwrap());
    let report = |right, training| defmt::info!("{} of 64 right, while training: {}", right, training);
    urgent.spawn(infer(receiver, report).unwrap());
    train(sender, || watchdog.pet()).await
}
