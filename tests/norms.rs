//! LayerNorm and Residual: PyTorch's values, central differences, and the same bits with any `TILE`.

mod golden;
mod layer;

use bareprop::*;
use golden::{golden, numbers};
use layer::{any_tile, check_gradients, draw, shake, torch};

#[test]
fn values_of_pytorch() {
    let file = golden("torch_sequences");
    let case = &file["layers"]["layer_norm"];
    assert_eq!(case["epsilon"], 1e-5);
    let parameters = |value: &serde_json::Value| vec![numbers(&value["weight"]), numbers(&value["bias"])];
    torch::<LayerNorm<10, f64>>(
        case,
        |layer| {
            for (index, values) in parameters(&case["parameters"]).iter().enumerate() {
                layer.tensor_mut(index).copy_from_slice(values);
            }
        },
        parameters,
    );
}

/// Steps and pixels are rows of their own.
#[test]
fn each_place_by_itself() {
    let mut flat = LayerNorm::<3>::ZERO;
    shake(&mut flat, 1);
    let steps: Vec<[[f32; 3]; 4]> = draw(2, 2);
    let mut expected = [[0.0; 3]; 8];
    flat.forward::<8>(steps.as_flattened(), &mut (), &mut expected, None);
    let norm = LayerNorm::<3, f32, [[f32; 3]; 4]>::new(flat.scale, flat.bias);
    let mut found = [[[0.0; 3]; 4]; 2];
    norm.forward::<2>(&steps, &mut (), &mut found, None);
    assert_eq!(found.as_flattened(), expected);
    let norm = LayerNorm::<3, f32, [[[f32; 3]; 2]; 2]>::new(flat.scale, flat.bias);
    let pictures: [[[[f32; 3]; 2]; 2]; 2] =
        std::array::from_fn(|row| std::array::from_fn(|y| std::array::from_fn(|x| steps[row][2 * y + x])));
    let mut found = [[[[0.0; 3]; 2]; 2]; 2];
    norm.forward::<2>(&pictures, &mut (), &mut found, None);
    assert_eq!(found.as_flattened().as_flattened(), expected);
}

/// γ is 1 at first and not one of the weights, so that L2 and weight decay leave it as it is.
#[test]
fn scale() {
    type Net = (Dense<2, 3>, LayerNorm<3>, Dense<3, 1>);
    let mut network = Net::ZERO;
    network.initialize_seeded(1);
    assert_eq!((network.1.scale, network.1.bias), ([1.0; 3], [0.0; 3]));
    assert_eq!([2, 3].map(Net::describe), [(1, TensorKind::Scale), (1, TensorKind::Bias)]);
    let squared = network.0.weights_squared() + network.2.weights_squared();
    assert_eq!(network.weights_squared(), squared);
}

type Norms<T> = (
    LayerNorm<4, T>,
    LayerNorm<4, T>,
    Dense<4, 6, Tanh, T>,
    LayerNorm<6, T>,
    LayerNorm<6, T>,
    Dense<6, 2, Identity, T>,
    LayerNorm<2, T>,
);
/// First, in each other, behind ReLU, around dropout, last.
type Blocks<T> = (
    Residual<LayerNorm<4, T>>,
    Dense<4, 5, Relu, T>,
    Residual<(LayerNorm<5, T>, Residual<Dense<5, 5, Gelu, T>>, Dropout<5, T>, Dense<5, 5, Tanh, T>)>,
    Residual<Dense<5, 5, Silu, T>>,
    Dense<5, 2, Identity, T>,
    Residual<Dense<2, 2, Tanh, T>>,
);

#[test]
fn central_differences() {
    check_gradients::<Norms<f64>>();
    check_gradients::<Blocks<f64>>();
}

#[test]
fn same_bits_with_any_tile() {
    any_tile::<Norms<f32>>();
    any_tile::<Blocks<f32>>();
}

/// With dropout the masks of both passes are the same.
#[test]
fn dropout_in_a_block() {
    let (inputs, targets) = (draw(5, 1), draw(5, 2));
    let samples = Samples::new(&inputs, &targets).unwrap();
    let mut trainer = Trainer::<Blocks<f64>, Sgd<f64>, 3>::ZERO;
    for seed in 0..5 {
        shake(&mut trainer.network, seed);
        trainer.network.2.0.2.rate = 0.4;
        let settings = Settings { seed, ..Settings::new(MeanSquaredError, Sgd::default()) };
        let check = trainer.gradient_check(&settings, &samples, 1e-5).unwrap();
        assert!(check.relative_error < 1e-6, "{check:?}");
    }
}

/// The units of a block are those of its layers.
#[test]
fn units_of_a_block() {
    type Block = Residual<(Dense<2, 3, Tanh>, Dense<3, 2>)>;
    assert_eq!((Block::UNITS, Block::LAYERS), (5, 2));
    let mut block = Block::ZERO;
    shake(&mut block, 1);
    block.0.1.bias = [f32::MAX, 0.0];
    block.0.1.weights.0[0] = [f32::MAX; 2];
    block.0.0.bias = [9.0; 3];
    let mut predictor = Predictor::<Block, 2>::ZERO;
    let error = predictor.logits(&block, &[[0.0, 1.0]], &mut [[0.0; 2]]).unwrap_err();
    assert_eq!(error, Error::Output { row: 0, layer: Some(1) });
}

