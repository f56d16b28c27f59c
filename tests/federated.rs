//! Rounds of a device, over lines of every quality.

mod gateway;

use bareprop::federated::*;
use bareprop::storage::{self, Stored};
use bareprop::*;
use gateway::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

const PLAN: Plan = Plan { round: 3, epochs: 2, seed: 11, answer: Answer::Parameters, ..Plan::NONE };

/// A round over a line without harm. Returns the report and the answer as a network.
fn answer_of(board: &mut Board, plan: Plan, network: &mut Net) -> (Report, Net) {
    let file = file(network);
    let (report, back) = Gateway::new(board, 0, 0).round(plan_of::<Net>(plan, &file), &file);
    let mut answer = Net::ZERO;
    storage::load(&mut answer, &mut back.as_slice()).unwrap();
    (report, answer)
}

fn numbers(network: &Net) -> Vec<f32> {
    (0..Net::TENSORS).flat_map(|index| network.tensor(index).to_vec()).collect()
}

/// The same steps as `fit` with the seed of the round.
#[test]
fn a_round_is_training() {
    let (report, answer) = answer_of(&mut Board::new(), PLAN, &mut start(1));
    let mut trainer = Learning::ZERO;
    trainer.network = start(1);
    let (mut loss, samples) = (0.0, Samples::new(&INPUTS, &CLASSES).unwrap());
    let settings = Settings { epochs: 2, seed: 11 ^ 3 << 32, ..settings() };
    trainer.fit(&settings, &samples, None, None, |epoch, _| loss += epoch.loss / 2.0).unwrap();
    assert_eq!((answer.bits(), answer.1.rate), (trainer.network.bits(), 0.25));
    assert_eq!((report.rows, report.hits), (24, 0));
    assert!((report.loss - loss).abs() < 1e-6, "{report:?} {loss}");
    let distance = numbers(&answer).iter().zip(numbers(&start(1))).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    assert!((report.norm / distance.sqrt() - 1.0).abs() < 1e-6);
}

#[test]
fn samples_instead_of_epochs() {
    let (report, answer) = answer_of(&mut Board::new(), Plan { samples: 17, ..PLAN }, &mut start(1));
    let (samples, mut trainer) = (Samples::new(&INPUTS, &CLASSES).unwrap(), Learning::ZERO);
    trainer.network = start(1);
    let settings = Settings { seed: 11 ^ 3 << 32, ..settings() };
    for (epoch, rows) in [(0, 12), (1, 5)] {
        let order = Shuffle::new(12, settings.seed, epoch).take(rows).map(|index| index as usize);
        trainer.epoch(&settings, &samples, order, |_| ()).unwrap();
    }
    assert_eq!((report.rows, answer.bits()), (17, trainer.network.bits()));
}

/// A round depends on nothing that was before, and the difference is exactly w − w₀.
#[test]
fn rounds_do_not_depend_on_rounds_before() {
    let mut board = Board::new();
    let (_, parameters) = answer_of(&mut board, PLAN, &mut start(1));
    answer_of(&mut board, Plan { round: 4, ..PLAN }, &mut start(2));
    let (_, difference) = answer_of(&mut board, Plan { answer: Answer::Difference, ..PLAN }, &mut start(1));
    assert_eq!(board.trainer.network.bits(), parameters.bits());
    for ((d, w), start) in numbers(&difference).into_iter().zip(numbers(&parameters)).zip(numbers(&start(1))) {
        assert_eq!(d.to_bits(), (w - start).to_bits());
    }
    let (_, other) = answer_of(&mut board, Plan { round: 4, ..PLAN }, &mut start(1));
    assert_ne!(other.bits(), parameters.bits(), "each round shuffles anew");
}

/// Whatever the line does to a part of the frames, the round ends with the same bits, and is trained once.
#[test]
fn a_bad_line_changes_no_bit() {
    let network = &mut start(1);
    let (report, answer) = answer_of(&mut Board::new(), PLAN, network);
    let (file, plan) = (file(network), plan_of::<Net>(PLAN, &file(network)));
    let mut sent = 0;
    for seed in 0..300 {
        let mut board = Board::new();
        let mut gateway = Gateway::new(&mut board, seed, 96);
        let (found, back) = gateway.round(plan, &file);
        sent += gateway.sent;
        let mut other = Net::ZERO;
        storage::load(&mut other, &mut back.as_slice()).unwrap();
        assert_eq!((found, other.bits(), board.trained), (report, answer.bits(), 1), "seed {seed}");
    }
    let least = 300 * (2 + 2 * Device::<Net>::CHUNKS);
    assert!(sent > least + least / 4, "the line harmed nothing: {sent} frames, {least} without harm");
}

