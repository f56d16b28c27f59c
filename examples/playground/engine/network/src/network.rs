//! A network of flexible layers is a layer of the crate, by its public contract.

use bareprop::storage::fingerprint;
use bareprop::{BackwardPass, Error, Generator, Init, Layer, Noise, Parameters, TensorKind, UnitOutput, Zero};

use crate::flexible::{Flexible, Form, LayerTape, TILE, Units, WIDTH, check_rate};
use crate::init::draw;

/// The most layers: four hidden ones, and the output layer with one unit.
pub const DEPTH: usize = 5;

/// Up to five layers. Those behind the output layer have no units and no parameters.
///
/// The number of tensors, which is a constant of the type, is that of five layers. It is the n of the bound MAX/(4·n)
/// for Σg² and Σw², above which the crate refuses a step: 8·10³⁶ here, and up to 4·10³⁷ for the tuple of the crate.
#[derive(Clone, Debug)]
pub struct Network(pub [Flexible; DEPTH]);

impl Network {
    /// The layers that there are.
    pub fn layers(&self) -> &[Flexible] {
        self.0.get(..self.depth()).unwrap_or(&[])
    }

    /// The layers that there are, to be changed.
    pub fn layers_mut(&mut self) -> &mut [Flexible] {
        let depth = self.depth();
        self.0.get_mut(..depth).unwrap_or(&mut [])
    }

    fn depth(&self) -> usize {
        self.0.iter().take_while(|layer| layer.form.units > 0).count()
    }
}

impl Zero for Network {
    const ZERO: Self = Network([const { Flexible::ZERO }; DEPTH]);
}

impl Parameters for Network {
    type Scalar = f32;
    /// At most; a network has what its forms say.
    const COUNT: usize = DEPTH * (WIDTH + 1) * WIDTH;
    const TENSORS: usize = 2 * DEPTH;
    const LAYERS: usize = DEPTH;
    const SETTINGS: usize = DEPTH - 1;

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

impl Layer for Network {
    type Input = Units;
    type Output = [f32; 1];
    type Tape<const ROWS: usize> = Tape;
    type Deltas<const ROWS: usize> = Deltas;
    const UNITS: usize = DEPTH * WIDTH;

    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
        for layer in self.layers_mut() {
            let init = init.unwrap_or(layer.form.activation.init());
            let Form { inputs, units, .. } = layer.form;
            draw(init, layer.weights_mut(), inputs, units, rng);
            layer.bias_mut().fill(0.0);
        }
    }

    fn forward<const ROWS: usize>(
        &self,
        inputs: &[Units],
        tape: &mut Tape,
        outputs: &mut [[f32; 1]],
        noise: Option<Noise>,
    ) {
        let layers = self.layers();
        tape.0.iter_mut().skip(layers.len()).for_each(|tape| tape.form = Form::ZERO);
        forward(layers, inputs, &mut tape.0, noise);
        if let Some(last) = layers.len().checked_sub(1).and_then(|last| tape.0.get(last)) {
            outputs.iter_mut().zip(&last.activated).for_each(|(to, &[y, ..])| *to = [y]);
        }
    }

    fn backward<const ROWS: usize>(
        &self,
        pass: BackwardPass<'_, Self, ROWS>,
        delta: &mut [[f32; 1]],
        deltas: &mut Deltas,
        _: Option<&mut [Units]>,
    ) {
        let layers = self.layers();
        let deltas = deltas.0.get_mut(..layers.len()).unwrap_or(&mut []);
        backward(layers, &pass.tape.0, delta, deltas, pass.noise);
    }

    fn add_gradient<const ROWS: usize>(
        &mut self,
        scale: f32,
        inputs: &[Units],
        tape: &Tape,
        _: &[[f32; 1]],
        deltas: &Deltas,
    ) {
        let rows = inputs.len();
        let mut before = inputs;
        for (layer, (tape, deltas)) in self.0.iter_mut().zip(present(tape).zip(&deltas.0)) {
            layer.add_gradient(tape.form, scale, before, deltas.get(..rows).unwrap_or(deltas));
            before = tape.outputs().get(..rows).unwrap_or(tape.outputs());
        }
    }

    fn finite<const ROWS: usize>(tape: &Tape, rows: usize) -> bool {
        let finite = |row: &Units| row.iter().all(|y| y.is_finite());
        present(tape).all(|tape| tape.activated.iter().take(rows).chain(tape.outputs().iter().take(rows)).all(finite))
    }

    fn visit_units<const ROWS: usize>(
        tape: &Tape,
        outputs: &[[f32; 1]],
        (layer, first): (usize, usize),
        visit: &mut impl FnMut(UnitOutput<f32>),
    ) {
        for (index, tape) in present(tape).enumerate() {
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
pub struct Tape(pub [LayerTape; DEPTH]);

impl Zero for Tape {
    const ZERO: Self = Tape([const { LayerTape::ZERO }; DEPTH]);
}

/// The tapes of the layers that there are.
fn present(tape: &Tape) -> impl Iterator<Item = &LayerTape> {
    tape.0.iter().take_while(|tape| tape.form.units > 0)
}

/// ∂loss/∂z of the layers.
pub struct Deltas(pub [[Units; TILE]; DEPTH]);

impl Zero for Deltas {
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
        let name = fingerprint(form.activation.type_name(), &[]);
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
