//! Learns how a healthy motor vibrates, and says how far a window is from that. The desktop and the chip share this file.
//!
//! A window of 512 measurements on three axes becomes 12 features: the logarithm of the energy in four bands of the
//! spectrum of each axis. [`RunningScaler`] takes the drift out of them. An autoencoder 12-6-3-6-12 has to give back what
//! it is shown through three numbers, which works for what it has learnt alone. The mean square of what is missing is the
//! error of the window.

use core::f32::consts::PI;

use bareprop::{
    Adam, Dense, Error, Layer, MeanSquaredError, Parameters, RunningScaler, Samples, Scalar, Settings, Step, Tanh,
    Trainer, Zero,
};

/// Measurements of a window: a power of two, as [`microfft::real::rfft_512`] takes it.
pub const WINDOW: usize = 512;
/// Axes of the sensor.
pub const AXES: usize = 3;
/// Bands of the spectrum of an axis.
pub const BANDS: usize = 4;
/// Features of a window.
pub const FEATURES: usize = AXES * BANDS;

/// The autoencoder: 207 parameters.
pub type Net = (Dense<FEATURES, 6, Tanh>, Dense<6, 3, Tanh>, Dense<3, 6, Tanh>, Dense<6, FEATURES>);

/// How many windows make a step of training.
const BATCH: usize = 4;
/// The scaler forgets a window to 37 % in 1/α = 400 windows: slower than a fault grows, faster than the drift.
const ALPHA: f64 = 0.0025;
/// Deviations above the mean of ln(error) that are an alarm.
const DEVIATIONS: f32 = 3.0;
/// Where a scaled feature ends: a dead sensor is far away already here, and a square of it stays finite.
const FARTHEST: f32 = 30.0;

/// Which bins of the spectrum belong to which band.
#[derive(Clone, Copy, Debug)]
pub struct Bands([usize; BANDS + 1]);

impl Bands {
    /// Bands for `rate` measurements and `rotation` turns a second: up to 0.75 of the rotation frequency, up to 1.25, up to
    /// 6.75 and the rest. `None` where a band has no bin.
    pub fn new(rate: f32, rotation: f32) -> Option<Bands> {
        let bin = |turns: f32| (turns * rotation * WINDOW as f32 / rate + 0.5) as usize;
        let edges = [bin(0.3).max(1), bin(0.75), bin(1.25), bin(6.75), WINDOW / 2];
        edges.windows(2).all(|pair| matches!(pair, [low, high] if low < high)).then_some(Bands(edges))
    }
}

/// The state: what follows the drift, what is learnt, where the alarm begins.
pub struct Detector {
    scaler: RunningScaler<FEATURES>,
    trainer: Trainer<Net, Adam, 1>,
    spectrum: [f32; WINDOW],
    errors: RunningScaler<1>,
    threshold: f32,
}

impl Detector {
    /// Nothing learnt.
    pub const NEW: Detector = Detector {
        scaler: RunningScaler::new(ALPHA),
        trainer: Trainer::ZERO,
        spectrum: [0.0; WINDOW],
        errors: RunningScaler::new(0.001),
        threshold: f32::MAX,
    };

    /// Draws the weights.
    pub fn start(&mut self, seed: u64) {
        self.trainer.network.initialize_seeded(seed);
    }

    /// The features of a window: ln of the energy of each band, axis by axis.
    pub fn features(&mut self, window: &[[f32; WINDOW]; AXES], bands: &Bands) -> [f32; FEATURES] {
        let mut features = [0.0; FEATURES];
        for (samples, features) in window.iter().zip(features.chunks_exact_mut(BANDS)) {
            // Gravity would leak into the lowest band.
            let mean = samples.iter().fold(0.0, |sum, x| sum + x) * (1.0 / WINDOW as f32);
            self.spectrum = *samples;
            hann(&mut self.spectrum, mean);
            let bins = microfft::real::rfft_512(&mut self.spectrum);
            for (feature, edges) in features.iter_mut().zip(bands.0.windows(2)) {
                let &[low, high] = edges else { continue };
                let band = bins.iter().take(high).skip(low);
                let energy = band.fold(0.0, |sum, bin| sum + (bin.re * bin.re + bin.im * bin.im));
                // 10⁻⁴ is below the noise of any sensor: ln of a dead axis is finite.
                *feature = Scalar::ln(energy + 1e-4);
            }
        }
        features
    }

