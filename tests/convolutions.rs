//! Convolutions: PyTorch's values, central differences, the same bits in every tile, and what a sequence and
//! a picture have in common.

mod golden;

use bareprop::storage::safetensors::{self, Format, Layout, Names};
use bareprop::*;
use golden::{assert_close, golden, numbers, tolerance};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;
use serde_json::Value;

/// `count` rows of numbers in ±1.5.
fn rows<R: Row>(count: usize, seed: u64) -> Vec<R> {
    let mut rng = XorShiftRng::seed_from_u64(seed);
    let mut rows = vec![R::ZERO; count];
    for x in R::flat_mut(&mut rows) {
        *x = R::Scalar::uniform(&mut rng) * R::Scalar::from_u32(3) - R::Scalar::from_f64(1.5);
    }
    rows
}

/// ½·Σ(y − t)², for rows of any shape.
struct Squares;

impl<Y: Row> Loss<Y> for Squares {
    type Target = Y;
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }
    fn check_target(&self, _: usize, _: &Y) -> Result<(), Error> {
        Ok(())
    }
    fn evaluate(&self, outputs: &Y, target: &Y, delta: &mut Y) -> Y::Scalar {
        let mut loss = Y::Scalar::ZERO;
        for (d, (&y, &t)) in delta.values_mut().iter_mut().zip(outputs.values().iter().zip(target.values())) {
            *d = y - t;
            loss += Y::Scalar::from_f64(0.5) * *d * *d;
        }
        loss
    }
    fn link(&self, _: &mut Y) {}
}

/// Rows from PyTorch's numbers.
fn given<R: Row<Scalar = f64>>(value: &Value) -> Vec<R> {
    let values = numbers(value);
    let mut rows = vec![R::ZERO; values.len() / R::WIDTH];
    R::flat_mut(&mut rows).copy_from_slice(&values);
    rows
}

/// PyTorch's weights, `[out][in][window…]`, as ours, `[window…][in][out]`.
fn turned(weight: &Value, out: usize, channels: usize) -> Vec<f64> {
    let values = numbers(weight);
    let window = values.len() / (out * channels);
    let place = |k: usize, c: usize, o: usize| values[(o * channels + c) * window + k];
    (0..values.len()).map(|at| place(at / out / channels, at / out % channels, at % out)).collect()
}

/// Outputs and gradients of one layer for rows in tiles of 2.
fn torch_case<N: Layer<Scalar = f64, Tape<2> = (), Deltas<2> = ()>>(case: &Value, out: usize, channels: usize) {
    let name = case["name"].as_str().unwrap();
    let (mut layer, mut found) = (N::ZERO, N::ZERO);
    layer.tensor_mut(0).copy_from_slice(&turned(&case["parameters"]["weight"], out, channels));
    layer.tensor_mut(1).copy_from_slice(&numbers(&case["parameters"]["bias"]));
    let (x, upstream) = (given::<N::Input>(&case["x"]), given::<N::Output>(&case["upstream"]));
    let (mut y, mut dx) = (vec![N::Output::ZERO; x.len()], vec![N::Input::ZERO; x.len()]);
    for at in (0..x.len()).step_by(2) {
        let tile = at..x.len().min(at + 2);
        let (inputs, mut delta) = (&x[tile.clone()], upstream[tile.clone()].to_vec());
        layer.forward::<2>(inputs, &mut (), &mut y[tile.clone()], None);
        let outputs = &y[tile.clone()];
        let pass = BackwardPass::new(inputs, &(), outputs, None);
        layer.backward::<2>(pass, &mut delta, &mut (), Some(&mut dx[tile]));
        found.add_gradient::<2>(1.0, inputs, &(), &delta, &());
    }
    assert_close(name, Row::flat(&y), &numbers(&case["y"]), tolerance::GRADIENT);
    assert_close(&format!("{name}, ∂x"), Row::flat(&dx), &numbers(&case["x_grad"]), tolerance::GRADIENT);
    let expected = turned(&case["parameter_grads"]["weight"], out, channels);
    assert_close(&format!("{name}, weights"), found.tensor(0), &expected, tolerance::GRADIENT);
    let expected = numbers(&case["parameter_grads"]["bias"]);
    assert_close(&format!("{name}, bias"), found.tensor(1), &expected, tolerance::GRADIENT);
}

