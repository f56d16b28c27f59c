//! A pretrained body: the head learns as if it were trained on the outputs of the body, and the body takes no RAM.

use bareprop::storage::safetensors;
use bareprop::*;

type Body<T = f32> = (Dense<3, 8, Relu, T>, Dropout<8, T>, Dense<8, 5, Silu, T>);

/// A body whose parameters are some fractions.
macro_rules! body {
    ($Name:ident, $BODY:ident, $T:ty) => {
        struct $Name;

        impl Pretrained for $Name {
            type Layer = Body<$T>;
            const LAYER: &'static Body<$T> = &$BODY;
        }

        static $BODY: Body<$T> = {
            let (mut first, mut second) = ([[0.0; 8]; 3], [[0.0; 5]; 8]);
            let mut index = 0;
            while index < 24 {
                first[index / 8][index % 8] = ((index * 37 % 23) as $T - 11.0) / 16.0;
                index += 1;
            }
            index = 0;
            while index < 40 {
                second[index / 5][index % 5] = ((index * 29 % 31) as $T - 15.0) / 32.0;
                index += 1;
            }
            (
                Dense::new(Matrix(first), [0.125; 8]),
                Dropout { rate: 0.5 },
                Dense::new(Matrix(second), [-0.25, 0.0, 0.5, 0.0, 0.25]),
            )
        };
    };
}

body!(Pre, BODY, f32);
body!(Pre64, BODY64, f64);

type Head<T = f32> = (Dense<5, 4, Tanh, T>, Dense<4, 1, Identity, T>);
type Net = (Frozen<Pre>, Head);

fn rows() -> (Vec<[f32; 3]>, Vec<[f32; 1]>) {
    let inputs = (0..23).map(|row| std::array::from_fn(|axis| ((row * 7 + axis * 5) % 13) as f32 / 6.0 - 1.0));
    let targets = (0..23).map(|row| [(row * 5 % 7 % 2) as f32]);
    (inputs.collect(), targets.collect())
}

/// The outputs of the body for each row.
fn features(inputs: &[[f32; 3]]) -> Vec<[f32; 5]> {
    let mut features = vec![[0.0; 5]; inputs.len()];
    let mut predictor = Predictor::<Body>::ZERO;
    predictor.logits(&BODY, inputs, &mut features).unwrap();
    features
}

#[test]
fn the_head_learns_as_on_the_outputs_of_the_body() {
    fn job<O: Optimizer<f32>, const TILE: usize>(optimizer: O) {
        let (inputs, targets) = rows();
        let features = features(&inputs);
        let settings = Settings { l2: 0.01, batch_size: 8, ..Settings::new(BinaryCrossEntropy::new(), optimizer) };
        let (mut whole, mut head) = (Trainer::<Net, O, TILE>::ZERO, Trainer::<Head, O, 5>::ZERO);
        whole.network.initialize_seeded(3);
        head.network.initialize_seeded(3);
        for _ in 0..4 {
            whole.part_of_epoch(&settings, &Samples::new(&inputs, &targets).unwrap(), 3).unwrap();
            head.part_of_epoch(&settings, &Samples::new(&features, &targets).unwrap(), 3).unwrap();
        }
        assert_eq!(whole.network.1, head.network);
        let mut logits = [[0.0]; 23];
        whole.logits(&inputs, &mut logits).unwrap();
        let mut expected = [[0.0]; 23];
        head.logits(&features, &mut expected).unwrap();
        assert_eq!(logits, expected);
    }
    job::<_, 1>(Sgd::new(0.1));
    job::<_, 3>(Adam::new(0.01));
    job::<_, 32>(AdamW::new(0.01));
    job::<_, 7>(Momentum::new(0.05));
}

#[test]
fn a_sample_at_a_time() {
    let (inputs, targets) = rows();
    let features = features(&inputs);
    let settings = Settings::new(BinaryCrossEntropy::new(), Sgd::new(0.1));
    let (mut whole, mut head) = (Online::<Net>::ZERO, Online::<Head>::ZERO);
    whole.network.initialize_seeded(3);
    head.network.initialize_seeded(3);
    for row in 0..23 {
        whole.step(&settings, &inputs[row], &targets[row]).unwrap();
        head.step(&settings, &features[row], &targets[row]).unwrap();
    }
    assert_eq!(whole.network.1, head.network);
}

