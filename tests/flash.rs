//! Checkpoints in flash: the power is cut at every write and every erase, cells wear and bits flip.

use std::cell::Cell;
use std::ops::Range;

use bareprop::storage::{self, Error, flash};
use bareprop::*;
use embedded_storage::nor_flash::{self, ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};
use proptest::prelude::*;

/// NOR flash in memory, which holds its users to the rules.
#[derive(Clone)]
struct Chip<const WORD: usize, const SECTOR: usize> {
    bytes: Vec<u8>,
    words: Vec<Word>,
    /// Words written and sectors erased before the power goes.
    power: Option<u32>,
    noise: Cell<u32>,
    /// Addresses of bits that cannot be erased any more.
    stuck: Vec<usize>,
    /// Addresses of which a read is an error.
    unreadable: Range<u32>,
    calls: u32,
    written: u32,
    erased: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq)]
enum Word {
    Blank,
    Written,
    /// The power went while it was written or erased: undefined.
    Undefined,
}

impl<const WORD: usize, const SECTOR: usize> Chip<WORD, SECTOR> {
    /// With old data in it.
    fn new(sectors: usize, seed: u32) -> Self {
        let mut chip = Chip {
            bytes: vec![0; sectors * SECTOR],
            words: vec![Word::Undefined; sectors * SECTOR / WORD],
            power: None,
            noise: Cell::new(seed | 1),
            stuck: vec![],
            unreadable: 0..0,
            calls: 0,
            written: 0,
            erased: vec![0; sectors],
        };
        for index in 0..chip.bytes.len() {
            chip.bytes[index] = chip.random() as u8;
        }
        chip
    }

    fn random(&self) -> u32 {
        let mut x = self.noise.get();
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        self.noise.set(x);
        x >> 8
    }

    /// Whether there is power for one more word or sector.
    fn powered(&mut self) -> bool {
        match &mut self.power {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                *left > 0
            }
            None => true,
        }
    }

    fn range(&self) -> Range<u32> {
        0..self.bytes.len() as u32
    }
}

impl<const WORD: usize, const SECTOR: usize> ErrorType for Chip<WORD, SECTOR> {
    type Error = NorFlashErrorKind;
}

