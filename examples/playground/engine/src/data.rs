//! The data sets. They come from the generators of the crate, so that they are the same everywhere.

use bareprop::{Samples, Scalar, datasets, split};

use crate::error::Wrong;
use crate::features::row;
use crate::own::Own;
use crate::settings::Settings;
use playground_network::flexible::Units;
use playground_network::learner::Rows;

playground_network::named!(
    /// Which data.
    DataSet {
        Moons: "moons",
        Circle: "circle",
        Xor: "xor",
        Gauss: "gauss",
        Spiral: "spiral",
        Plane: "plane",
        MultiGauss: "multi_gauss",
        Own: "own",
    }
);

playground_network::named!(
    /// A part of the rows.
    Part { Train: "train", Test: "test" }
);

/// The centres of multi_gauss: x₁, x₂, and the sign of the hill.
pub const HILLS: [[f32; 3]; 6] =
    [[-1.2, 0.8, 1.0], [0.0, 0.8, -1.0], [1.2, 0.8, 1.0], [-1.2, -0.8, -1.0], [0.0, -0.8, 1.0], [1.2, -0.8, -1.0]];

/// The height at a point of multi_gauss: Σ sign·e^(−2·distance²).
pub fn height([x1, x2]: [f32; 2]) -> f32 {
    let mut height = 0.0;
    for [a, b, sign] in HILLS {
        let (dx, dy) = (x1 - a, x2 - b);
        height += sign * Scalar::exp(-2.0 * (dx * dx + dy * dy));
    }
    height
}

/// The rows of a run: training rows first, then test rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// x₁ and x₂.
    pub points: Vec<[f32; 2]>,
    /// Their features.
    pub inputs: Vec<Units>,
    /// Class 0 or 1, or a number.
    pub targets: Vec<[f32; 1]>,
    /// How many are for training.
    pub train: usize,
    /// Whether targets are numbers.
    pub regression: bool,
    /// For own data: how they were read and scaled.
    pub own: Option<Scaled>,
}

/// Own data with the means and deviations of both features and the target.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Scaled {
    pub own: Own,
    pub mean: [f64; 3],
    pub deviation: [f64; 3],
}

impl DataSet {
    /// Whether the targets are numbers. Own data are not known here.
    pub fn is_regression(self) -> bool {
        matches!(self, DataSet::Plane | DataSet::MultiGauss)
    }

    /// The noise that the generator of the crate is given.
    pub fn deviation(self, noise: f32) -> f32 {
        match self {
            DataSet::Xor | DataSet::Circle => noise * 0.5,
            DataSet::Spiral => noise * 0.25,
            DataSet::Gauss => noise + 0.3,
            _ => noise,
        }
    }
}

impl Data {
    /// Generates the rows, and splits them.
    ///
    /// # Errors
    /// A setting that is out of its range; own data that were not read yet.
    pub fn new(settings: &Settings, own: Option<&Own>) -> Result<Self, Wrong> {
        if settings.data == DataSet::Own {
            let own = own.ok_or_else(|| Wrong::new("data", "no table has been read yet"))?;
            return own.data(settings);
        }
        let (points, targets) = generate(settings)?;
        let mut data = Data::split(points, targets, settings)?;
        data.regression = settings.data.is_regression();
        data.features(settings);
        Ok(data)
    }

    /// Shuffles and splits points; their features are not computed yet.
    pub(crate) fn split(
        mut points: Vec<[f32; 2]>,
        mut targets: Vec<[f32; 1]>,
        settings: &Settings,
    ) -> Result<Self, Wrong> {
        let test = test_rows(points.len(), settings.train_share);
        let train = points.len() - test;
        split::train_test_split(&mut points, &mut targets, test, u64::from(settings.seed))?;
        Ok(Data { points, inputs: Vec::new(), targets, train, regression: false, own: None })
    }

    /// Computes the features.
    pub(crate) fn features(&mut self, settings: &Settings) {
        self.inputs = self.points.iter().map(|&point| row(&settings.features, point)).collect();
    }

