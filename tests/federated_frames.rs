//! Frames that a device passes over, and rounds that end without an answer.

#[allow(dead_code, reason = "shared with tests/federated.rs")]
mod gateway;

use bareprop::federated::*;
use bareprop::*;
use gateway::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

const PLAN: Plan = Plan { round: 3, epochs: 2, seed: 11, ..Plan::NONE };

/// CRC-32 of IEEE 802.3, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let bit = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), bit))
}

/// A frame as docs/fleet.md has it.
fn raw(kind: u8, payload: &[u8]) -> Vec<u8> {
    let head = [kind, payload.len() as u8];
    let crc = crc(&[&head, payload].concat());
    [&[START][..], &head, payload, &crc.to_le_bytes()].concat()
}

/// The lengths of payloads in docs/fleet.md.
fn is_length(kind: u8, length: usize) -> bool {
    match kind {
        1 => length == 0,
        2 => length == 48,
        3 => (8..=72).contains(&length),
        4 => length == 4,
        5 | 0x82 => length == 8,
        0x81 => length == 16,
        0x83 => length == 24,
        0x84 => length == 9,
        _ => false,
    }
}

/// Of all kinds and lengths only those of the table are messages. The frame behind is found whatever stands before it.
#[test]
fn kinds_and_lengths() {
    for kind in 0..=255 {
        for length in 0..=73 {
            let payload = [&[1; 8][..], &[4; 65]].concat(); // version 1, reason 4
            let mut reader = Reader::EMPTY;
            // Zeros, in case that a checksum looks like the start of a frame, which would have to come to its end.
            let line = [raw(kind, &payload[..length]), frame(&Message::Work { plan: 7 }), vec![0; FRAME]].concat();
            let found: Vec<Message> = line.into_iter().filter_map(|byte| reader.push(byte)).collect();
            let count = if is_length(kind, length) { 2 } else { 1 };
            assert_eq!(found.len(), count, "kind {kind}, {length} bytes: {found:?}");
            assert_eq!(found.last(), Some(&Message::Work { plan: 7 }));
        }
    }
}

/// What is not known: another version, another reason.
#[test]
fn other_versions() {
    let read = |kind, payload: &[u8]| {
        let mut reader = Reader::EMPTY;
        raw(kind, payload).into_iter().find_map(|byte| reader.push(byte))
    };
    for byte in 0..=255 {
        let plan = [&[byte][..], &[0; 47]].concat();
        assert_eq!(read(2, &plan).is_some(), byte == VERSION, "version {byte}");
        let refused = [&[0; 8][..], &[byte]].concat();
        assert_eq!(read(0x84, &refused).is_some(), (2..=8).contains(&byte), "reason {byte}");
    }
}

