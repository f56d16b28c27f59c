//! Rows that can be learned, the same for every peer of this crate.

use std::ops::Range;

use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

use crate::job::{Net, Stack};

/// How many batches a job cycles through: one where a batch is a whole set of data.
const fn batches(rows: usize) -> usize {
    if rows > 1000 { 1 } else { 16 }
}

/// Batches of inputs, row by row, and their classes.
pub struct Data {
    pub inputs: Vec<Vec<f32>>,
    pub classes: Vec<Vec<usize>>,
}

impl Data {
    /// Uniform inputs between −1 and 1. The class says whether the first two agree in their sign, or which of the first ten is largest.
    pub fn new(net: Net, rows: usize) -> Self {
        let signs = |row: &[f32]| usize::from(row[0] * row[1] > 0.0);
        Self::of(net.sizes()[0], rows, |row| if net == Net::Moons { signs(row) } else { largest(row, 10) })
    }

    /// The same for a stack: which of the first inputs is largest, as many as there are classes.
    pub fn of_stack(stack: Stack, rows: usize) -> Self {
        let ([a, b], classes) = stack.sizes();
        Self::of(a * b, rows, |row| largest(row, classes))
    }

    fn of(width: usize, rows: usize, class: impl Fn(&[f32]) -> usize) -> Self {
        let mut rng = XorShiftRng::seed_from_u64(1);
        let mut uniform = || (rng.next_u32() >> 8) as f32 / (1 << 23) as f32 - 1.0;
        let inputs: Vec<Vec<f32>> =
            (0..batches(rows)).map(|_| (0..rows * width).map(|_| uniform()).collect()).collect();
        let classes = inputs.iter().map(|batch| batch.chunks(width).map(&class).collect()).collect();
        Data { inputs, classes }
    }

    /// The numbers of all batches.
    pub fn all(&self) -> Range<usize> {
        0..self.inputs.len()
    }

    /// The classes of a batch as floats.
    pub fn floats(&self, batch: usize) -> Vec<f32> {
        self.classes[batch].iter().map(|&class| class as f32).collect()
    }

    /// The classes of a batch, each as ten floats of which one is 1.
    #[allow(dead_code, reason = "only some peers need it")]
    pub fn one_hot(&self, batch: usize) -> Vec<f32> {
        self.classes[batch].iter().flat_map(|&class| (0..10).map(move |k| f32::from(u8::from(k == class)))).collect()
    }
}

/// Which of the first numbers is largest.
fn largest(row: &[f32], count: usize) -> usize {
    (0..count).max_by(|&a, &b| row[a].total_cmp(&row[b])).expect("some inputs")
}
