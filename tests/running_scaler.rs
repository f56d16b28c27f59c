//! The scaler that forgets, against weighted sums over all rows in `f64`.

use bareprop::storage::{self, Error as Broken, Stored};
use bareprop::{Error, MinMaxScaler, RunningScaler, Scalar, StandardScaler, Zero};
use proptest::prelude::*;

/// Mean and variance of the values under the weights (1 − α)ⁿ⁻ⁱ, divided by their sum.
fn direct(alpha: f64, values: &[f64]) -> (f64, f64) {
    let weight = |age: usize| (1.0 - alpha).powi(age as i32);
    let weighted = |f: &dyn Fn(f64) -> f64| values.iter().rev().enumerate().map(|(age, &x)| weight(age) * f(x)).sum();
    let sum: f64 = weighted(&|_| 1.0);
    let mean: f64 = weighted(&|x| x);
    let mean = mean / sum;
    let variance: f64 = weighted(&|x| (x - mean) * (x - mean));
    (mean, variance / sum)
}

fn agrees<T: Scalar>(alpha: f64, rows: &[[T; 2]]) {
    let mut scaler = RunningScaler::<2>::new(alpha);
    for count in 1..=rows.len() {
        scaler.add(&rows[count - 1]).unwrap();
        for column in 0..2 {
            let values: Vec<f64> = rows[..count].iter().map(|row| row[column].to_f64()).collect();
            let (mean, variance) = direct(alpha, &values);
            let largest = values.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            assert!((scaler.mean[column] - mean).abs() <= 1e-13 * largest, "{} for {mean}", scaler.mean[column]);
            // One rounding of the mean, times the largest difference from it.
            let range = values.iter().fold(0.0_f64, |most, x| most.max((x - values[0]).abs()));
            let (found, allowed) = (scaler.variance[column], 1e-12 * variance + 1e-14 * largest * range);
            assert!((found - variance).abs() <= allowed, "{found} for {variance}");
        }
    }
}

proptest! {
    /// From the first row on, for every α: there is no bias to wait for.
    #[test]
    fn mean_and_variance_are_the_weighted_ones(
        rows in prop::collection::vec(prop::array::uniform2(-1e3_f64..1e3), 1..60),
        alpha in prop::sample::select(vec![1e-9, 0.001, 0.03, 0.5, 0.9, 1.0]),
        offset in prop::sample::select(vec![0.0, 1e6]),
    ) {
        let rows: Vec<[f64; 2]> = rows.iter().map(|row| row.map(|x| x + offset)).collect();
        agrees(alpha, &rows);
        agrees(alpha, &rows.iter().map(|row| row.map(|x| x as f32)).collect::<Vec<_>>());
    }

    #[test]
    fn a_row_and_back(row in prop::array::uniform2(-1e3_f32..1e3), seen in prop::array::uniform2(-1e3_f32..1e3)) {
        let mut scaler = RunningScaler::<2>::new(0.1);
        scaler.add(&[1.0_f32, -1.0]).unwrap();
        scaler.add(&seen).unwrap();
        let mut there = row;
        scaler.transform(&mut there).unwrap();
        scaler.inverse(&mut there).unwrap();
        prop_assert!(row.iter().zip(there).all(|(a, b)| (a - b).abs() <= 1e-3), "{row:?} became {there:?}");
    }

    /// Whatever stands in the fields: no panic, what comes out is finite, and an error changes nothing.
    #[test]
    fn any_state_and_any_row(
        fields in prop::array::uniform4(any::<f64>()), mean in any::<f64>(), variance in any::<f64>(), row in prop::array::uniform2(any::<f64>()),
    ) {
        let [alpha, weight, first, second] = fields;
        let mut scaler = RunningScaler { alpha, weight, mean: [mean, first], variance: [variance, second] };
        for inverse in [false, true] {
            let mut moved = row;
            match if inverse { scaler.inverse(&mut moved) } else { scaler.transform(&mut moved) } {
                Ok(()) => prop_assert!(moved.iter().all(|x| x.is_finite())),
                Err(_) => prop_assert_eq!(moved.map(f64::to_bits), row.map(f64::to_bits)),
            }
        }
        let before = format!("{scaler:?}");
        if scaler.add(&row).is_err() {
            prop_assert_eq!(format!("{scaler:?}"), before);
        }
    }
}

