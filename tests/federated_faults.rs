//! Rounds that others disturb: another gateway, a restart, training that was cut off. Rounds with dropout.

mod gateway;

use bareprop::federated::*;
use bareprop::*;
use gateway::*;
use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

const PLAN: Plan = Plan { round: 3, epochs: 2, seed: 11, ..Plan::NONE };

/// A round over a line without harm: the report, and the file with the answer.
fn round(board: &mut Board, plan: Plan, network: &mut Net) -> (Report, Vec<u8>) {
    let file = file(network);
    Gateway::new(board, 0, 0).round(plan_of::<Net>(plan, &file), &file)
}

/// What a gateway wants of a device, and what the device answers when it is alone.
struct Wish {
    plan: Plan,
    file: Vec<u8>,
    report: Report,
    answer: Vec<u8>,
    /// The chunk that comes next.
    next: u32,
    /// How many reports and chunks of the answer it heard.
    heard: [u32; 2],
}

impl Wish {
    fn new(plan: Plan, seed: u64) -> Self {
        let file = file(&mut start(seed));
        let plan = plan_of::<Net>(plan, &file);
        let (report, answer) = Gateway::new(&mut Board::new(), 0, 0).round(plan, &file);
        Wish { plan, file, report, answer, next: 0, heard: [0; 2] }
    }

    /// Says the frame that a gateway would say next, or now and then another one.
    fn say(&mut self, board: &mut Board, rng: &mut XorShiftRng) {
        let (key, any) = (self.plan.key(), rng.next_u32() % Device::<Net>::CHUNKS);
        let message = match rng.next_u32() % 16 {
            0 => Message::Begin(self.plan),
            1 => Message::Work { plan: key },
            2 => chunk(key, any, &self.file),
            3..6 => Message::Give { plan: key, index: any },
            _ if self.next < Device::<Net>::CHUNKS => chunk(key, self.next, &self.file),
            _ => Message::Work { plan: key },
        };
        board.say(&message).into_iter().for_each(|answer| self.hear(answer));
    }

    /// What is said of this plan is what the device says when it is alone.
    fn hear(&mut self, answer: Message) {
        match answer {
            Message::Want { plan, index } if plan == self.plan.key() => self.next = index,
            Message::Done(report) if report.plan == self.plan.key() => {
                assert_eq!(report, self.report);
                self.heard[0] += 1;
            }
            Message::Chunk { plan, index, bytes, count } if plan == self.plan.key() => {
                assert_eq!(self.answer.chunks(CHUNK).nth(index as usize), Some(&bytes[..count]));
                self.heard[1] += 1;
            }
            _ => {}
        }
    }
}

/// Two gateways say what they like to one device, in a round of the same number: none hears anything of the other's.
#[test]
fn two_gateways_at_once() {
    let mut wishes = [
        Wish::new(PLAN, 1),
        Wish::new(PLAN, 2),
        Wish::new(Plan { seed: 12, ..PLAN }, 1),
        Wish::new(Plan { answer: Answer::Parameters, ..PLAN }, 1),
    ];
    let (mut board, mut rng) = (Board::new(), XorShiftRng::seed_from_u64(1));
    for _ in 0..400 {
        // One of them for a while, as frames come in windows.
        let wish = &mut wishes[rng.next_u32() as usize % 4];
        (0..rng.next_u32() % 40).for_each(|_| wish.say(&mut board, &mut rng));
    }
    for wish in &wishes {
        assert!(wish.heard.iter().all(|&count| count > 10), "{:?}", wish.heard);
    }
}

/// A training round and an evaluation of the same number are not taken for one another.
#[test]
fn an_evaluation_is_no_training() {
    let (mut board, network) = (Board::new(), &mut start(1));
    let (trained, _) = round(&mut board, PLAN, network);
    let file = file(network);
    let evaluate = plan_of::<Net>(Plan { evaluate: true, ..PLAN }, &file);
    board.say(&Message::Begin(evaluate));
    let late = board.say(&Message::Work { plan: trained.plan });
    assert_eq!(late, [Message::Refused { plan: trained.plan, why: Refusal::Round, here: evaluate.key() }]);
}

/// A device that starts anew in the middle of a round says so, and gives the same bits when the round is repeated.
#[test]
fn a_device_that_restarts() {
    let (file, expected) = (file(&mut start(1)), round(&mut Board::new(), PLAN, &mut start(1)));
    let plan = plan_of::<Net>(PLAN, &file);
    let key = plan.key();
    for message in [chunk(key, 2, &file), Message::Work { plan: key }, Message::Give { plan: key, index: 0 }] {
        let mut board = Board::new();
        assert_eq!(board.say(&message), [Message::Refused { plan: key, why: Refusal::Round, here: 0 }]);
        assert_eq!(Gateway::new(&mut board, 0, 0).round(plan, &file), expected);
    }
}

/// Training that was cut off anywhere leaves nothing behind: rows that wait, moments, the count of rows that dropout draws
/// from, another rate.
#[test]
fn a_round_that_was_cut_off_and_is_repeated() {
    let expected = round(&mut Board::new(), PLAN, &mut start(1));
    for rows in 0..17 {
        let mut board = Board::new();
        board.trainer.network.1.rate = 0.5;
        for row in 0..rows {
            let one = Samples::new(&INPUTS[row % 12..][..1], &CLASSES[row % 12..][..1]).unwrap();
            board.trainer.accumulate(&settings(), &one).unwrap();
            if row % 5 == 4 {
                board.trainer.update(&settings()).unwrap();
            }
        }
        assert_eq!(round(&mut board, PLAN, &mut start(1)), expected, "after {rows} rows");
    }
}

/// The bits of what a trainer of this tile learns in a round that starts with this rate of dropout.
fn learned<const TILE: usize>(plan: Plan, rate: f32) -> u32 {
    let (mut trainer, mut network) = (Trainer::<Net, Adam, TILE>::ZERO, start(1));
    network.1.rate = rate;
    trainer.network.copy_from(&network);
    trainer.learn(&settings(), &Samples::new(&INPUTS, &CLASSES).unwrap(), &plan, &network).unwrap();
    trainer.network.bits()
}

/// Masks follow the seed, the round and the rows passed, whatever the tile is.
#[test]
fn masks_of_dropout() {
    let expected = learned::<4>(PLAN, 0.25);
    assert_eq!(
        (learned::<1>(PLAN, 0.25), learned::<7>(PLAN, 0.25), learned::<64>(PLAN, 0.25)),
        (expected, expected, expected)
    );
    assert_eq!(expected, 536190323); // value stability
    let others = [
        learned::<4>(Plan { seed: 12, ..PLAN }, 0.25),
        learned::<4>(Plan { round: 4, ..PLAN }, 0.25),
        learned::<4>(PLAN, 0.5),
        learned::<4>(PLAN, 0.0),
    ];
    assert!(!others.contains(&expected), "{others:?}");
}

/// The rates of dropout come with the parameters.
#[test]
fn the_rates_are_those_of_the_round() {
    let (mut one, mut two) = (Board::new(), Board::new());
    two.trainer.network.1.rate = 0.0;
    let (mut quarter, mut half) = (start(1), start(1));
    half.1.rate = 0.5;
    let expected = round(&mut one, PLAN, &mut quarter);
    assert_eq!(round(&mut two, PLAN, &mut quarter), expected);
    assert_eq!(two.trainer.network.1.rate, 0.25);
    assert_ne!(round(&mut two, PLAN, &mut half).1, expected.1);
    assert_eq!(two.trainer.network.1.rate, 0.5);
}
