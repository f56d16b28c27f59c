//! Files of PyTorch are read to the right numbers, what is written is read again to the bit, and a file with anything
//! wrong in it is an error that names it and changes nothing.

mod golden;

use std::convert::Infallible;

use bareprop::storage::Source;
use bareprop::storage::safetensors::{Error, Format, Layout, Names, Shape, Tensor, read, write};
use bareprop::*;
use golden::{golden, rows};
use proptest::prelude::*;

type Torch = (Dense<4, 16, Relu>, Dense<16, 8, Relu>, Dense<8, 3>);
type Small = (Dense<2, 3, Relu>, Dropout<3>, Dense<3, 1>);
type One = Dense<1, 2>;

/// The file of a network.
fn file<N: Parameters>(network: &N, format: &Format) -> Vec<u8> {
    let mut bytes = vec![];
    let sink = |part: &[u8]| -> Result<(), Infallible> {
        assert!((1..=256).contains(&part.len()));
        bytes.extend_from_slice(part);
        Ok(())
    };
    write(network, format, sink).unwrap();
    bytes
}

/// A file with this header and these data.
fn pack(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

fn header(file: &[u8]) -> &str {
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    assert_eq!(length % 8, 0);
    std::str::from_utf8(&file[8..8 + length]).unwrap().trim_end()
}

/// Reads into a network of known numbers, which an error does not change.
fn load<N: Layer>(file: &[u8], format: &Format) -> Result<N, Error> {
    let mut network = N::ZERO;
    network.initialize_seeded(7);
    let before = network.bits();
    let outcome = read(&mut network, format, &mut &file[..]);
    if outcome.is_err() {
        assert_eq!(network.bits(), before);
    }
    outcome.map(|()| network)
}

fn drawn<N: Layer>(seed: u64) -> N {
    let mut network = N::ZERO;
    network.initialize_seeded(seed);
    // Biases are 0 otherwise.
    for index in 0..N::TENSORS {
        for (place, value) in network.tensor_mut(index).iter_mut().enumerate() {
            *value += N::Scalar::from_f64(0.3 / (1.0 + place as f64));
        }
    }
    network
}

const PYTORCH: Format = Format { names: Names::Sequential, layout: Layout::OutIn };

#[test]
fn logits_of_pytorch() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/torch_mlp.safetensors");
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(
        bytes,
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/torch_mlp.safetensors")).unwrap()
    );
    let mut network = Torch::ZERO;
    read(&mut network, &PYTORCH, &mut std::fs::File::open(path).unwrap()).unwrap();
    assert_eq!(network.bits(), load::<Torch>(&bytes, &PYTORCH).unwrap().bits());
    let by_prefix = Format { names: Names::Prefixes(&["0", "2", "4"]), layout: Layout::OutIn };
    assert_eq!(network.bits(), load::<Torch>(&bytes, &by_prefix).unwrap().bits());

    let golden = golden("torch_mlp");
    let (inputs, expected) = (rows::<4>(&golden["x"]), rows::<3>(&golden["logits"]));
    let inputs: Vec<_> = inputs.iter().map(|row| row.map(|x| x as f32)).collect();
    let mut logits = vec![[0.0; 3]; inputs.len()];
    let mut predictor = Predictor::<Torch>::ZERO;
    predictor.logits(&network, &inputs, &mut logits).unwrap();
    assert_eq!(logits.len(), 5);
    for (found, expected) in logits.as_flattened().iter().zip(expected.as_flattened()) {
        assert!((f64::from(*found) - expected).abs() < 1e-6, "{found} {expected}");
    }
}

#[test]
fn round_trips() {
    fn check<N: Layer>(format: &Format) {
        let network = drawn::<N>(3);
        let bytes = file(&network, format);
        assert_eq!(load::<N>(&bytes, format).unwrap().bits(), network.bits());
        assert_eq!(bytes.len(), 8 + header(&bytes).len().next_multiple_of(8) + N::COUNT * size_of::<N::Scalar>());
    }
    let keras = Format { names: Names::Sequential, layout: Layout::InOut };
    for format in [PYTORCH, keras] {
        check::<Torch>(&format);
        check::<Small>(&format);
        check::<One>(&format);
        check::<(Dense<5, 40, Tanh, f64>, Dense<40, 2, Identity, f64>)>(&format);
        check::<((Dense<2, 3, Relu>, Dropout<3>), (Dense<3, 4, Silu>, (Dense<4, 4>, Dense<4, 2>)))>(&format);
        check::<Dropout<3>>(&format);
    }
    check::<Torch>(&Format { names: Names::Prefixes(&["a", "", "ä\u{1}\u{1f}\"\\😀"]), layout: Layout::OutIn });
}

