//! The board: an ESP32-C3.
#![no_std]
#![no_main]

use embassy_executor::Spawner;
use embassy_time::Duration;
use esp_hal::interrupt::Priority;
use esp_hal::time;
use esp_hal::timer::timg::{MwdtStage, TimerGroup};
use esp_rtos::embassy::InterruptExecutor;
use learner::{infer, sense, slots, train};
use static_cell::StaticCell;
use {esp_backtrace as _, esp_println as _}; // A panic logs itself and stops. Then the watchdog resets the chip.

esp_bootloader_esp_idf::esp_app_desc!();

static URGENT: StaticCell<InterruptExecutor<1>> = StaticCell::new();

#[esp_rtos::main]
async fn main(_spawner: Spawner) {
    let chip = esp_hal::init(esp_hal::Config::default());
    let TimerGroup { timer0, wdt: mut watchdog, .. } = TimerGroup::new(chip.TIMG0);
    esp_rtos::start(timer0, chip.FROM_CPU_INTR0);
    // It resets the chip where nobody feeds it for a second.
    watchdog.set_timeout(MwdtStage::Stage0, time::Duration::from_secs(1));
    watchdog.enable();

    // `sense` and `infer` interrupt `train`, which runs where nothing else has to.
    let urgent = URGENT.init(InterruptExecutor::new(chip.FROM_CPU_INTR1)).start(Priority::Priority2);
    let (sender, receiver) = slots();
    urgent.spawn(sense(Duration::from_millis(10)).unwrap());
    let report = |right, training| defmt::info!("{} of 64 right, while training: {}", right, training);
    urgent.spawn(infer(receiver, report).unwrap());
    train(sender, || watchdog.feed()).await
}