impl<const WORD: usize, const SECTOR: usize> ReadNorFlash for Chip<WORD, SECTOR> {
    const READ_SIZE: usize = if WORD > 4 { 4 } else { WORD };

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        if self.power == Some(0) {
            return Err(NorFlashErrorKind::Other);
        }
        nor_flash::check_read(self, offset, bytes.len()).unwrap();
        if offset < self.unreadable.end && offset + bytes.len() as u32 > self.unreadable.start {
            return Err(NorFlashErrorKind::Other);
        }
        bytes.copy_from_slice(&self.bytes[offset as usize..][..bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const WORD: usize, const SECTOR: usize> NorFlash for Chip<WORD, SECTOR> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = SECTOR;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        nor_flash::check_erase(self, from, to).unwrap();
        for sector in from as usize / SECTOR..to as usize / SECTOR {
            if self.power == Some(0) {
                return Err(NorFlashErrorKind::Other);
            }
            let (whole, bytes) = (self.powered(), sector * SECTOR..(sector + 1) * SECTOR);
            self.erased[sector] += 1;
            for place in bytes.clone() {
                self.bytes[place] = match self.random() % 3 {
                    0 if !whole => self.bytes[place],
                    1 if !whole => self.random() as u8,
                    _ => 0xff,
                };
            }
            self.words[bytes.start / WORD..bytes.end / WORD].fill(if whole { Word::Blank } else { Word::Undefined });
            for &place in self.stuck.iter().filter(|&place| bytes.contains(place)) {
                self.bytes[place] &= 0xfe;
            }
            if !whole {
                return Err(NorFlashErrorKind::Other);
            }
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        nor_flash::check_write(self, offset, bytes.len()).unwrap();
        self.calls += 1;
        for (index, word) in bytes.chunks(WORD).enumerate() {
            let place = offset as usize + index * WORD;
            match self.words[place / WORD] {
                _ if self.power == Some(0) => return Err(NorFlashErrorKind::Other),
                Word::Blank => {}
                Word::Written => panic!("the word at {place} is written twice"),
                // It may read as if it were blank: chips then write something else, or refuse.
                Word::Undefined => return Err(NorFlashErrorKind::Other),
            }
            let whole = self.powered();
            for (byte, &new) in word.iter().enumerate() {
                let undefined = [new, 0xff, self.random() as u8][self.random() as usize % 3];
                self.bytes[place + byte] &= if whole { new } else { undefined };
            }
            self.words[place / WORD] = if whole { Word::Written } else { Word::Undefined };
            if !whole {
                return Err(NorFlashErrorKind::Other);
            }
            self.written += WORD as u32;
        }
        Ok(())
    }
}

type Net = (Dense<2, 3, Tanh>, Dropout<3>, Dense<3, 1>);
type Small = Trainer<Net, Adam, 2>;

const STEPS: u32 = 7;

fn start(trainer: &mut Small) {
    trainer.network.initialize_seeded(3);
    trainer.network.1.rate = 0.2;
}

fn step(trainer: &mut Small) {
    let (mut inputs, mut targets) = ([[0.0; 2]; 10], [[0.0]; 10]);
    datasets::moons(&mut inputs, &mut targets, 0.2, 1).unwrap();
    let settings = Settings { batch_size: 4, ..Settings::new(BinaryCrossEntropy::new(), Adam::new(0.01)) };
    trainer.part_of_epoch(&settings, &Samples::new(&inputs, &targets).unwrap(), 1).unwrap();
}

/// The file of a trainer.
fn file(trainer: &mut Small) -> Vec<u8> {
    let mut file = vec![];
    storage::save(trainer, |bytes| {
        file.extend_from_slice(bytes);
        Ok::<(), ()>(())
    })
    .unwrap();
    file
}

/// The file of a trainer into which nothing was read.
fn empty() -> Vec<u8> {
    let mut trainer = Small::ZERO;
    file(&mut trainer)
}

/// The hashes after 0, 1, … steps without a break.
fn hashes() -> Vec<u32> {
    let mut trainer = Small::ZERO;
    start(&mut trainer);
    let mut hashes = vec![trainer.network.bits()];
    for _ in 0..STEPS {
        step(&mut trainer);
        hashes.push(trainer.network.bits());
    }
    hashes
}

/// From power-up to the last step or until the power goes: goes on from what was saved, and saves after each step. Returns
/// how many steps were saved for certain.
fn life<F: NorFlash>(chip: &mut F, range: Range<u32>, least: u32, hashes: &[u32]) -> (u32, bool)
where
    F::Error: std::fmt::Debug,
{
    let mut trainer = Small::ZERO;
    match flash::load(&mut trainer, chip, range.clone()) {
        Ok(None) => {
            assert_eq!(least, 0, "what was saved is lost");
            start(&mut trainer);
        }
        Ok(Some(found)) => assert_eq!(found.damaged, 0),
        Err(error) => panic!("{error:?}"),
    }
    // The one that was saved last, or the one that was being saved.
    assert!(trainer.steps() == least || trainer.steps() == least + 1, "{} after {least}", trainer.steps());
    let mut saved = trainer.steps();
    while trainer.steps() < STEPS {
        assert_eq!(trainer.network.bits(), hashes[trainer.steps() as usize]);
        step(&mut trainer);
        if flash::save(&mut trainer, chip, range.clone()).is_err() {
            return (saved, false);
        }
        saved = trainer.steps();
    }
    assert_eq!(trainer.network.bits(), hashes[STEPS as usize]);
    (saved, true)
}

/// Cuts the power after every number of words and sectors, once per run.
fn every_cut<const WORD: usize, const SECTOR: usize>(sectors: usize) {
    let hashes = hashes();
    for cut in 1.. {
        let mut chip = Chip::<WORD, SECTOR>::new(sectors, cut);
        let range = chip.range();
        chip.power = Some(cut);
        let (saved, done) = life(&mut chip, range.clone(), 0, &hashes);
        if done {
            assert!(cut > 40, "the power was cut at {cut} places only");
            return;
        }
        chip.power = None;
        assert!(life(&mut chip, range, saved, &hashes).1);
    }
}

#[test]
fn the_power_is_cut_at_every_write_and_erase() {
    let bytes = storage::bytes::<Small>();
    assert_eq!(bytes, 24 + 3 * 13 * 4 + 4 + 8 + 16 + 16 + 16, "the sizes below are chosen for it");
    every_cut::<4, 256>(2); // one file in a sector
    every_cut::<4, 512>(2); // two
    every_cut::<8, 1024>(3); // four
    every_cut::<1, 128>(4); // a block of two sectors
    every_cut::<32, 128>(7); // three sectors, and one of no use
    every_cut::<64, 256>(6);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    /// Many cuts, the next one perhaps while what the last one left is put in order.
    #[test]
    fn the_power_is_cut_again_and_again(seed in any::<u32>(), cuts in proptest::collection::vec(1_u32..90, 1..30)) {
        let hashes = hashes();
        let mut chip = Chip::<8, 512>::new(3, seed);
        let (range, mut saved) = (chip.range(), 0);
        for cut in cuts {
            chip.power = Some(cut);
            (saved, _) = life(&mut chip, range.clone(), saved, &hashes);
            // A file that was whole although its writer was told otherwise.
            let mut trainer = Small::ZERO;
            chip.power = None;
            if flash::load(&mut trainer, &mut chip, range.clone()).unwrap().is_some() {
                prop_assert!(trainer.steps() == saved || trainer.steps() == saved + 1);
                saved = trainer.steps();
            }
        }
        prop_assert!(life(&mut chip, range, saved, &hashes).1);
    }

    /// Bits flip in flash: a file is loaded as it was saved, or not at all.
    #[test]
    fn bits_flip(seed in any::<u32>(), flips in proptest::collection::vec((0_usize..2048, 0_u32..8), 1..40)) {
        let hashes = hashes();
        let mut chip = Chip::<4, 512>::new(4, seed);
        let range = chip.range();
        life(&mut chip, range.clone(), 0, &hashes);
        for (place, bit) in flips {
            chip.bytes[place] ^= 1 << bit;
            let mut trainer = Small::ZERO;
            match flash::load(&mut trainer, &mut chip, range.clone()) {
                Ok(Some(found)) => {
                    prop_assert_eq!(found.generation, trainer.steps());
                    prop_assert_eq!(trainer.network.bits(), hashes[trainer.steps() as usize]);
                }
                Ok(None) | Err(_) => prop_assert_eq!(file(&mut trainer), empty()),
            }
        }
    }

    /// Whatever lies in flash, nothing panics, and saving works.
    #[test]
    fn whatever_lies_in_flash(mut bytes in proptest::collection::vec(any::<u8>(), 2048)) {
        bytes[..8].copy_from_slice(b"bareprop");
        let mut chip = Chip::<4, 512>::new(4, 1);
        chip.bytes = bytes;
        let (range, mut trainer) = (chip.range(), Small::ZERO);
        prop_assert!(!matches!(flash::load(&mut trainer, &mut chip, range.clone()), Ok(Some(_))));
        prop_assert_eq!(flash::save(&mut trainer, &mut chip, range.clone()), Ok(1));
        prop_assert!(flash::load(&mut trainer, &mut chip, range).unwrap().is_some());
    }
}

/// Each damaged file is counted, and the one before is loaded.
#[test]
fn the_newest_is_damaged() {
    let mut chip = Chip::<4, 512>::new(3, 5);
    let (range, hashes) = (chip.range(), hashes());
    life(&mut chip, range.clone(), 0, &hashes);
    // Seven files: two to a sector, so that the last three lie in the first half of sector 0 and in sector 2.
    for (place, step) in [(100, 6), (1024 + 256, 5)] {
        chip.bytes[place] ^= 4;
        let mut trainer = Small::ZERO;
        let found = flash::load(&mut trainer, &mut chip, range.clone()).unwrap().unwrap();
        assert_eq!((found.generation, found.damaged), (step, STEPS - step));
        assert_eq!(trainer.network.bits(), hashes[step as usize]);
    }
    // When no file is whole, that is an error, and not a first start.
    for place in 0..6 {
        chip.bytes[place / 2 * 512 + place % 2 * (empty().len() + 8) + 120] ^= 1;
    }
    let mut trainer = Small::ZERO;
    assert_eq!(flash::load(&mut trainer, &mut chip, range.clone()), Err(Error::Checksum));
    assert_eq!(file(&mut trainer), empty());
}

/// The newest file is damaged, and the power is cut while the next one is saved: the one before is not lost.
#[test]
fn the_newest_is_damaged_and_the_power_is_cut() {
    let hashes = hashes();
    let mut chip = Chip::<4, 256>::new(2, 5);
    let range = chip.range();
    life(&mut chip, range.clone(), 0, &hashes);
    chip.bytes[100] ^= 1;
    for cut in 1.. {
        let (mut chip, mut trainer) = (chip.clone(), Small::ZERO);
        assert_eq!(flash::load(&mut trainer, &mut chip, range.clone()).unwrap().unwrap().damaged, 1);
        assert_eq!(trainer.steps(), STEPS - 1);
        step(&mut trainer);
        chip.power = Some(cut);
        let saved = flash::save(&mut trainer, &mut chip, range.clone());
        chip.power = None;
        let found = flash::load(&mut trainer, &mut chip, range.clone()).unwrap().unwrap();
        assert_eq!(trainer.network.bits(), hashes[trainer.steps() as usize]);
        if saved.is_ok() {
            assert_eq!((saved, found.generation, trainer.steps()), (Ok(STEPS + 1), STEPS + 1, STEPS));
            break;
        }
        assert!(trainer.steps() >= STEPS - 1);
    }
}

/// A sector that can no longer be erased is left out.
#[test]
fn worn_sectors() {
    let (mut chip, mut trainer) = (Chip::<4, 512>::new(4, 7), Small::ZERO);
    let range = chip.range();
    start(&mut trainer);
    chip.stuck = vec![512 + 40, 1024 + 100];
    for generation in 1..20 {
        // Zeros do not show a bit that is always 0.
        step(&mut trainer);
        match flash::save(&mut trainer, &mut chip, range.clone()) {
            Ok(found) => assert_eq!(found, generation),
            Err(error) => panic!("{error}"),
        }
    }
    assert!(chip.erased[0].abs_diff(chip.erased[3]) <= 1, "{:?}", chip.erased);
    // All are worn.
    let second = storage::bytes::<Small>() + 8;
    chip.stuck = (0..4).flat_map(|sector| [512 * sector + 1, 512 * sector + second + 1]).collect();
    let mut result = Ok(0);
    for _ in 0..8 {
        result = flash::save(&mut trainer, &mut chip, range.clone());
    }
    assert!(matches!(result, Err(Error::Worn { .. })), "{result:?}");
    let mut other = Small::ZERO;
    assert!(flash::load(&mut other, &mut chip, range).unwrap().is_some());
    assert_eq!(other.network, trainer.network);
}

/// Places that cannot be read are passed over, in loading and in saving.
#[test]
fn places_that_cannot_be_read() {
    let mut chip = Chip::<4, 512>::new(3, 5);
    let (range, hashes) = (chip.range(), hashes());
    life(&mut chip, range.clone(), 0, &hashes);
    // Seven files: two to a sector, so that the last lies in the first half of sector 0, that before in sector 2.
    let loaded = |chip: &mut Chip<4, 512>| {
        let mut trainer = Small::ZERO;
        let found = flash::load(&mut trainer, chip, range.clone());
        (found.map(|found| found.map(|found| (found.generation, found.damaged))), trainer.steps())
    };
    chip.unreadable = 0..512;
    assert_eq!(loaded(&mut chip), (Ok(Some((6, 0))), 6));
    chip.unreadable = range.clone();
    assert_eq!(loaded(&mut chip), (Err(Error::Source(NorFlashErrorKind::Other)), 0));
    chip.unreadable = 0..0;
    assert_eq!(loaded(&mut chip), (Ok(Some((7, 0))), 7));
    // The next goes to the second half of sector 0; then sector 1 is tried, and sector 2 is taken.
    chip.unreadable = 512..1024;
    let (mut trainer, erased) = (Small::ZERO, chip.erased.clone());
    flash::load(&mut trainer, &mut chip, range.clone()).unwrap();
    for generation in [8, 9] {
        step(&mut trainer);
        assert_eq!(flash::save(&mut trainer, &mut chip, range.clone()), Ok(generation));
        assert_eq!(loaded(&mut chip), (Ok(Some((generation, 0))), generation));
    }
    assert_eq!(chip.erased, [erased[0], erased[1] + 1, erased[2] + 1]);
}

#[test]
fn ranges_and_types() {
    let (mut chip, mut trainer) = (Chip::<4, 256>::new(4, 9), Small::ZERO);
    assert_eq!(flash::least::<Small, Chip<4, 256>>(), 512);
    assert_eq!(flash::load(&mut trainer, &mut chip, 0..1024), Ok(None));
    #[allow(clippy::reversed_empty_ranges)]
    for range in [0..256, 0..511, 4..516, 768..1280, 512..0, 0..0, 0x8000_0000..0x8000_0400, 0..u32::MAX] {
        let expected = Error::Range { least: 512, sector: 256 };
        assert_eq!(flash::save(&mut trainer, &mut chip, range.clone()), Err(expected));
        assert_eq!(flash::load(&mut trainer, &mut chip, range), Err(expected));
    }
    flash::save(&mut trainer, &mut chip, 256..768).unwrap();
    // Another optimizer, another scalar, a model.
    let mut momentum = Trainer::<Net, Momentum>::ZERO;
    assert!(matches!(flash::load(&mut momentum, &mut chip, 256..768), Err(Error::Architecture { .. })));
    let mut model = Net::ZERO;
    let error = flash::load(&mut model, &mut chip, 256..768).unwrap_err();
    assert_eq!(error, Error::Kind { expected: 1, found: 2 });
    // To save it all the same is the decision of whoever calls.
    assert_eq!(flash::save(&mut model, &mut chip, 256..768), Ok(1));
    assert_eq!(flash::load(&mut model, &mut chip, 256..768).map(|found| found.unwrap().generation), Ok(1));
}

/// What a chip does for 1,000 checkpoints in a range of the least size, as a row of the table in docs/format.md.
fn figures<S: storage::Stored, const WORD: usize, const SECTOR: usize>(
    chip: &str,
    what: &str,
    value: &mut S,
) -> String {
    let least = flash::least::<S, Chip<WORD, SECTOR>>();
    let mut flash = Chip::<WORD, SECTOR>::new(least as usize / SECTOR, 1);
    let (range, saves) = (flash.range(), 1000);
    for _ in 0..saves {
        flash::save(value, &mut flash, range.clone()).unwrap();
    }
    assert!(flash.erased.iter().max().unwrap() - flash.erased.iter().min().unwrap() <= 1, "uneven wear");
    let (erases, most) = (flash.erased.iter().sum::<u32>(), *flash.erased.iter().max().unwrap());
    format!(
        "| {chip} | {WORD} | {SECTOR} | {what} | {} | {} | {} | {:.2} | {least} | {} |\n",
        storage::bytes::<S>(),
        flash.written / saves,
        flash.calls / saves,
        erases as f32 / saves as f32,
        10_000 * saves / most
    )
}

/// The table in docs/format.md is what the code does.
#[test]
fn the_table() {
    type Motions = Trainer<(Dense<12, 16, Relu>, Dense<16, 4>), Adam>;
    let (mut checkpoint, mut model) = (Motions::ZERO, <(Dense<12, 16, Relu>, Dense<16, 4>)>::ZERO);
    let mut table = figures::<_, 4, 4096>("nRF52840, ESP32-C3", "checkpoint", &mut checkpoint);
    table += &figures::<_, 1, 4096>("RP2040 and RP2350", "checkpoint", &mut checkpoint);
    table += &figures::<_, 8, 2048>("STM32L4, STM32G4", "checkpoint", &mut checkpoint);
    table += &figures::<_, 32, 131072>("STM32H7", "checkpoint", &mut checkpoint);
    table += &figures::<_, 4, 4096>("nRF52840, ESP32-C3", "model", &mut model);
    table += &figures::<_, 32, 131072>("STM32H7", "model", &mut model);
    let page = include_str!("../docs/format.md");
    assert!(page.contains(&table), "the table in docs/format.md should be\n{table}");
}
