//! No prediction and no mean loss that is not finite: an error names the row and the layer.

use bareprop::*;

type Net = (Dense<1, 2, Relu>, Dropout<2>, Dense<2, 1>);

fn network(first: f32, second: f32) -> Net {
    let mut network = Net::ZERO;
    network.0.weights.0 = [[first, 1.0]];
    network.2.weights.0 = [[second], [1.0]];
    network
}

/// Every way to an output, for all tiles: the error, and outputs of 0.
#[track_caller]
fn refused(network: &Net, inputs: &[[f32; 1]], error: Error) {
    fn tile<const TILE: usize>(network: &Net, inputs: &[[f32; 1]], error: Error) {
        let loss = BinaryCrossEntropy::default();
        let (mut trainer, mut predictor) = (Trainer::<Net, Sgd, TILE>::ZERO, Predictor::<Net, TILE>::ZERO);
        let mut online = Online::<Net>::ZERO;
        trainer.network.copy_from(network);
        online.network.copy_from(network);
        let mut calls = 0;
        let mut check = |outcome: Result<(), Error>, outputs: &mut Vec<[f32; 1]>| {
            assert_eq!(outcome, Err(error), "tile {TILE}, call {calls}");
            assert!(outputs.iter().all(|&[y]| y.to_bits() == 0), "tile {TILE}, call {calls}: {outputs:?}");
            outputs.fill([7.0]);
            calls += 1;
        };
        let outputs = &mut vec![[7.0]; inputs.len()];
        check(trainer.logits(inputs, outputs), outputs);
        check(trainer.predict(&loss, inputs, outputs), outputs);
        check(predictor.logits(network, inputs, outputs), outputs);
        check(predictor.predict(network, &loss, inputs, outputs), outputs);
        check(online.logits(inputs, outputs), outputs);
        check(online.predict(&loss, inputs, outputs), outputs);
        let targets = vec![[0.5]; inputs.len()];
        let samples = Samples::new(inputs, &targets).unwrap();
        let Error::Output { row, layer } = error else { panic!("{error}") };
        assert_eq!(trainer.evaluate(&loss, &samples), Err(Error::Loss { row, layer }));
        assert_eq!(trainer.evaluate(&Huber::default(), &samples), Err(Error::Loss { row, layer }));
    }
    tile::<1>(network, inputs, error);
    tile::<2>(network, inputs, error);
    tile::<8>(network, inputs, error);
}

#[test]
fn the_row_and_the_layer_are_named() {
    let inputs = [[1.0], [-1.0], [2.0], [1e30], [0.5]];
    refused(&network(1e30, 1.0), &inputs, Error::Output { row: 3, layer: Some(0) });
    refused(&network(1.0, 1e30), &inputs, Error::Output { row: 3, layer: Some(2) });
    refused(&network(1e30, 1e30), &inputs, Error::Output { row: 0, layer: Some(2) });
    refused(&network(f32::NAN, 1.0), &inputs, Error::Output { row: 0, layer: Some(0) });
    refused(&network(1.0, f32::NAN), &inputs, Error::Output { row: 0, layer: Some(2) });
    refused(&network(1.0, f32::INFINITY), &inputs, Error::Output { row: 0, layer: Some(2) });
    let mut bias = network(1.0, 1.0);
    bias.2.bias = [f32::NEG_INFINITY];
    refused(&bias, &inputs, Error::Output { row: 0, layer: Some(2) });
}

/// Large, but finite: no error.
#[test]
fn what_is_finite_stays() {
    let mut outputs = [[0.0]; 2];
    let mut predictor = Predictor::<Net>::ZERO;
    predictor.logits(&network(1e30, 1e8), &[[1.0], [-1.0]], &mut outputs).unwrap();
    assert_eq!(outputs, [[1e30 * 1e8 + 1.0], [0.0]]);
}