/// Every message is read as it was written, and lies in its frame as docs/fleet.md has it.
#[test]
fn messages_there_and_back() {
    let plan = Plan {
        evaluate: true,
        answer: Answer::Parameters,
        round: 1,
        fingerprint: 2,
        bytes: 3,
        checksum: 4,
        epochs: 5,
        samples: 6,
        seed: 0x0807_0605_0403_0201,
        mu: 0.5,
        clip: 2.0,
        noise: -1.0,
    };
    let report = Report { plan: 1, rows: 2, hits: 3, loss: 0.5, norm: 2.0, checksum: 6 };
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let floats = |floats: &[f32]| words(&floats.iter().map(|float| float.to_bits()).collect::<Vec<_>>());
    let head = [words(&[1, 2, 3, 4, 5, 6]), (1..=8).collect(), floats(&[0.5, 2.0, -1.0])].concat();
    let mut bytes = [0; CHUNK];
    bytes[..3].copy_from_slice(&[7, 8, 9]);
    let difference = Plan { evaluate: false, answer: Answer::Difference, ..plan };
    for (message, kind, payload) in [
        (Message::Hello, 1, vec![]),
        (Message::Begin(plan), 2, [vec![VERSION, 1, 0, 0], head.clone()].concat()),
        (Message::Begin(difference), 2, [vec![VERSION, 0, 1, 0], head].concat()),
        (Message::Chunk { plan: 1, index: 2, bytes, count: 3 }, 3, [words(&[1, 2]), vec![7, 8, 9]].concat()),
        (Message::Work { plan: 1 }, 4, words(&[1])),
        (Message::Give { plan: 1, index: 2 }, 5, words(&[1, 2])),
        (
            Message::Here { version: 1, scalar: 4, fingerprint: 5, bytes: 6, round: 7 },
            0x81,
            [vec![1, 4, 0, 0], words(&[5, 6, 7])].concat(),
        ),
        (Message::Want { plan: 1, index: 2 }, 0x82, words(&[1, 2])),
        (Message::Done(report), 0x83, [words(&[1, 2, 3]), floats(&[0.5, 2.0]), words(&[6])].concat()),
        (Message::Refused { plan: 1, why: Refusal::Checksum, here: 2 }, 0x84, [words(&[1, 2]), vec![4]].concat()),
    ] {
        assert_eq!(frame(&message), raw(kind, &payload), "{message:?}");
        let mut reader = Reader::EMPTY;
        let found: Vec<Message> = raw(kind, &payload).into_iter().filter_map(|byte| reader.push(byte)).collect();
        assert_eq!(found, [message]);
    }
}

/// What a device answers to the frames of a round up to the last chunk, and to `Work`.
fn round(board: &mut Board, plan: Plan, network: &mut Net) -> Vec<Message> {
    let file = file(network);
    let plan = plan_of::<Net>(plan, &file);
    board.say(&Message::Begin(plan));
    (0..Device::<Net>::CHUNKS).for_each(|index| drop(board.say(&chunk(plan.key(), index, &file))));
    board.say(&Message::Work { plan: plan.key() })
}

/// The key of a round that starts with these parameters.
fn key(plan: Plan, network: &mut Net) -> u32 {
    plan_of::<Net>(plan, &file(network)).key()
}

/// Training or evaluation failed, with the number of docs/fleet.md for the cause.
fn failed(plan: u32, here: u32) -> Message {
    Message::Refused { plan, why: Refusal::Training, here }
}

/// A chunk that is of no such file is refused at once, and so is what comes behind it, until the round begins anew.
#[test]
fn a_chunk_of_another_file() {
    let (mut board, file) = (Board::new(), file(&mut start(1)));
    let plan = plan_of::<Net>(PLAN, &file);
    let mut other = file.clone();
    other[0] ^= 1;
    let key = plan.key();
    let refused = [Message::Refused { plan: key, why: Refusal::Checksum, here: plan.checksum }];
    board.say(&Message::Begin(plan));
    assert_eq!(board.say(&chunk(key, 0, &other)), refused);
    assert_eq!(board.say(&chunk(key, 0, &file)), refused);
    assert_eq!(board.say(&Message::Work { plan: key }), refused);
    assert_eq!(board.trainer.network.bits(), start(99).bits());
    assert!(matches!(round(&mut board, PLAN, &mut start(1))[..], [Message::Done(_)]));
}