    /// The training rows.
    ///
    /// # Errors
    /// A feature that is not finite.
    pub fn training(&self) -> Result<Rows<'_>, bareprop::Error> {
        let (inputs, targets) = (self.inputs.get(..self.train), self.targets.get(..self.train));
        Samples::new(inputs.unwrap_or(&[]), targets.unwrap_or(&[]))
    }

    /// Half of the side of the square around 0 with all points.
    pub fn half_side(&self) -> f32 {
        let largest = self.points.as_flattened().iter().fold(0.5_f32, |most, x| Scalar::max(Scalar::abs(*x), most));
        largest * 1.05
    }
}

/// How many rows are for testing: at least one, and at least one is left.
pub fn test_rows(rows: usize, train_share: f64) -> usize {
    let test = ((1.0 - train_share) * rows as f64).round() as usize;
    test.clamp(1, Ord::max(rows, 2) - 1)
}

/// Points and their targets.
type Generated = (Vec<[f32; 2]>, Vec<[f32; 1]>);

/// Points and targets of the generators.
fn generate(settings: &Settings) -> Result<Generated, Wrong> {
    let (rows, seed) = (settings.rows, u64::from(settings.seed));
    let noise = settings.data.deviation(settings.noise);
    if settings.data.is_regression() {
        return regression(settings, rows, seed);
    }
    let (mut points, mut targets) = (vec![[0.0_f32; 2]; rows], vec![[0.0_f32; 1]; rows]);
    match settings.data {
        DataSet::Circle => datasets::circles(&mut points, &mut targets, 0.5, noise, seed)?,
        DataSet::Xor => datasets::xor(&mut points, &mut targets, noise, seed)?,
        DataSet::Gauss => datasets::blobs(&mut points, &mut targets, &[[-1.0; 2], [1.0; 2]], noise, seed)?,
        DataSet::Spiral => datasets::spirals(&mut points, &mut targets, 2, noise, seed)?,
        _ => datasets::moons(&mut points, &mut targets, noise, seed)?,
    }
    for [x1, x2] in &mut points {
        [*x1, *x2] = moved(settings.data, [*x1, *x2]);
    }
    Ok((points, targets))
}

/// The place of a generated point in the playground: around 0, and about 2 in size.
fn moved(data: DataSet, [x1, x2]: [f32; 2]) -> [f32; 2] {
    match data {
        DataSet::Moons => [x1 - 0.5, x2 - 0.25],
        DataSet::Circle | DataSet::Spiral => [x1 * 2.0, x2 * 2.0],
        DataSet::Xor => [x1 * 2.0 - 1.0, x2 * 2.0 - 1.0],
        _ => [x1, x2],
    }
}

/// The same in Rust, for the program.
pub fn moved_source(data: DataSet) -> &'static str {
    match data {
        DataSet::Moons => "[x1 - 0.5, x2 - 0.25]",
        DataSet::Circle | DataSet::Spiral => "[x1 * 2.0, x2 * 2.0]",
        DataSet::Xor => "[x1 * 2.0 - 1.0, x2 * 2.0 - 1.0]",
        _ => "[x1, x2]",
    }
}

/// Normally distributed points. The third coordinate is the noise of the target.
fn regression(settings: &Settings, rows: usize, seed: u64) -> Result<Generated, Wrong> {
    let (mut drawn, mut classes) = (vec![[0.0_f32; 3]; rows], vec![0_usize; rows]);
    datasets::blobs(&mut drawn, &mut classes, &[[0.0; 3]], 1.0, seed)?;
    let target = |[x1, x2, z]: [f32; 3]| {
        let exact = if settings.data == DataSet::Plane { 0.5 * (x1 + x2) } else { height([x1, x2]) };
        [exact + settings.noise * z]
    };
    Ok((drawn.iter().map(|&[x1, x2, _]| [x1, x2]).collect(), drawn.iter().map(|&row| target(row)).collect()))
}