/// The line breaks after any number of bytes: the network is as it was until all has come, and then that of the round.
#[test]
fn a_line_that_is_cut_leaves_a_whole_network() {
    let file = file(&mut start(1));
    let plan = plan_of::<Net>(PLAN, &file);
    let mut stream = frame(&Message::Begin(plan));
    for index in 0..Device::<Net>::CHUNKS {
        stream.extend(frame(&chunk(plan.key(), index, &file)));
    }
    let before = start(99).bits();
    for end in 0..=stream.len() {
        let mut board = Board::new();
        board.hear(&stream[..end]);
        assert_eq!((board.trainer.network.bits(), board.trainer.steps()), (before, 0), "cut after {end} bytes");
    }
    // The next round begins behind a frame that was cut.
    for end in [1, 20, stream.len() - 1] {
        let mut board = Board::new();
        board.hear(&stream[..end]);
        let plan = Plan { round: 9, ..plan };
        let (found, _) = Gateway::new(&mut board, 0, 0).round(plan, &file);
        assert_eq!(found.plan, plan.key(), "cut after {end} bytes");
    }
}

#[test]
fn work_that_is_asked_for_twice_is_done_once() {
    let mut board = Board::new();
    let file = file(&mut start(1));
    let plan = plan_of::<Net>(PLAN, &file);
    let (report, _) = Gateway::new(&mut board, 0, 0).round(plan, &file);
    assert_eq!(board.say(&Message::Work { plan: plan.key() }), [Message::Done(report)]);
    assert_eq!(board.say(&chunk(plan.key(), 0, &file)), [Message::Done(report)]);
    let all = Message::Want { plan: plan.key(), index: Device::<Net>::CHUNKS };
    assert_eq!((board.say(&Message::Begin(plan)), board.trained), (vec![all], 1));
}

/// A chunk that comes too early, again, or with another length is not taken.
#[test]
fn chunks_out_of_order() {
    let mut board = Board::new();
    let file = file(&mut start(1));
    let plan = plan_of::<Net>(PLAN, &file);
    let key = plan.key();
    board.say(&Message::Begin(plan));
    let want = |index| [Message::Want { plan: key, index }];
    assert_eq!(board.say(&chunk(key, 1, &file)), want(0));
    assert_eq!(board.say(&chunk(key, 0, &file)), want(1));
    assert_eq!(board.say(&chunk(key, 0, &file)), want(1));
    let Message::Chunk { plan, index, bytes, .. } = chunk(key, 1, &file) else { unreachable!() };
    assert_eq!(board.say(&Message::Chunk { plan, index, bytes, count: 63 }), want(1));
    assert_eq!(board.say(&Message::Work { plan: key }), want(1));
    assert!(board.say(&Message::Want { plan: key, index: 2 }).is_empty());
}

#[test]
fn refusals() {
    let file = file(&mut start(1));
    let plan = plan_of::<Net>(PLAN, &file);
    let refused = |plan: Plan, why, here| vec![Message::Refused { plan: plan.key(), why, here }];
    let mut board = Board::new();
    let fingerprint = <Net as Stored>::FINGERPRINT;
    let other = Plan { fingerprint: 5, ..plan };
    assert_eq!(board.say(&Message::Begin(other)), refused(other, Refusal::Architecture, fingerprint));
    let longer = Plan { bytes: plan.bytes + 4, ..plan };
    assert_eq!(board.say(&Message::Begin(longer)), refused(longer, Refusal::Length, plan.bytes));
    let bad = [f32::NAN, -1.0, f32::INFINITY].into_iter().flat_map(|bad| {
        [(36, Plan { mu: bad, ..plan }), (40, Plan { clip: bad, ..plan }), (44, Plan { noise: bad, ..plan })]
    });
    let larger =
        [(36, Plan { mu: 1e20, ..plan }), (44, Plan { noise: 1e20, ..plan }), (20, Plan { epochs: 0, ..plan })];
    for (place, bad) in bad.chain(larger) {
        assert_eq!(board.say(&Message::Begin(bad)), refused(bad, Refusal::Plan, place));
    }
    let plan_key = plan.key();
    for message in
        [Message::Work { plan: plan_key }, Message::Give { plan: plan_key, index: 0 }, chunk(plan_key, 0, &file)]
    {
        assert_eq!(board.say(&message), refused(plan, Refusal::Round, 0));
    }
    let here = Message::Here { version: VERSION, scalar: 4, fingerprint, bytes: plan.bytes, round: 0 };
    assert_eq!(board.say(&Message::Hello), [here]);
    assert_eq!(board.trainer.network.bits(), start(99).bits());
}