/// Frames of another round are refused with the key of this one, and change nothing.
#[test]
fn frames_of_another_round() {
    let (mut board, file) = (Board::new(), file(&mut start(1)));
    let plan = plan_of::<Net>(PLAN, &file);
    let (key, other) = (plan.key(), Plan { round: 4, ..plan }.key());
    let wrong = |board: &mut Board| {
        let refused = [Message::Refused { plan: other, why: Refusal::Round, here: key }];
        for message in [chunk(other, 0, &file), chunk(other, 1, &file), Message::Work { plan: other }] {
            assert_eq!(board.say(&message), refused);
        }
        assert_eq!(board.say(&Message::Give { plan: other, index: 0 }), refused);
        board.trained
    };
    board.say(&Message::Begin(plan));
    for index in 0..Device::<Net>::CHUNKS {
        assert_eq!(wrong(&mut board), 0);
        assert_eq!(board.say(&chunk(key, index, &file)), [Message::Want { plan: key, index: index + 1 }]);
    }
    assert_eq!(wrong(&mut board), 0);
    let early = board.say(&Message::Give { plan: key, index: 0 });
    assert_eq!(early, [Message::Refused { plan: key, why: Refusal::Round, here: key }]);
    assert!(matches!(board.say(&Message::Work { plan: key })[..], [Message::Done(_)]));
    assert_eq!(wrong(&mut board), 1);
    let given = board.say(&Message::Give { plan: key, index: 0 });
    assert!(matches!(given[..], [Message::Chunk { plan, index: 0, .. }] if plan == key), "{given:?}");
}

/// Outputs or a sum of losses that overflow.
#[test]
fn an_evaluation_that_is_not_finite() {
    let plan = Plan { evaluate: true, ..PLAN };
    let mut network = start(1);
    network.2.bias = [1e38, -1e38]; // the loss of each row of class 1 is 2e38
    assert_eq!(round(&mut Board::new(), plan, &mut network), [failed(key(plan, &mut network), 3)]);
    let mut network = start(1);
    network.0.bias = [10.0; 17];
    network.2.weights.0 = [[3e38; 2]; 17];
    assert_eq!(round(&mut Board::new(), plan, &mut network), [failed(key(plan, &mut network), 3)]);
}

/// A device that was given a plan and its parameters.
fn ready(plan: Plan) -> Device<Net> {
    let (mut device, file) = (Device::<Net>::ZERO, file(&mut start(1)));
    let plan = plan_of::<Net>(plan, &file);
    let mut line = frame(&Message::Begin(plan));
    (0..Device::<Net>::CHUNKS).for_each(|index| line.extend(frame(&chunk(plan.key(), index, &file))));
    assert!(line.into_iter().all(|byte| device.receive(byte, &mut |_: &[u8]| ()).is_none()));
    device
}

fn train(device: &mut Device<Net>, settings: &Settings<SoftmaxCrossEntropy<2>, Sgd>, classes: &[usize; 12]) -> Vec<u8> {
    let (mut trainer, mut answer) = (Trainer::<Net, Sgd, 4>::ZERO, vec![]);
    let mut send = |bytes: &[u8]| answer.extend_from_slice(bytes);
    let samples = Samples::new(&INPUTS, classes).unwrap();
    let _ = device.train(&mut trainer, settings, &samples, &mut XorShiftRng::seed_from_u64(1), &mut send);
    answer
}

fn evaluate(device: &mut Device<Net>, learner: &mut Online<Net>, classes: &[usize; 12]) -> Vec<u8> {
    let (mut answer, settings) = (vec![], settings_of_sgd(0.1));
    let hit = |logits: &[f32; 2], &class: &usize| (logits[1] > logits[0]) == (class == 1);
    let samples = Samples::new(&INPUTS, classes).unwrap();
    let _ = device.evaluate(learner, &settings, &samples, hit, &mut |bytes: &[u8]| answer.extend_from_slice(bytes));
    answer
}

fn settings_of_sgd(rate: f32) -> Settings<SoftmaxCrossEntropy<2>, Sgd> {
    Settings { batch_size: 5, ..Settings::new(SoftmaxCrossEntropy::new(), Sgd::new(rate)) }
}

