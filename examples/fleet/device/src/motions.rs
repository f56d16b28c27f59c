//! What a wearer is doing: each device has measured two of four activities.

use bareprop::federated::Device;
use bareprop::{Adam, Dense, Dropout, Layer, Relu, Settings, SoftmaxCrossEntropy, Trainer, Zero};
use firmware::motions::{TEST_CLASSES, TEST_RECORDINGS, TRAIN_CLASSES, TRAIN_RECORDINGS};
use firmware::window::Window;

use crate::line::{Arguments, complain};
use crate::rows::Rows;
use crate::run::Member;

/// On a chip: the windows of four recordings. On the desktop: those of all, for a device that has all.
const ROWS: usize = if cfg!(target_os = "none") { 36 } else { 360 };
/// The activities of devices 0 to 5, and again from 6 on.
const PAIRS: [[usize; 2]; 6] = [[0, 1], [2, 3], [0, 2], [1, 3], [0, 3], [1, 2]];
/// What the features are divided by: the least powers of two such that most lie between −1 and 1. They are constants, since
/// no device sees the measurements of the others.
const UNITS: [f32; 12] = [4.0, 4.0, 2.0, 1.0, 1.0, 1.0, 4.0, 4.0, 2.0, 2.0, 2.0, 2.0];

/// The same network with dropout. Its rate comes with the parameters of each round.
pub type WithDropout = (Dense<12, 16, Relu>, Dropout<16>, Dense<16, 4>);
/// That of another firmware: it is narrower.
#[cfg(not(target_os = "none"))]
pub type Narrow = (Dense<12, 8, Relu>, Dense<8, 4>);

pub struct State<N: Layer<Scalar = f32>> {
    device: Device<N>,
    trainer: Trainer<N, Adam, 1>,
    training: Rows<12, ROWS>,
    test: Rows<12, ROWS>,
}

impl<N: Layer<Scalar = f32>> State<N> {
    pub const ZERO: Self =
        State { device: Device::ZERO, trainer: Trainer::ZERO, training: Rows::EMPTY, test: Rows::EMPTY };
}

pub fn run<N>(state: &mut State<N>, arguments: &Arguments) -> bool
where
    N: Layer<Scalar = f32, Input = [f32; 12], Output = [f32; 4]>,
{
    if !measure(&mut state.training, &TRAIN_RECORDINGS, &TRAIN_CLASSES, arguments)
        || !measure(&mut state.test, &TEST_RECORDINGS, &TEST_CLASSES, arguments)
    {
        return complain("there is no memory for the windows of this device: more devices have fewer each");
    }
    let (Ok(training), Ok(test)) = (state.training.samples(), state.test.samples()) else { return false };
    let settings = Settings { batch_size: 8, ..Settings::new(SoftmaxCrossEntropy::new(), Adam::new(0.01)) };
    Member { device: &mut state.device, trainer: &mut state.trainer, settings, training, test }.run(arguments)
}

/// The windows of the recordings that are this device's: those of an activity go round among the devices that see it. Returns
/// whether there was memory for all.
fn measure(
    rows: &mut Rows<12, ROWS>,
    recordings: &[[[f32; 6]; 100]],
    classes: &[usize],
    arguments: &Arguments,
) -> bool {
    let (mut seen, mut fits) = ([0_u32; 4], true);
    for (recording, &class) in recordings.iter().zip(classes) {
        let Some(count) = seen.get_mut(class) else { continue };
        let (number, owners) = place(class, arguments);
        let is_mine = number.is_some() && number == u32::checked_rem(*count, owners);
        *count += 1;
        if is_mine {
            windows(recording, |features| fits &= rows.push(features, class));
        }
    }
    fits
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
