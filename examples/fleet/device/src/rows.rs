//! The rows of a device, which never leave it.

use bareprop::{Error, Samples};

/// At most `MOST` rows with their classes.
pub struct Rows<const IN: usize, const MOST: usize> {
    inputs: [[f32; IN]; MOST],
    classes: [usize; MOST],
    count: usize,
}

impl<const IN: usize, const MOST: usize> Rows<IN, MOST> {
    pub const EMPTY: Self = Rows { inputs: [[0.0; IN]; MOST], classes: [0; MOST], count: 0 };

    /// Adds a row. Returns whether there was memory for it.
    pub fn push(&mut self, input: &[f32; IN], class: usize) -> bool {
        let place = (self.inputs.get_mut(self.count), self.classes.get_mut(self.count));
        let (Some(row), Some(of_row)) = place else { return false };
        (*row, *of_row) = (*input, class);
        self.count += 1;
        true
    }

    /// All rows.
    ///
    /// # Errors
    /// [`Error::Empty`] without rows.
    pub fn samples(&self) -> Result<Samples<'_, [f32; IN], usize>, Error> {
        Samples::new(self.inputs.get(..self.count).unwrap_or(&[]), self.classes.get(..self.count).unwrap_or(&[]))
    }
}