/// A million rows of a slow drift: the mean lags by the known (1 − α)/α rows, where that of `StandardScaler` lags by half of all.
#[test]
fn a_drift_is_followed() {
    let (alpha, slope) = (0.01, 1e-3);
    let (mut running, mut standard) = (RunningScaler::<1>::new(alpha), StandardScaler::<1>::ZERO);
    for row in 0..1_000_000 {
        let x = [slope * f64::from(row)];
        running.add(&x).unwrap();
        standard.add(&x).unwrap();
    }
    let newest = slope * 999_999.0;
    assert!((newest - running.mean[0] - slope * (1.0 - alpha) / alpha).abs() < 1e-6, "{}", running.mean[0]);
    assert!(newest - standard.mean[0] > 499.0);
    // The variance of a ramp under these weights is slope²·(1 − α)/α².
    let expected = slope * slope * (1.0 - alpha) / (alpha * alpha);
    assert!((running.variance[0] / expected - 1.0).abs() < 1e-6, "{}", running.variance[0]);
}

/// The values of a constant feature are only shifted. A feature that stops varying becomes one.
#[test]
fn constant_features_are_as_in_the_standard_scaler() {
    let mut scaler = RunningScaler::<2>::new(0.1);
    for row in 0..1000 {
        scaler.add(&[0.1_f32, if row < 100 { row as f32 } else { 7.0 }]).unwrap();
        let mut scaled = [1.1_f32, 7.0];
        scaler.transform(&mut scaled).unwrap();
        assert_eq!(scaled[0], 1.0, "row {row}");
    }
    let mut scaled = [0.1_f32, 9.0];
    scaler.transform(&mut scaled).unwrap();
    assert_eq!(scaled, [0.0, 2.0]);
    // Rows of f64 see a variation that rows of f32 do not.
    let scaler = RunningScaler { alpha: 0.1, weight: 1.0, mean: [1.0], variance: [1e-20] };
    let (mut single, mut double) = ([1.5_f32], [1.0 + 1e-10]);
    scaler.transform(&mut single).unwrap();
    scaler.transform(&mut double).unwrap();
    assert_eq!(single, [0.5]);
    assert!((double[0] - 1.0_f64).abs() < 1e-5);
}

#[test]
fn errors_change_nothing() {
    for alpha in [0.0, -0.1, 1.0 + 1e-15, f64::NAN, f64::INFINITY, 1e-10] {
        let mut scaler = RunningScaler::<1>::new(alpha);
        assert!(matches!(scaler.add(&[1.0_f32]), Err(Error::Setting { name: "alpha", .. })), "{alpha}");
        assert_eq!(scaler.transform(&mut [1.0_f32]), Err(Error::Empty));
        assert_eq!(scaler.inverse(&mut [1.0_f32]), Err(Error::Empty));
        assert_eq!(scaler.mean, [0.0]);
    }
    let mut scaler = RunningScaler::<2>::new(0.5);
    scaler.add(&[1.0_f32, 2.0]).unwrap();
    let before = scaler.clone();
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let error = scaler.add(&[1.0, value]).unwrap_err();
        assert!(matches!(error, Error::Feature { row: 0, column: 1, .. }), "{error}");
        let mut row = [5.0, value];
        assert!(scaler.transform(&mut row).is_err() && scaler.inverse(&mut row).is_err());
        assert_eq!(row[0], 5.0);
    }
    assert!(scaler.add(&[1e200_f64, 0.0]).is_err());
    assert_eq!(scaler, before);
}

