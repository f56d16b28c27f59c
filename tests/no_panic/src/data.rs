//! Data sets, splits, scalers, shuffles and noise.

use crate::see;
use bareprop::datasets::{Label, blobs, circles, moons, spirals, xor};
use bareprop::split::{
    KFold, Part, Split, ThreeWaySplit, shuffle_rows, stratified_split, stratified_three_way_split, train_test_split,
    train_validation_test_split,
};
use bareprop::*;

/// The generators.
#[inline(always)]
fn generate<T: Scalar, Y: Label>(
    x: &mut [[T; 2]],
    y: &mut [Y],
    [noise, factor]: [T; 2],
    n: u32,
    seed: u64,
    c: &[[T; 2]],
) {
    see(moons(x, y, noise, seed));
    see(circles(x, y, factor, noise, seed));
    see(blobs(x, y, c, noise, seed));
    see(xor(x, y, noise, seed));
    see(spirals(x, y, n, noise, seed));
    if let Some(target) = y.first_mut() {
        *target = Y::from_class(n);
    }
}

#[unsafe(no_mangle)]
pub fn generate_32(x: &mut [[f32; 2]], y: &mut [usize], settings: [f32; 2], n: u32, seed: u64, c: &[[f32; 2]]) {
    generate(x, y, settings, n, seed, c);
}

#[unsafe(no_mangle)]
pub fn generate_64(x: &mut [[f64; 2]], y: &mut [[f64; 1]], settings: [f64; 2], n: u32, seed: u64, c: &[[f64; 2]]) {
    generate(x, y, settings, n, seed, c);
}

#[unsafe(no_mangle)]
pub fn generate_yes_no(x: &mut [[f32; 2]], y: &mut [bool], settings: [f32; 2], n: u32, seed: u64, c: &[[f32; 2]]) {
    generate(x, y, settings, n, seed, c);
}

#[unsafe(no_mangle)]
pub fn divide(x: &mut [[f32; 3]], y: &mut [usize], test_rows: usize, seed: u64) -> usize {
    see(shuffle_rows(x, y, seed));
    let rows = |split: Split<'_, [f32; 3], usize>| {
        let part: &Part<'_, [f32; 3], usize> = &split.test;
        see(part.samples());
        split.train.inputs.len() ^ split.test.targets.len()
    };
    let simple = train_test_split(x, y, test_rows, seed).map_or(0, rows);
    simple ^ stratified_split::<3, _, _>(x, y, test_rows, seed, |&class| class).map_or(0, rows)
}

#[unsafe(no_mangle)]
pub fn divide_by_share(
    x: &mut [[f32; 3]],
    y: &mut [usize],
    share: f64,
    test_rows: usize,
    folds: usize,
    seed: u64,
) -> usize {
    see(train_test_split(x, y, share, seed).is_ok());
    let rows = |split: ThreeWaySplit<'_, [f32; 3], usize>| split.train.inputs.len() ^ split.validation.targets.len();
    let simple = train_validation_test_split(x, y, share, test_rows, seed).map_or(0, rows);
    let class = |&class: &usize| class;
    let sum = simple ^ stratified_three_way_split::<3, _, _>(x, y, test_rows, share, seed, class).map_or(0, rows);
    if let Ok(mut folds) = KFold::new(x, y, folds, seed) {
        while let Some(split) = folds.next_fold() {
            see((split.train.inputs.len(), split.test.targets.len()));
        }
    }
    sum
}

/// Both scalers, made from rows.
#[inline(always)]
fn scale_rows<T: Scalar>(rows: &mut [[T; 3]]) -> Result<(), Error> {
    let (standard, range) = (StandardScaler::from_rows(rows)?, MinMaxScaler::from_rows(rows)?);
    see((standard.transform_rows(rows), range.transform_rows(rows)));
    see((standard.inverse_rows(rows), range.inverse_rows(rows)));
    Ok(())
}

#[unsafe(no_mangle)]
pub fn scale_rows_32(rows: &mut [[f32; 3]]) -> Result<(), Error> {
    scale_rows(rows)
}

#[unsafe(no_mangle)]
pub fn scale_rows_64(rows: &mut [[f64; 3]]) -> Result<(), Error> {
    scale_rows(rows)
}

/// Both scalers, row by row.
#[inline(always)]
fn scale<T: Scalar>(standard: &mut StandardScaler<3>, range: &mut MinMaxScaler<3>, rows: &[[T; 3]], row: &mut [T; 3]) {
    see(standard.add(row));
    see(standard.fit(rows));
    see(standard.transform(row));
    see(standard.inverse(row));
    see(range.add(row));
    see(range.fit(rows));
    see(range.transform(row));
    see(range.inverse(row));
}

