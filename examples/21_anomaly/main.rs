//! Predictive maintenance: an autoencoder learns how a healthy motor vibrates, and raises the alarm when that changes.
//!
//!     cargo run --release --example 21_anomaly
//!     cargo run --release --example 21_anomaly -- --data my.csv --rate 1600 --rotation 25    # three columns: x, y, z
//!
//! `detector.rs` is what a chip runs too, see `anomaly` in `examples/firmware`. No recording of a fault is needed: faults
//! are what the autoencoder cannot give back. The motor (`motor.rs`) is made here: rotation with harmonics, a load that
//! changes, noise, and a drift of speed, size and noise while it gets warm.
//!
//! The first windows set the scaler and train. The next were not learnt, and set the threshold: mean plus three standard
//! deviations of ln(error). A quantile of 99.9 % would need thousands of windows. The logarithm is used because errors
//! have a long tail upwards. The rest is watched.
//!
//! The scaler has to forget faster than the motor drifts and more slowly than a fault grows. A fault that takes longer than
//! the memory of the scaler (400 windows) is taken for drift: with a memory of 100 windows, an imbalance that grows in 60
//! stays unseen. What may not change slowly needs a fixed limit beside this.

#[path = "../common/mod.rs"]
mod common;
mod detector;
mod motor;
mod recording;

use std::path::{Path, PathBuf};

use bareprop::*;
use clap::Parser;
use common::{Failure, Outcome, options, picture, print_table, say};
use detector::{AXES, Bands, Detector, FEATURES, Net, WINDOW};
use motor::{FAULTS, Fault, Motor, RATE, ROTATION};

/// Windows that set the scaler alone, that are learnt, and that set the threshold.
const PHASES: [usize; 3] = [100, 2300, 800];
/// Windows that are watched.
const WATCHED: usize = 2000;
/// When faults begin, counted from the first watched window, and how long they last.
const FAULT_EVERY: usize = 400;
const FAULT_BEGINS: usize = 300;
const FAULT_LASTS: usize = 60;
/// Windows until a fault has its full size.
const FAULT_GROWS: f32 = 40.0;
/// The feature whose drift the picture shows: the highest band of the first axis.
const SHOWN: usize = 3;