/// The largest features, and the smallest and the largest α.
#[test]
fn extremes_are_finite() {
    for alpha in [1.0 / 4_294_967_296.0, 0.5, 1.0] {
        let mut scaler = RunningScaler::<1>::new(alpha);
        for x in [f32::MAX, -f32::MAX, f32::MAX, 0.0] {
            scaler.add(&[x]).unwrap();
            let mut row = [x];
            scaler.transform(&mut row).unwrap();
            assert!(scaler.variance[0].is_finite() && scaler.variance[0] >= 0.0 && row[0].is_finite());
        }
        assert!(alpha < 1.0 || (scaler.mean, scaler.variance) == ([0.0], [0.0]));
    }
}

/// A stored scaler goes on to the same bits. One of another size is refused.
#[test]
fn it_can_be_stored() {
    let mut scaler = RunningScaler::<2>::new(0.2);
    scaler.add(&[1.0_f32, 2.0]).unwrap();
    scaler.add(&[3.0_f32, -2.0]).unwrap();
    let mut file = vec![];
    storage::save(&mut scaler, |bytes| {
        file.extend_from_slice(bytes);
        Ok::<(), ()>(())
    })
    .unwrap();
    assert_eq!(file.len(), storage::bytes::<RunningScaler<2>>());
    let mut other = RunningScaler::<2>::ZERO;
    storage::load(&mut other, &mut &file[..]).unwrap();
    assert_eq!(other, scaler);
    for scaler in [&mut other, &mut scaler] {
        scaler.add(&[0.5_f32, 0.25]).unwrap();
    }
    assert_eq!(other, scaler);
    let mut wider = RunningScaler::<3>::ZERO;
    let error = storage::load(&mut wider, &mut &file[..]).unwrap_err();
    assert!(matches!(error, Broken::Architecture { .. }), "{error}");
    assert_ne!(RunningScaler::<2>::FINGERPRINT, StandardScaler::<2>::FINGERPRINT);
}

/// Frozen, each scaler does what it does, but for rounding.
#[test]
fn frozen() {
    let rows: Vec<[f32; 3]> = (0..50).map(|i| [i as f32 * 0.3 - 4.0, 7.0, (i * i % 17) as f32 * 1e-6]).collect();
    let standard = StandardScaler::from_rows(&rows).unwrap();
    let low_high = MinMaxScaler::from_rows(&rows).unwrap();
    let mut running = RunningScaler::<3>::new(0.1);
    rows.iter().for_each(|row| running.add(row).unwrap());
    let mut fixed = [standard.frozen::<f32>(), low_high.frozen::<f32>(), running.frozen::<f32>()].map(Result::unwrap);
    for row in &rows {
        let mut expected = [*row; 3];
        standard.transform(&mut expected[0]).unwrap();
        low_high.transform(&mut expected[1]).unwrap();
        running.transform(&mut expected[2]).unwrap();
        for (fixed, expected) in fixed.iter().zip(expected) {
            let mut found = *row;
            fixed.transform(&mut found).unwrap();
            for ((z, expected), (x, (offset, factor))) in
                found.iter().zip(expected).zip(row.iter().zip(fixed.offset.iter().zip(fixed.factor)))
            {
                let rounding = 2e-7 * expected.abs() + 6e-8 * offset.abs() * factor;
                assert!((z - expected).abs() <= rounding, "{x}: {z}, {expected}");
            }
        }
    }
    // Nothing changes on an error, and no result is infinite.
    let mut row = [1.0, f32::NAN, 2.0];
    assert!(matches!(fixed[0].transform(&mut row), Err(Error::Feature { row: 0, column: 1, .. })));
    assert_eq!((row[0], row[2]), (1.0, 2.0));
    fixed[0].factor = [f32::MAX; 3];
    let mut row = [f32::MAX, -f32::MAX, 1.0];
    fixed[0].transform(&mut row).unwrap();
    assert!(row.iter().all(|z| z.is_finite()), "{row:?}");
    assert_eq!(RunningScaler::<3>::new(0.1).frozen::<f32>(), Err(Error::Empty));
    assert_eq!(StandardScaler::<3>::ZERO.frozen::<f64>(), Err(Error::Empty));
}