#[unsafe(no_mangle)]
pub fn scale_32(s: &mut StandardScaler<3>, r: &mut MinMaxScaler<3>, rows: &[[f32; 3]], row: &mut [f32; 3]) {
    scale(s, r, rows, row);
}

#[unsafe(no_mangle)]
pub fn scale_64(s: &mut StandardScaler<3>, r: &mut MinMaxScaler<3>, rows: &[[f64; 3]], row: &mut [f64; 3]) {
    scale(s, r, rows, row);
}

/// The scaler that forgets, row by row.
#[inline(always)]
fn follow<T: Scalar>(scaler: &mut RunningScaler<3>, row: &mut [T; 3]) {
    see(scaler.add(row));
    see(scaler.transform(row));
    see(scaler.inverse(row));
}

#[unsafe(no_mangle)]
pub fn frozen(
    (standard, low_high, running): (&StandardScaler<3>, &MinMaxScaler<3>, &RunningScaler<3>),
    (fixed, single): (&mut FixedScaler<3, f64>, &FixedScaler<3>),
    (row, row_64): (&mut [f32; 3], &mut [f64; 3]),
) -> Result<(), Error> {
    see((running.frozen::<f32>()?, low_high.frozen::<f64>()?));
    *fixed = standard.frozen()?;
    single.transform(row)?;
    fixed.transform(row_64)
}

#[unsafe(no_mangle)]
pub fn follow_32(scaler: &mut RunningScaler<3>, alpha: f64, row: &mut [f32; 3]) {
    follow(scaler, row);
    *scaler = RunningScaler::new(alpha);
}

#[unsafe(no_mangle)]
pub fn follow_64(scaler: &mut RunningScaler<3>, row: &mut [f64; 3]) {
    follow(scaler, row);
}

#[unsafe(no_mangle)]
pub fn running_scaler_as_bytes(scaler: &mut RunningScaler<3>, mut file: &[u8]) {
    see(storage::save(scaler, |bytes| if bytes.is_empty() { Err(Error::Empty) } else { Ok(()) }));
    see(storage::load(scaler, &mut file));
}

#[unsafe(no_mangle)]
pub fn shuffle(shuffle: &mut Shuffle, rows: u32, seed: u64, epoch: u32, n: usize) -> u32 {
    see((shuffle.next(), shuffle.nth(n), shuffle.len(), shuffle.size_hint(), shuffle.index(rows)));
    let other = Shuffle::new(rows, seed, epoch);
    let sum = other.clone().fold(0_u32, |sum, index| sum ^ index);
    sum ^ other.index(epoch).unwrap_or(0)
}

#[unsafe(no_mangle)]
pub fn noise(seed: u64, layer: u32, row: u32, unit: u32) -> u32 {
    Noise::new(seed).layer(layer).row(row).unit(unit)
}

#[unsafe(no_mangle)]
pub fn history(history: &mut History<u32, 2>, entry: u32) -> (usize, u32) {
    history.push(entry);
    (history.entries().len(), history.every())
}

#[unsafe(no_mangle)]
pub fn scalers_as_bytes(
    model: &mut storage::Scaled<StandardScaler<3>, MinMaxScaler<3>>,
    mut file: &[u8],
    limit: usize,
) -> u32 {
    see(storage::save(model, |bytes| if bytes.len() > limit { Err(Error::Empty) } else { Ok(()) }));
    see(storage::load(model, &mut file));
    let mut size = Size(0);
    storage::Stored::pieces(model, &mut size);
    storage::Pieces::count(&mut size, &mut 1, 2);
    storage::Pieces::numbers(&mut size, &mut [1.0_f32], 0.0, 2.0);
    let mut none = ();
    see(storage::load(&mut none, &mut file));
    let source: &mut dyn storage::Source<Error = core::convert::Infallible> = &mut file;
    see((source.size(), source.read(limit as u64, &mut [0; 8])));
    storage::fingerprint("", &[limit as u32])
}

/// Counts numbers.
struct Size(usize);

impl storage::Pieces for Size {
    fn numbers<T: Scalar>(&mut self, numbers: &mut [T], _: T, _: T) {
        self.0 = self.0.wrapping_add(numbers.len());
    }
    fn count(&mut self, _: &mut u32, _: u32) {
        self.0 = self.0.wrapping_add(1);
    }
}