/// Chunks of two files, a parameter that is no number, rows that cannot be learned: nothing of it gets into the answer.
#[test]
fn what_is_no_model_is_refused() {
    let (mut one, mut two) = (start(1), start(2));
    let (first, second) = (file(&mut one), file(&mut two));
    let mut board = Board::new();
    let last = |board: &mut Board, plan: Plan, files: [&[u8]; 2]| {
        board.say(&Message::Begin(plan));
        let index = |index: u32| files[(index == 1) as usize];
        (0..Device::<Net>::CHUNKS).map(|at| board.say(&chunk(plan.key(), at, index(at))).remove(0)).last().unwrap()
    };
    let mixed = last(&mut board, plan_of::<Net>(PLAN, &first), [&first, &second]);
    assert!(matches!(mixed, Message::Refused { why: Refusal::Checksum, .. }), "{mixed:?}");
    one.0.bias[0] = f32::NAN;
    let broken = file(&mut one);
    let nan = last(&mut board, plan_of::<Net>(PLAN, &broken), [&broken, &broken]);
    assert!(matches!(nan, Message::Refused { why: Refusal::Number, .. }), "{nan:?}");
    assert_eq!(board.trainer.network.bits(), start(99).bits());
    // Too large to be trained: the device says so, and has the parameters of the round.
    one.0.bias[0] = 3e38;
    let large = file(&mut one);
    let plan = plan_of::<Net>(PLAN, &large);
    last(&mut board, plan, [&large, &large]);
    let work = board.say(&Message::Work { plan: plan.key() });
    assert_eq!(work, [Message::Refused { plan: plan.key(), why: Refusal::Training, here: 5 }]);
    assert!(matches!(board.failed, Some(Error::Parameter { layer: 0, .. })), "{:?}", board.failed);
    assert_eq!(board.trainer.network.bits(), one.bits());
    // The plan is tried again when it is sent again.
    assert_eq!(
        last(&mut board, plan_of::<Net>(PLAN, &first), [&first, &first]),
        Message::Want { plan: plan_of::<Net>(PLAN, &first).key(), index: Device::<Net>::CHUNKS }
    );
}

#[test]
fn evaluation() {
    let mut board = Board::new();
    let (mut network, samples) = (start(1), Samples::new(&INPUTS, &CLASSES).unwrap());
    let file = file(&mut network);
    let (report, _) =
        Gateway::new(&mut board, 0, 0).round(plan_of::<Net>(Plan { evaluate: true, ..PLAN }, &file), &file);
    let mut trainer = Learning::ZERO;
    trainer.network = network;
    let (loss, mut classes) = (trainer.evaluate(&settings().loss, &samples).unwrap(), [0; 12]);
    trainer.classify(&INPUTS, &mut classes).unwrap();
    let hits = classes.iter().zip(&CLASSES).filter(|(a, b)| a == b).count() as u32;
    assert_eq!((report.rows, report.hits, board.trained), (12, hits, 0));
    assert!((report.loss - loss).abs() < 1e-6);
    assert_eq!(board.trainer.network.bits(), trainer.network.bits());
}

#[test]
fn differences_are_clipped_by_their_norm() {
    let plan = Plan { answer: Answer::Difference, ..PLAN };
    let (report, whole) = answer_of(&mut Board::new(), plan, &mut start(1));
    let clipped = Plan { clip: report.norm / 4.0, ..plan };
    let (again, quarter) = answer_of(&mut Board::new(), clipped, &mut start(1));
    assert_eq!(again.norm, report.norm);
    for (whole, quarter) in numbers(&whole).into_iter().zip(numbers(&quarter)) {
        assert_eq!(quarter, whole * ((report.norm / 4.0) / report.norm));
    }
    let (_, moved) = answer_of(&mut Board::new(), Plan { answer: Answer::Parameters, ..clipped }, &mut start(1));
    for ((moved, start), quarter) in numbers(&moved).into_iter().zip(numbers(&start(1))).zip(numbers(&quarter)) {
        assert_eq!(moved, start + quarter);
    }
    let (_, wide) = answer_of(&mut Board::new(), Plan { clip: report.norm, ..plan }, &mut start(1));
    assert_eq!(wide.bits(), whole.bits());
}

