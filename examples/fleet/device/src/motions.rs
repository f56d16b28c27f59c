//! What a wearer is doing: each device has measured two of four activities.

use bareprop::federated::Device;
use bareprop::{Adam, Settings, SoftmaxCrossEntropy, Trainer, Zero};
#[cfg(not(target_os = "none"))]
use bareprop::{Dense, Relu};
use firmware::motions::{Net, TEST_CLASSES, TEST_RECORDINGS, TRAIN_CLASSES, TRAIN_RECORDINGS};
use firmware::window::Window;

use crate::line::Arguments;
use crate::rows::Rows;
use crate::run::Member;

/// On a chip: the windows of four recordings. On the desktop: those of all, for a device that has all.
const ROWS: usize = if cfg!(target_os = "none") { 36 } else { 360 };
/// The activities of devices 0 to 5, and again from 6 on.
const PAIRS: [[usize; 2]; 6] = [[0, 1], [2, 3], [0, 2], [1, 3], [0, 3], [1, 2]];
/// What the features are divided by: the least powers of two such that most lie between −1 and 1. They are constants, since
/// no device sees the measurements of the others.
const UNITS: [f32; 12] = [4.0, 4.0, 2.0, 1.0, 1.0, 1.0, 4.0, 4.0, 2.0, 2.0, 2.0, 2.0];

pub struct State {
    device: Device<Net>,
    trainer: Trainer<Net, Adam, 1>,
    training: Rows<12, ROWS>,
    test: Rows<12, ROWS>,
}

impl State {
    pub const ZERO: Self =
        State { device: Device::ZERO, trainer: Trainer::ZERO, training: Rows::EMPTY, test: Rows::EMPTY };
}

pub fn run(state: &mut State, arguments: &Arguments) -> bool {
    measure(&mut state.training, &TRAIN_RECORDINGS, &TRAIN_CLASSES, arguments);
    measure(&mut state.test, &TEST_RECORDINGS, &TEST_CLASSES, arguments);
    let (Ok(training), Ok(test)) = (state.training.samples(), state.test.samples()) else { return false };
    let settings = settings();
    Member { device: &mut state.device, trainer: &mut state.trainer, settings, training, test }.run(arguments)
}

fn settings() -> Settings<SoftmaxCrossEntropy<4>, Adam> {
    Settings { batch_size: 8, ..Settings::new(SoftmaxCrossEntropy::new(), Adam::new(0.01)) }
}

/// The windows of the recordings that are this device's: those of an activity go round among the devices that see it.
fn measure(rows: &mut Rows<12, ROWS>, recordings: &[[[f32; 6]; 100]], classes: &[usize], arguments: &Arguments) {
    let mut seen = [0_u32; 4];
    for (recording, &class) in recordings.iter().zip(classes) {
        let Some(count) = seen.get_mut(class) else { continue };
        let (number, owners) = place(class, arguments);
        let is_mine = number.is_some() && number == u32::checked_rem(*count, owners);
        *count += 1;
        if is_mine {
            windows(recording, |features| rows.push(features, class));
        }
    }
}

/// Which of the devices that see this activity this one is, if it does, and how many there are.
fn place(class: usize, arguments: &Arguments) -> (Option<u32>, u32) {
    if arguments.devices == 1 {
        return (Some(0), 1);
    }
    let sees = |device: u32| PAIRS.get((device % 6) as usize).is_some_and(|pair| pair.contains(&class));
    let before = (0..arguments.number).filter(|&device| sees(device)).count() as u32;
    let owners = (0..arguments.devices).filter(|&device| sees(device)).count() as u32;
    (sees(arguments.number).then_some(before), owners)
}

fn windows(recording: &[[f32; 6]; 100], mut each: impl FnMut(&[f32; 12])) {
    let mut window = Window::EMPTY;
    for mut features in recording.iter().filter_map(|axes| window.push(axes)) {
        for (feature, unit) in features.iter_mut().zip(UNITS) {
            *feature /= unit;
        }
        each(&features);
    }
}

/// A device with another firmware: its network is narrower.
#[cfg(not(target_os = "none"))]
pub fn run_narrow(arguments: &Arguments) -> bool {
    type Narrow = (Dense<12, 8, Relu>, Dense<8, 4>);
    let (mut training, mut test) = (Rows::EMPTY, Rows::EMPTY);
    measure(&mut training, &TRAIN_RECORDINGS, &TRAIN_CLASSES, arguments);
    measure(&mut test, &TEST_RECORDINGS, &TEST_CLASSES, arguments);
    let (Ok(training), Ok(test)) = (training.samples(), test.samples()) else { return false };
    let (mut device, mut trainer) = (Device::<Narrow>::ZERO, Trainer::ZERO);
    Member { device: &mut device, trainer: &mut trainer, settings: settings(), training, test }.run(arguments)
}