/// What no round asks for is not done, and nothing is said.
#[test]
fn nothing_is_done_unasked() {
    let sgd = settings_of_sgd(0.1);
    let evaluation = Plan { evaluate: true, ..PLAN };
    for mut device in [Device::<Net>::ZERO, ready(evaluation)] {
        assert!(train(&mut device, &sgd, &CLASSES).is_empty());
    }
    let mut online = Online::<Net>::ZERO;
    for mut device in [Device::<Net>::ZERO, ready(PLAN)] {
        assert!(evaluate(&mut device, &mut online, &CLASSES).is_empty());
        assert_eq!(online.network.bits(), Net::ZERO.bits());
    }
    let mut done = ready(PLAN);
    assert!(!train(&mut done, &sgd, &CLASSES).is_empty());
    assert!(train(&mut done, &sgd, &CLASSES).is_empty(), "once");
}

/// A class that there is not fails, in training and in evaluation.
#[test]
fn targets_that_do_not_suit() {
    let mut classes = CLASSES;
    classes[7] = 2;
    let refused = frame(&failed(key(PLAN, &mut start(1)), 2));
    assert_eq!(train(&mut ready(PLAN), &settings_of_sgd(0.1), &classes), refused);
    let plan = Plan { evaluate: true, ..PLAN };
    let refused = frame(&failed(key(plan, &mut start(1)), 2));
    let mut online = Online::ZERO;
    assert_eq!(evaluate(&mut ready(plan), &mut online, &classes), refused);
}

/// An `Online` evaluates to the figures of a trainer.
#[test]
fn online_evaluates() {
    let (mut device, mut online) = (ready(Plan { evaluate: true, ..PLAN }), Online::ZERO);
    let answer = evaluate(&mut device, &mut online, &CLASSES);
    let expected = round(&mut Board::new(), Plan { evaluate: true, ..PLAN }, &mut start(1));
    assert!(matches!(expected[..], [Message::Done(Report { rows: 12, .. })]), "{expected:?}");
    assert_eq!(answer, frame(&expected[0]));
    assert_eq!(online.network.bits(), start(1).bits());
}

/// Parameters that do not move have a difference of 0 and a norm of 0, also where differences are clipped.
#[test]
fn nothing_learned() {
    for clip in [0.0, 1.0] {
        let mut device = ready(Plan { clip, ..PLAN });
        assert_eq!(device.plan().clip, clip);
        let mut reader = Reader::EMPTY;
        let answer = train(&mut device, &settings_of_sgd(0.0), &CLASSES);
        let message = answer.into_iter().find_map(|byte| reader.push(byte)).unwrap();
        let Message::Done(report) = message else { panic!("{message:?}") };
        let mut zero = Net::ZERO;
        zero.1.rate = 0.25;
        let file = file(&mut zero);
        assert_eq!((report.norm, report.checksum), (0.0, plan_of::<Net>(PLAN, &file).checksum));
    }
}

/// Weights of samples count as in `fit`, also where whole batches weigh nothing.
#[test]
fn weights_in_a_round() {
    for weights in [[0.0; 12], std::array::from_fn(|row| if row < 9 { 0.0 } else { 0.5 + row as f32 })] {
        let samples = Samples::new(&INPUTS, &CLASSES).unwrap().weighted(&weights).unwrap();
        let (mut one, mut other) = (Learning::ZERO, Learning::ZERO);
        (one.network, other.network) = (start(1), start(1));
        let settings = Settings { batch_size: 1, ..settings() };
        let loss = one.learn(&settings, &samples, &PLAN, &start(1)).unwrap();
        let settings = Settings { epochs: 2, seed: 11 ^ 3 << 32, ..settings };
        let mut mean = 0.0;
        let fit = other.fit(&settings, &samples, None, None, |epoch, _| mean += epoch.loss / 2.0);
        assert_eq!(fit.is_err(), weights[11] == 0.0, "{fit:?}");
        assert_eq!((one.network.bits(), one.steps()), (other.network.bits(), other.steps()));
        assert!((loss - mean).abs() < 1e-6, "{loss} {mean}");
    }
}

#[test]
fn debug_of_devices() {
    let text = format!("{:?}", ready(PLAN));
    assert!(text.starts_with("Device { plan: Plan {") && text.ends_with("stage: Ready, .. }"), "{text}");
}