/// The noise has the deviation of the plan, the seed of the generator, and no mean.
#[test]
fn noise_is_added_to_the_difference() {
    let plan = Plan { answer: Answer::Difference, ..PLAN };
    let (_, quiet) = answer_of(&mut Board::new(), plan, &mut start(1));
    let (_, noisy) = answer_of(&mut Board::new(), Plan { noise: 0.5, ..plan }, &mut start(1));
    let (_, again) = answer_of(&mut Board::new(), Plan { noise: 0.5, ..plan }, &mut start(1));
    assert_eq!(noisy.bits(), again.bits());
    let noise: Vec<f32> = numbers(&noisy).iter().zip(numbers(&quiet)).map(|(noisy, quiet)| noisy - quiet).collect();
    let count = noise.len() as f32;
    let (mean, square) = (noise.iter().sum::<f32>() / count, noise.iter().map(|z| z * z).sum::<f32>() / count);
    assert!(count == 104.0 && mean.abs() < 0.5 * 4.0 / count.sqrt(), "mean {mean}");
    assert!((square.sqrt() / 0.5 - 1.0).abs() < 4.0 / (2.0 * count).sqrt(), "deviation {}", square.sqrt());
    assert_eq!(again.bits(), 4089256051); // value stability
}

type Small = (Dense<3, 5, Tanh, f64>, Dense<5, 2, Identity, f64>);

fn double<O: Optimizer<f64>>() -> (Trainer<Small, O, 4>, Small, [[f64; 3]; 12]) {
    let (mut trainer, mut global) = (Trainer::<Small, O, 4>::ZERO, Small::ZERO);
    trainer.network.initialize_seeded(1);
    global.initialize_seeded(2);
    (trainer, global, INPUTS.map(|row| row.map(f64::from)))
}

/// ∂/∂w of loss + μ/2·‖w − w₀‖², beside central differences of the same.
#[test]
fn the_proximal_gradient_is_that_of_the_objective() {
    const MU: f64 = 0.7;
    let (mut trainer, global, inputs) = double::<Sgd<f64>>();
    let samples = Samples::new(&inputs, &CLASSES).unwrap();
    let settings = Settings::new(SoftmaxCrossEntropy::<2, f64>::new(), Sgd::new(1.0));
    let flat = |network: &Small| -> Vec<f64> {
        (0..Small::TENSORS).flat_map(|index| network.tensor(index).to_vec()).collect()
    };
    let objective = |trainer: &mut Trainer<Small, Sgd<f64>, 4>| {
        let distance = flat(&trainer.network).iter().zip(flat(&global)).map(|(w, g)| (w - g) * (w - g)).sum::<f64>();
        trainer.evaluate(&settings.loss, &samples).unwrap() + MU / 2.0 * distance
    };
    let mut slopes = vec![];
    for tensor in 0..Small::TENSORS {
        for index in 0..trainer.network.tensor(tensor).len() {
            let w = trainer.network.tensor(tensor)[index];
            let mut at = |w| {
                trainer.network.tensor_mut(tensor)[index] = w;
                objective(&mut trainer)
            };
            slopes.push((at(w + 1e-5) - at(w - 1e-5)) / 2e-5);
            at(w);
        }
    }
    let before = flat(&trainer.network);
    trainer.accumulate(&settings, &samples).unwrap();
    trainer.add_proximal_term(MU, &global).unwrap();
    trainer.update(&settings).unwrap();
    for ((slope, before), after) in slopes.iter().zip(before).zip(flat(&trainer.network)) {
        assert!((slope - (before - after)).abs() < 1e-9, "{slope} {}", before - after); // with η = 1, the step is −g
    }
}

