//! A device that hears any bytes, and any messages in frames that are right. Nothing panics, every answer is a frame, and the
//! network stays as it is unless there was a task, after which it is finite; where the task failed, it is that of the round.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use bareprop::federated::*;
use bareprop::storage::{self, Stored};
use bareprop::*;
use libfuzzer_sys::fuzz_target;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

type Net = (Dense<2, 9, Tanh>, Dense<9, 2>);
const INPUTS: [[f32; 2]; 3] = [[0.0, 1.0], [1.0, -1.0], [0.5, 0.5]];
const CLASSES: [usize; 3] = [0, 1, 1];

#[derive(Arbitrary)]
enum Say {
    Noise(Vec<u8>),
    Hello,
    /// A whole plan, or one of which a field is wrong.
    Begin {
        round: u8,
        evaluate: bool,
        wrong: u8,
        settings: [u16; 3],
        passes: [u8; 2],
    },
    Chunk {
        plan: u8,
        index: u8,
        wrong: u8,
    },
    /// All chunks of the file.
    All {
        plan: u8,
    },
    Work {
        plan: u8,
    },
    Give {
        plan: u8,
        index: u32,
    },
}

/// The file that is right: that of a network of any numbers.
fn file(u: &mut Unstructured<'_>) -> Vec<u8> {
    let mut network = Net::ZERO;
    network.initialize_seeded(1);
    if let Ok((place, bits)) = <(u8, u32)>::arbitrary(u) {
        let tensor = network.tensor_mut(place as usize % Net::TENSORS);
        let place = place as usize % tensor.len();
        tensor[place] = f32::from_bits(bits);
    }
    let mut file = vec![];
    storage::save(&mut network, |bytes| -> Result<(), ()> { Ok(file.extend_from_slice(bytes)) }).unwrap();
    file
}

/// `begun` is the plan that the device has begun. Three of four messages belong to it.
fn message(say: &Say, file: &[u8], begun: &Plan) -> Vec<Message> {
    let key = |plan: u8| if plan % 4 == 3 { plan.into() } else { begun.key() };
    let chunk = |plan: u8, index: u8, wrong: u8| {
        let (mut bytes, mut count) = ([0; CHUNK], 0);
        if let Some(part) = file.chunks(CHUNK).nth(index.into()) {
            bytes[..part.len()].copy_from_slice(part);
            count = part.len();
        }
        if let Some(byte) = bytes.get_mut(usize::from(wrong)) {
            *byte ^= 1;
        }
        Message::Chunk { plan: key(plan), index: index.into(), bytes, count }
    };
    match *say {
        Say::Noise(_) => vec![],
        Say::Hello => vec![Message::Hello],
        Say::Begin { round, evaluate, wrong, settings, passes } => {
            let [mu, clip, noise] = settings.map(|bits| f32::from_bits(u32::from(bits) << 16));
            let checksum = u32::from_le_bytes(*file.last_chunk().unwrap()) ^ u32::from(wrong == 1);
            let fingerprint = <Net as Stored>::FINGERPRINT ^ u32::from(wrong == 2);
            let (bytes, answer) = (file.len() as u32 + u32::from(wrong == 3), Answer::Parameters);
            let answer = if wrong & 4 > 0 { Answer::Difference } else { answer };
            let [epochs, samples] = passes.map(|count| u32::from(count % 8));
            let plan = Plan { round: round.into(), evaluate, answer, fingerprint, bytes, checksum, ..Plan::NONE };
            vec![Message::Begin(Plan { mu, clip, noise, epochs, samples, ..plan })]
        }
        Say::Chunk { plan, index, wrong } => vec![chunk(plan, index, wrong)],
        Say::All { plan } => (0..Device::<Net>::CHUNKS as u8).map(|index| chunk(plan, index, 255)).collect(),
        Say::Work { plan } => vec![Message::Work { plan: key(plan) }],
        Say::Give { plan, index } => vec![Message::Give { plan: key(plan), index }],
    }
}

fuzz_target!(|data: &[u8]| {
    let mut u = Unstructured::new(data);
    let file = file(&mut u);
    let mut global = Net::ZERO;
    let _ = storage::load(&mut global, &mut file.as_slice());
    let (mut device, mut trainer) = (Device::<Net>::ZERO, Trainer::<Net, Adam, 2>::ZERO);
    trainer.network.initialize_seeded(2);
    let settings = Settings::new(SoftmaxCrossEntropy::<2>::new(), Adam::new(0.01));
    let (samples, mut before) = (Samples::new(&INPUTS, &CLASSES).unwrap(), trainer.network.bits());
    for _ in 0..64 {
        let Ok(say) = Say::arbitrary(&mut u) else { break };
        let mut line = if let Say::Noise(bytes) = &say { bytes.clone() } else { vec![] };
        for message in message(&say, &file, device.plan()) {
            write_message(&message, &mut |bytes: &[u8]| line.extend_from_slice(bytes));
        }
        let mut answers = vec![];
        let mut send = |bytes: &[u8]| answers.push(bytes.to_vec());
        for byte in line {
            let task = device.receive(byte, &mut send);
            assert_eq!(trainer.network.bits(), before);
            let done = match task {
                Some(Task::Train) => {
                    let mut rng = XorShiftRng::seed_from_u64(1);
                    device.train(&mut trainer, &settings, &samples, &mut rng, &mut send)
                }
                Some(Task::Evaluate) => device.evaluate(&mut trainer, &settings, &samples, |_, _| true, &mut send),
                None => continue,
            };
            before = trainer.network.bits();
            assert!(done.is_ok() || before == global.bits(), "{done:?}");
            for tensor in 0..Net::TENSORS {
                assert!(trainer.network.tensor(tensor).iter().all(|w| w.is_finite()));
            }
        }
        for answer in answers {
            let mut reader = Reader::EMPTY;
            assert_eq!(answer.iter().filter_map(|&byte| reader.push(byte)).count(), 1);
        }
    }
});
