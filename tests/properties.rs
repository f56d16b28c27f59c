//! What holds for any data: no cut and no order changes what it should not.
//! Permutations and scalers have theirs in `data.rs`, rankings in `metrics.rs`, failures in `failures.rs`.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

mod network;

use bareprop::metrics::{Average, Confusion, ConfusionMatrix, brier_score, log_loss, mae, mse, r2};
use bareprop::*;
use network::{settings, trainer};
use proptest::prelude::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// Rows, targets and weights of samples.
fn data(rows: usize, seed: u64) -> (Vec<[f32; 2]>, Vec<[f32; 1]>, Vec<f32>) {
    let mut rng = XorShiftRng::seed_from_u64(seed);
    let mut draw = || f32::uniform(&mut rng);
    (0..rows).map(|_| ([draw() * 4.0 - 2.0, draw() * 4.0 - 2.0], [draw()], 0.25 + draw())).collect()
}

/// Every bit that two epochs leave: parameters, losses, norms.
fn trained<const TILE: usize>(rows: usize, batch_size: usize, seed: u64) -> Vec<u32> {
    let (inputs, targets, weights) = data(rows, seed);
    let samples = Samples::new(&inputs, &targets).unwrap().weighted(&weights).unwrap();
    let (mut trainer, mut seen) = (trainer::<_, TILE>(seed), vec![]);
    let settings = Settings { batch_size, ..settings(Adam::default()) };
    for epoch in 0..2 {
        let order = Shuffle::new(rows as u32, seed, epoch).map(|row| row as usize);
        let mean = trainer.epoch(&settings, &samples, order, |step| {
            seen.extend([step.loss, step.penalty, step.gradient_norm].map(f32::to_bits));
        });
        seen.push(mean.unwrap().to_bits());
    }
    let mut outputs = vec![[0.0]; rows];
    trainer.predict(&settings.loss, &inputs, &mut outputs).unwrap();
    seen.extend(outputs.as_flattened().iter().map(|p| p.to_bits()));
    seen.extend([trainer.network.bits(), trainer.evaluate(&settings.loss, &samples).unwrap().to_bits()]);
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_tile_changes_a_bit(rows in 1_usize..40, batch_size in 1_usize..45, seed: u64) {
        let expected = trained::<1>(rows, batch_size, seed);
        prop_assert_eq!(&trained::<2>(rows, batch_size, seed), &expected);
        prop_assert_eq!(&trained::<3>(rows, batch_size, seed), &expected);
        prop_assert_eq!(&trained::<8>(rows, batch_size, seed), &expected);
        prop_assert_eq!(&trained::<13>(rows, batch_size, seed), &expected);
        prop_assert_eq!(&trained::<64>(rows, batch_size, seed), &expected);
    }

    #[test]
    fn no_cut_of_a_batch_changes_a_bit(rows in 1_usize..40, cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6), seed: u64) {
        let (inputs, targets, weights) = data(rows, seed);
        let settings = settings(Momentum::default());
        let part = |first: usize, end: usize| {
            Samples::new(&inputs[first..end], &targets[first..end]).unwrap().weighted(&weights[first..end]).unwrap()
        };
        let (mut whole, mut cut) = (trainer::<Momentum, 4>(seed), trainer::<Momentum, 4>(seed));
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(rows)).chain([rows]).collect();
        ends.sort();
        for _ in 0..3 {
            whole.accumulate(&settings, &part(0, rows)).unwrap();
            let mut first = 0;
            for &end in ends.iter().filter(|&&end| end > 0) {
                if end > first {
                    cut.accumulate(&settings, &part(first, end)).unwrap();
                }
                first = end;
            }
            prop_assert_eq!((whole.pending(), whole.gradient().bits()), (cut.pending(), cut.gradient().bits()));
            prop_assert_eq!(whole.update(&settings).unwrap(), cut.update(&settings).unwrap());
            prop_assert_eq!(whole.network.bits(), cut.network.bits());
        }
    }

    /// Every batch of `epoch` is what `accumulate` and `update` make of its rows.
    #[test]
    fn an_epoch_is_its_batches(rows in 1_usize..40, batch_size in 1_usize..12, seed: u64) {
        let (inputs, targets, _) = data(rows, seed);
        let settings = Settings { batch_size, ..settings(RmsProp::default()) };
        let order: Vec<usize> = Shuffle::new(rows as u32, seed, 0).map(|row| row as usize).collect();
        let (mut whole, mut by_hand) = (trainer::<RmsProp, 4>(seed), trainer::<RmsProp, 4>(seed));
        let mut steps = vec![];
        whole.epoch(&settings, &Samples::new(&inputs, &targets).unwrap(), order.iter().copied(), |step| steps.push(*step)).unwrap();
        let mut expected = vec![];
        for batch in order.chunks(batch_size) {
            let (inputs, targets): (Vec<_>, Vec<_>) = batch.iter().map(|&row| (inputs[row], targets[row])).unzip();
            by_hand.accumulate(&settings, &Samples::new(&inputs, &targets).unwrap()).unwrap();
            expected.push(by_hand.update(&settings).unwrap());
        }
        prop_assert_eq!(steps, expected);
        prop_assert_eq!(whole.network.bits(), by_hand.network.bits());
    }

    /// A weight of 2 is the row standing there twice.
    #[test]
    fn weights_are_repetitions(counts in prop::collection::vec(0_u8..4, 2..10), seed: u64) {
        prop_assume!(counts.iter().any(|&count| count > 0));
        let (inputs, targets, _) = data(counts.len(), seed);
        let weights: Vec<f64> = counts.iter().map(|&count| f64::from(count)).collect();
        let wide = |row: &[f32]| row.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
        let inputs: Vec<[f64; 2]> = inputs.iter().map(|row| wide(row).try_into().unwrap()).collect();
        let targets: Vec<[f64; 1]> = targets.iter().map(|row| wide(row).try_into().unwrap()).collect();
        let repeated = || counts.iter().enumerate().flat_map(|(row, &count)| vec![row; usize::from(count)]);
        let (more_inputs, more_targets): (Vec<_>, Vec<_>) = repeated().map(|row| (inputs[row], targets[row])).unzip();
        let weighted = Samples::new(&inputs, &targets).unwrap().weighted(&weights).unwrap();
        let plain = Samples::new(&more_inputs, &more_targets).unwrap();
        let settings = Settings::new(Huber::default(), Sgd { learning_rate: 0.5 });
        let step = |samples| {
            let mut trainer = Trainer::<(Dense<2, 3, Tanh, f64>, Dense<3, 1, Identity, f64>), Sgd<f64>, 2>::ZERO;
            trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(seed));
            trainer.accumulate(&settings, &samples).unwrap();
            let Step { loss, gradient_norm, .. } = trainer.update(&settings).unwrap();
            [loss, gradient_norm, trainer.evaluate(&settings.loss, &samples).unwrap()]
        };
        for (a, b) in step(weighted).into_iter().zip(step(plain)) {
            prop_assert!((a - b).abs() <= 1e-13, "{a} is not {b}");
        }
    }
}