/// Learns the normal vibration of a motor, and finds four faults; or watches your own recording.
#[derive(Parser)]
struct Arguments {
    /// A CSV file of acceleration: three columns (x, y, z), a line for each measurement, from a motor that runs steadily and
    /// is healthy at first. The first half is learnt, the next sixth sets the threshold, the rest is watched.
    #[arg(long, value_name = "FILE.csv")]
    data: Option<PathBuf>,
    /// Measurements a second, of your file.
    #[arg(long, default_value_t = RATE, value_parser = options::positive)]
    rate: f32,
    /// Turns a second of the shaft, of your file.
    #[arg(long, default_value_t = ROTATION, value_parser = options::positive)]
    rotation: f32,
    /// The seed of the weights and of the motor.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the picture goes.
    #[arg(long, default_value = "21_anomaly.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

/// The features of all windows, the phases they belong to, and the fault of each watched one.
struct Run {
    features: Vec<[f32; FEATURES]>,
    phases: [usize; 3],
    faults: Vec<Option<Fault>>,
}

/// What the detector said of a watched window.
struct Verdict {
    error: f32,
    alarm: bool,
    feature: f32,
    mean: f32,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let mut detector = Box::new(Detector::NEW);
    detector.start(arguments.seed);
    let run = match &arguments.data {
        Some(path) => recorded(&arguments, path, &mut detector)?,
        None => made(&arguments, &mut detector)?,
    };
    let [first, learnt, held] = run.phases;
    say!("12-6-3-6-12: {first} windows for the scaler, {learnt} to learn, {held} for the threshold, then watching\n");
    prepare(&run, &mut detector)?;
    let mut verdicts = vec![];
    for features in &run.features[first + learnt + held..] {
        let (error, alarm) = detector.watch(features)?;
        verdicts.push(Verdict { error, alarm, feature: features[SHOWN], mean: detector.mean(SHOWN) });
    }
    draw(&arguments.picture, &run, &verdicts, detector.threshold())?;
    report(&run, &verdicts, detector.threshold(), arguments.data.is_none());
    say!("parameters {}, bits {:08x}", Net::COUNT, detector.bits());
    Ok(())
}

/// The motor with its four faults.
fn made(arguments: &Arguments, detector: &mut Detector) -> Result<Run, Failure> {
    let before = PHASES.iter().sum::<usize>();
    let motor = Motor::new(arguments.seed, (before + WATCHED) as u32);
    let bands = Bands::new(RATE, ROTATION).ok_or("a band is empty")?;
    let faults: Vec<_> = (0..WATCHED).map(fault_of).collect();
    let graded = faults.iter().enumerate().map(|(number, fault)| fault.map(|fault| (fault, severity(number))));
    let all = vec![None; before].into_iter().chain(graded);
    let mut window = [[0.0; WINDOW]; AXES];
    let features = (0..).zip(all).map(|(number, fault)| {
        motor.measure(number, fault, &mut window);
        detector.features(&window, &bands)
    });
    Ok(Run { features: features.collect(), phases: PHASES, faults })
}

/// The fault of this watched window.
fn fault_of(number: usize) -> Option<Fault> {
    let since = number.checked_sub(FAULT_BEGINS)?;
    FAULTS.get(since / FAULT_EVERY).copied().filter(|_| since % FAULT_EVERY < FAULT_LASTS)
}

/// How severe the fault of this watched window is: it grows evenly up to 1, and stays.
fn severity(number: usize) -> f32 {
    let since = number.saturating_sub(FAULT_BEGINS) % FAULT_EVERY;
    ((since + 1) as f32 / FAULT_GROWS).min(1.0)
}

/// The windows of the user's file.
fn recorded(arguments: &Arguments, path: &Path, detector: &mut Detector) -> Result<Run, Failure> {
    let bands = Bands::new(arguments.rate, arguments.rotation).ok_or(
        "--rate, --rotation: a band of the spectrum is empty; the rotation has to be from 1/200 to 1/14 of the rate",
    )?;
    let windows = recording::read(path)?;
    let all = windows.len();
    if all < 120 {
        let needed = 120 * WINDOW;
        return Err(
            format!("{}: windows of {WINDOW} lines: {all}; 120 are needed, {needed} lines", path.display()).into()
        );
    }
    let phases = [all / 20, all / 2 - all / 20, all / 6];
    let watched = all - phases.iter().sum::<usize>();
    let features = windows.iter().map(|window| detector.features(window, &bands)).collect();
    Ok(Run { features, phases, faults: vec![None; watched] })
}

/// Scaler, training, threshold. Few windows are learnt several times, as many as the motor of the example has.
fn prepare(run: &Run, detector: &mut Detector) -> Result<(), Error> {
    let (first, rest) = run.features.split_at(run.phases[0]);
    let (learnt, rest) = rest.split_at(run.phases[1]);
    first.iter().try_for_each(|features| detector.follow(features))?;
    for _ in 0..PHASES[1].div_ceil(learnt.len().max(1)) {
        for features in learnt {
            detector.learn(features)?;
        }
    }
    rest.iter().take(run.phases[2]).try_for_each(|features| detector.calibrate(features).map(|_| ()))
}

/// Faults with their delay, and false alarms.
fn report(run: &Run, verdicts: &[Verdict], threshold: f32, made: bool) {
    let both = || run.faults.iter().zip(verdicts);
    let normal = both().filter(|(fault, _)| fault.is_none()).count();
    let alarms = both().filter(|(fault, verdict)| fault.is_none() && verdict.alarm).count();
    say!("threshold {threshold:.3}");
    if !made {
        say!("alarms in {alarms} of {normal} watched windows");
        return;
    }
    let (mut found, mut rows) = (0, vec![]);
    for fault in FAULTS {
        let of: Vec<&Verdict> =
            both().filter(|(other, _)| **other == Some(fault)).map(|(_, verdict)| verdict).collect();
        let (delay, hits) = (of.iter().position(|verdict| verdict.alarm), of.iter().filter(|v| v.alarm).count());
        found += usize::from(delay.is_some());
        let delay = delay.map_or("not found".into(), |delay| {
            let seconds = (delay + 1) as f32 * WINDOW as f32 / RATE;
            if fault == Fault::StuckSensor {
                return format!("{seconds:.2} s");
            }
            format!("{seconds:.2} s, at {:.0} % of its size", 100.0 * severity(FAULT_BEGINS + delay))
        });
        let mean = of.iter().map(|verdict| verdict.error).sum::<f32>() / of.len() as f32;
        rows.push(vec![name(fault).into(), delay, format!("{hits} of {}", of.len()), format!("{mean:.2}")]);
    }
    print_table(&["fault", "first alarm after", "windows with alarm", "mean error"], rows);
    say!("faults found {found} of {}", FAULTS.len());
    say!("false alarms {alarms} of {normal} windows: {:.2} %", 100.0 * alarms as f64 / normal as f64);
}

/// What the fault is called.
fn name(fault: Fault) -> &'static str {
    match fault {
        Fault::Bearing => "damaged bearing",
        Fault::Imbalance => "imbalance",
        Fault::Looseness => "loose foot",
        Fault::StuckSensor => "stuck sensor",
    }
}

/// The error of each watched window with the threshold and the faults; below, the drift and the scaler that follows it.
fn draw(path: &Path, run: &Run, verdicts: &[Verdict], threshold: f32) -> Outcome {
    let area = picture::canvas(path, (1300, 860))?;
    let (above, below) = area.split_vertically(500);
    let points =
        |value: fn(&Verdict) -> f32| (0..).zip(verdicts).map(|(x, v)| (x as f32, value(v))).collect::<Vec<_>>();
    let of = |fault: Fault| {
        let marked = run.faults.iter().zip(points(|verdict| verdict.error));
        (name(fault).to_string(), marked.filter(|(other, _)| **other == Some(fault)).map(|(_, point)| point).collect())
    };
    let right = verdicts.len() as f32;
    let mut curves = vec![
        of(Fault::Bearing),
        ("error of a window".to_string(), points(|verdict| verdict.error)),
        ("threshold".to_string(), vec![(0.0, threshold), (right, threshold)]),
    ];
    curves.extend([Fault::Imbalance, Fault::Looseness, Fault::StuckSensor].map(of));
    if run.faults.iter().all(Option::is_none) {
        curves = vec![curves.swap_remove(2), curves.swap_remove(1)];
    }
    picture::curves(
        &above,
        ("what the autoencoder does not give back", "watched window", "mean square"),
        &curves,
        true,
    )?;
    let drift = [
        ("ln(energy) of the highest band, first axis".to_string(), points(|verdict| verdict.feature)),
        ("mean of the scaler, which follows".to_string(), points(|verdict| verdict.mean)),
    ];
    let values = || run.faults.iter().zip(verdicts).filter(|(fault, _)| fault.is_none()).map(|(_, v)| v.feature);
    let range = (values().fold(f32::MAX, f32::min) - 0.2, values().fold(f32::MIN, f32::max) + 0.4);
    picture::curves_within(&below, ("the drift of the motor", "watched window", "ln(energy)"), &drift, range, false)?;
    Ok(picture::save(&area, path)?)
}
