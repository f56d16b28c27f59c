//! Counting of instructions and of stack. Without the feature `count` nothing is left of it.
//!
//! QEMU gives each instruction the same time (`-icount`), and a timer measures that time: SysTick on Cortex-M, `minstret` on
//! RISC-V. A loop of known length calibrates the timer; the empty count is subtracted.

/// Sums what is counted.
#[derive(Clone, Copy, Default)]
pub struct Counter {
    ticks: u32,
    counts: u32,
    longest: u32,
}

impl Counter {
    /// Does `work` and counts its ticks.
    #[inline(always)]
    pub fn count<R>(&mut self, counting: bool, work: impl FnOnce() -> R) -> R {
        if !cfg!(feature = "count") || !counting {
            return work();
        }
        let before = timer::ticks();
        let result = work();
        let ticks = timer::between(before, timer::ticks());
        self.ticks = self.ticks.wrapping_add(ticks);
        self.longest = self.longest.max(ticks);
        self.counts = self.counts.wrapping_add(1);
        result
    }

    /// The ticks of the longest count.
    pub fn longest(&self) -> u32 {
        self.longest
    }
}

#[cfg(all(feature = "count", target_os = "none"))]
mod timer {
    #[cfg(target_arch = "arm")]
    pub fn start() {
        if let Some(mut peripherals) = cortex_m::Peripherals::take() {
            peripherals.SYST.set_clock_source(cortex_m::peripheral::syst::SystClkSource::Core);
            peripherals.SYST.set_reload(0x00ff_ffff);
            peripherals.SYST.clear_current();
            peripherals.SYST.enable_counter();
        }
    }

    #[cfg(target_arch = "arm")]
    #[inline(always)]
    pub fn ticks() -> u32 {
        cortex_m::peripheral::SYST::get_current()
    }

    /// SysTick has 24 bits and counts down.
    #[cfg(target_arch = "arm")]
    #[inline(always)]
    pub fn between(before: u32, after: u32) -> u32 {
        before.wrapping_sub(after) & 0x00ff_ffff
    }

    /// 2 · (10⁶ + 1) instructions: a subtraction and a branch each time.
    #[cfg(target_arch = "arm")]
    #[inline(never)]
    pub fn known() {
        cortex_m::asm::delay(1_000_000);
    }

    #[cfg(target_arch = "riscv32")]
    pub fn start() {}

    #[cfg(target_arch = "riscv32")]
    #[inline(always)]
    pub fn ticks() -> u32 {
        riscv::register::minstret::read() as u32
    }

    /// QEMU counts 32 for each instruction. Divided by that, 256 long counts fit into a sum of 32 bits.
    #[cfg(target_arch = "riscv32")]
    #[inline(always)]
    pub fn between(before: u32, after: u32) -> u32 {
        after.wrapping_sub(before) >> 5
    }

    /// 2 · (10⁶ + 1) instructions: a subtraction and a branch each time.
    #[cfg(target_arch = "riscv32")]
    #[inline(never)]
    pub fn known() {
        riscv::asm::delay(2_000_000);
    }
}

#[cfg(not(all(feature = "count", target_os = "none")))]
mod timer {
    pub fn ticks() -> u32 {
        0
    }
    pub fn between(_: u32, _: u32) -> u32 {
        0
    }
}

/// Runs the job and prints what was counted: `calibration` are the ticks of a loop of 2 · (10⁶ + 1) instructions, `empty` those of counting
/// nothing for 256 times.
#[cfg(all(feature = "count", target_os = "none"))]
pub fn run(job: fn(&mut Counter) -> u32) -> bool {
    timer::start();
    let (mut calibration, mut empty, mut counter) = (Counter::default(), Counter::default(), Counter::default());
    calibration.count(true, timer::known);
    for _ in 0..256 {
        empty.count(true, || ());
    }
    let bottom = stack::paint();
    let bits = job(&mut counter);
    let stack = stack::used(bottom);
    crate::line!("calibration {} empty {}", calibration.ticks, empty.ticks);
    crate::line!("ticks {} counts {} stack {}", counter.ticks, counter.counts, stack);
    crate::line!("bits {}", crate::chip::Bits(bits));
    true
}

/// Runs the job; whether it went as it should is all that a product would want to know.
#[cfg(not(all(feature = "count", target_os = "none")))]
pub fn run(job: fn(&mut Counter) -> u32) -> bool {
    job(&mut Counter::default()) != 0
}

/// The only unsafe code here: it writes to the unused part of the stack, and reads it again.
#[cfg(all(feature = "count", target_os = "none"))]
mod stack {
    /// The programs in statics/ run with 4 MB of RAM.
    const PAINTED: usize = if cfg!(feature = "statics") { 1 << 21 } else { 4096 };
    /// Stack less deep than this is not seen. Without optimisation, the functions that are called here take more.
    const FRAME: usize = if cfg!(debug_assertions) { 1024 } else { 64 };
    const COLOUR: u32 = 0xcafe_babe;

    /// Paints what lies below this function's frame. Returns where the frame is.
    #[inline(never)]
    pub fn paint() -> usize {
        let here = 0_u32;
        let bottom = core::ptr::from_ref(&here).addr() & !3;
        // Below this function's own frame; the compiler may not unroll the loop, which would make that frame larger.
        for word in (FRAME..PAINTED).step_by(4) {
            let word = core::hint::black_box(word);
            // SAFETY: free memory between the statics and the stack pointer; the linker script leaves more than is painted.
            unsafe { core::ptr::with_exposed_provenance_mut::<u32>(bottom - word).write_volatile(COLOUR) };
        }
        bottom
    }

