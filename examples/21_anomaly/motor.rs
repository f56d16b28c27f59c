//! A motor that does not exist: the acceleration of its housing on three axes, healthy and with faults. The desktop and
//! the chip compute the same bits: `f32`, additions and multiplications, and sines of the library.

use core::f32::consts::TAU;

use bareprop::{Noise, Scalar};

use super::detector::{AXES, WINDOW};

/// Measurements a second.
pub const RATE: f32 = 1600.0;
/// Turns a second: 1500 a minute.
pub const ROTATION: f32 = 25.0;

/// What is wrong with the motor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// A pit in the outer ring of the bearing: each ball that rolls over it rings the housing, 89 times a second.
    Bearing,
    /// A heavy side of the rotor: the first harmonic is larger across the shaft.
    Imbalance,
    /// A loose foot: the housing moves at half of the rotation frequency too, and at one and a half.
    Looseness,
    /// The sensor repeats one measurement.
    StuckSensor,
}

/// All of them.
pub const FAULTS: [Fault; 4] = [Fault::Bearing, Fault::Imbalance, Fault::Looseness, Fault::StuckSensor];

/// How large harmonic 1 to 4 is on each axis, in g: across, upright, along the shaft.
const HARMONICS: [[f32; 4]; AXES] = [[0.12, 0.05, 0.03, 0.02], [0.10, 0.06, 0.02, 0.02], [0.03, 0.03, 0.015, 0.01]];
/// Gravity, in g.
const GRAVITY: [f32; AXES] = [0.0, 1.0, 0.0];
/// The noise of the healthy motor on every axis, in g.
const NOISE: f32 = 0.02;
/// Balls that pass the pit in a turn.
const PASSES: f32 = 3.57;
/// What rings in the housing, in Hz.
const RESONANCE: f32 = 420.0;

/// A motor with its seed. Window `number` is the same whenever it is measured.
pub struct Motor {
    noise: Noise,
    /// How many windows the drift takes.
    windows: f32,
}

/// What changes from window to window.
pub struct Condition {
    /// Turns a second.
    pub rotation: f32,
    /// The torque, as a share of the usual one.
    pub load: f32,
    /// How warm the motor is: from 0 to 1 over the whole run.
    pub warmth: f32,
}

impl Motor {
    /// A motor that is watched for this many windows.
    pub fn new(seed: u64, windows: u32) -> Motor {
        Motor { noise: Noise::new(seed), windows: windows as f32 }
    }

    /// A number from −1 to 1 for this window and purpose.
    fn uniform(&self, number: u32, purpose: u32) -> f32 {
        let bits = self.noise.layer(1).row(number).unit(purpose);
        (bits >> 8) as f32 * (1.0 / 8_388_608.0) - 1.0
    }

    /// Speed, load and warmth while this window is measured. The load moves the speed: a loaded motor slips.
    pub fn condition(&self, number: u32) -> Condition {
        let warmth = number as f32 / self.windows;
        let load = 1.0 + 0.25 * self.uniform(number, 0) + 0.15 * self.uniform(number, 1);
        let rotation = ROTATION * (1.0 + 0.004 * self.uniform(number, 2) - 0.02 * (load - 1.0) - 0.01 * warmth);
        Condition { rotation, load, warmth }
    }

    /// Measures a window. A fault comes with its severity, from 0 to 1; a sensor is stuck or not.
    pub fn measure(&self, number: u32, fault: Option<(Fault, f32)>, window: &mut [[f32; WINDOW]; AXES]) {
        let condition = self.condition(number);
        for ((place, axis), samples) in (0..).zip(0..AXES as u32).zip(window.iter_mut()) {
            let place: usize = place;
            let (Some(sizes), Some(&gravity)) = (HARMONICS.get(place), GRAVITY.get(place)) else { return };
            self.turn(number, &condition, fault, axis, (sizes, gravity), samples);
        }
        if let Some((Fault::Bearing, severity)) = fault {
            self.ring(number, &condition, 0.12 * severity, window);
        }
        if let Some((Fault::StuckSensor, _)) = fault {
            for samples in window {
                let stuck = samples.first().copied().unwrap_or(0.0);
                samples.fill(stuck);
            }
        }
    }

