//! A network of flexible layers is a layer of the crate, by its public contract.

use bareprop::storage::fingerprint;
use bareprop::{BackwardPass, Error, Generator, Init, Layer, Noise, Parameters, TensorKind, UnitOutput, Zero};

use crate::flexible::{Flexible, Form, LayerTape, TILE, Units, WIDTH, check_rate};
use crate::init::draw;

/// `DEPTH` layers: those that are hidden, and the output layer with one unit.
#[derive(Clone, Debug)]
pub struct Network<const DEPTH: usize>(pub [Flexible; DEPTH]);

impl<const DEPTH: usize> Zero for Network<DEPTH> {
    const ZERO: Self = Network([const { Flexible::ZERO }; DEPTH]);
}

impl<const DEPTH: usize> Parameters for Network<DEPTH> {
    type Scalar = f32;
    /// At most; a network has what its forms say.
    const COUNT: usize = DEPTH * (WIDTH + 1) * WIDTH;
    const TENSORS: usize = 2 * DEPTH;
    const LAYERS: usize = DEPTH;
    const SETTINGS: usize = DEPTH;

    fn tensor(&self, index: usize) -> &[f32] {
        let layer = self.0.get(index / 2);
        layer.map_or(&[], |layer| if index.is_multiple_of(2) { layer.weights() } else { layer.bias() })
    }

    fn tensor_mut(&mut self, index: usize) -> &mut [f32] {
        match self.0.get_mut(index / 2) {
            Some(layer) if index.is_multiple_of(2) => layer.weights_mut(),
            Some(layer) => layer.bias_mut(),
            None => &mut [],
        }
    }

    fn describe(index: usize) -> (usize, TensorKind) {
        (index / 2, if index.is_multiple_of(2) { TensorKind::Weights } else { TensorKind::Bias })
    }

    fn setting_mut(&mut self, index: usize) -> Option<&mut f32> {
        self.0.iter_mut().filter_map(|layer| layer.form.dropout.as_mut()).nth(index)
    }

    fn copy_from(&mut self, other: &Self) {
        self.0.clone_from(&other.0);
    }

    fn check(&self) -> Result<(), Error> {
        self.0.iter().filter_map(|layer| layer.form.dropout).try_for_each(check_rate)
    }
}

impl<const DEPTH: usize> Layer for Network<DEPTH> {
    type Input = Units;
    type Output = [f32; 1];
    type Tape<const ROWS: usize> = Tape<DEPTH>;
    type Deltas<const ROWS: usize> = Deltas<DEPTH>;
    const UNITS: usize = DEPTH * WIDTH;

    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
        for layer in &mut self.0 {
            let init = init.unwrap_or(layer.form.activation.init());
            let Form { inputs, units, .. } = layer.form;
            draw(init, layer.weights_mut(), inputs, units, rng);
            layer.bias_mut().fill(0.0);
        }
    }

    fn forward<const ROWS: usize>(
        &self,
        inputs: &[Units],
        tape: &mut Tape<DEPTH>,
        outputs: &mut [[f32; 1]],
        noise: Option<Noise>,
    ) {
        forward(&self.0, inputs, &mut tape.0, noise);
        if let Some(last) = tape.0.last() {
            outputs.iter_mut().zip(&last.activated).for_each(|(to, &[y, ..])| *to = [y]);
        }
    }

    fn backward<const ROWS: usize>(
        &self,
        pass: BackwardPass<'_, Self, ROWS>,
        delta: &mut [[f32; 1]],
        deltas: &mut Deltas<DEPTH>,
        _: Option<&mut [Units]>,
    ) {
        backward(&self.0, &pass.tape.0, delta, &mut deltas.0, pass.noise);
    }

    fn add_gradient<const ROWS: usize>(
        &mut self,
        scale: f32,
        inputs: &[Units],
        tape: &Tape<DEPTH>,
        _: &[[f32; 1]],
        deltas: &Deltas<DEPTH>,
    ) {
        let rows = inputs.len();
        let mut before = inputs;
        for (layer, (tape, deltas)) in self.0.iter_mut().zip(tape.0.iter().zip(&deltas.0)) {
            layer.add_gradient(tape.form, scale, before, deltas.get(..rows).unwrap_or(deltas));
            before = tape.outputs().get(..rows).unwrap_or(tape.outputs());
        }
    }

    fn finite<const ROWS: usize>(tape: &Tape<DEPTH>, rows: usize) -> bool {
        let finite = |row: &Units| row.iter().all(|y| y.is_finite());
        tape.0.iter().all(|tape| tape.activated.iter().take(rows).chain(tape.outputs().iter().take(rows)).all(finite))
    }

    fn visit_units<const ROWS: usize>(
        tape: &Tape<DEPTH>,
        outputs: &[[f32; 1]],
        (layer, first): (usize, usize),
        visit: &mut impl FnMut(UnitOutput<f32>),
    ) {
        for (index, tape) in tape.0.iter().enumerate() {
            for (row, (y, kept)) in tape.activated.iter().zip(tape.kept()).take(outputs.len()).enumerate() {
                for (unit, (&output, &kept)) in y.iter().zip(kept).take(tape.form.units).enumerate() {
                    let slope = tape.form.activation.slope(kept);
                    visit(UnitOutput { row, layer: layer + index, unit: first + index * WIDTH + unit, output, slope });
                }
            }
        }
    }
}

