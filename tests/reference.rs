//! The library against programs that nobody here wrote: the guide's own NumPy network and PyTorch, in f64.
//! Each file under `golden/` says in `about` what its conventions are; `tools/references.py` made those named `more_*`.

mod golden;

use bareprop::*;
use golden::*;
use serde_json::Value;

type Guide = (Dense<2, 16, Relu, f64>, Dense<16, 8, Relu, f64>, Dense<8, 1, Identity, f64>);

/// The guide's training loop, from its own weights and in its own orders.
fn replay<O: Optimizer<f64>>(name: &str, optimizer: impl Fn(f64) -> O) {
    let file = golden(name);
    let (inputs, targets) = (rows::<2>(&file["x"]), rows::<1>(&file["y"]));
    let samples = Samples::new(&inputs, &targets).unwrap();
    let mut trainer = Box::new(Trainer::<Guide, O, 7>::ZERO);
    let no_bias = serde_json::json!([vec![0.0; 16], vec![0.0; 8], vec![0.0; 1]]);
    load(&mut trainer.network, &file["initial_weights"], &no_bias);
    let settings = Settings {
        l2: file["l2"].as_f64().unwrap(),
        batch_size: file["batch_size"].as_u64().unwrap() as usize,
        ..Settings::new(BinaryCrossEntropy::default(), optimizer(file["learning_rate"].as_f64().unwrap()))
    };

    let first = &file["first_batch"];
    let batch: Vec<usize> = numbers(&first["rows"]).iter().map(|&row| row as usize).collect();
    let (batch_inputs, batch_targets): (Vec<_>, Vec<_>) = batch.iter().map(|&row| (inputs[row], targets[row])).unzip();
    let plain =
        Settings { l2: settings.l2, ..Settings::new(BinaryCrossEntropy::default(), Sgd { learning_rate: 1.0 }) };
    let (found, step) = gradient(&trainer.network, &plain, &Samples::new(&batch_inputs, &batch_targets).unwrap());
    compare("first batch", &*found, &first["weight_grads"], &first["bias_grads"], tolerance::GRADIENT);
    assert_close("first loss", &[step.loss + step.penalty], &numbers(&first["loss"]), tolerance::GRADIENT);

    let mut whole = Box::new(Trainer::<Guide, O, 32>::ZERO); // the same by `epoch`, in other tiles
    whole.network.copy_from(&trainer.network);
    for (epoch, order) in file["order_per_epoch"].as_array().unwrap().iter().enumerate() {
        let order: Vec<_> = numbers(order).into_iter().map(|row| row as usize).collect();
        let mut losses = vec![];
        for batch in order.chunks(settings.batch_size) {
            let (inputs, targets): (Vec<_>, Vec<_>) = batch.iter().map(|&row| (inputs[row], targets[row])).unzip();
            trainer.accumulate(&settings, &Samples::new(&inputs, &targets).unwrap()).unwrap();
            let step = trainer.update(&settings).unwrap();
            // The guide adds to the loss before the step the penalty of the weights after it.
            losses.push(step.loss + settings.l2 / (2.0 * batch.len() as f64) * trainer.network.weights_squared());
        }
        // And it takes the plain mean over the batches, though the last is smaller.
        let mean = losses.iter().sum::<f64>() / losses.len() as f64;
        let expected = file["loss_per_epoch"][epoch].as_f64().unwrap();
        assert_close(&format!("epoch {epoch}"), &[mean], &[expected], tolerance::TRAINING);
        whole.epoch(&settings, &samples, order, |_| ()).unwrap();
        assert_eq!(whole.network.bits(), trainer.network.bits());
    }
    compare("final", &trainer.network, &file["final_weights"], &file["final_biases"], tolerance::TRAINING);
    let mut probabilities = vec![[0.0]; inputs.len()];
    trainer.predict(&settings.loss, &inputs, &mut probabilities).unwrap();
    let expected = numbers(&file["final_probabilities"]);
    assert_close("probabilities", probabilities.as_flattened(), &expected, tolerance::TRAINING);
}

#[test]
fn guide_with_adam() {
    replay("guide_adam", |learning_rate| Adam { learning_rate, ..Adam::default() });
}

#[test]
fn guide_with_gradient_descent() {
    replay("guide_gd", |learning_rate| Sgd { learning_rate });
}

/// One of PyTorch's cases: outputs, loss and every gradient tensor.
fn torch_case<N, L, const IN: usize, const OUT: usize>(case: &Value, loss: L, targets: &[L::Target])
where
    N: Layer<Scalar = f64, Input = [f64; IN], Output = [f64; OUT]>,
    L: Loss<[f64; OUT]>,
{
    let name = format!("{} {} {}", case["sizes"], case["activation"], case["loss_function"]);
    let inputs = rows::<IN>(&case["x"]);
    let mut network = Box::new(N::ZERO);
    load(&mut *network, &case["weights"], &case["biases"]);

    let mut outputs = vec![[0.0; OUT]; inputs.len()];
    let mut predictor = Predictor::<N, 3>::ZERO;
    predictor.logits(&network, &inputs, &mut outputs).unwrap();
    assert_close(&name, outputs.as_flattened(), &numbers(&case["output"]), tolerance::GRADIENT);

    let settings = Settings::new(loss, Sgd { learning_rate: 1.0 });
    let (found, step) = gradient(&*network, &settings, &Samples::new(&inputs, targets).unwrap());
    assert_close(&name, &[step.loss], &numbers(&case["loss"]), tolerance::GRADIENT);
    compare(&name, &*found, &case["weight_grads"], &case["bias_grads"], tolerance::GRADIENT);
}

