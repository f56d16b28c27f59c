//! The functions of every network, and the macro that exports them with its name.

use bareprop::{Layer, Loss, Online, OnlineLayer, Settings, Sgd, Zero, storage};

use crate::code::Code;
use crate::memory::{In, Out, State};

/// What a header says about a network.
pub struct Header {
    /// The prefix of its functions.
    pub name: &'static str,
    /// Its layers and its loss, in Rust.
    pub layers: &'static str,
    /// How many numbers go in.
    pub inputs: usize,
    /// How many come out.
    pub outputs: usize,
    /// Parameters.
    pub parameters: usize,
    /// Bytes of its state.
    pub state: usize,
    /// Bytes of its file.
    pub file: usize,
    /// The target in C, and what it is.
    pub target: [&'static str; 2],
}

/// A target as C passes it.
pub trait Target: Sized {
    /// Its type there.
    type C;
    /// Its declaration there, with `#` for the number of outputs, and what it is.
    const DECLARATION: [&'static str; 2];

    /// Reads it.
    ///
    /// # Errors
    /// Those of a pointer.
    fn read(c: &Self::C) -> Result<Self, Code>;
}

/// The index of a class.
impl Target for usize {
    type C = u32;
    const DECLARATION: [&'static str; 2] = ["uint32_t target", "the class, from 0"];

    fn read(&class: &u32) -> Result<usize, Code> {
        Ok(class as usize)
    }
}

/// A number for each output.
impl<const M: usize> Target for [f32; M] {
    type C = In<[f32; M]>;
    const DECLARATION: [&'static str; 2] = ["const float target[#]", "a number for each output"];

    fn read(target: &In<[f32; M]>) -> Result<[f32; M], Code> {
        target.value().copied()
    }
}

/// Draws new weights. Only the last step writes, so an error leaves the memory as it was.
///
/// # Errors
/// Those of a pointer, and too short.
pub fn init<N: Layer>(memory: &mut Out<Online<N>>, bytes: usize, seed: u64) -> Result<(), Code> {
    let place = memory.place()?;
    if bytes < Online::<N>::BYTES {
        return Err(Code::TooShort);
    }
    place.write(Online::ZERO).network.initialize_seeded(seed);
    Ok(())
}

/// Learns one sample. The loss, if it is wanted, is that before the step.
///
/// # Errors
/// Those of a pointer, and of [`Online::step`]; no error changes anything.
pub fn learn<N, L>(
    state: &mut State<N>,
    rate: f32,
    input: &In<N::Input>,
    target: &<L::Target as Target>::C,
    loss: &mut Out<f32>,
) -> Result<(), Code>
where
    N: OnlineLayer<Scalar = f32>,
    L: Loss<N::Output, Target: Target> + Default,
{
    let (state, input, target) = (state.value()?, input.value()?, L::Target::read(target)?);
    let settings = Settings::new(L::default(), Sgd::new(rate));
    if loss.is_null() {
        state.step(&settings, input, &target)?;
    } else {
        let place = loss.place()?;
        place.write(state.step(&settings, input, &target)?);
    }
    Ok(())
}

/// Predicts: probabilities for the cross-entropies.
///
/// # Errors
/// Those of a pointer, and of [`Online::predict`]; an error leaves the output as it was.
pub fn predict<N, L>(state: &mut State<N>, input: &In<N::Input>, output: &mut Out<N::Output>) -> Result<(), Code>
where
    N: Layer<Scalar = f32>,
    L: Loss<N::Output> + Default,
{
    let (state, input, place) = (state.value()?, input.value()?, output.place()?);
    let mut outputs = [N::Output::ZERO];
    state.predict(&L::default(), core::slice::from_ref(input), &mut outputs)?;
    let [output] = outputs;
    place.write(output);
    Ok(())
}

/// Writes the file of a state into memory of the caller.
///
/// # Errors
/// Those of a pointer, and too short.
pub fn save<N: Layer<Scalar = f32>>(state: &mut State<N>, file: &mut Out<u8>, bytes: usize) -> Result<(), Code> {
    let (state, mut places) = (state.value()?, file.slice(bytes)?.iter_mut());
    if bytes < storage::bytes::<Online<N>>() {
        return Err(Code::TooShort);
    }
    storage::save(state, |chunk| -> Result<(), Code> {
        for &byte in chunk {
            places.next().ok_or(Code::TooShort)?.write(byte);
        }
        Ok(())
    })
}

/// Reads a file into a state.
///
/// # Errors
/// Those of a pointer, and of [`storage::load`]; an error leaves the state as it was.
pub fn load<N: Layer<Scalar = f32>>(state: &mut State<N>, file: &In<u8>, bytes: usize) -> Result<(), Code> {
    Ok(storage::load(state.value()?, &mut file.slice(bytes)?)?)
}

/// The hash of all parameters: equal networks have equal bits.
///
/// # Errors
/// Those of a pointer.
pub fn bits<N: Layer>(state: &mut State<N>, bits: &mut Out<u32>) -> Result<(), Code> {
    let (state, place) = (state.value()?, bits.place()?);
    place.write(state.network.bits());
    Ok(())
}

/// Exports the functions of networks, each with its name before them, and holds their headers to what Rust
/// says.
#[macro_export]
macro_rules! c_networks {
    ($($name:ident: $($layer:ty),+; $loss:ty;)+) => {
        $(
            #[allow(missing_docs)]
            pub mod $name {
                use super::*;
                use $crate::code::Code;
                use $crate::memory::{In, Out, State};
                use $crate::network::{self, Header, Target};
                use bareprop::{Layer, Loss, Online, Parameters, storage};

                // A single layer is a network too, and stands in needless parentheses.
                #[allow(unused_parens)]
                type Net = ($($layer),+);
                type Input = <Net as Layer>::Input;
                type Output = <Net as Layer>::Output;
                type Wanted = <$loss as Loss<Output>>::Target;

                pub const HEADER: Header = Header {
                    name: stringify!($name),
                    layers: stringify!($($layer),+; $loss),
                    inputs: size_of::<Input>() / 4,
                    outputs: size_of::<Output>() / 4,
                    parameters: Net::COUNT,
                    state: Online::<Net>::BYTES,
                    file: storage::bytes::<Online<Net>>(),
                    target: <Wanted as Target>::DECLARATION,
                };

                /// Where this does not compile, the header is of another network: run ./header.
                #[cfg(not(feature = "header"))]
                const _: () = {
                    const TEXT: &str = include_str!(concat!("../include/", stringify!($name), ".h"));
                    const fn says(suffix: &str) -> usize {
                        $crate::constant::constant(TEXT, stringify!($name), suffix)
                    }
                    let _: [(); says("_INPUTS")] = [(); HEADER.inputs];
                    let _: [(); says("_OUTPUTS")] = [(); HEADER.outputs];
                    let _: [(); says("_STATE_BYTES")] = [(); HEADER.state];
                    let _: [(); says("_FILE_BYTES")] = [(); HEADER.file];
                    assert!(align_of::<Online<Net>>() == 4);
                };

                #[unsafe(export_name = concat!(stringify!($name), "_state_bytes"))]
                pub extern "C" fn state_bytes() -> usize {
                    HEADER.state
                }

                #[unsafe(export_name = concat!(stringify!($name), "_init"))]
                pub extern "C" fn init(mut memory: Out<Online<Net>>, bytes: usize, seed: u64) -> Code {
                    network::init(&mut memory, bytes, seed).into()
                }

                #[unsafe(export_name = concat!(stringify!($name), "_learn"))]
                pub extern "C" fn learn(
                    mut state: State<Net>,
                    rate: f32,
                    input: In<Input>,
                    target: <Wanted as Target>::C,
                    mut loss: Out<f32>,
                ) -> Code {
                    network::learn::<Net, $loss>(&mut state, rate, &input, &target, &mut loss).into()
                }

                #[unsafe(export_name = concat!(stringify!($name), "_predict"))]
                pub extern "C" fn predict(mut state: State<Net>, input: In<Input>, mut output: Out<Output>) -> Code {
                    network::predict::<Net, $loss>(&mut state, &input, &mut output).into()
                }

                #[unsafe(export_name = concat!(stringify!($name), "_save"))]
                pub extern "C" fn save(mut state: State<Net>, mut file: Out<u8>, bytes: usize) -> Code {
                    network::save(&mut state, &mut file, bytes).into()
                }

                #[unsafe(export_name = concat!(stringify!($name), "_load"))]
                pub extern "C" fn load(mut state: State<Net>, file: In<u8>, bytes: usize) -> Code {
                    network::load(&mut state, &file, bytes).into()
                }

                #[unsafe(export_name = concat!(stringify!($name), "_bits"))]
                pub extern "C" fn bits(mut state: State<Net>, mut bits: Out<u32>) -> Code {
                    network::bits(&mut state, &mut bits).into()
                }
            }
        )+

        /// All of them.
        pub const ALL: &[$crate::network::Header] = &[$($name::HEADER),+];
    };
}
