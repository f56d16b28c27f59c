//! The gated recurrent unit: PyTorch's values, central differences, steps against whole sequences, the same bits with any `TILE`.

mod golden;
mod layer;

use bareprop::*;
use golden::{golden, numbers};
use layer::{any_tile, check_gradients, draw, shake, torch};
use serde_json::Value;

const H: usize = 5;
type Last = Gru<12, 3, H, LastState, f64>;
type All = Gru<12, 3, H, AllStates, f64>;

/// The numbers of PyTorch's four tensors.
fn tensors(value: &Value) -> [Vec<f64>; 4] {
    ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"].map(|name| numbers(&value[name]))
}

/// Sets the parameters.
fn set<S: States>(gru: &mut Gru<12, 3, H, S, f64>, value: &Value) {
    let [weight_ih, weight_hh, bias_ih, bias_hh] = tensors(value);
    gru.set_pytorch([&weight_ih, &weight_hh], [&bias_ih, &bias_hh]).unwrap();
}

/// PyTorch's four tensors as the twelve of the layer: gate by gate, W and U with a row for each input.
fn by_gate(value: &Value) -> Vec<Vec<f64>> {
    let [weight_ih, weight_hh, bias_ih, bias_hh] = tensors(value);
    let gate = |values: &[f64], gate: usize| values.chunks_exact(values.len() / 3).nth(gate).unwrap().to_vec();
    let matrix = |values: &[f64], index: usize, rows: usize| {
        let values = gate(values, index);
        (0..rows).flat_map(|row| (0..H).map(|out| values[out * rows + row]).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    (0..3)
        .flat_map(|index| {
            [matrix(&weight_ih, index, 3), gate(&bias_ih, index), matrix(&weight_hh, index, H), gate(&bias_hh, index)]
        })
        .collect()
}

#[test]
fn values_of_pytorch() {
    let file = golden("torch_sequences");
    let (last, all) = (&file["layers"]["gru_last"], &file["layers"]["gru_sequence"]);
    torch::<Last>(last, |gru| set(gru, &last["parameters"]), by_gate);
    torch::<All>(all, |gru| set(gru, &all["parameters"]), by_gate);
}

/// The tensors of a layer that was set are those of the file, and a wrong length changes nothing.
#[test]
fn tensors_of_pytorch() {
    let file = golden("torch_sequences");
    let parameters = &file["layers"]["gru_last"]["parameters"];
    let mut gru = Last::ZERO;
    set(&mut gru, parameters);
    for (index, expected) in by_gate(parameters).iter().enumerate() {
        assert_eq!(gru.tensor(index), expected, "tensor {index}");
    }
    assert!(gru.tensor(12).is_empty());
    let before = gru.bits();
    let [a, b, c, d] = [3 * H * 3, 3 * H * H, 3 * H, 3 * H].map(|length| vec![7.0; length + 1]);
    let (ih, hh, bias) = (&a[1..], &b[1..], &c[1..]);
    assert!(gru.set_pytorch([&a, hh], [bias, bias]).is_err());
    assert!(gru.set_pytorch([ih, &b], [bias, bias]).is_err());
    assert!(gru.set_pytorch([ih, hh], [&c, bias]).is_err());
    let error = gru.set_pytorch([ih, hh], [bias, &d]).unwrap_err();
    assert_eq!(error, Error::Lengths { slices: "3·H and bias_hh", expected: 15, found: 16 });
    assert_eq!(gru.bits(), before);
    gru.set_pytorch([ih, hh], [bias, bias]).unwrap();
    assert!((0..12).all(|index| gru.tensor(index).iter().all(|&w| w == 7.0)));
}

type Net<T> =
    (Gru<6, 3, 4, AllStates, T>, Gru<6, 4, 3, AllStates, T>, Gru<6, 3, 4, LastState, T>, Dense<4, 2, Identity, T>);
/// Behind layers that keep the axes, with fewer steps and more units than a vector has.
type Behind<T> = (
    LayerNorm<3, T, [[T; 3]; 6]>,
    MaxPool1d<6, 5, 3, 2, 1, T>,
    Gru<5, 3, 17, AllStates, T>,
    AveragePool1d<5, 2, 17, 4, 1, T>,
    Gru<2, 17, 2, LastState, T>,
);
/// All states are the output.
type Steps<T> = Gru<6, 3, 4, AllStates, T>;

#[test]
fn central_differences() {
    check_gradients::<Net<f64>>();
    check_gradients::<Behind<f64>>();
    check_gradients::<(Steps<f64>, Flatten<[[f64; 4]; 6], 24>)>();
}

#[test]
fn same_bits_with_any_tile() {
    any_tile::<Net<f32>>();
    any_tile::<Behind<f32>>();
    any_tile::<(Steps<f32>, Flatten<[[f32; 4]; 6], 24>)>();
}

/// Step by step the states have the bits of the whole sequence, for widths below and above a vector.
#[test]
fn steps() {
    fn check<const C: usize, const H: usize, T: Scalar>() {
        let mut gru = Gru::<9, C, H, AllStates, T>::ZERO;
        shake(&mut gru, 1);
        let last = Gru::<9, C, H, LastState, T>::new(gru.reset.clone(), gru.update.clone(), gru.new.clone());
        let inputs: Vec<[[T; C]; 9]> = draw(3, 2);
        let mut states = vec![[[T::ZERO; H]; 9]; 3];
        let (mut two, mut four) = (Predictor::<_, 2>::ZERO, Predictor::<_, 4>::ZERO);
        two.logits(&gru, &inputs, &mut states).unwrap();
        let mut last_states = vec![[T::ZERO; H]; 3];
        four.logits(&last, &inputs, &mut last_states).unwrap();
        for ((input, states), last) in inputs.iter().zip(&states).zip(&last_states) {
            let mut state = [T::ZERO; H];
            for (x, expected) in input.iter().zip(states) {
                gru.step(x, &mut state);
                assert_eq!(state.map(Scalar::bits), expected.map(Scalar::bits));
            }
            assert_eq!(state, *last);
            assert!(state.iter().all(|h| !h.is_zero()));
        }
    }
    check::<3, 5, f32>();
    check::<6, 40, f32>();
    check::<1, 1, f64>();
    check::<17, 16, f64>();
}

/// Nothing panics without a channel, and without a unit; a bias alone makes a state.
#[test]
fn nothing() {
    fn passes<N: Layer>() {
        let mut layer = N::ZERO;
        shake(&mut layer, 1);
        let (mut tape, mut deltas) = (N::Tape::<2>::ZERO, N::Deltas::<2>::ZERO);
        let (inputs, mut delta, mut outputs) =
            (draw::<N::Input>(2, 1), draw::<N::Output>(2, 2), vec![N::Output::ZERO; 2]);
        let mut input_delta = draw(2, 4);
        layer.forward(&inputs, &mut tape, &mut outputs, None);
        let pass = BackwardPass::new(&inputs, &tape, &outputs, None);
        layer.backward(pass, &mut delta, &mut deltas, Some(&mut input_delta));
        layer.add_gradient(N::Scalar::ONE, &inputs, &tape, &delta, &deltas);
        assert!(N::Output::flat(&outputs).iter().all(|y| !y.is_zero()));
    }
    passes::<Gru<3, 0, 2>>();
    passes::<Gru<3, 2, 0>>();
    passes::<Gru<3, 2, 0, AllStates>>();
    let mut gru = Gru::<3, 0, 2>::ZERO;
    gru.set_pytorch([&[], &[1.0; 12]], [&[2.0; 6]; 2]).unwrap();
    assert_eq!((gru.reset.state.bias, gru.new.input.bias), ([2.0; 2], [2.0; 2]));
}

/// A state of 0 before the first step, also in a buffer that held another sequence.
#[test]
fn buffers_used_again() {
    let mut gru = Last::ZERO;
    shake(&mut gru, 1);
    let inputs: Vec<[[f64; 3]; 12]> = draw(5, 2);
    let mut together = [[0.0; H]; 5];
    let mut predictor = Predictor::<Last, 2>::ZERO;
    predictor.logits(&gru, &inputs, &mut together).unwrap();
    for (input, expected) in inputs.iter().zip(&together) {
        let mut alone = [[0.0; H]];
        let mut predictor = Predictor::<Last, 1>::ZERO;
        predictor.logits(&gru, &[*input], &mut alone).unwrap();
        assert_eq!(alone, [*expected]);
    }
}

/// A product that overflows inside is an error, though σ and tanh of it are finite.
#[test]
fn overflow_inside() {
    type Net = (Gru<2, 1, 1>, Dense<1, 1>);
    let mut trainer = Trainer::<Net, Sgd, 2>::ZERO;
    trainer.network.initialize_seeded(1);
    trainer.network.0.new.state.bias = [f32::MAX];
    trainer.network.0.new.state.weights.0 = [[f32::MAX]];
    trainer.network.0.new.input.bias = [1.0];
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    let (inputs, targets) = ([[[0.5], [0.25]]], [[0.0]]);
    let before = trainer.network.bits();
    let error = trainer.accumulate(&settings, &Samples::new(&inputs, &targets).unwrap()).unwrap_err();
    assert_eq!(error, Error::Loss { row: 0, layer: Some(0) });
    let error = trainer.logits(&inputs, &mut [[0.0]]).unwrap_err();
    assert_eq!(error, Error::Output { row: 0, layer: Some(0) });
    assert_eq!(trainer.network.bits(), before);
}

/// The units are the outputs; their slopes are those of the new gate.
#[test]
fn units() {
    fn visited<S: States>() -> Vec<UnitOutput<f32>> {
        type G<S> = Gru<3, 2, 4, S>;
        assert_eq!(G::<S>::ACTIVATED, Some(true));
        let mut gru = G::<S>::ZERO;
        shake(&mut gru, 1);
        let (inputs, mut outputs) = (draw::<[[f32; 2]; 3]>(2, 2), [S::Row::<3, 4, f32>::ZERO; 2]);
        let mut tape = <G<S> as Layer>::Tape::<2>::ZERO;
        gru.forward::<2>(&inputs, &mut tape, &mut outputs, None);
        let mut units = vec![];
        G::<S>::visit_units::<2>(&tape, &outputs, (7, 100), &mut |unit| units.push(unit));
        assert_eq!(units.len(), 2 * G::<S>::UNITS);
        assert!(units.iter().map(|unit| unit.output).eq(Row::flat(&outputs).iter().copied()));
        units
    }
    let (last, all) = (visited::<LastState>(), visited::<AllStates>());
    assert_eq!((last.len(), all.len()), (8, 24));
    for (last, all) in last.iter().zip(all.chunks(4).skip(2).step_by(3).flatten()) {
        assert_eq!((last.row, last.layer, last.output, last.slope), (all.row, 7, all.output, all.slope));
        assert_eq!(all.unit - last.unit, 8);
        assert!(last.slope > 0.0 && last.slope < 1.0);
    }
}

/// The error of a sum that depends on the first step of a sequence falls, a sample at a time.
#[test]
fn online() {
    type Net = (Gru<5, 1, 6>, Dense<6, 1>);
    let inputs: Vec<[[f32; 1]; 5]> = draw(64, 1);
    let settings = Settings::new(MeanSquaredError, Sgd::new(0.05));
    let mut online = Online::<Net>::ZERO;
    online.network.initialize_seeded(1);
    let mut means = vec![];
    for _ in 0..60 {
        let losses = inputs.iter().map(|x| online.step(&settings, x, &[x[0][0] - x[4][0]]).unwrap());
        means.push(losses.sum::<f32>() / 64.0);
    }
    assert!(means[59] < 0.05 * means[0], "{means:?}");
    online.network.1.weights.0 = [[1e15]; 6];
    let before = online.network.bits();
    let error = online.step(&settings, &inputs[0], &[1e17]).unwrap_err();
    assert!(matches!(error, Error::Gradient { layer: 0, kind: TensorKind::Weights, .. }), "{error:?}");
    assert_eq!(online.network.bits(), before);
}

/// Fingerprints tell the outputs apart, and the tensors have names of their own in files.
#[test]
fn files() {
    use bareprop::storage::safetensors::{Format, read, write};
    assert_ne!(Last::FINGERPRINT, All::FINGERPRINT);
    assert_ne!(Gru::<3, 2, 4>::FINGERPRINT, Gru::<4, 2, 4>::FINGERPRINT);
    type Net = (Gru<3, 2, 4>, Dense<4, 1>);
    let (mut network, mut other) = (Net::ZERO, Net::ZERO);
    shake(&mut network, 1);
    let mut file = vec![];
    let sink = |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<(), ()>(())
    };
    write(&network, &Format::default(), sink).unwrap();
    let header = String::from_utf8_lossy(&file).into_owned();
    for (name, shape) in [("0.weight", "[4,2]"), ("1.weight", "[4,4]"), ("5.bias", "[4]"), ("6.weight", "[1,4]")] {
        assert!(header.contains(&format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape}")), "{name}: {header}");
    }
    read(&mut other, &Format::default(), &mut file.as_slice()).unwrap();
    assert_eq!(other.bits(), network.bits());
}

/// A copy is equal; a number of any gate makes it another.
#[test]
fn copies() {
    let mut gru = All::ZERO;
    gru.initialize_seeded(1);
    for tensor in 0..All::TENSORS {
        let mut copy = gru.clone();
        assert!(copy == gru && copy.bits() == gru.bits());
        copy.tensor_mut(tensor)[0] += 1.0;
        assert!(copy != gru, "tensor {tensor}");
    }
}
