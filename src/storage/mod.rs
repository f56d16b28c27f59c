//! Networks and trainers as bytes, documented byte by byte in [`docs::format`](crate::docs::format).
//!
//! [`save`] hands out the file of a value in chunks, without a copy of it. [`load`] reads one, all or nothing.
//! A network is a *model*: what inference needs. A [`Trainer`](crate::Trainer) or an
//! [`Online`](crate::Online) is a *checkpoint*: with it training goes on to the same bits as without a break.
//!
//! ```
//! use bareprop::{Adam, BinaryCrossEntropy, Dense, Layer, Parameters, Samples, Settings, Tanh, Trainer, Zero, storage};
//! type Net = (Dense<1, 4, Tanh>, Dense<4, 1>);
//! let samples = Samples::new(&[[-1.0], [0.5]], &[[0.0], [1.0]])?;
//! let settings = Settings { epochs: 10, ..Settings::new(BinaryCrossEntropy::new(), Adam::new(0.01)) };
//! let mut trainer = Trainer::<Net, Adam>::ZERO;
//! trainer.network.initialize_seeded(1);
//! trainer.fit(&settings, &samples, None, None, |_, _| ())?;
//!
//! let mut file = vec![];
//! storage::save(&mut trainer, |bytes| -> Result<(), ()> { Ok(file.extend_from_slice(bytes)) }).unwrap();
//! let mut other = Trainer::<Net, Adam>::ZERO;
//! storage::load(&mut other, &mut file.as_slice()).unwrap();
//!
//! trainer.fit(&settings, &samples, None, None, |_, _| ())?;
//! other.fit(&settings, &samples, None, None, |_, _| ())?;
//! assert_eq!(other.network.bits(), trainer.network.bits());
//! # Ok::<(), bareprop::Error>(())
//! ```

pub(crate) mod crc;
#[cfg(feature = "std")]
mod file;
#[cfg(feature = "embedded-storage")]
pub mod flash;
pub(crate) mod format;
mod pieces;
pub mod safetensors;
mod source;
mod states;

#[cfg(feature = "std")]
pub use file::{load_file, save_file};
pub use format::{Error, bytes, load, save};
pub use pieces::{Pieces, Stored, fingerprint};
pub(crate) use pieces::{network, tensors};
pub use source::Source;
pub use states::Scaled;