// ---------- functions ----------

proptest! {
    #[test]
    fn softmax_sums_to_one(mut z in prop::collection::vec(prop_oneof![-20.0_f32..20.0, -1e38_f32..1e38], 1..50), shift in -50.0_f32..50.0) {
        let before = z.clone();
        functions::softmax(&mut z);
        let sum: f64 = z.iter().map(|&p| f64::from(p)).sum();
        prop_assert!((sum - 1.0).abs() <= f64::from(f32::EPSILON) * z.len() as f64, "{sum}");
        prop_assert!(z.iter().all(|p| (0.0..=1.0).contains(p)));
        // The larger logit has the larger probability.
        for (a, b) in before.iter().zip(&z).zip(before.iter().zip(&z).skip(1)) {
            prop_assert!(a.0 <= b.0 || a.1 >= b.1);
            prop_assert!(a.0 >= b.0 || a.1 <= b.1);
        }
        // Only differences count, as far as the sum of logit and shift is exact enough.
        if before.iter().all(|z| z.abs() < 20.0) {
            let mut moved: Vec<f32> = before.iter().map(|z| z + shift).collect();
            functions::softmax(&mut moved);
            for (p, q) in z.iter().zip(moved) {
                prop_assert!((p - q).abs() <= 3e-5, "{p} became {q}");
            }
        }
    }

    #[test]
    fn links_give_probabilities(z in prop::array::uniform4(prop_oneof![-20.0_f32..20.0, -3e38_f32..3e38])) {
        let (mut independent, mut exclusive) = (z, z);
        BinaryCrossEntropy::default().link(&mut independent);
        SoftmaxCrossEntropy::<4>::default().link(&mut exclusive);
        prop_assert!(independent.iter().chain(&exclusive).all(|p| (0.0..=1.0).contains(p)));
        prop_assert!((exclusive.iter().sum::<f32>() - 1.0).abs() <= 4.0 * f32::EPSILON);
        for (z, p) in z.into_iter().zip(independent) {
            prop_assert!((p + functions::sigmoid(-z) - 1.0).abs() <= f32::EPSILON);
        }
    }
}

// ---------- metrics ----------