/// A sample at a time, and the bound of a step.
#[test]
fn online() {
    type Net = (LayerNorm<2>, Residual<Dense<2, 2, Tanh>>, Dense<2, 1>);
    let settings = Settings::new(MeanSquaredError, Sgd::new(0.1));
    let mut online = Online::<Net>::ZERO;
    online.network.initialize_seeded(1);
    let first = online.step(&settings, &[0.5, -1.0], &[0.75]).unwrap();
    let mut last = first;
    for _ in 0..50 {
        last = online.step(&settings, &[0.5, -1.0], &[0.75]).unwrap();
    }
    assert!(last < 0.01 * first, "{first} {last}");
    let before = online.network.bits();
    online.network.2.weights.0 = [[1e15], [-1e15]];
    let changed = online.network.bits();
    let error = online.step(&settings, &[0.5, -1.0], &[-1e17]).unwrap_err();
    assert!(matches!(error, Error::Gradient { layer: 0, kind: TensorKind::Scale, .. }), "{error:?}");
    assert_eq!(online.network.bits(), changed);
    assert_ne!(before, changed);
}

/// What batch normalisation in inference gives behind a dense layer, by PyTorch's formula.
#[test]
fn folded_batch_norm() {
    let [mean, scale, bias] = [1, 2, 3].map(|seed| draw::<[f64; 5]>(1, seed)[0]);
    let variance = draw::<[f64; 5]>(1, 4)[0].map(|x| x * x);
    let norm = BatchNorm { mean, variance, scale, bias, epsilon: 1e-5 };
    let mut layer = Dense::<3, 5, Gelu, f64>::ZERO;
    shake(&mut layer, 5);
    let (plain, inputs) = (layer.clone(), draw::<[f64; 3]>(7, 6));
    fold_batch_norm(&mut layer.weights.0, &mut layer.bias, &norm).unwrap();
    let mut outputs = [[0.0; 5]; 7];
    layer.forward::<7>(&inputs, &mut [[0.0; 5]; 7], &mut outputs, None);
    let expected = inputs.iter().flat_map(|x| {
        let (norm, plain) = (&norm, &plain);
        (0..5).map(move |j| {
            let z = (0..3).map(|i| x[i] * plain.weights.0[i][j]).sum::<f64>() + plain.bias[j];
            let normal = (z - norm.mean[j]) / (norm.variance[j] + norm.epsilon).sqrt();
            functions::gelu(norm.scale[j] * normal + norm.bias[j])
        })
    });
    let expected: Vec<f64> = expected.collect();
    golden::assert_close("folded", outputs.as_flattened(), &expected, 1e-12);
}

/// Weights with a matrix for each step of a window.
#[test]
fn folded_batch_norm_of_matrices() {
    let mut weights = [[[1.0_f32, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]], [[9.0, 10.0], [11.0, 12.0]]];
    let norm = BatchNorm { mean: [1.0; 2], variance: [4.0, 0.25], scale: [1.0; 2], bias: [0.0; 2], epsilon: 0.0 };
    let mut bias = [3.0, 0.0];
    fold_batch_norm(weights.as_flattened_mut(), &mut bias, &norm).unwrap();
    assert_eq!(weights, [[[0.5, 4.0], [1.5, 8.0]], [[2.5, 12.0], [3.5, 16.0]], [[4.5, 20.0], [5.5, 24.0]]]);
    assert_eq!(bias, [1.0, -2.0]);
}

/// An error names the field and changes nothing.
#[test]
fn batch_norm_that_does_not_fold() {
    let sound = BatchNorm::<2> { mean: [1.0; 2], variance: [1.0; 2], scale: [1.0; 2], bias: [0.0; 2], epsilon: 1e-3 };
    let refused = |name: &str, change: &dyn Fn(&mut BatchNorm<2>)| {
        let mut norm = sound.clone();
        change(&mut norm);
        let (mut weights, mut bias) = ([[1.0, 2.0], [3e38, 4.0]], [5.0, 6.0]);
        let error = fold_batch_norm(&mut weights, &mut bias, &norm).unwrap_err();
        let Error::Setting { name: found, .. } = error else { panic!("{error}") };
        assert_eq!((found, weights, bias), (name, [[1.0, 2.0], [3e38, 4.0]], [5.0, 6.0]), "{error}");
    };
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        refused("mean", &|norm| norm.mean[1] = bad);
        refused("variance", &|norm| norm.variance[1] = bad);
        refused("scale", &|norm| norm.scale[1] = bad);
        refused("bias", &|norm| norm.bias[1] = bad);
        refused("epsilon", &|norm| norm.epsilon = bad);
    }
    refused("variance", &|norm| norm.variance[1] = -1e-9);
    refused("epsilon", &|norm| norm.epsilon = -1e-9);
    refused("variance", &|norm| (norm.variance[0], norm.epsilon) = (0.0, 0.0));
    refused("weights", &|norm| norm.scale[0] = 2.0);
    refused("bias", &|norm| (norm.mean[1], norm.scale[1]) = (-3e38, 2.0));
}