#[test]
fn torch() {
    let file = golden("torch_convolutions");
    let cases = file["layers"].as_array().unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        match case["name"].as_str().unwrap() {
            "conv1d_stride1" => torch_case::<Conv1d<12, 10, 3, 4, 3, 1, Identity, f64>>(case, 4, 3),
            "conv1d_stride2" => torch_case::<Conv1d<12, 5, 3, 4, 3, 2, Identity, f64>>(case, 4, 3),
            "conv2d" => torch_case::<Conv2d<6, 4, 5, 3, 3, 4, 3, 3, 1, Identity, f64>>(case, 4, 3),
            other => panic!("a case that is not tested: {other}"),
        }
    }
}

/// A whole network with a pool between its convolutions: logits, loss and gradients.
#[test]
fn torch_network() {
    type Net = (
        Conv1d<12, 10, 3, 6, 3, 1, Relu, f64>,
        MaxPool1d<10, 5, 6, 2, 2, f64>,
        Conv1d<5, 4, 6, 8, 2, 1, Relu, f64>,
        GlobalAveragePool<[[f64; 8]; 4]>,
        Dense<8, 4, Identity, f64>,
    );
    let case = &golden("torch_convolutions")["network"];
    // [out][in] is a convolution whose window has one step.
    let tensors = |values: &Value| {
        [
            turned(&values["conv1.weight"], 6, 3),
            numbers(&values["conv1.bias"]),
            turned(&values["conv2.weight"], 8, 6),
            numbers(&values["conv2.bias"]),
            turned(&values["dense.weight"], 4, 8),
            numbers(&values["dense.bias"]),
        ]
    };
    let mut trainer = Box::new(Trainer::<Net, Sgd<f64>, 3>::ZERO);
    for (index, values) in tensors(&case["parameters"]).iter().enumerate() {
        trainer.network.tensor_mut(index).copy_from_slice(values);
    }
    let inputs = given::<[[f64; 3]; 12]>(&case["x"]);
    let classes: Vec<usize> =
        case["classes"].as_array().unwrap().iter().map(|class| class.as_u64().unwrap() as usize).collect();
    let mut logits = vec![[0.0; 4]; inputs.len()];
    trainer.logits(&inputs, &mut logits).unwrap();
    assert_close("logits", logits.as_flattened(), &numbers(&case["logits"]), tolerance::GRADIENT);
    let settings = Settings::new(SoftmaxCrossEntropy::<4, f64>::default(), Sgd::default());
    let samples = Samples::new(&inputs, &classes).unwrap();
    let loss = trainer.evaluate(&settings.loss, &samples).unwrap();
    assert_close("loss", &[loss], &[case["loss"].as_f64().unwrap()], tolerance::GRADIENT);
    trainer.accumulate(&settings, &samples).unwrap();
    for (index, expected) in tensors(&case["parameter_grads"]).iter().enumerate() {
        let mean: Vec<f64> = trainer.gradient().tensor(index).iter().map(|g| g / inputs.len() as f64).collect();
        assert_close(&format!("gradient of tensor {index}"), &mean, expected, tolerance::GRADIENT);
    }
}

