//! Settings of the floating-point unit that change results, and a job whose bits show it.

use bareprop::{Dense, Error, MeanSquaredError, Online, Parameters, Relu, Scalar, Settings, Sgd};

use crate::quadrants::Sensor;

/// 3-8-1: the third channel of the sensor is not connected.
pub type Net<T> = (Dense<3, 8, Relu, T>, Dense<8, 1, bareprop::Identity, T>);

/// Trains with L2, which halves the weights of the dead channel every seven steps until they are not normal numbers. Returns the hash of all
/// parameters.
///
/// # Errors
/// None with these settings.
#[inline(never)]
pub fn bits<T: Scalar>(online: &mut Online<Net<T>>, steps: u32) -> Result<u32, Error> {
    let mut sensor = Sensor::new();
    sensor.initialize(&mut online.network);
    let [learning_rate, l2, factor] = [0.1, 1.0, 4.0].map(T::from_f64);
    let settings = Settings { l2, ..Settings::new(MeanSquaredError, Sgd { learning_rate }) };
    for _ in 0..steps {
        let ([a, b], _) = sensor.read();
        let [a, b] = [a, b].map(|x| T::from_f64(f64::from(x)));
        online.step(&settings, &[a, b, T::ZERO], &[factor * (a - b)])?;
    }
    Ok(online.network.bits())
}

/// What a register of the floating-point unit can be set to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// As the unit starts.
    Default,
    /// Results that are not normal are 0, and so are such operands.
    FlushToZero,
    /// Every NaN has the same bits. Of x86-64 there is no such setting.
    DefaultNan,
    /// Results are rounded towards zero.
    TowardsZero,
}

impl Setting {
    /// All of them.
    pub const ALL: [(Setting, &'static str); 5] = [
        (Setting::Default, "default"),
        (Setting::FlushToZero, "flush-to-zero"),
        (Setting::TowardsZero, "towards-zero"),
        (Setting::DefaultNan, "default-nan"),
        (Setting::Default, "default-again"),
    ];

    /// Writes FPSCR: FZ is bit 24, DN bit 25, RMode bits 22 and 23.
    #[cfg(all(target_os = "none", target_abi = "eabihf"))]
    #[inline(never)]
    pub fn set(self) {
        use cortex_m::register::fpscr::{self, RMode};
        let mut register = fpscr::read();
        register.set_fz(self == Setting::FlushToZero);
        register.set_dn(self == Setting::DefaultNan);
        register.set_rmode(if self == Setting::TowardsZero { RMode::Zero } else { RMode::Nearest });
        // SAFETY: touches no memory. Rust promises nothing of floats with other settings; what they do is to be shown.
        unsafe { fpscr::write(register) }
    }

    /// Writes MXCSR: FTZ is bit 15, DAZ bit 6, the rounding bits 13 and 14; all exceptions stay masked.
    #[cfg(target_arch = "x86_64")]
    #[inline(never)]
    pub fn set(self) {
        let register: u32 = match self {
            Setting::FlushToZero => 0x1f80 | 1 << 15 | 1 << 6,
            Setting::TowardsZero => 0x1f80 | 3 << 13,
            Setting::Default | Setting::DefaultNan => 0x1f80,
        };
        // SAFETY: reads the register's new value, and nothing else. Rust promises nothing of floats with other settings; what they do is to
        // be shown.
        unsafe { core::arch::asm!("ldmxcsr [{}]", in(reg) &raw const register, options(nostack, readonly)) }
    }

    /// Arithmetic in software has no settings.
    #[cfg(not(any(all(target_os = "none", target_abi = "eabihf"), target_arch = "x86_64")))]
    pub fn set(self) {}
}
