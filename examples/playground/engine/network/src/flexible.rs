//! A fully connected layer whose sizes, activation and dropout are chosen at run time.
//!
//! Its parameters lie as compactly as those of `Dense<IN, OUT, A>`, so that norms, hashes and files are those of that
//! type. A sum takes its terms in the same order as there, and starts at 0 too, so that the bits are the same. The
//! products work on rows of 8 numbers, of which those behind the last unit are 0.

use bareprop::{Dropout, Noise, Parameters, Zero};

use crate::activation::Kind;

/// The most units of a layer.
pub const WIDTH: usize = 8;
/// The outputs of a layer for one row; 0 behind its last unit.
pub type Units = [f32; WIDTH];
/// How many rows pass at a time.
pub const TILE: usize = 32;

/// The sizes of a layer and what it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Form {
    /// IN, from 1 to 8.
    pub inputs: usize,
    /// OUT, from 1 to 8.
    pub units: usize,
    /// The activation.
    pub activation: Kind,
    /// The rate of the dropout layer behind it, if there is one.
    pub dropout: Option<f32>,
}

impl Zero for Form {
    const ZERO: Self = Form { inputs: 0, units: 0, activation: Kind::Identity, dropout: None };
}

/// The layer, or its gradient.
#[derive(Clone, Debug)]
pub struct Flexible {
    /// What it is.
    pub form: Form,
    /// W, `[IN × OUT]`, row by row without gaps.
    weights: [f32; WIDTH * WIDTH],
    /// b, `[OUT]`.
    bias: Units,
}

impl Zero for Flexible {
    const ZERO: Self = Flexible { form: Form::ZERO, weights: [0.0; WIDTH * WIDTH], bias: [0.0; WIDTH] };
}

/// What the backward pass of a layer needs from its forward pass, for a tile.
pub struct LayerTape {
    /// The form of the layer that wrote it.
    pub form: Form,
    /// z = x·W + b, where the activation needs it.
    pub sums: [Units; TILE],
    /// f(z).
    pub activated: [Units; TILE],
    /// The same after dropout; not used without it.
    pub passed: [Units; TILE],
}

impl Zero for LayerTape {
    const ZERO: Self = LayerTape {
        form: Form::ZERO,
        sums: [[0.0; WIDTH]; TILE],
        activated: [[0.0; WIDTH]; TILE],
        passed: [[0.0; WIDTH]; TILE],
    };
}

impl LayerTape {
    /// The outputs of the layer for the next one.
    pub fn outputs(&self) -> &[Units; TILE] {
        if self.form.dropout.is_some() { &self.passed } else { &self.activated }
    }

    /// What the derivative of the activation is computed from.
    pub fn kept(&self) -> &[Units; TILE] {
        if self.form.activation.keeps_sums() { &self.sums } else { &self.activated }
    }
}

impl Flexible {
    /// A layer of zeros.
    pub fn new(form: Form) -> Self {
        Flexible { form, ..Flexible::ZERO }
    }

    /// W, row by row.
    pub fn weights(&self) -> &[f32] {
        self.weights.get(..self.form.inputs * self.form.units).unwrap_or(&[])
    }

    /// W, to be changed.
    pub fn weights_mut(&mut self) -> &mut [f32] {
        self.weights.get_mut(..self.form.inputs * self.form.units).unwrap_or(&mut [])
    }

    /// b.
    pub fn bias(&self) -> &[f32] {
        self.bias.get(..self.form.units).unwrap_or(&[])
    }

    /// b, to be changed.
    pub fn bias_mut(&mut self) -> &mut [f32] {
        self.bias.get_mut(..self.form.units).unwrap_or(&mut [])
    }

    /// W with its rows filled up with zeros.
    fn padded(&self) -> [Units; WIDTH] {
        let mut wide = [[0.0; WIDTH]; WIDTH];
        for (wide, row) in wide.iter_mut().zip(self.weights().chunks(Ord::max(self.form.units, 1))) {
            wide.iter_mut().zip(row).for_each(|(to, &from)| *to = from);
        }
        wide
    }