/// Backpropagation against central differences; every tensor learns.
#[track_caller]
fn check<N: Layer<Scalar = f64>>(what: &str) {
    let (inputs, targets) = (rows::<N::Input>(5, 1), rows::<N::Output>(5, 2));
    let mut trainer = Box::new(Trainer::<N, Sgd<f64>, 3>::ZERO);
    let mut rng = XorShiftRng::seed_from_u64(3);
    trainer.network.initialize(None, &mut rng);
    for index in (0..N::TENSORS).filter(|&index| N::describe(index).1 == TensorKind::Bias) {
        trainer.network.tensor_mut(index).iter_mut().for_each(|b| *b = f64::uniform(&mut rng) - 0.5);
    }
    for l2 in [0.0, 0.3] {
        let settings = Settings { l2, ..Settings::new(Squares, Sgd::default()) };
        let samples = Samples::new(&inputs, &targets).unwrap();
        let worst = trainer.gradient_check(&settings, &samples, 1e-5).unwrap();
        assert!(worst.relative_error <= tolerance::DIFFERENCES, "{what}: {worst:?}");
        trainer.accumulate(&settings, &samples).unwrap();
        for index in 0..N::TENSORS {
            assert!(trainer.gradient().tensor(index).iter().all(|&g| g != 0.0), "{what}: tensor {index}");
        }
        trainer.discard();
    }
}

type Two1d<A, B, T> = (Conv1d<12, 10, 3, 4, 3, 1, A, T>, Conv1d<10, 4, 4, 3, 4, 2, B, T>);
type Two2d<A, B, T> = (Conv2d<7, 5, 6, 4, 2, 3, 3, 3, 1, A, T>, Conv2d<5, 2, 4, 2, 3, 2, 2, 1, 3, B, T>);

#[test]
fn differences() {
    check::<Conv1d<9, 4, 2, 3, 3, 2, Tanh, f64>>("a sequence");
    check::<Conv2d<5, 2, 6, 2, 2, 3, 2, 3, 3, Tanh, f64>>("a picture, gaps between windows");
    check::<Two1d<Tanh, Identity, f64>>("two sequences");
    check::<Two1d<Silu, Gelu, f64>>("two sequences, pre-activations kept");
    check::<Two2d<Tanh, Identity, f64>>("two pictures");
    check::<Two2d<Gelu, Softplus, f64>>("two pictures, pre-activations kept");
}

