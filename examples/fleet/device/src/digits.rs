//! Handwritten digits for a thousand devices, of which each has seen one or two.

use bareprop::federated::Device;
use bareprop::{Adam, Dense, Relu, Settings, SoftmaxCrossEntropy, Trainer, Zero};

use crate::line::{Arguments, complain};
use crate::rows::Rows;
use crate::run::Member;

static TABLE: &str = include_str!("../../../data/digits.csv");
/// The last fifth of the table is the test, as in the examples of the library.
const TRAINING: usize = 1437;

type Net = (Dense<64, 32, Relu>, Dense<32, 10>);
type Picture = [f32; 64];

pub fn run(arguments: &Arguments) -> bool {
    let (mut training, mut test) = (Rows::<64, 512>::EMPTY, Rows::<64, 360>::EMPTY);
    let pictures = pictures();
    let mut fits = true;
    deal(&pictures, arguments, |picture, class| fits &= training.push(picture, class));
    pictures.iter().skip(TRAINING).for_each(|(picture, class)| fits &= test.push(picture, *class));
    if !fits {
        return complain("there is no memory for the pictures of this device: more devices have fewer each");
    }
    let (Ok(training), Ok(test)) = (training.samples(), test.samples()) else { return false };
    let settings = Settings { batch_size: 8, ..Settings::new(SoftmaxCrossEntropy::new(), Adam::new(0.01)) };
    let (mut device, mut trainer) = (Device::<Net>::ZERO, Trainer::ZERO);
    Member { device: &mut device, trainer: &mut trainer, settings, training, test }.run(arguments)
}

fn pictures() -> Vec<(Picture, usize)> {
    let row = |line: &str| {
        let (mut picture, mut fields) = ([0.0; 64], line.split(','));
        for (pixel, field) in picture.iter_mut().zip(&mut fields) {
            *pixel = field.parse::<f32>().ok()? / 16.0;
        }
        Some((picture, fields.next()?.parse().ok()?))
    };
    TABLE.lines().skip(1).filter_map(row).collect()
}

/// Each picture in five places, sorted by digit, cut into two shards for each device. Device n has shards n and n + devices, so
/// that it has seen one digit or two, as in McMahan et al. (2017), "Communication-Efficient Learning of Deep Networks
/// from Decentralized Data", section 3.
fn deal(pictures: &[(Picture, usize)], arguments: &Arguments, mut each: impl FnMut(&Picture, usize)) {
    let mut all: Vec<(usize, usize, usize)> = vec![];
    for (index, (_, class)) in pictures.iter().enumerate().take(TRAINING) {
        all.extend((0..5).map(|place| (*class, place, index)));
    }
    all.sort_unstable();
    let (number, shards) = (arguments.number as usize, 2 * arguments.devices as usize);
    for shard in [number, number + shards / 2] {
        let (begin, end) = (all.len() * shard / shards, all.len() * (shard + 1) / shards);
        for &(class, place, index) in all.get(begin..end).unwrap_or(&[]) {
            if let Some((picture, _)) = pictures.get(index) {
                each(&moved(picture, place), class);
            }
        }
    }
}

/// The picture as it is, or one pixel to the left, to the right, up or down.
fn moved(picture: &Picture, place: usize) -> Picture {
    let (right, down) = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)].get(place).copied().unwrap_or((0, 0));
    std::array::from_fn(|pixel| {
        let (x, y) = (pixel as i32 % 8 - right, pixel as i32 / 8 - down);
        let inside = (0..8).contains(&x) && (0..8).contains(&y);
        if inside { picture.get((8 * y + x) as usize).copied().unwrap_or(0.0) } else { 0.0 }
    })
}
