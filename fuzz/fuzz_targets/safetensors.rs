//! Files of parameters: any bytes are finite parameters or an error that changes nothing, and what was read is written and
//! read again to the bit.
//!
//! The first byte chooses network and names, and whether the next two are the length of the header, so that the fuzzer need not
//! find eight bytes that suit.
#![no_main]

use bareprop::storage::safetensors::{Format, Layout, Names, read, write};
use bareprop::{Dense, Identity, Layer, Relu};
use libfuzzer_sys::fuzz_target;

type Net = (Dense<2, 3, Relu>, Dense<3, 1>);
type One = Dense<1, 2, Identity, f64>;

fuzz_target!(|data: &[u8]| {
    let [choice, data @ ..] = data else { return };
    let names = match choice >> 1 & 3 {
        0 => Names::Sequential,
        1 => Names::Prefixes(if choice & 1 == 0 { &["0", "2"] } else { &["0"] }),
        2 => Names::Tensors(if choice & 1 == 0 { &["a", "b", "é\"", "d\\"] } else { &["a", "é"] }),
        _ => Names::Prefixes(&[""]),
    };
    let format = Format { names, layout: if choice & 8 == 0 { Layout::OutIn } else { Layout::InOut } };
    let bytes = match data {
        [low, high, rest @ ..] if choice & 16 == 0 => [&[*low, *high, 0, 0, 0, 0, 0, 0], rest].concat(),
        _ => data.to_vec(),
    };
    if choice & 1 == 0 { job::<Net>(&bytes, &format) } else { job::<One>(&bytes, &format) }
});

fn job<N: Layer>(bytes: &[u8], format: &Format) {
    let mut network = N::ZERO;
    network.initialize_seeded(1);
    let before = network.bits();
    if read(&mut network, format, &mut &bytes[..]).is_err() {
        assert_eq!(network.bits(), before);
        return;
    }
    let mut file = vec![];
    write(&network, format, |part| -> Result<(), ()> {
        file.extend_from_slice(part);
        Ok(())
    })
    .expect("finite numbers, good names");
    let mut again = N::ZERO;
    read(&mut again, format, &mut &file[..]).expect("a good file");
    assert_eq!(again.bits(), network.bits());
}