/// The parameters after a few steps.
fn trained<N: Layer, const TILE: usize>() -> u32 {
    let (inputs, targets) = (rows::<N::Input>(17, 1), rows::<N::Output>(17, 2));
    let mut trainer = Box::new(Trainer::<N, Adam<N::Scalar>, TILE>::ZERO);
    trainer.network.initialize_seeded(3);
    let settings = Settings { batch_size: 13, epochs: 2, ..Settings::new(Squares, Adam::default()) };
    let samples = Samples::new(&inputs, &targets).unwrap();
    trainer.fit(&settings, &samples, None, None, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    trainer.network.bits()
}

#[track_caller]
fn every_tile<N: Layer>() {
    let one = trained::<N, 1>();
    let others = [trained::<N, 2>(), trained::<N, 4>(), trained::<N, 5>(), trained::<N, 7>(), trained::<N, 32>()];
    assert_eq!(others, [one; 5]);
}

/// The second layer's ∂x is part of it; ReLU's zeros too.
#[test]
fn tiles_give_the_same_bits() {
    every_tile::<Two1d<Relu, Identity, f32>>();
    every_tile::<Two1d<Gelu, Identity, f64>>();
    every_tile::<Two2d<Relu, Identity, f32>>();
    every_tile::<Two2d<Tanh, Silu, f64>>();
}

/// A convolution over a picture of one line is one over a sequence, to the last bit.
#[test]
fn a_picture_of_one_line() {
    type Sequence = Conv1d<12, 5, 3, 4, 3, 2, Relu>;
    type Line = Conv2d<1, 1, 12, 5, 3, 4, 1, 3, 2, Relu>;
    let (mut sequence, mut line) = (Sequence::ZERO, Line::ZERO);
    sequence.initialize_seeded(1);
    line.initialize_seeded(1);
    assert_eq!(sequence.weights, line.weights[0]);
    let x = rows::<[[f32; 3]; 12]>(7, 2);
    let pictures: Vec<_> = x.iter().map(|&x| [x]).collect();
    let (mut y, mut pictured) = ([[[0.0; 4]; 5]; 7], [[[[0.0; 4]; 5]; 1]; 7]);
    sequence.forward::<7>(&x, &mut (), &mut y, None);
    line.forward::<7>(&pictures, &mut (), &mut pictured, None);
    assert_eq!(y, pictured.map(|[y]| y));
    assert!(y.as_flattened().iter().any(|y| *y != [0.0; 4]));
}

/// The sum of all sizes: the spread of the weights comes from the numbers of a window.
#[test]
fn initial_weights() {
    let mut layer = Conv2d::<5, 3, 5, 3, 4, 6, 3, 3, 1>::ZERO;
    layer.initialize(Some(Init::LeCunUniform), &mut XorShiftRng::seed_from_u64(1));
    let largest = layer.tensor(0).iter().fold(0.0_f32, |most, w| most.max(w.abs()));
    let bound = (3.0_f32 / 36.0).sqrt();
    assert!(largest <= bound && largest > 0.95 * bound, "{largest} {bound}");
    layer.initialize(Some(Init::GlorotUniform), &mut XorShiftRng::seed_from_u64(1));
    let largest = layer.tensor(0).iter().fold(0.0_f32, |most, w| most.max(w.abs()));
    let bound = (6.0_f32 / (36.0 + 54.0)).sqrt();
    assert!(largest <= bound && largest > 0.95 * bound, "{largest} {bound}");
}

/// Shape, modules, counts and fingerprints.
#[test]
fn parts() {
    type Net = (Conv1d<12, 10, 3, 4, 3, 1, Relu>, Conv1d<10, 4, 4, 3, 4, 2>);
    let mut net = Net::ZERO;
    net.initialize_seeded(4);
    assert_eq!((Net::COUNT, Net::TENSORS, Net::LAYERS, Net::MODULES, Net::UNITS), (40 + 51, 4, 2, 3, 40 + 12));
    assert_eq!([0, 1, 2, 3, 4].map(|index| net.tensor(index).len()), [36, 4, 48, 3, 0]);
    assert_eq!([0, 1, 2].map(|index| net.shape(index)), [[9, 4], [1, 4], [16, 3]]);
    assert_eq!([0, 1, 2, 3].map(Net::module), [0, 0, 2, 2]);
    let prints = [
        Conv1d::<12, 10, 3, 4, 3, 1>::FINGERPRINT,
        Conv1d::<12, 10, 3, 4, 3, 1, Relu>::FINGERPRINT,
        Conv1d::<12, 5, 3, 4, 3, 2>::FINGERPRINT,
        Conv1d::<13, 11, 3, 4, 3, 1>::FINGERPRINT,
        Conv2d::<1, 1, 12, 10, 3, 4, 1, 3, 1>::FINGERPRINT,
        Conv2d::<12, 10, 1, 1, 3, 4, 3, 1, 1>::FINGERPRINT,
    ];
    for (index, print) in prints.iter().enumerate() {
        assert!(!prints[..index].contains(print), "{index}");
    }
    let mut copy = Net::ZERO;
    assert!(copy.0 != net.0);
    copy.0.clone_from(&net.0);
    assert!(copy.0 == net.0 && net.1.clone() == net.1);
}

/// A network of both kinds fits into a static.
static NET: Conv2d<8, 6, 8, 6, 1, 4, 3, 3, 1, Relu> = Zero::ZERO;

/// The units of a tile, in order, each with its slope.
#[test]
fn units() {
    fn slopes<A: Activation>() -> Vec<UnitOutput<f32>> {
        type L<A> = Conv1d<5, 2, 1, 2, 3, 2, A>;
        let layer = L::<A>::new([[[1.0, -1.0]], [[1.0, 0.0]], [[1.0, 1.0]]], [0.5, -3.0]);
        let x = [[[1.0], [2.0], [3.0], [4.0], [5.0]], [[0.0]; 5]];
        let (mut tape, mut y, mut seen) = (<L<A> as Layer>::Tape::<2>::ZERO, [[[0.0; 2]; 2]; 2], vec![]);
        layer.forward::<2>(&x, &mut tape, &mut y, None);
        L::<A>::visit_units(&tape, &y, (3, 10), &mut |unit| seen.push(unit));
        seen
    }
    let unit = |row, unit, output, slope| UnitOutput { row, layer: 3, unit, output, slope };
    let relu: Vec<_> = [[6.5, 0.0, 12.5, 0.0], [0.5, 0.0, 0.5, 0.0]]
        .iter()
        .enumerate()
        .flat_map(|(row, y)| (10..).zip(y).map(move |(at, &y)| unit(row, at, y, f32::from(u8::from(y > 0.0)))))
        .collect();
    assert_eq!(slopes::<Relu>(), relu);
    let z = [6.5, -1.0, 12.5, -1.0, 0.5, -3.0, 0.5, -3.0];
    assert_eq!(slopes::<Silu>().iter().map(|unit| unit.slope).collect::<Vec<_>>(), z.map(functions::silu_derivative));
    assert_eq!((NET.tensor(0).len(), NET.bias), (36, [0.0; 4]));
}

/// A convolution that is printed compiles to the same bits.
#[test]
fn source() {
    let mut source = String::new();
    Conv1d::<3, 2, 1, 2, 2, 1>::new([[[0.1, -2.0]], [[1e-7, 3.0]]], [0.5, -0.0]).write_source(&mut source).unwrap();
    assert_eq!(source, "Conv1d::new([\n[[0.1, -2.0]],\n[[1e-7, 3.0]],\n], [0.5, -0.0])");
    let layer = Conv2d::<1, 1, 1, 1, 1, 1, 1, 1, 1>::new([[[[f32::NAN]]]], [0.0]);
    assert!(layer.write_source(&mut source).is_err());
}

/// Online: a step that the terms of all windows together make too large is refused, and changes nothing.
#[test]
fn online() {
    type Net = Conv1d<6, 4, 1, 1, 3, 1>;
    let mut online = Online::<Net>::ZERO;
    let settings = Settings::new(Squares, Sgd { learning_rate: 1.0 });
    online.network.weights = [[[0.5]], [[0.25]], [[-1.0]]];
    let mut trainer = Trainer::<Net, Sgd, 1>::ZERO;
    trainer.network.copy_from(&online.network);
    let (x, target) = (rows::<[[f32; 1]; 6]>(1, 1), rows::<[[f32; 1]; 4]>(1, 2));
    online.step(&settings, &x[0], &target[0]).unwrap();
    trainer.accumulate(&settings, &Samples::new(&x, &target).unwrap()).unwrap();
    trainer.update(&settings).unwrap();
    assert!(online.network.weights != [[[0.5]], [[0.25]], [[-1.0]]]);
    for (a, b) in online.network.tensor(0).iter().zip(trainer.network.tensor(0)) {
        assert!((a - b).abs() <= 1e-6 * b.abs(), "{a} {b}");
    }

    // The bound of a single term is 1/TINY; the four windows share it.
    let bound = 1.0 / f32::TINY;
    let check = |delta: f32| Net::check_update::<1>(0, 1.0, &[[[1.0]; 6]], &(), &[[[delta]; 4]], &());
    assert!(check(bound / 4.0).is_ok());
    let error = check(bound / 3.9).unwrap_err();
    assert!(matches!(error, Error::Gradient { layer: 0, kind: TensorKind::Weights, .. }), "{error}");
    let check = |delta| {
        Conv2d::<3, 2, 4, 3, 1, 1, 2, 2, 1>::check_update::<1>(
            7,
            1.0,
            &[[[[0.5]; 4]; 3]],
            &(),
            &[[[[delta]; 3]; 2]],
            &(),
        )
    };
    assert!(check(bound / 8.0).is_ok());
    assert!(matches!(check(bound / 5.9).unwrap_err(), Error::Gradient { layer: 7, .. }));
}

/// A file of the format safetensors with these headers and numbers from 0 on.
fn file(header: &str, count: u16) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    (0..count).for_each(|number| bytes.extend(f32::from(number).to_le_bytes()));
    bytes
}

