//! Scalers: no panic, nothing changed on an error, finite results.
#![no_main]

use arbitrary::{Result, Unstructured};
use bareprop::{MinMaxScaler, Scalar, StandardScaler, Zero};
use bareprop_fuzz::{bits, row, some};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let u = &mut Unstructured::new(data);
    let _ = u.arbitrary().and_then(|double: bool| if double { run::<f64>(u) } else { run::<f32>(u) });
});

/// The same for both: fit, add, transform, invert.
macro_rules! check {
    ($scaler:expr, $rows:expr, $row:expr) => {{
        let before = format!("{:?}", $scaler);
        if $scaler.fit($rows).is_err() {
            assert_eq!(format!("{:?}", $scaler), before);
        }
        let before = format!("{:?}", $scaler);
        if $scaler.add(&$row).is_err() {
            assert_eq!(format!("{:?}", $scaler), before);
        }
        for inverse in [false, true] {
            let mut row = $row;
            let outcome = if inverse { $scaler.inverse(&mut row) } else { $scaler.transform(&mut row) };
            match outcome {
                Ok(()) => assert!(row.iter().all(|x| Scalar::is_finite(*x)), "{row:?} by {:?}", $scaler),
                Err(_) => assert_eq!(bits(&row), bits(&$row)),
            }
        }
    }};
}

fn run<T: Scalar>(u: &mut Unstructured<'_>) -> Result<()> {
    let (rows, other) = (some(u, 12, row::<T, 3>)?, row::<T, 3>(u)?);
    let (mut standard, mut range) = (StandardScaler::<3>::ZERO, MinMaxScaler::<3>::ZERO);
    check!(standard, &rows, other);
    check!(range, &rows, other);
    if !u.is_empty() {
        // Constants that somebody wrote down: whatever they are, nothing panics and what comes out is finite.
        standard = StandardScaler { rows: u.arbitrary()?, mean: row(u)?, squares: row(u)? };
        range = MinMaxScaler { rows: u.arbitrary()?, low: row(u)?, high: row(u)? };
        let again = row::<T, 3>(u)?;
        for scale in 0..4 {
            let mut row = again;
            let outcome = match scale {
                0 => standard.transform(&mut row),
                1 => standard.inverse(&mut row),
                2 => range.transform(&mut row),
                _ => range.inverse(&mut row),
            };
            assert!(
                outcome.is_err() || row.iter().all(|x| Scalar::is_finite(*x)),
                "{row:?} by {standard:?}, {range:?}"
            );
        }
        let _ = (standard.add(&again), range.add(&again));
    }
    Ok(())
}