#[test]
fn it_takes_no_memory() {
    assert_eq!((Net::COUNT, Net::TENSORS, Net::LAYERS), (Head::<f32>::COUNT, 4, 5));
    assert_eq!(size_of::<Net>(), size_of::<Head>());
    assert_eq!(Trainer::<Net, Adam, 1>::OPTIMIZER_BYTES, Trainer::<Head, Adam, 1>::OPTIMIZER_BYTES);
    // Layers are counted through the body: the head's second layer is the fifth of all.
    assert_eq!(Net::describe(2), (4, TensorKind::Weights));
}

#[test]
fn gradients() {
    type Net64 = (Frozen<Pre64>, Head<f64>);
    let (inputs, targets) = rows();
    let (inputs, targets): (Vec<_>, Vec<_>) =
        (inputs.iter().map(|x| x.map(f64::from)).collect(), targets.iter().map(|t| t.map(f64::from)).collect());
    let mut network = Net64::ZERO;
    network.initialize_seeded(2);
    let settings = Settings { l2: 0.1, ..Settings::new(BinaryCrossEntropy::new(), Sgd::new(0.1)) };
    let mut trainer = Trainer::<Net64, Sgd<f64>, 4>::ZERO;
    trainer.network.copy_from(&network);
    let samples = Samples::new(&inputs, &targets).unwrap();
    let check = trainer.gradient_check(&settings, &samples, 1e-5).unwrap();
    assert!(check.relative_error < 1e-6, "{check:?}");
}

/// What an output of the body that is not finite gives: the error names the layer inside.
#[test]
fn errors_count_the_layers_of_the_body() {
    let settings = Settings::new(BinaryCrossEntropy::new(), Sgd::new(0.1));
    let mut trainer = Trainer::<Net, Sgd>::ZERO;
    trainer.network.initialize_seeded(1);
    // Some signs add up what some unit of the first layer takes.
    let inputs: Vec<[f32; 3]> = (0..8)
        .map(|signs| std::array::from_fn(|axis| if signs >> axis & 1 == 1 { f32::MAX } else { -f32::MAX }))
        .collect();
    let result = trainer.accumulate(&settings, &Samples::new(&inputs, &[[0.0]; 8]).unwrap());
    assert!(matches!(result, Err(Error::Loss { layer: Some(0), .. })), "{result:?}");
}