/// What a network is written as, without the spaces behind the header.
fn written<N: Parameters>(network: &N, format: &Format<'_>) -> Vec<u8> {
    let mut bytes = vec![];
    let sink = |part: &[u8]| -> Result<(), std::convert::Infallible> {
        bytes.extend_from_slice(part);
        Ok(())
    };
    safetensors::write(network, format, sink).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = String::from_utf8(bytes[8..8 + length].to_vec()).unwrap();
    let header = header.trim_end().as_bytes();
    [&(header.len() as u64).to_le_bytes(), header, &bytes[8 + length..]].concat()
}

/// nn.Sequential(nn.Conv1d(2, 3, 4), nn.ReLU(), nn.Conv1d(3, 1, 1)): weights are [out][in][kernel] there.
#[test]
fn sequences_of_pytorch() {
    type Net = (Conv1d<6, 3, 2, 3, 4, 1, Relu>, Conv1d<3, 3, 3, 1, 1, 1>);
    let header = concat!(
        r#"{"0.weight":{"dtype":"F32","shape":[3,2,4],"data_offsets":[0,96]},"#,
        r#""0.bias":{"dtype":"F32","shape":[3],"data_offsets":[96,108]},"#,
        r#""2.weight":{"dtype":"F32","shape":[1,3,1],"data_offsets":[108,120]},"#,
        r#""2.bias":{"dtype":"F32","shape":[1],"data_offsets":[120,124]}}"#,
    );
    let bytes = file(header, 31);
    let mut net = Net::ZERO;
    safetensors::read(&mut net, &Format::default(), &mut &bytes[..]).unwrap();
    for (k, weights) in net.0.weights.iter().enumerate() {
        for (c, weights) in weights.iter().enumerate() {
            assert_eq!(*weights, [0, 1, 2].map(|o| ((o * 2 + c) * 4 + k) as f32), "{k} {c}");
        }
    }
    assert_eq!((net.0.bias, net.1.weights, net.1.bias), ([24.0, 25.0, 26.0], [[[27.0], [28.0], [29.0]]], [30.0]));
    assert_eq!(written(&net, &Format::default()), bytes);

    let flat = file(&header.replace("[1,3,1]", "[1,3]"), 31);
    let bits = net.bits();
    let error = safetensors::read(&mut net, &Format::default(), &mut &flat[..]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the weights of layer 1 (tensor 2, counted from 0) has the shape [1, 3] instead of [1, 3, 1]"
    );
    assert_eq!(net.bits(), bits);
}

