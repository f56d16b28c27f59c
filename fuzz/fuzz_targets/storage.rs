//! Files of networks and trainers: any bytes are an error that changes nothing, or a value that is saved and
//! loaded again to the same bytes.
//! The checksum is set right, so that the fuzzer gets past it; the first byte chooses the type and whether the header is.
#![no_main]

use bareprop::storage::{self, Scaled, Stored};
use bareprop::{Adam, Dense, Dropout, Online, Relu, StandardScaler, Trainer, Zero};
use libfuzzer_sys::fuzz_target;

type Net = (Dense<2, 3, Relu>, Dropout<3>, Dense<3, 1>);

fuzz_target!(|data: &[u8]| {
    let [choice, data @ ..] = data else { return };
    match choice >> 1 & 3 {
        0 => job::<Net>(data, choice & 1 == 0),
        1 => job::<Trainer<Net, Adam, 2>>(data, choice & 1 == 0),
        2 => job::<Online<Net>>(data, choice & 1 == 0),
        _ => job::<Scaled<Dense<2, 1>, StandardScaler<2>>>(data, choice & 1 == 0),
    }
});

fn saved<S: Stored>(value: &mut S) -> Vec<u8> {
    let mut file = vec![];
    storage::save(value, |bytes| -> Result<(), ()> { Ok(file.extend_from_slice(bytes)) }).unwrap();
    file
}

fn job<S: Stored + Zero>(data: &[u8], with_header: bool) {
    let mut value = S::ZERO;
    let before = saved(&mut value);
    let mut file = if with_header { [&before[..20], data].concat() } else { data.to_vec() };
    file.resize(storage::bytes::<S>(), 0);
    let end = file.len() - 4;
    let checksum = crc(&file[..end]);
    file[end..].copy_from_slice(&checksum.to_le_bytes());
    match storage::load(&mut value, &mut file.as_slice()) {
        // A best loss that the flag before it denies is not kept; all else is.
        Ok(()) => {
            let again = saved(&mut value);
            storage::load(&mut value, &mut again.as_slice()).unwrap();
            assert_eq!(saved(&mut value), again);
            if S::KIND == 1 {
                assert_eq!(again, file);
            }
        }
        Err(_) => assert_eq!(saved(&mut value), before),
    }
    let _ = storage::load(&mut value, &mut &*data);
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