/// The names in a file count the modules of the body, as in PyTorch's Sequential.
#[test]
fn files() {
    let (mut network, mut file) = (Net::ZERO, vec![]);
    network.initialize_seeded(1);
    safetensors::write(&network, &safetensors::Format::default(), |bytes| {
        file.extend_from_slice(bytes);
        Ok::<(), ()>(())
    })
    .unwrap();
    let text = String::from_utf8_lossy(&file);
    assert!(text.contains(r#""5.weight""#) && text.contains(r#""7.bias""#), "{text}");
    let mut source = String::new();
    network.write_source(&mut source).unwrap();
    assert!(source.starts_with("(\nFrozen::new(),\n(\nDense::new("), "{source}");
}

/// Layers without parameters may stand before it.
#[test]
fn behind_a_layer_that_does_not_learn() {
    type Scaled = (Dropout<3>, Frozen<Pre>, Dropout<5>, Head);
    let (inputs, targets) = rows();
    let settings = Settings::new(BinaryCrossEntropy::new(), Adam::new(0.01));
    let (mut first, mut second) = (Trainer::<Scaled, Adam, 4>::ZERO, Trainer::<Net, Adam, 2>::ZERO);
    first.network.3.initialize_seeded(1);
    second.network.1.initialize_seeded(1);
    let samples = Samples::new(&inputs, &targets).unwrap();
    first.accumulate(&settings, &samples).unwrap();
    second.accumulate(&settings, &samples).unwrap();
    first.update(&settings).unwrap();
    second.update(&settings).unwrap();
    assert_eq!(first.network.3, second.network.1);
}

/// Layers in RAM, frozen while the program runs: what follows learns as on their outputs; they and their moments stay.
#[test]
fn frozen_at_run_time() {
    fn job<O: Optimizer<f32> + Copy>(optimizer: O) {
        type Body = Dense<3, 5, Tanh>;
        let (inputs, targets) = rows();
        let samples = Samples::new(&inputs, &targets).unwrap();
        let (l2, clip) = (0.01, Clip::Norm(0.05));
        let settings = Settings { l2, clip, ..Settings::new(BinaryCrossEntropy::new(), optimizer) };
        let mut whole = Trainer::<(Body, Head), O, 4>::ZERO;
        whole.network.initialize_seeded(4);
        for _ in 0..2 {
            whole.accumulate(&settings, &samples).unwrap();
            whole.update(&settings).unwrap();
        }
        // The head alone starts where the whole is: its moments are those of a checkpoint without the body.
        whole.restart();
        let mut head = Trainer::<Head, O, 4>::ZERO;
        head.network.copy_from(&whole.network.1);
        let (body, mut features) = (whole.network.0.clone(), vec![[0.0; 5]; 23]);
        let mut predictor = Predictor::<Body>::ZERO;
        predictor.logits(&body, &inputs, &mut features).unwrap();
        let features = Samples::new(&features, &targets).unwrap();
        let settings = Settings { frozen_layers: 1, ..settings };
        for _ in 0..4 {
            whole.accumulate(&settings, &samples).unwrap();
            head.accumulate(&settings, &features).unwrap();
            let step = whole.update(&settings).unwrap();
            assert_eq!(step, head.update(&Settings { frozen_layers: 0, ..settings }).unwrap());
        }
        assert_eq!((&whole.network.0, &whole.network.1), (&body, &head.network));
        // All are frozen.
        let before = whole.network.bits();
        whole.accumulate(&settings, &samples).unwrap();
        let step = whole.update(&Settings { frozen_layers: usize::MAX, ..settings }).unwrap();
        assert_eq!((step.gradient_norm, step.penalty, whole.network.bits()), (0.0, 0.0, before));
        // Thawed.
        whole.accumulate(&settings, &samples).unwrap();
        whole.update(&Settings { frozen_layers: 0, ..settings }).unwrap();
        assert_ne!(whole.network.0, body);
    }
    job(Sgd::new(0.1));
    job(Momentum::new(0.05));
    job(Adam::new(0.01));
    job(AdamW::new(0.01));
    job(AmsGrad::new(0.01));
    job(RmsProp::new(0.01));
    job(AdaGrad::new(0.1));
}

/// A frozen layer keeps its moments too: after a pause it moves on as if the pause had not been.
#[test]
fn moments_are_kept() {
    let settings = Settings::new(MeanSquaredError, Momentum { momentum: 0.5, ..Momentum::new(0.5) });
    let mut trainer = Trainer::<(Dense<1, 1>, Dense<1, 1>), Momentum, 1>::ZERO;
    trainer.network.0.weights.0 = [[1.0]];
    trainer.network.1.weights.0 = [[1.0]];
    let samples = Samples::new(&[[1.0]], &[[2.0]]).unwrap();
    trainer.accumulate(&settings, &samples).unwrap();
    trainer.update(&settings).unwrap();
    let velocity = trainer.network.0.weights.0[0][0] - 1.0;
    for _ in 0..3 {
        trainer.accumulate(&settings, &samples).unwrap();
        trainer.update(&Settings { frozen_layers: 1, ..settings }).unwrap();
    }
    let before = trainer.network.0.weights.0[0][0];
    assert_eq!(before, 1.0 + velocity);
    // A row that both layers fit already has no gradient: what moves is the velocity.
    trainer.network.1 = Dense::new(Matrix([[0.0]]), [2.0]);
    trainer.accumulate(&settings, &samples).unwrap();
    trainer.update(&settings).unwrap();
    assert_eq!(trainer.network.0.weights.0[0][0], before + 0.5 * velocity);
}

/// All values of the type are the body.
#[test]
fn values_of_a_frozen_body() {
    let frozen = Frozen::<Pre>::default();
    assert!(frozen == Frozen::new() && frozen.clone() == frozen);
    assert_eq!((format!("{frozen:?}"), size_of_val(&frozen)), ("Frozen".to_string(), 0));
}
