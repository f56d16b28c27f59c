//! The board: an STM32F446RE, as on the Nucleo-64.
#![no_std]
#![no_main]

use embassy_executor::{InterruptExecutor, Spawner};
use embassy_stm32::interrupt::{self, InterruptExt, Priority};
use embassy_stm32::wdg::IndependentWatchdog;
use embassy_time::Duration;
use learner::{infer, sense, slots, train};
use {defmt_rtt as _, panic_probe as _}; // A panic logs itself and stops. Then the watchdog resets the chip.

static URGENT: InterruptExecutor = InterruptExecutor::new();

#[embassy_stm32::interrupt]
unsafe fn UART5() {
    unsafe { URGENT.on_interrupt() } // The only unsafe: embassy wants it called from this interrupt alone.
}

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let chip = embassy_stm32::init(Default::default());
    // It resets the chip where nobody feeds it for a second.
    let mut watchdog = IndependentWatchdog::new(chip.IWDG, 1_000_000);
    watchdog.unleash();

    // `sense` and `infer` interrupt `train`, which runs where nothing else has to. They borrow the interrupt of UART5,
    // which nothing else may use then.
    interrupt::UART5.set_priority(Priority::P6);
    let urgent = URGENT.start(interrupt::UART5);
    let (sender, receiver) = slots();
    urgent.spawn(sense(Duration::from_millis(10)).unwrap());
    let report = |right, training| defmt::info!("{} of 64 right, while training: {}", right, training);
    urgent.spawn(infer(receiver, report).unwrap());
    train(sender, || watchdog.pet()).await
}