type Deep<A> = (Dense<3, 7, A, f64>, Dense<7, 5, A, f64>, Dense<5, 1, Identity, f64>);
type Flat = (Dense<4, 6, Relu, f64>, Dense<6, 3, Identity, f64>);
type Odd = (Dense<17, 33, Relu, f64>, Dense<33, 9, Identity, f64>);

#[test]
fn torch_layers() {
    let file = golden("torch_layers");
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 13);
    for case in cases {
        let target = &case["target"];
        let classes = || -> Vec<usize> {
            let one_hot = target.as_array().unwrap().iter().map(numbers);
            one_hot.map(|row| row.iter().position(|&t| t == 1.0).unwrap()).collect()
        };
        let bce = BinaryCrossEntropy::default();
        match (case["loss_function"].as_str().unwrap(), case["activation"].as_str().unwrap()) {
            ("bce_with_logits", "relu") => torch_case::<Deep<Relu>, _, 3, 1>(case, bce, &rows(target)),
            ("bce_with_logits", "leaky_relu") => torch_case::<Deep<LeakyRelu>, _, 3, 1>(case, bce, &rows(target)),
            ("bce_with_logits", "tanh") => torch_case::<Deep<Tanh>, _, 3, 1>(case, bce, &rows(target)),
            ("bce_with_logits", "sigmoid") => torch_case::<Deep<Sigmoid>, _, 3, 1>(case, bce, &rows(target)),
            ("bce_with_logits", "elu") => torch_case::<Deep<Elu>, _, 3, 1>(case, bce, &rows(target)),
            ("bce_with_logits", "gelu_tanh") => torch_case::<Deep<Gelu>, _, 3, 1>(case, bce, &rows(target)),
            ("bce_with_logits", "silu") => torch_case::<Deep<Silu>, _, 3, 1>(case, bce, &rows(target)),
            ("bce_with_logits", "softplus") => torch_case::<Deep<Softplus>, _, 3, 1>(case, bce, &rows(target)),
            ("bce_with_logits", "identity") => torch_case::<Deep<Identity>, _, 3, 1>(case, bce, &rows(target)),
            ("softmax_cross_entropy", "relu") if case["sizes"][0] == 4 => {
                torch_case::<Flat, _, 4, 3>(case, SoftmaxCrossEntropy::default(), &classes());
            }
            ("softmax_cross_entropy", "relu") => {
                torch_case::<Odd, _, 17, 9>(case, SoftmaxCrossEntropy::default(), &classes());
            }
            ("mse", "relu") => torch_case::<Flat, _, 4, 3>(case, MeanSquaredError, &rows(target)),
            ("huber", "relu") => torch_case::<Flat, _, 4, 3>(case, Huber::default(), &rows(target)),
            other => panic!("a case that is not tested: {other:?}"),
        }
    }
}

/// The parameters of the optimizer files: one matrix.
type Six = Dense<6, 1, Identity, f64>;

fn torch_optimizer<O: Optimizer<f64>>(file: &Value, case: &Value, optimizer: O) {
    let mut network = Six::ZERO;
    network.weights.0.as_flattened_mut().copy_from_slice(&numbers(&file["initial"]));
    let mut state = O::State::<Six>::ZERO;
    for (step, expected) in case["parameters_after_step"].as_array().unwrap().iter().enumerate() {
        let mut gradient = Six::ZERO;
        gradient.weights.0.as_flattened_mut().copy_from_slice(&numbers(&file["gradients"][step]));
        optimizer.check().unwrap();
        optimizer.step(&mut state, optimizer.learning_rate(), &mut network, &gradient, 0..2);
        let name = format!("{} step {step}", case["name"]);
        assert_close(&name, network.weights.0.as_flattened(), &numbers(expected), tolerance::OPTIMIZER);
    }
}

#[test]
fn torch_optimizers() {
    let file = golden("torch_optimizers");
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 8);
    for case in cases {
        let setting = |name: &str| case[name].as_f64().unwrap();
        let learning_rate = setting("lr");
        let adam =
            || Adam { learning_rate, beta1: setting("beta1"), beta2: setting("beta2"), epsilon: setting("epsilon") };
        let momentum = |nesterov| Momentum { learning_rate, momentum: setting("momentum"), nesterov };
        match case["name"].as_str().unwrap() {
            "sgd" => torch_optimizer(&file, case, Sgd { learning_rate }),
            "sgd_momentum" => torch_optimizer(&file, case, momentum(false)),
            "sgd_nesterov" => torch_optimizer(&file, case, momentum(true)),
            "adam" => torch_optimizer(&file, case, adam()),
            "amsgrad" => torch_optimizer(&file, case, AmsGrad(adam())),
            "adamw" => {
                torch_optimizer(&file, case, AdamW { adam: adam(), weight_decay: setting("weight_decay") });
            }
            "rmsprop" => {
                let (alpha, epsilon) = (setting("alpha"), setting("epsilon"));
                torch_optimizer(&file, case, RmsProp { learning_rate, alpha, epsilon });
            }
            "adagrad" => torch_optimizer(&file, case, AdaGrad { learning_rate, epsilon: setting("epsilon") }),
            other => panic!("a case that is not tested: {other}"),
        }
    }
}