/// With both, parameters come nearer to w₀ the larger μ is, and to the same place.
#[test]
fn the_proximal_term_holds_a_trainer_and_an_online_back() {
    let distance = |network: &Net| {
        numbers(network)
            .iter()
            .zip(numbers(&start(1)))
            .map(|(w, start)| f64::from(w - start).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let samples = Samples::new(&INPUTS, &CLASSES).unwrap();
    let settings = Settings { batch_size: 1, ..Settings::new(SoftmaxCrossEntropy::<2>::new(), Sgd::new(0.002)) };
    let mut before = f64::INFINITY;
    for mu in [0.0, 0.1, 1.0, 10.0] {
        let plan = Plan { epochs: 200, mu, ..PLAN };
        let (mut trainer, mut online) = (Trainer::<Net, Sgd, 1>::ZERO, Online::<Net>::ZERO);
        (trainer.network, online.network) = (start(1), start(1));
        trainer.learn(&settings, &samples, &plan, &start(1)).unwrap();
        online.learn(&settings, &samples, &plan, &start(1)).unwrap();
        let (one, two) = (distance(&trainer.network), distance(&online.network));
        assert!(one < before && (one / two - 1.0).abs() < 0.02, "μ {mu}: {one} {two}, before {before}");
        before = one;
    }
}

#[test]
fn wrong_settings_of_the_proximal_term() {
    let mut trainer = Learning::ZERO;
    let mut online = Online::<Net>::ZERO;
    for bad in [-1.0, f32::NAN, f32::INFINITY] {
        assert!(matches!(trainer.add_proximal_term(bad, &Net::ZERO), Err(Error::Setting { name: "mu", .. })));
        assert!(matches!(online.proximal_step(0.1, bad, &Net::ZERO), Err(Error::Setting { name: "mu", .. })));
        let rate = online.proximal_step(bad, 0.1, &Net::ZERO);
        assert!(matches!(rate, Err(Error::Setting { name: "learning_rate", .. })));
    }
}

/// An `Online` in a round, to the bits of its steps.
#[test]
fn online_takes_part() {
    let (mut device, mut online) = (Device::<Net>::ZERO, Online::<Net>::ZERO);
    let (samples, file) = (Samples::new(&INPUTS, &CLASSES).unwrap(), file(&mut start(1)));
    let settings = Settings::new(SoftmaxCrossEntropy::<2>::new(), Sgd::new(0.1));
    let plan = plan_of::<Net>(PLAN, &file);
    let mut line = frame(&Message::Begin(plan));
    (0..Device::<Net>::CHUNKS).for_each(|index| line.extend(frame(&chunk(plan.key(), index, &file))));
    line.extend(frame(&Message::Work { plan: plan.key() }));
    let mut tasks = line.into_iter().filter_map(|byte| device.receive(byte, &mut |_: &[u8]| ()));
    assert_eq!((tasks.next(), tasks.next()), (Some(Task::Train), None));
    drop(tasks);
    device.train(&mut online, &settings, &samples, &mut XorShiftRng::seed_from_u64(1), &mut |_: &[u8]| ()).unwrap();
    let mut other = Online::<Net>::ZERO;
    other.network = start(1);
    let settings = Settings { seed: 11 ^ 3 << 32, ..settings };
    for epoch in 0..2 {
        for row in Shuffle::new(12, settings.seed, epoch) {
            other.step(&settings, &INPUTS[row as usize], &CLASSES[row as usize]).unwrap();
        }
    }
    assert_eq!(online.network.bits(), other.network.bits());
}

/// What a device takes besides the trainer, as docs/fleet.md has it.
#[test]
fn memory() {
    type Motions = (Dense<12, 16, Relu>, Dense<16, 4>);
    const { assert!(Device::<Net>::BYTES - size_of::<Net>() <= 176) };
    assert_eq!(
        (Device::<Motions>::BYTES, size_of::<Motions>(), Trainer::<Motions, Adam, 1>::BYTES),
        (1280, 1104, 4800)
    );
    const { assert!(size_of::<Reader>() <= FRAME + 17 && FRAME == 79) };
}

/// The reference formula: g + μ·(w − w₀), beside the same step without the term.
#[test]
fn the_proximal_term_is_added_to_the_gradient() {
    let (mut trainer, global, inputs) = double::<Sgd<f64>>();
    let (mut plain, ..) = double::<Sgd<f64>>();
    let samples = Samples::new(&inputs, &CLASSES).unwrap();
    let settings = Settings::new(SoftmaxCrossEntropy::<2, f64>::new(), Sgd::new(0.25));
    let start = Small::ZERO;
    for trainer in [&mut trainer, &mut plain] {
        trainer.accumulate(&settings, &samples).unwrap();
    }
    let mut before = start;
    before.copy_from(&trainer.network);
    trainer.add_proximal_term(0.3, &global).unwrap();
    trainer.update(&settings).unwrap();
    plain.update(&settings).unwrap();
    for tensor in 0..Small::TENSORS {
        let [with, without, w, anchor] =
            [&trainer.network, &plain.network, &before, &global].map(|network| network.tensor(tensor));
        for index in 0..w.len() {
            let expected = without[index] - 0.25 * 0.3 * (w[index] - anchor[index]);
            assert!((with[index] - expected).abs() < 1e-15 * (1.0 + expected.abs()), "{tensor} {index}");
        }
    }
}