/// nn.Conv2d(2, 2, (3, 2)), [out][in][kh][kw]; in Keras [kh][kw][in][out], as here.
#[test]
fn pictures_of_pytorch_and_keras() {
    type Layer2d = Conv2d<5, 3, 4, 3, 2, 2, 3, 2, 1>;
    let header = concat!(
        r#"{"0.weight":{"dtype":"F32","shape":[2,2,3,2],"data_offsets":[0,96]},"#,
        r#""0.bias":{"dtype":"F32","shape":[2],"data_offsets":[96,104]}}"#,
    );
    let bytes = file(header, 26);
    let mut layer = Layer2d::ZERO;
    safetensors::read(&mut layer, &Format::default(), &mut &bytes[..]).unwrap();
    for (k, weights) in layer.weights.iter().enumerate() {
        for (l, weights) in weights.iter().enumerate() {
            for (c, weights) in weights.iter().enumerate() {
                assert_eq!(*weights, [0, 1].map(|o| (((o * 2 + c) * 3 + k) * 2 + l) as f32), "{k} {l} {c}");
            }
        }
    }
    assert_eq!(layer.bias, [24.0, 25.0]);
    assert_eq!(written(&layer, &Format::default()), bytes);

    let keras = Format { names: Names::Prefixes(&["conv2d"]), layout: Layout::InOut };
    let bytes = file(
        &header.replace("[2,2,3,2]", "[3,2,2,2]").replace("0.weight", "conv2d.kernel").replace("0.b", "conv2d.b"),
        26,
    );
    safetensors::read(&mut layer, &keras, &mut &bytes[..]).unwrap();
    assert!(layer.tensor(0).iter().zip(0_u8..).all(|(&w, place)| w == f32::from(place)));
    assert_eq!(written(&layer, &keras), bytes);
}
