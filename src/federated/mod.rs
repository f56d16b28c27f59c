//! Federated learning, the side of the device: one network that many devices train, each with its own rows.
//!
//! In a round a server sends parameters, the device trains them with its rows, and answers with the new parameters or
//! with their difference. The rows stay on the device. [`Device`] is that, as a state machine that is fed with bytes
//! of a serial line and writes bytes. The page [`docs::fleet`](crate::docs::fleet) has the frames and the server, which is
//! [Flower](https://flower.ai).
//!
//! ```
//! use bareprop::federated::{Device, Plan, Task, write_message, Message};
//! use bareprop::rand_xorshift::XorShiftRng;
//! use bareprop::*;
//! use rand_core::SeedableRng;
//! type Net = (Dense<2, 8, Tanh>, Dense<8, 2>);
//! const { assert!(Device::<Net>::BYTES < 500) };
//!
//! let mut device = Device::<Net>::ZERO;
//! let mut trainer = Trainer::<Net, Adam, 1>::ZERO;
//! let settings = Settings::new(SoftmaxCrossEntropy::new(), Adam::new(0.01));
//! let samples = Samples::new(&[[0.0, 1.0], [1.0, 0.0]], &[0, 1])?;
//! let (mut line, mut answers) = (vec![], vec![]);
//! write_message(&Message::Hello, &mut |bytes: &[u8]| line.extend_from_slice(bytes)); // what the serial line would bring
//!
//! let mut send = |bytes: &[u8]| answers.extend_from_slice(bytes);
//! for byte in line {
//!     match device.receive(byte, &mut send) {
//!         Some(Task::Train) => device.train(
//!             &mut trainer, &settings, &samples, &mut XorShiftRng::seed_from_u64(1), &mut send,
//!         )?,
//!         Some(Task::Evaluate) => device.evaluate(
//!             &mut trainer, &settings, &samples, |logits, &class| (logits[1] > logits[0]) == (class == 1), &mut send,
//!         )?,
//!         None => {}
//!     }
//! }
//! assert_eq!(answers.len(), 23); // what the device is
//! # Ok::<(), Error>(())
//! ```

mod chunk;
mod device;
mod frame;
mod learner;
mod message;
mod plan;
mod proximal;
mod update;

pub use chunk::CHUNK;
pub use device::{Device, Task};
pub use frame::{FRAME, Reader, START};
pub use learner::Learner;
pub use message::{Message, Refusal, write_message};
pub use plan::{Answer, Plan, Report, VERSION};