proptest! {
    #[test]
    fn metrics_stay_in_bounds_and_ignore_the_order(
        rows in prop::collection::vec((0.0_f64..=1.0, any::<bool>(), -1e3_f64..1e3, 0_usize..4, 0_usize..4), 1..60), seed: u64,
    ) {
        let shuffled: Vec<_> = Shuffle::new(rows.len() as u32, seed, 0).map(|row| rows[row as usize]).collect();
        let all = |rows: &[(f64, bool, f64, usize, usize)]| {
            let (p, label): (Vec<f64>, Vec<bool>) = rows.iter().map(|row| (row.0, row.1)).unzip();
            let (value, target): (Vec<f64>, Vec<f64>) = rows.iter().map(|row| (row.2, row.2 * row.0 + f64::from(row.1))).unzip();
            let (predicted, actual): (Vec<usize>, Vec<usize>) = rows.iter().map(|row| (row.3, row.4)).unzip();
            let mut matrix = ConfusionMatrix::<4>::new();
            matrix.add_all(&predicted, &actual).unwrap();
            let counts = (matrix, Confusion::from_scores(&p, &label, 0.5).unwrap());
            let errors = [mse(&value, &target), mae(&value, &target), r2(&value, &target)].map(Result::unwrap);
            (counts, [log_loss(&p, &label).unwrap(), brier_score(&p, &label).unwrap()], errors)
        };
        let ((counts, losses, errors), (other_counts, other_losses, other_errors)) = (all(&rows), all(&shuffled));
        prop_assert_eq!(&counts, &other_counts);
        for (a, b) in losses.into_iter().chain(errors).zip(other_losses.into_iter().chain(other_errors)) {
            prop_assert!((a - b).abs() <= 1e-10 * a.abs().max(1.0), "{a} became {b}");
        }
        prop_assert!((0.0..=16.12).contains(&losses[0]) && (0.0..=1.0).contains(&losses[1]));
        prop_assert!(errors[0] >= 0.0 && errors[1] * errors[1] <= errors[0] * (1.0 + 1e-12) && errors[2] <= 1.0);
        let (matrix, _) = counts;
        for average in [Average::Macro, Average::Micro, Average::Weighted] {
            for value in [matrix.precision(average), matrix.recall(average), matrix.f1(average)] {
                prop_assert!((0.0..=1.0 + 1e-15).contains(&value), "{value}");
            }
        }
    }
}

/// Slices of unequal length: the passes take as many rows as the shortest has, and leave further ones as they
/// are.
#[test]
fn a_layer_takes_as_many_rows_as_the_shortest_slice() {
    fn check<A: Activation>() {
        const INPUTS: [[f32; 3]; 5] =
            [[0.5, -1.0, 2.0], [0.0, 1.5, -0.25], [1.0, 0.0, 3.0], [-2.0, 0.75, 0.0], [0.1, 0.2, 0.3]];
        let mut layer = Dense::<3, 4, A>::ZERO;
        layer.initialize(None, &mut XorShiftRng::seed_from_u64(8));
        let forward = |inputs: &[[f32; 3]], places: usize| {
            let (mut outputs, mut tape) = ([[7.0; 4]; 5], Zero::ZERO);
            layer.forward::<5>(inputs, &mut tape, &mut outputs[..places], None);
            (outputs, tape)
        };
        let (outputs, tape) = forward(&INPUTS, 5);
        let backward = |inputs: usize, delta: usize, places: usize| {
            let (mut all, mut input_delta) = ([[0.5; 4]; 5], [[7.0; 3]; 5]);
            let inputs = &INPUTS[..inputs];
            let pass = BackwardPass::new(inputs, &tape, &outputs, None);
            layer.backward::<5>(pass, &mut all[..delta], &mut (), Some(&mut input_delta[..places]));
            input_delta
        };
        let gradient = |scale: f32, inputs: usize, delta: usize| {
            let mut gradient = Dense::<3, 4, A>::ZERO;
            gradient.add_gradient::<5>(scale, &INPUTS[..inputs], &tape, &outputs[..delta], &());
            gradient.bits()
        };
        let (all, passed_on) = (outputs, backward(5, 5, 5));
        for rows in 0..5 {
            for (found, _) in [forward(&INPUTS[..rows], 5), forward(&INPUTS, rows)] {
                assert_eq!((&found[..rows], &found[rows..]), (&all[..rows], &[[7.0; 4]; 5][rows..]), "{rows} rows");
            }
            for found in [backward(rows, 5, 5), backward(5, rows, 5), backward(5, 5, rows)] {
                assert_eq!((&found[..rows], &found[rows..]), (&passed_on[..rows], &[[7.0; 3]; 5][rows..]));
            }
            for scale in [1.0, -0.25] {
                let expected = gradient(scale, rows, rows);
                assert_eq!([gradient(scale, rows, 5), gradient(scale, 5, rows)], [expected; 2]);
                assert_ne!(expected, gradient(scale, 5, 5), "the other rows count");
            }
        }
    }
    check::<Relu>();
    check::<Sigmoid>();
    check::<Silu>();
}
