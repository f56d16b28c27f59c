//! Predictive maintenance on the device: example 21 of the library, with fewer windows. The chip simulates its motor.

#[path = "../../21_anomaly/detector.rs"]
pub mod detector;
#[path = "../../21_anomaly/motor.rs"]
pub mod motor;

use bareprop::Error;
use detector::{AXES, Bands, Detector, WINDOW};
use motor::{FAULTS, Fault, Motor, RATE, ROTATION};

/// The last window that the scaler sees alone, the last that is learnt, the last for the threshold, the last of all.
const ENDS: [u32; 4] = [50, 850, 1050, 1250];
/// Windows with each fault, after the healthy ones.
const FAULTY: u32 = 5;

/// Everything: the detector and a window.
pub struct State {
    detector: Detector,
    window: [[f32; WINDOW]; AXES],
}

/// What came of it.
pub struct Outcome {
    /// Healthy windows that were watched, and alarms among them.
    pub healthy: [u32; 2],
    /// Faults with an alarm.
    pub found: u32,
    /// The hash of all parameters, with that of the last error.
    pub bits: u32,
}

impl State {
    /// Nothing learnt.
    pub const ZERO: State = State { detector: Detector::NEW, window: [[0.0; WINDOW]; AXES] };

    /// Learns, sets the threshold, watches healthy windows and then each fault.
    ///
    /// # Errors
    /// None with this motor.
    pub fn run(&mut self) -> Result<Outcome, Error> {
        let [first, learnt, held, all] = ENDS;
        self.detector.start(1);
        let mut alarms = 0;
        for number in 0..all {
            let features = self.measure(number, None);
            if number < first {
                self.detector.follow(&features)?;
            } else if number < learnt {
                self.detector.learn(&features)?;
            } else if number < held {
                self.detector.calibrate(&features)?;
            } else {
                alarms += u32::from(self.detector.watch(&features)?.1);
            }
        }
        let (found, error) = self.faults(all)?;
        let bits = self.detector.bits() ^ error.to_bits();
        Ok(Outcome { healthy: [all - held, alarms], found, bits })
    }

    /// How many faults are found, and the last error.
    fn faults(&mut self, mut number: u32) -> Result<(u32, f32), Error> {
        let (mut found, mut last) = (0, 0.0);
        for fault in FAULTS {
            let mut alarm = false;
            for _ in 0..FAULTY {
                let features = self.measure(number, Some((fault, 1.0)));
                let (error, is_alarm) = self.detector.watch(&features)?;
                (alarm, last, number) = (alarm || is_alarm, error, number + 1);
            }
            found += u32::from(alarm);
        }
        Ok((found, last))
    }

    /// The features of a window of the motor.
    fn measure(&mut self, number: u32, fault: Option<(Fault, f32)>) -> [f32; detector::FEATURES] {
        let [.., all] = ENDS;
        Motor::new(1, all).measure(number, fault, &mut self.window);
        // The bands of this motor are none of them empty.
        let Some(bands) = Bands::new(RATE, ROTATION) else { return [0.0; detector::FEATURES] };
        self.detector.features(&self.window, &bands)
    }
}