/// The tapes of the layers. They hold `TILE` rows, which is the only number of rows that trainers here have.
pub struct Tape<const DEPTH: usize>(pub [LayerTape; DEPTH]);

impl<const DEPTH: usize> Zero for Tape<DEPTH> {
    const ZERO: Self = Tape([const { LayerTape::ZERO }; DEPTH]);
}

/// ∂loss/∂z of the layers.
pub struct Deltas<const DEPTH: usize>(pub [[Units; TILE]; DEPTH]);

impl<const DEPTH: usize> Zero for Deltas<DEPTH> {
    const ZERO: Self = Deltas([[[0.0; WIDTH]; TILE]; DEPTH]);
}

/// Where the dropout layer behind layer `index` stands in the tuple of the crate: behind all layers before it.
pub fn place(layers: &[Flexible], index: usize) -> u32 {
    let dropouts = layers.iter().take(index).filter(|layer| layer.form.dropout.is_some()).count();
    (index + dropouts + 1) as u32
}

/// Passes at most `TILE` rows forward.
pub fn forward(layers: &[Flexible], inputs: &[Units], tapes: &mut [LayerTape], noise: Option<Noise>) {
    let rows = inputs.len();
    for (index, layer) in layers.iter().enumerate() {
        let noise = noise.map(|noise| noise.layer(place(layers, index)));
        let Some((before, [tape, ..])) = tapes.split_at_mut_checked(index) else { return };
        let before = before.last().map_or(inputs, |tape| tape.outputs().get(..rows).unwrap_or(&[]));
        layer.forward(before, tape, noise);
    }
}

/// Computes ∂loss/∂z of all layers from ∂loss/∂output.
pub fn backward(
    layers: &[Flexible],
    tapes: &[LayerTape],
    delta: &[[f32; 1]],
    deltas: &mut [[Units; TILE]],
    noise: Option<Noise>,
) {
    if let Some(last) = deltas.last_mut() {
        last.iter_mut().zip(delta).for_each(|(to, &[d])| *to = [d, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }
    for (index, (layer, tape)) in layers.iter().zip(tapes).enumerate().rev() {
        let noise = noise.map(|noise| noise.layer(place(layers, index)));
        let Some((before, [own, ..])) = deltas.split_at_mut_checked(index) else { continue };
        let own = own.get_mut(..delta.len()).unwrap_or(&mut []);
        layer.backward(tape, own, noise, before.last_mut().map(|before| &mut before[..]));
    }
}

/// The fingerprint of the tuple of the crate.
pub fn fingerprint_of(layers: &[Flexible]) -> u32 {
    let mut parts = Vec::new();
    for Flexible { form, .. } in layers {
        let name = fingerprint(form.activation.name(), &[]);
        parts.push(fingerprint("dense", &[form.inputs as u32, form.units as u32, name]));
        if form.dropout.is_some() {
            parts.push(fingerprint("dropout", &[form.units as u32]));
        }
    }
    match parts[..] {
        [single] => single,
        _ => fingerprint("tuple", &parts),
    }
}