/// The whole text: names, order of the numbers, offsets.
#[test]
fn text() {
    let network: Small =
        (Dense::new(Matrix([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), [7.0, 8.0, 9.0]), Dropout::new(0.5), Dense::ZERO);
    let bytes = file(&network, &PYTORCH);
    fn entry(name: &str, shape: &str, from: usize, to: usize) -> String {
        format!(r#""{name}":{{"dtype":"F32","shape":[{shape}],"data_offsets":[{from},{to}]}}"#)
    }
    let expected = |[a, b, c, d]: [&str; 4], [first, last]: [&str; 2]| {
        let parts = [entry(a, first, 0, 24), entry(b, "3", 24, 36), entry(c, last, 36, 48), entry(d, "1", 48, 52)];
        format!("{{{}}}", parts.join(","))
    };
    assert_eq!(header(&bytes), expected(["0.weight", "0.bias", "3.weight", "3.bias"], ["3,2", "1,3"]));
    let floats = |bytes: &[u8]| -> Vec<f32> {
        bytes[bytes.len() - 52..].chunks(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
    };
    assert_eq!(floats(&bytes)[..9], [1.0, 4.0, 2.0, 5.0, 3.0, 6.0, 7.0, 8.0, 9.0]);

    let keras = Format { names: Names::Prefixes(&["first", ""]), layout: Layout::InOut };
    let bytes = file(&network, &keras);
    assert_eq!(header(&bytes), expected(["first.kernel", "first.bias", "kernel", "bias"], ["2,3", "3,1"]));
    assert_eq!(floats(&bytes)[..9], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);

    let names = Format { names: Names::Tensors(&["a/k", "a/b", "\"\n", "é"]), layout: Layout::InOut };
    assert_eq!(header(&file(&network, &names)), expected(["a/k", "a/b", "\\\"\\u000a", "é"], ["2,3", "3,1"]));
}

/// Modules count through nested tuples and the layers of others; a matrix keeps its shape.
#[test]
fn names_of_nested_layers() {
    struct Twice<P>(P);
    wrap_parameters!(Twice);
    type Nested = ((Dense<2, 3, Relu>, Dropout<3>), Twice<(Dense<3, 4>, Dense<4, 5, Tanh>)>, (Dropout<5>, Dense<5, 1>));
    assert_eq!((Nested::MODULES, Nested::LAYERS), (8, 6));
    let bytes = file(&Nested::ZERO, &PYTORCH);
    let mut rest = header(&bytes);
    for (module, [inputs, outputs]) in [(0, [2, 3]), (3, [3, 4]), (4, [4, 5]), (7, [5, 1])] {
        for entry in [
            format!(r#""{module}.weight":{{"dtype":"F32","shape":[{outputs},{inputs}],"#),
            format!(r#""{module}.bias":{{"dtype":"F32","shape":[{outputs}],"#),
        ] {
            rest = &rest[rest.find(&entry).expect(&entry)..];
        }
    }
    let prefixes = Format { names: Names::Prefixes(&["a", "b", "c", "d"]), layout: Layout::InOut };
    assert!(header(&file(&Nested::ZERO, &prefixes)).contains(r#""d.kernel":{"dtype":"F32","shape":[5,1],"#));
}

/// A layer of others with a scale: PyTorch calls it weight too.
#[test]
fn scales() {
    struct Gain([f32; 3]);
    impl Zero for Gain {
        const ZERO: Self = Gain([0.0; 3]);
    }
    impl Parameters for Gain {
        type Scalar = f32;
        const COUNT: usize = 3;
        const TENSORS: usize = 1;
        fn tensor(&self, index: usize) -> &[f32] {
            if index == 0 { &self.0 } else { &[] }
        }
        fn tensor_mut(&mut self, index: usize) -> &mut [f32] {
            if index == 0 { &mut self.0 } else { &mut [] }
        }
        fn describe(_: usize) -> (usize, TensorKind) {
            (0, TensorKind::Scale)
        }
    }
    for (layout, name) in [(Layout::OutIn, "0.weight"), (Layout::InOut, "0.scale")] {
        let format = Format { layout, ..PYTORCH };
        let bytes = file(&Gain([1.0, 2.0, 3.0]), &format);
        assert_eq!(header(&bytes), format!(r#"{{"{name}":{{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}}}"#));
        let mut read_back = Gain::ZERO;
        read(&mut read_back, &format, &mut &bytes[..]).unwrap();
        assert_eq!(read_back.0, [1.0, 2.0, 3.0]);
    }
}

/// Halves and bfloats to known numbers, and 64 bits rounded to 32.
#[test]
fn conversions() {
    let two = |dtype: &str, size: usize, data: &[u8]| {
        let entry = |name, from: usize, to: usize| {
            let shape = if name == "weight" { "2,1" } else { "2" };
            format!(r#""0.{name}":{{"shape":[{shape}],"data_offsets":[{from},{to}],"dtype":"{dtype}"}}"#)
        };
        let header = format!("{{{},{}}}", entry("weight", 0, 2 * size), entry("bias", 2 * size, 4 * size));
        let data = [data, &vec![0; 2 * size]].concat();
        (
            load::<One>(&pack(&header, &data), &PYTORCH),
            load::<Dense<1, 2, Identity, f64>>(&pack(&header, &data), &PYTORCH),
        )
    };
    let sixteen = |dtype: &str, bits: u16, expected: f32| {
        let data = [bits.to_le_bytes(), 0x8000_u16.to_le_bytes()].concat();
        let (single, double) = two(dtype, 2, &data);
        let (single, double) = (single.unwrap().weights.0[0], double.unwrap().weights.0[0]);
        assert_eq!(single.map(f32::to_bits), [expected.to_bits(), 1 << 31], "{dtype} {bits:04x}");
        assert_eq!(double.map(f64::to_bits), [f64::from(expected).to_bits(), 1 << 63]);
    };
    // 2⁻²⁴, the largest denormal, the least normal, 1, 1 + 2⁻¹⁰, 1/3, −2, the largest.
    let halves = [
        (0x0000, 0.0),
        (0x8000, -0.0),
        (0x0001, 5.960_464_5e-8),
        (0x83ff, -6.097_555e-5),
        (0x0400, 6.103_515_6e-5),
        (0x3c00, 1.0),
        (0x3c01, 1.000_976_6),
        (0x3555, 0.333_251_95),
        (0xc000, -2.0),
        (0x7bff, 65504.0),
    ];
    for (bits, expected) in halves {
        sixteen("F16", bits, expected);
    }
    for (bits, expected) in [
        (0x3f80, 1.0),
        (0xbf80, -1.0),
        (0x4049, 3.140_625),
        (0x0001, f32::from_bits(1 << 16)),
        (0x7f7f, 3.389_531_4e38),
    ] {
        sixteen("BF16", bits, expected);
    }
    let tensor = Tensor { index: 0, layer: 0, kind: TensorKind::Weights };
    for (dtype, bits) in [("F16", 0x7c00_u16), ("F16", 0xfc01), ("BF16", 0x7f80), ("BF16", 0xffff)] {
        let (single, double) = two(dtype, 2, &[0, 0, bits as u8, (bits >> 8) as u8]);
        assert_eq!(single.unwrap_err(), Error::NotFinite { tensor, index: 1 });
        assert_eq!(double.unwrap_err(), Error::NotFinite { tensor, index: 1 });
    }
    let doubles = |pair: [f64; 2]| two("F64", 8, pair.map(f64::to_le_bytes).as_flattened());
    let (single, double) = doubles([0.1, 1.0 + f64::from(f32::EPSILON) / 2.0]);
    assert_eq!(single.unwrap().weights.0, [[0.1, 1.0]]);
    assert_eq!(double.unwrap().weights.0, [[0.1, 1.0 + f64::from(f32::EPSILON) / 2.0]]);
    let (single, double) = doubles([1.0, 1e39]);
    assert_eq!(
        (single.unwrap_err(), double.unwrap().weights.0),
        (Error::NotFinite { tensor, index: 1 }, [[1.0, 1e39]])
    );
    let (single, _) = two("F32", 4, [f32::NAN, 0.0].map(f32::to_le_bytes).as_flattened());
    assert_eq!(single.unwrap_err(), Error::NotFinite { tensor, index: 0 });
}

const WEIGHTS: Tensor = Tensor { index: 0, layer: 0, kind: TensorKind::Weights };
const BIAS: Tensor = Tensor { index: 1, layer: 0, kind: TensorKind::Bias };

/// Whatever is written differently and means the same.
#[test]
fn other_texts() {
    let network = drawn::<One>(1);
    let bytes = file(&network, &PYTORCH);
    let data = &bytes[bytes.len() - 16..];
    let texts = [
        r#"{"0.bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"0.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"#,
        "{ \"\\u0030.w\\u0065ight\" : {\"data_offsets\":[ 0 , 8 ],\r\n\t\"shape\":[2,1],\"d\\u0074ype\":\"F32\"} , \"0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]},\"__metadata__\":{} }  ",
        r#"{"__metadata__":{"a":"\n\"\\\/\b\f\r\t\uD83D\ude00é€😀","b":""},"0.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"0.bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#,
    ];
    for text in texts {
        assert_eq!(load::<One>(&pack(text, data), &PYTORCH).unwrap().bits(), network.bits(), "{text}");
    }
    // Escapes of every length in a name.
    let names = Format { names: Names::Tensors(&["é€😀/", "ab"]), layout: Layout::OutIn };
    let text = r#"{"\u00e9\u20AC\uD83D\uDE00\/":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"ab":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#;
    assert_eq!(load::<One>(&pack(text, data), &names).unwrap().bits(), network.bits());
}

/// A shape of at most two dimensions, or one whose first two sizes count.
fn shape(dimensions: u64, [first, second]: [u64; 2]) -> Shape {
    Shape { dimensions, sizes: [first, second, 0, 0] }
}

/// What can be wrong with a text that ought to be this one.
#[test]
fn wrong_texts() {
    let good = r#"{"__metadata__":{"a":"b"},"0.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"0.bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#;
    let wrong = |tensor, expected, found| Error::Shape { tensor, expected, found };
    let (two_one, two) = (shape(2, [2, 1]), shape(1, [2, 0]));
    let named = [
        ("[8,16]", "[4,12]", Error::Data { at: 8 }),
        ("[8,16]", "[0,8]", Error::Data { at: 8 }),
        ("[0,8]", "[8,16]", Error::Data { at: 0 }),
        ("[8,16]", "[9,17]", Error::Offsets { tensor: BIAS }),
        ("[8,16]", "[8,12]", Error::Offsets { tensor: BIAS }),
        ("[8,16]", "[16,8]", Error::Offsets { tensor: BIAS }),
        ("[8,16]", "[18446744073709551615,18446744073709551615]", Error::Offsets { tensor: BIAS }),
        ("[0,8]", "[0,16]", Error::Offsets { tensor: WEIGHTS }),
        ("[2,1]", "[1,2]", wrong(WEIGHTS, two_one, shape(2, [1, 2]))),
        ("[2,1]", "[2]", wrong(WEIGHTS, two_one, two)),
        ("[2,1]", "[2,1,1]", wrong(WEIGHTS, two_one, Shape { dimensions: 3, sizes: [2, 1, 1, 0] })),
        ("[2,1]", "[18446744073709551615,18446744073709551615]", wrong(WEIGHTS, two_one, shape(2, [u64::MAX; 2]))),
        ("[2],", "[],", wrong(BIAS, two, shape(0, [0, 0]))),
        ("[2],", "[3],", wrong(BIAS, two, shape(1, [3, 0]))),
        ("\"F32\"", "\"I32\"", Error::Dtype { tensor: WEIGHTS }),
        ("\"F32\"", "\"F32 \"", Error::Dtype { tensor: WEIGHTS }),
        ("\"F32\"", "\"F32\\u0000\"", Error::Dtype { tensor: WEIGHTS }),
        ("\"F32\"", "\"\"", Error::Dtype { tensor: WEIGHTS }),
        ("\"F32\"", "\"F16\"", Error::Offsets { tensor: WEIGHTS }),
        ("0.weight", "0.bias", wrong(BIAS, two, two_one)),
        ("0.weight", "0.weights", Error::Unexpected { at: 34 }),
        ("0.weight", "0.weigh", Error::Unexpected { at: 34 }),
        ("0.weight", "", Error::Unexpected { at: 34 }),
        (r#"{"__metadata__":{"a":"b"},"#, "{,", Error::Header { at: 9 }),
        (r#"{"__metadata__""#, " {\"__metadata__\"", Error::Header { at: 8 }),
        ("__metadata__", "0.bias", Error::Header { at: 19 }),
    ];
    for (old, new, error) in named {
        assert_eq!(load::<One>(&pack(&good.replacen(old, new, 1), &[0; 16]), &PYTORCH), Err(error), "{new}");
    }
    let header = [
        (",\"0.bias", "\"0.bias"),
        ("}}", "}},"),
        ("}}", "}"),
        ("}}", "}}}"),
        ("}}", "}} x"),
        ("}}", ",}}"),
        ("\"b\"", "1"),
        ("\"b\"", "\"b"),
        ("\"b\"", "\"\\x\""),
        ("\"b\"", "\"\\u12g4\""),
        ("\"b\"", "\"\\ud800\""),
        ("\"b\"", "\"\\ud800\\u0041\""),
        ("\"b\"", "\"\\udc00\""),
        ("\"b\"", "\"\n\""),
        ("\"b\"", "{}"),
        ("\"a\":\"b\"", "\"a\":\"b\","),
        ("{\"a\":\"b\"}", "{\"a\":\"b\"},\"__metadata__\":{}"),
        ("[2,1]", "[2,1,]"),
        ("[2,1]", "[2 1]"),
        ("[2,1]", "[2,01]"),
        ("[2,1]", "[2,00]"),
        ("[2,1]", "[2,1.0]"),
        ("[2,1]", "[2,-1]"),
        ("[2,1]", "[2,+1]"),
        ("[2,1]", "[2,1e0]"),
        ("[2,1]", "[2,18446744073709551616]"),
        ("[2,1]", "[2,99999999999999999999]"),
        ("[2,1]", "2"),
        ("[0,8]", "[0]"),
        ("[0,8]", "[0,8,8]"),
        ("\"dtype\":", "\"dtype\""),
        ("\"dtype\"", "dtype"),
        ("\"dtype\":\"F32\",", ""),
        ("\"dtype\":\"F32\",", "\"dtype\":\"F32\",\"dtype\":\"F32\","),
        ("\"shape\":[2],", ""),
        ("\"shape\":[2],", "\"shape\":[2],\"data_offsetss\":[8,16],"),
        ("\"shape\":[2],", "\"shape\":[2],\"more\":1,"),
        (",\"data_offsets\":[8,16]", ""),
    ];
    for (old, new) in header {
        let text = good.replacen(old, new, 1);
        assert!(text != good);
        let found = load::<One>(&pack(&text, &[0; 16]), &PYTORCH);
        assert!(matches!(found, Err(Error::Header { .. })), "{new} {found:?}");
    }
    assert_eq!(load::<One>(&pack(good, &[0; 15]), &PYTORCH), Err(Error::Offsets { tensor: BIAS }));
    assert_eq!(load::<One>(&pack(good, &[0; 17]), &PYTORCH), Err(Error::Data { at: 16 }));
    let (same, more) = (good.replacen("[8,16]", "[0,8]", 1), good.replacen("[0,8]", "[8,16]", 1));
    assert_eq!(load::<One>(&pack(&same, &[0; 8]), &PYTORCH), Err(Error::Data { at: 8 }));
    assert_eq!(load::<One>(&pack(&more, &[0; 16]), &PYTORCH), Err(Error::Data { at: 0 }));
    let again = r#","0.bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}"#;
    let twice = good.strip_suffix('}').unwrap().to_string() + again;
    assert_eq!(load::<One>(&pack(&twice, &[0; 24]), &PYTORCH), Err(Error::Duplicate { tensor: BIAS }));
    assert_eq!(load::<One>(&pack("{}", &[]), &PYTORCH), Err(Error::Missing { tensor: WEIGHTS }));
    assert_eq!(load::<One>(&pack("[]", &[]), &PYTORCH), Err(Error::Header { at: 8 }));
    assert_eq!(load::<One>(&pack("", &[]), &PYTORCH), Err(Error::Header { at: 8 }));
    let latin = good.replacen("\"b\"", "\"#\"", 1);
    for bad in
        [&b"\xe9"[..], b"\xc0\x80", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xff", b"\xc3("]
    {
        let place = latin.find('#').unwrap();
        let text = [&latin.as_bytes()[..place], bad, &latin.as_bytes()[place + 1..]].concat();
        let bytes = [&(text.len() as u64).to_le_bytes()[..], &text, &[0; 16]].concat();
        assert!(matches!(load::<One>(&bytes, &PYTORCH), Err(Error::Header { .. })), "{bad:x?}");
    }
}

/// A file that claims to be of any size, and is empty behind its first bytes.
struct Hollow<'a>(&'a [u8], u64);

impl Source for Hollow<'_> {
    type Error = &'static str;

    fn size(&mut self) -> Result<u64, &'static str> {
        if self.1 == 0 { Err("no size") } else { Ok(self.1) }
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), &'static str> {
        let from = self.0.get(offset as usize..).and_then(|from| from.get(..to.len())).ok_or("no bytes")?;
        to.copy_from_slice(from);
        Ok(())
    }
}

#[test]
fn lengths() {
    let read = |bytes: &[u8], size| {
        let mut network = One::ZERO;
        read(&mut network, &PYTORCH, &mut Hollow(bytes, size))
    };
    for size in 1..8 {
        assert_eq!(read(&[], size), Err(Error::Cut { needed: 8, found: size }));
    }
    let limit = 100_000_000_u64;
    assert_eq!(read(&(limit + 1).to_le_bytes(), u64::MAX), Err(Error::TooLong { length: limit + 1 }));
    assert_eq!(read(&u64::MAX.to_le_bytes(), u64::MAX), Err(Error::TooLong { length: u64::MAX }));
    assert_eq!(read(&limit.to_le_bytes(), 100), Err(Error::Cut { needed: limit + 8, found: 100 }));
    assert_eq!(read(&limit.to_le_bytes(), u64::MAX), Err(Error::Io("no bytes")));
    assert_eq!(read(&[], u64::MAX), Err(Error::Io("no bytes")));
    assert_eq!(read(&[], 0), Err(Error::Io("no size")));
    // A long header of blanks, and one of metadata.
    let network = drawn::<One>(1);
    let bytes = file(&network, &PYTORCH);
    let data = &bytes[bytes.len() - 16..];
    let long = |inner: String| pack(&inner, data);
    let blanks = long(format!("{{{}{}", " ".repeat(100_000), &header(&bytes)[1..]));
    assert_eq!(load::<One>(&blanks, &PYTORCH).unwrap().bits(), network.bits());
    let metadata = long(format!("{{\"__metadata__\":{{\"a\":\"{}\"}},{}", "é".repeat(50_000), &header(&bytes)[1..]));
    assert_eq!(load::<One>(&metadata, &PYTORCH).unwrap().bits(), network.bits());
}

#[test]
fn names_that_do_not_suit() {
    let (mut network, bytes) = (Small::ZERO, file(&Small::ZERO, &PYTORCH));
    let last = Tensor { index: 2, layer: 2, kind: TensorKind::Weights };
    for (names, error) in [
        (Names::Prefixes(&["0"]), Error::Names { expected: 2, found: 1 }),
        (Names::Prefixes(&["0", "2", "3"]), Error::Names { expected: 2, found: 3 }),
        (Names::Prefixes(&["0", "0"]), Error::Duplicate { tensor: last }),
        (Names::Tensors(&["0"]), Error::Names { expected: 4, found: 1 }),
        (Names::Tensors(&["0", "1", "0", "2"]), Error::Duplicate { tensor: last }),
    ] {
        let format = Format { names, ..PYTORCH };
        assert_eq!(read(&mut network, &format, &mut &bytes[..]), Err(error));
        assert_eq!(
            write(&network, &format, |_| -> Result<(), Infallible> { panic!("nothing is written") }),
            Err(error)
        );
    }
    let none = Format { names: Names::Prefixes(&[]), ..PYTORCH };
    assert_eq!(header(&file(&Dropout::<3>::ZERO, &none)), "{}");
    let one = Format { names: Names::Prefixes(&["0"]), ..PYTORCH };
    let mut empty = Dropout::<3>::ZERO;
    assert_eq!(read(&mut empty, &one, &mut &pack("{}", &[])[..]), Err(Error::Names { expected: 0, found: 1 }));
    network.2.bias = [f32::NAN];
    let tensor = Tensor { index: 3, layer: 2, kind: TensorKind::Bias };
    assert_eq!(write(&network, &PYTORCH, |_| Ok::<(), ()>(())), Err(Error::NotFinite { tensor, index: 0 }));
    assert_eq!(write(&Small::ZERO, &PYTORCH, |_| Err("full")), Err(Error::Io("full")));
}

/// A file of two layers, cut anywhere, or with any bit flipped: an error, or the same numbers but for the bit.
#[test]
fn every_cut_and_every_bit() {
    let network = drawn::<Small>(5);
    let bytes = file(&network, &PYTORCH);
    let data = bytes.len() - 4 * Small::COUNT;
    for length in 0..bytes.len() {
        assert!(load::<Small>(&bytes[..length], &PYTORCH).is_err(), "{length}");
    }
    for place in 0..8 * bytes.len() {
        let mut changed = bytes.clone();
        changed[place / 8] ^= 1 << (place % 8);
        let Ok(found) = load::<Small>(&changed, &PYTORCH) else { continue };
        if place / 8 < data {
            assert_eq!(found.bits(), network.bits(), "bit {place}");
        } else {
            assert_eq!(file(&found, &PYTORCH), changed);
        }
    }
}

#[test]
fn messages() {
    let tensor = BIAS;
    let name = "the bias of layer 0 (tensor 1, counted from 0)";
    let texts: [(Error, String); 12] = [
        (Error::Names { expected: 2, found: 1 }, "2 names are needed, 1 were given".into()),
        (Error::Cut { needed: 8, found: 7 }, "the file has 7 bytes, but has to have at least 8".into()),
        (Error::TooLong { length: 100_000_008 }, "the header has 100000008 bytes, more than 100000000".into()),
        (Error::Header { at: 9 }, "the header is wrong at byte 9 of the file".into()),
        (Error::Unexpected { at: 9 }, "the network has no tensor of the name at byte 9 of the file".into()),
        (Error::Missing { tensor }, format!("{name} is missing")),
        (Error::Duplicate { tensor }, format!("{name} has a name that occurs twice")),
        (Error::Dtype { tensor }, format!("the numbers of {name} are not F64, F32, F16 or BF16")),
        (
            Error::Shape { tensor, expected: shape(1, [2, 0]), found: Shape { dimensions: 5, sizes: [2, 1, 3, 4] } },
            format!("{name} has the shape [2, 1, 3, 4, …] with 5 dimensions instead of [2]"),
        ),
        (
            Error::Offsets { tensor },
            format!("the offsets of {name} do not suit its shape, or reach past the end of the file"),
        ),
        (Error::Data { at: 8 }, "the tensors overlap or leave a gap at byte 8 of the data".into()),
        (Error::NotFinite { tensor, index: 3 }, format!("number 3 of {name} is not finite, or too large")),
    ];
    for (error, text) in texts {
        assert_eq!(error.to_string(), text);
    }
    assert_eq!([shape(0, [0; 2]), shape(2, [3, 4])].map(|shape| shape.to_string()), ["[]", "[3, 4]"]);
    assert_eq!(Error::Io("no bytes").to_string(), "no bytes");
}

proptest! {
    /// Any bytes, and any text between quotes and brackets, behind a length that suits.
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[{}\\[\\],:\"0-9a-z_.\\\\ ]{0,200}") {
        let _ = load::<One>(&bytes, &PYTORCH);
        let _ = load::<One>(&pack(&text, &bytes), &PYTORCH);
    }

    /// A good file with some bytes changed, taken out or put in.
    #[test]
    fn a_changed_file(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..5)) {
        let mut bytes = file(&drawn::<Small>(5), &PYTORCH);
        for (place, byte, how) in changes {
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
        }
        if let Ok(found) = load::<Small>(&bytes, &PYTORCH) {
            prop_assert_eq!(load::<Small>(&file(&found, &PYTORCH), &PYTORCH).unwrap().bits(), found.bits());
        }
    }
}