    /// Computes the outputs of at most `TILE` rows. `noise` is that of the dropout layer.
    pub fn forward(&self, inputs: &[Units], tape: &mut LayerTape, noise: Option<Noise>) {
        let (form, rows) = (self.form, inputs.len());
        tape.form = form;
        let activated = tape.activated.get_mut(..rows).unwrap_or(&mut []);
        affine(&self.padded(), &self.bias, form.inputs, inputs, activated);
        if form.activation.keeps_sums() {
            tape.sums.iter_mut().zip(&*activated).for_each(|(to, from)| *to = *from);
        }
        form.activation.apply(activated, form.units);
        if let Some(rate) = form.dropout {
            tape.passed.iter_mut().zip(&*activated).for_each(|(to, from)| *to = *from);
            drop_units(tape.passed.get_mut(..rows).unwrap_or(&mut []), rate, form.units, noise);
        }
    }

    /// Turns `deltas` from ∂loss/∂output into ∂loss/∂z, and writes ∂loss/∂input where that is asked for.
    pub fn backward(&self, tape: &LayerTape, deltas: &mut [Units], noise: Option<Noise>, input: Option<&mut [Units]>) {
        if let Some(rate) = self.form.dropout {
            drop_units(deltas, rate, self.form.units, noise);
        }
        self.form.activation.backward(deltas, tape.kept(), self.form.units);
        if let Some(input) = input {
            affine(&transposed(&self.padded()), &[0.0; WIDTH], self.form.units, deltas, input);
        }
    }

    /// G += (scale·x)ᵀ·δ and g += scale·δ, row after row.
    pub fn add_gradient(&mut self, form: Form, scale: f32, inputs: &[Units], deltas: &[Units]) {
        self.form = form;
        let mut wide = self.padded();
        for (x, delta) in inputs.iter().zip(deltas) {
            for (g, &x) in wide.iter_mut().zip(x).take(form.inputs) {
                let x = scale * x;
                g.iter_mut().zip(delta).for_each(|(g, &d)| *g += x * d);
            }
            self.bias.iter_mut().zip(delta).for_each(|(g, &d)| *g += scale * d);
        }
        for (row, wide) in self.weights_mut().chunks_mut(Ord::max(form.units, 1)).zip(&wide) {
            row.iter_mut().zip(wide).for_each(|(to, &from)| *to = from);
        }
    }
}

/// y = (0 + x₀·w₀ + x₁·w₁ + …) + b for each row.
fn affine(w: &[Units; WIDTH], bias: &Units, terms: usize, inputs: &[Units], outputs: &mut [Units]) {
    for (x, y) in inputs.iter().zip(outputs) {
        let mut sum = [0.0; WIDTH];
        for (&x, w) in x.iter().zip(w).take(terms) {
            sum.iter_mut().zip(w).for_each(|(sum, &w)| *sum += x * w);
        }
        y.iter_mut().zip(sum).zip(bias).for_each(|((y, sum), &b)| *y = sum + b);
    }
}

fn transposed(w: &[Units; WIDTH]) -> [Units; WIDTH] {
    let mut turned = [[0.0; WIDTH]; WIDTH];
    for (row, w) in w.iter().enumerate() {
        for (turned, &w) in turned.iter_mut().zip(w) {
            turned[row] = w;
        }
    }
    turned
}

/// What `Dropout` does: without noise nothing, with it a unit becomes 0 or is multiplied by 1/(1 − rate).
fn drop_units(rows: &mut [Units], rate: f32, units: usize, noise: Option<Noise>) {
    let Some(noise) = noise.filter(|_| rate > 0.0) else { return };
    let scale = 1.0 / (1.0 - rate);
    for (row, values) in (0..u32::MAX).zip(rows) {
        let dropped = dropped(rate, noise.row(row));
        for (value, dropped) in values.iter_mut().zip(dropped).take(units) {
            *value = if dropped { 0.0 } else { *value * scale };
        }
    }
}

/// Which units of a row are dropped.
pub fn dropped(rate: f32, noise: Noise) -> [bool; WIDTH] {
    let threshold = (f64::from(rate) * 4_294_967_296.0) as u32;
    std::array::from_fn(|unit| noise.unit(unit as u32) < threshold)
}

/// Checks a rate as `Dropout` does.
pub fn check_rate(rate: f32) -> Result<(), bareprop::Error> {
    Dropout::<1>::new(rate).check()
}