    /// How many bytes below `bottom` have lost their paint.
    #[inline(never)]
    pub fn used(bottom: usize) -> usize {
        let painted = |word: &usize| {
            // SAFETY: as above.
            unsafe { core::ptr::with_exposed_provenance::<u32>(bottom - word).read_volatile() == COLOUR }
        };
        PAINTED - 4 - (FRAME..PAINTED).step_by(4).rev().take_while(|word| painted(word)).count() * 4
    }
}

/// A program that runs a job once and says what was counted: its memory, which starts as zeros, and the body of the job, which returns a
/// hash, or 0 where something failed.
#[macro_export]
macro_rules! counted {
    ($memory:ty, |$state:ident, $sensor:ident, $counter:ident| $body:block) => {
        use bareprop::Zero as _;

        static MEMORY: static_cell::ConstStaticCell<$memory> = static_cell::ConstStaticCell::new(<$memory>::ZERO);

        #[inline(never)]
        fn job($counter: &mut firmware::count::Counter) -> u32 {
            let Some($state) = MEMORY.try_take() else { return 0 };
            let mut $sensor = firmware::quadrants::Sensor::new();
            $body
        }

        fn run() -> bool {
            firmware::count::run(job)
        }
        firmware::start!(run);
    };
}

/// A program that trains with plain gradient descent, sample by sample.
#[macro_export]
macro_rules! sgd {
    ($network:ty) => {
        use bareprop::{BinaryCrossEntropy, Parameters, Samples, Settings, Sgd, Trainer};
        use firmware::quadrants::*;

        firmware::counted!(Trainer<$network, Sgd, 1>, |trainer, sensor, counter| {
            sensor.initialize(&mut trainer.network);
            const SETTINGS: Settings<BinaryCrossEntropy, Sgd> = settings(Sgd { learning_rate: 0.05 });
            for sample in 0..WARM_UP + COUNTED {
                let (input, target) = sensor.read();
                let step = counter.count(sample >= WARM_UP, || {
                    let (inputs, targets) = ([input], [target]);
                    trainer.accumulate(&SETTINGS, &Samples::new(&inputs, &targets)?)?;
                    trainer.update(&SETTINGS)
                });
                if step.is_err() {
                    return 0;
                }
            }
            trainer.network.bits()
        });
    };
}

/// A program that trains with plain gradient descent, sample by sample, without a gradient in memory.
#[macro_export]
macro_rules! online {
    ($network:ty) => {
        use bareprop::{BinaryCrossEntropy, Online, Parameters, Settings, Sgd};
        use firmware::quadrants::*;

        firmware::counted!(Online<$network>, |online, sensor, counter| {
            sensor.initialize(&mut online.network);
            const SETTINGS: Settings<BinaryCrossEntropy, Sgd> = settings(Sgd { learning_rate: 0.05 });
            for sample in 0..WARM_UP + COUNTED {
                let (input, target) = sensor.read();
                if counter.count(sample >= WARM_UP, || online.step(&SETTINGS, &input, &target)).is_err() {
                    return 0;
                }
            }
            online.network.bits()
        });
    };
}

/// A program that trains with Adam, in batches of 32 samples as they come.
#[macro_export]
macro_rules! adam {
    ($network:ty) => {
        use bareprop::{Adam, BinaryCrossEntropy, Parameters, Samples, Settings, Trainer};
        use firmware::quadrants::*;

        firmware::counted!(Trainer<$network, Adam, 1>, |trainer, sensor, counter| {
            sensor.initialize(&mut trainer.network);
            const SETTINGS: Settings<BinaryCrossEntropy, Adam> =
                settings(Adam { learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
            for sample in 0..WARM_UP + COUNTED {
                let (input, target) = sensor.read();
                let passed = counter.count(sample >= WARM_UP, || {
                    let (inputs, targets) = ([input], [target]);
                    trainer.accumulate(&SETTINGS, &Samples::new(&inputs, &targets)?)?;
                    if sample % BATCH == BATCH - 1 { trainer.update(&SETTINGS).map(|_| ()) } else { Ok(()) }
                });
                if passed.is_err() {
                    return 0;
                }
            }
            trainer.network.bits()
        });
    };
}

/// A program that only predicts, with a network in flash.
#[macro_export]
macro_rules! infer {
    ($network:ty, $constant:expr) => {
        use bareprop::{BinaryCrossEntropy, Predictor};
        use firmware::quadrants::*;

        static NETWORK: $network = $constant;

        firmware::counted!(Predictor<$network>, |predictor, sensor, counter| {
            let (mut hits, loss) = (0, BinaryCrossEntropy { positive_weight: 1.0, label_smoothing: 0.0 });
            for _ in 0..COUNTED {
                let (input, target) = sensor.read();
                let (inputs, mut probability) = ([input], [[0.0]]);
                let predicted = counter.count(true, || {
                    predictor.predict(core::hint::black_box(&NETWORK), &loss, &inputs, &mut probability)
                });
                if predicted.is_err() {
                    return 0;
                }
                hits += u32::from((probability[0][0] > 0.5) == (target[0] > 0.5));
            }
            hits
        });
    };
}
