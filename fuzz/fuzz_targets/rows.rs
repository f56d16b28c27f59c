//! Splits, shuffles, generated data, histories: no panic, no row lost, nothing changed on an error.
#![no_main]

use arbitrary::{Result, Unstructured};
use bareprop::datasets::{Label, blobs, circles, moons, spirals, xor};
use bareprop::split::{shuffle_rows, stratified_split, train_test_split};
use bareprop::{History, Noise, Samples, Scalar, Shuffle, Zero};
use bareprop_fuzz::{beside, bits, length, number, row, share, some};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let u = &mut Unstructured::new(data);
    let _ = match u.arbitrary::<u8>().unwrap_or(0) % 6 {
        0 => split(u),
        1 => shuffle(u),
        2 => generate::<f32, usize>(u),
        3 => generate::<f64, [f64; 1]>(u),
        4 => history(u),
        _ => samples(u),
    };
});

fn split(u: &mut Unstructured<'_>) -> Result<()> {
    let targets = some(u, 20, |u| if u.ratio(31, 32)? { u.int_in_range(0..=2_usize) } else { u.arbitrary() })?;
    let inputs: Vec<usize> = (0..length(u, targets.len())?).collect();
    let test_rows = if u.ratio(7, 8)? { u.int_in_range(0..=targets.len() + 1)? } else { u.arbitrary()? };
    let seed = u.arbitrary()?;
    let (mut x, mut y) = (inputs.clone(), targets.clone());
    let outcome = match u.int_in_range(0..=2_u8)? {
        0 => shuffle_rows(&mut x, &mut y, seed).map(|()| test_rows),
        1 => train_test_split(&mut x, &mut y, test_rows, seed).map(|split| split.test.inputs.len()),
        _ => stratified_split::<3, _, _>(&mut x, &mut y, test_rows, seed, |&class| class)
            .map(|split| split.test.targets.len()),
    };
    match outcome {
        Ok(rows) => assert_eq!(rows, test_rows),
        Err(_) => assert_eq!((&x, &y), (&inputs, &targets)),
    }
    assert!(x.iter().zip(&y).all(|(&x, y)| targets.get(x).is_none_or(|target| target == y)), "a row was torn");
    x.sort_unstable();
    assert_eq!(x, inputs, "a row was lost");
    Ok(())
}

fn shuffle(u: &mut Unstructured<'_>) -> Result<()> {
    let (seed, epoch) = (u.arbitrary()?, u.arbitrary()?);
    let rows = if u.arbitrary()? { u.int_in_range(0..=300)? } else { u.arbitrary()? };
    let mut shuffle = Shuffle::new(rows, seed, epoch);
    if rows <= 300 {
        let mut all: Vec<u32> = shuffle.clone().collect();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..rows));
    }
    for _ in 0..5 {
        let (place, left) = (u.arbitrary()?, shuffle.len());
        assert_eq!(shuffle.index(place).is_some_and(|index| index < rows), place < rows);
        let n = if u.arbitrary()? { u.arbitrary::<usize>()? } else { u.arbitrary::<u8>()?.into() };
        assert_eq!(shuffle.nth(n).is_some(), n < left);
        assert_eq!(shuffle.len(), left.saturating_sub(n).saturating_sub(1));
    }
    Noise::new(seed).layer(epoch).row(rows).unit(u.arbitrary()?);
    Ok(())
}

fn generate<T: Scalar, Y: Label + Clone + PartialEq + std::fmt::Debug>(u: &mut Unstructured<'_>) -> Result<()> {
    let untouched = (vec![[T::from_u32(7); 2]; u.int_in_range(0..=20)?], Y::from_class(9));
    let mut x = untouched.0.clone();
    let mut y = vec![untouched.1.clone(); length(u, x.len())?];
    let (noise, seed) = (share::<T>(u)?, u.arbitrary()?);
    let outcome = match u.int_in_range(0..=4_u8)? {
        0 => moons(&mut x, &mut y, noise, seed),
        1 => circles(&mut x, &mut y, share(u)?, noise, seed),
        2 => blobs(&mut x, &mut y, &some(u, 4, row::<T, 2>)?, noise, seed),
        3 => xor(&mut x, &mut y, noise, seed),
        _ => spirals(&mut x, &mut y, u.arbitrary()?, noise, seed),
    };
    match outcome {
        Ok(()) => assert!(x.as_flattened().iter().all(|x| Scalar::is_finite(*x)), "{x:?}"),
        Err(_) => assert!(x == untouched.0 && y.iter().all(|y| *y == untouched.1)),
    }
    Ok(())
}

fn history(u: &mut Unstructured<'_>) -> Result<()> {
    let (mut history, pushes) = (History::<u32, 6>::ZERO, u.int_in_range(0..=3000)?);
    for entry in 0..pushes {
        history.push(entry);
    }
    let expected = (0..pushes).step_by(history.every() as usize);
    assert!(history.entries().iter().copied().eq(expected) && history.entries().len() <= 6);
    Ok(())
}

/// What `Samples` accepts is finite and of one length.
fn samples(u: &mut Unstructured<'_>) -> Result<()> {
    let inputs = some(u, 9, row::<f32, 2>)?;
    let targets = beside(u, inputs.len(), |u| u.arbitrary::<u8>())?;
    let weights = beside(u, inputs.len(), number::<f32>)?;
    let finite = inputs.as_flattened().iter().all(|x| x.is_finite());
    let samples = Samples::new(&inputs, &targets);
    assert_eq!(samples.is_ok(), finite && !inputs.is_empty() && inputs.len() == targets.len());
    let Ok(samples) = samples else { return Ok(()) };
    let sum = weights.iter().fold(0.0, |sum, w| sum + w);
    let good = weights.iter().all(|w| *w >= 0.0) && f32::is_finite(sum);
    let weighted = samples.weighted(&weights);
    assert_eq!(weighted.is_ok(), good && weights.len() == inputs.len());
    if let Ok(weighted) = weighted {
        let index = length(u, samples.rows())?;
        let weight = weighted.get(index).map(|(.., weight)| bits(&[weight]));
        assert_eq!(weight, weights.get(index).map(|weight| bits(&[*weight])));
    }
    Ok(())
}
