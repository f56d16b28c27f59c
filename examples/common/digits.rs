//! Handwritten digits of 8×8 pixels, as two examples read and report them.

use std::path::Path;

use bareprop::metrics::ConfusionMatrix;

use super::{Failure, print_table, read_table, table::Table};

pub const NAMES: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// The table with pixels up to 1, and how many of its rows are to train on; the last fifth is the test.
pub fn read(path: &Path) -> Result<(Table<64>, usize), Failure> {
    let mut table = read_table::<64>(path, 10)?;
    if table.inputs.len() < 3 {
        return Err(format!("{}: too few rows to train, to validate and to test on", path.display()).into());
    }
    let train_rows = table.inputs.len() - table.inputs.len().div_ceil(5);
    scale(&mut table.inputs, train_rows).map_err(|problem| format!("{}: {problem}", path.display()))?;
    Ok((table, train_rows))
}

/// Divides by the largest pixel of the training rows: 16 for the digits that come with the examples.
fn scale(inputs: &mut [[f32; 64]], train_rows: usize) -> Result<(), &'static str> {
    let largest = inputs[..train_rows].as_flattened().iter().fold(0.0_f32, |most, &pixel| most.max(pixel));
    if largest <= 0.0 {
        return Err("no training row has a pixel above 0");
    }
    inputs.as_flattened_mut().iter_mut().for_each(|pixel| *pixel /= largest);
    Ok(())
}

/// Prints how often each digit was taken for each.
pub fn print_confusion(matrix: &ConfusionMatrix<10>) {
    let counts = NAMES.iter().zip(&matrix.counts).map(|(name, counts)| {
        let dot = |&count: &u64| if count == 0 { "·".to_string() } else { count.to_string() };
        [name.to_string()].into_iter().chain(counts.iter().map(dot)).collect()
    });
    let header: Vec<&str> = ["actual \\ predicted"].into_iter().chain(NAMES).collect();
    print_table(&header, counts);
}