    /// Lets the scaler see features without learning: the first windows, until it knows mean and spread.
    ///
    /// # Errors
    /// Where a feature is not finite.
    pub fn follow(&mut self, features: &[f32; FEATURES]) -> Result<(), Error> {
        self.scaler.add(features)
    }

    /// The features as the network sees them.
    fn scaled(&self, features: &[f32; FEATURES]) -> Result<[f32; FEATURES], Error> {
        let mut row = *features;
        self.scaler.transform(&mut row)?;
        Ok(row.map(|z| z.clamp(-FARTHEST, FARTHEST)))
    }

    /// Learns from the window of a healthy motor. Every fourth gives a step of training.
    ///
    /// # Errors
    /// Where a feature is not finite, or training fails.
    pub fn learn(&mut self, features: &[f32; FEATURES]) -> Result<Option<Step<f32>>, Error> {
        self.scaler.add(features)?;
        let row = [self.scaled(features)?];
        let settings = Settings::new(MeanSquaredError, Adam { learning_rate: 0.01, ..Adam::default() });
        self.trainer.accumulate(&settings, &Samples::new(&row, &row)?)?;
        if self.trainer.pending() < BATCH { Ok(None) } else { self.trainer.update(&settings).map(Some) }
    }

    /// The error of a window: the mean square of what the autoencoder does not give back.
    ///
    /// # Errors
    /// Where a feature is not finite, or the scaler has not seen any.
    pub fn error(&mut self, features: &[f32; FEATURES]) -> Result<f32, Error> {
        let row = self.scaled(features)?;
        let mut back = [[0.0; FEATURES]];
        self.trainer.logits(&[row], &mut back)?;
        let squares = row.iter().zip(back.as_flattened()).map(|(x, y)| (x - y) * (x - y));
        Ok(squares.fold(0.0, |sum, square| sum + square) * (1.0 / FEATURES as f32))
    }

    /// Takes a healthy window that was not learnt into the threshold: mean plus three deviations of ln(error).
    ///
    /// # Errors
    /// As [`error`](Self::error).
    pub fn calibrate(&mut self, features: &[f32; FEATURES]) -> Result<f32, Error> {
        let error = self.error(features)?;
        self.errors.add(&[Scalar::ln(Scalar::max(error, 1e-9))])?;
        let ([mean], [variance]) = (self.errors.mean, self.errors.variance);
        self.threshold = Scalar::exp(mean as f32 + DEVIATIONS * Scalar::sqrt(variance as f32));
        self.scaler.add(features)?;
        Ok(error)
    }

    /// Where the alarm begins.
    pub fn threshold(&self) -> f32 {
        self.threshold
    }

    /// The error of a window, and whether it is an alarm. Only a window without alarm moves the scaler, so that a fault
    /// does not become the normal state.
    ///
    /// # Errors
    /// As [`error`](Self::error).
    pub fn watch(&mut self, features: &[f32; FEATURES]) -> Result<(f32, bool), Error> {
        let error = self.error(features)?;
        let alarm = error > self.threshold;
        if !alarm {
            self.scaler.add(features)?;
        }
        Ok((error, alarm))
    }

    /// The hash of all parameters.
    pub fn bits(&self) -> u32 {
        self.trainer.network.bits()
    }

    /// What the scaler takes for the mean of this feature.
    pub fn mean(&self, feature: usize) -> f32 {
        self.scaler.mean.get(feature).map_or(0.0, |&mean| mean as f32)
    }
}

/// Subtracts the mean, and multiplies by the window of Hann, sin²(πn/N), so that a line of the spectrum stays narrow.
fn hann(samples: &mut [f32; WINDOW], mean: f32) {
    let (step_sine, step_cosine) = (Scalar::sin(PI / WINDOW as f32), Scalar::cos(PI / WINDOW as f32));
    let (mut sine, mut cosine) = (0.0_f32, 1.0_f32);
    for sample in samples {
        *sample = (*sample - mean) * (sine * sine);
        (sine, cosine) = (sine * step_cosine + cosine * step_sine, cosine * step_cosine - sine * step_sine);
    }
}
