//! The three tasks. They are the same on every board; `main.rs` starts them.
#![no_std]
#![forbid(unsafe_code)]

use bareprop::{BinaryCrossEntropy, Dense, Layer, Online, Parameters, Predictor, Relu, Settings, Sgd, Zero};
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use embassy_sync::{blocking_mutex::raw::CriticalSectionRawMutex as Lock, channel::Channel, zerocopy_channel as slots};
use embassy_time::{Duration, Ticker};
use static_cell::{ConstStaticCell, StaticCell};

pub type Net = (Dense<2, 16, Relu>, Dense<16, 8, Relu>, Dense<8, 1>);
type Sample = ([f32; 2], [f32; 1]); // What the sensor measured, and what the network should say to it.

const SETTINGS: Settings<BinaryCrossEntropy, Sgd> = Settings::new(BinaryCrossEntropy::new(), Sgd::new(0.02));
static MEASURED: Channel<Lock, Sample, 4> = Channel::new();
static TO_LEARN: Channel<Lock, Sample, 8> = Channel::new();
static TRAINING: AtomicBool = AtomicBool::new(false);

/// Two slots for finished networks: `infer` reads one, and `train` writes the other meanwhile.
pub fn slots() -> (slots::Sender<'static, Lock, Net>, slots::Receiver<'static, Lock, Net>) {
    static SLOTS: ConstStaticCell<[Net; 2]> = ConstStaticCell::new([Net::ZERO, Net::ZERO]);
    static CHANNEL: StaticCell<slots::Channel<'static, Lock, Net>> = StaticCell::new();
    CHANNEL.init(slots::Channel::new(SLOTS.take())).split()
}

/// Measures at a fixed pace. Your driver goes here: this sensor makes up two numbers.
#[embassy_executor::task]
pub async fn sense(period: Duration) {
    let (mut ticker, mut turns) = (Ticker::every(period), [0_i32; 2]);
    loop {
        ticker.next().await;
        turns = [turns[0].wrapping_add(0x1e37_79b9), turns[1].wrapping_add(0x6a09_e667)];
        let x = turns.map(|turn| turn as f32 / i32::MAX as f32);
        MEASURED.send((x, [f32::from(x[0] * x[1] > 0.0)])).await;
    }
}

/// Answers each measurement at once with the newest finished network, then passes it on to be learned. `report` gets
/// how many of the last 64 answers were right, and whether this one was given in the middle of training.
#[embassy_executor::task]
pub async fn infer(mut networks: slots::Receiver<'static, Lock, Net>, report: fn(u32, bool)) {
    let (mut predictor, mut class, mut right) = (Predictor::<Net>::ZERO, [0], 0_u64);
    loop {
        let (x, y) = MEASURED.receive().await;
        if networks.is_full() {
            networks.receive_done(); // A newer network lies in the other slot.
        }
        match predictor.classify(networks.receive().await, &[x], &mut class) {
            Ok(()) => right = right << 1 | u64::from((class[0] == 1) == (y[0] == 1.0)),
            Err(error) => defmt::warn!("no answer: {}", error),
        }
        report(right.count_ones(), TRAINING.load(Relaxed));
        let _ = TO_LEARN.try_send((x, y)); // Lost where training is behind.
    }
}

/// Learns the last 32 samples anew with each that arrives. Never ends; `feed` keeps the watchdog quiet.
pub async fn train(mut networks: slots::Sender<'static, Lock, Net>, mut feed: impl FnMut()) {
    static ONLINE: ConstStaticCell<Online<Net>> = ConstStaticCell::new(Online::ZERO);
    let (online, mut window) = (ONLINE.take(), heapless::HistoryBuf::<Sample, 32>::new());
    online.network.initialize_seeded(1);
    loop {
        if let Some(slot) = networks.try_send() {
            slot.copy_from(&online.network);
            networks.send_done();
        }
        window.write(TO_LEARN.receive().await);
        TRAINING.store(true, Relaxed);
        for (x, y) in window.oldest_ordered() {
            if let Err(error) = online.step(&SETTINGS, x, y) {
                defmt::warn!("nothing learned: {}", error);
            }
        }
        TRAINING.store(false, Relaxed);
        feed();
    }
}