    /// Gravity, harmonics and noise of an axis. sin((k+1)φ) = 2·cos φ·sin(kφ) − sin((k−1)φ), from half of a turn on.
    fn turn(
        &self,
        number: u32,
        condition: &Condition,
        fault: Option<(Fault, f32)>,
        axis: u32,
        (sizes, gravity): (&[f32; 4], f32),
        samples: &mut [f32; WINDOW],
    ) {
        // Load makes harmonics larger, warmth the noise and the whole (the mounting softens).
        let gain = (0.6 + 0.4 * condition.load) * (1.0 + 0.35 * condition.warmth);
        let noise = NOISE * (1.0 + 0.6 * condition.warmth) * 1.7;
        let (first, loose) = match fault {
            Some((Fault::Imbalance, severity)) if axis < 2 => (1.0 + 0.7 * severity, 0.0),
            Some((Fault::Looseness, severity)) => (1.0, 0.035 * severity),
            _ => (1.0, 0.0),
        };
        let mut half = Phasor::new(0.5 * condition.rotation, 0.25 * self.uniform(number, 3) + 0.1 * axis as f32);
        let stream = self.noise.layer(2 + axis).row(number);
        for (place, sample) in (0..).zip(samples) {
            let (sine, twice) = half.next();
            let second = twice * sine;
            let third = twice * second - sine;
            let mut value = gravity + gain * loose * (sine + 0.6 * third);
            let (twice, mut before, mut harmonic) = (twice * twice - 2.0, 0.0, second);
            for (size, first) in sizes.iter().zip([first, 1.0, 1.0, 1.0]) {
                value += gain * size * first * harmonic;
                (before, harmonic) = (harmonic, twice * harmonic - before);
            }
            let bits = stream.unit(place);
            *sample = value + noise * ((bits >> 8) as f32 * (1.0 / 8_388_608.0) - 1.0);
        }
    }

    /// Adds the bursts of a damaged bearing: the resonance, begun anew at each pass of a ball, and decaying.
    fn ring(&self, number: u32, condition: &Condition, strength: f32, window: &mut [[f32; WINDOW]; AXES]) {
        let step = PASSES * condition.rotation / RATE;
        let mut phase = 0.5 + 0.5 * self.uniform(number, 4);
        let (mut size, mut resonance) = (0.0, Phasor::new(RESONANCE, 0.0));
        for place in 0..WINDOW {
            phase += step;
            if phase >= 1.0 {
                (phase, size) = (phase - 1.0, strength);
            }
            let burst = size * resonance.next().0;
            size *= 0.9;
            for (samples, share) in window.iter_mut().zip([1.0, 0.8, 0.4]) {
                if let Some(sample) = samples.get_mut(place) {
                    *sample += share * burst;
                }
            }
        }
    }
}

/// A sine and a cosine that turn by a step for each measurement.
struct Phasor {
    sine: f32,
    cosine: f32,
    step: [f32; 2],
}

impl Phasor {
    /// `frequency` in Hz; it begins after `turns` of a turn.
    fn new(frequency: f32, turns: f32) -> Phasor {
        let (start, step) = (TAU * turns, TAU * frequency / RATE);
        let step = [Scalar::sin(step), Scalar::cos(step)];
        Phasor { sine: Scalar::sin(start), cosine: Scalar::cos(start), step }
    }

    /// The sine, and twice the cosine.
    fn next(&mut self) -> (f32, f32) {
        let now = (self.sine, 2.0 * self.cosine);
        let ([s, c], sine, cosine) = (self.step, self.sine, self.cosine);
        (self.sine, self.cosine) = (sine * c + cosine * s, cosine * c - sine * s);
        now
    }
}
