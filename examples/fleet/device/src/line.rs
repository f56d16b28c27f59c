//! The line to the gateway, and the arguments: of the board on a chip, of the process on the desktop.

#[cfg(not(target_os = "none"))]
use std::io::{Read, Write};

/// What a device learns.
#[derive(Clone, Copy)]
pub enum Job {
    Motions,
    /// The same with dropout.
    Dropout,
    /// The same with another network.
    #[cfg(not(target_os = "none"))]
    Narrow,
    #[cfg(not(target_os = "none"))]
    Digits,
}

#[cfg(not(target_os = "none"))]
impl Job {
    fn named(name: &str) -> Option<Self> {
        match name {
            "motions" => Some(Job::Motions),
            "dropout" => Some(Job::Dropout),
            "narrow" => Some(Job::Narrow),
            "digits" => Some(Job::Digits),
            _ => None,
        }
    }
}

/// Which device it is, of how many.
pub struct Arguments {
    pub job: Job,
    pub number: u32,
    pub devices: u32,
}

impl Arguments {
    #[cfg(target_os = "none")]
    pub fn read() -> Option<Self> {
        let (job, number, devices) = crate::board::identity();
        (number < devices).then_some(Arguments { job, number, devices })
    }

    #[cfg(not(target_os = "none"))]
    pub fn read() -> Option<Self> {
        let arguments: Vec<String> = std::env::args().collect();
        let read = Self::of(arguments.iter().map(String::as_str));
        if read.is_none() {
            eprintln!("fleet-device motions|dropout|narrow|digits NUMBER DEVICES");
        }
        read
    }

    #[cfg(not(target_os = "none"))]
    fn of<'a>(arguments: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut arguments = arguments.skip(1);
        let job = Job::named(arguments.next()?)?;
        let (number, devices) = (arguments.next()?.parse().ok()?, arguments.next()?.parse().ok()?);
        (number < devices).then_some(Arguments { job, number, devices })
    }
}

/// Says what is wrong, where there is somebody who reads it. Returns false.
pub fn complain(what: &str) -> bool {
    #[cfg(not(target_os = "none"))]
    eprintln!("{what}");
    let _ = what;
    false
}

/// Bytes to and from the gateway.
#[cfg(target_os = "none")]
pub struct Line(crate::board::Uart);

#[cfg(target_os = "none")]
impl Line {
    pub fn open() -> Option<Self> {
        Some(Line(crate::board::Uart::open()))
    }

    /// Waits for a byte.
    pub fn read(&mut self, bytes: &mut [u8]) -> usize {
        bytes.iter_mut().take(1).for_each(|byte| *byte = self.0.read());
        1
    }

    pub fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0.write(byte));
    }

    pub fn flush(&mut self) {}
}

/// Bytes to and from the gateway.
#[cfg(not(target_os = "none"))]
pub struct Line {
    input: std::io::Stdin,
    output: std::io::BufWriter<std::io::Stdout>,
}

#[cfg(not(target_os = "none"))]
impl Line {
    pub fn open() -> Option<Self> {
        Some(Line { input: std::io::stdin(), output: std::io::BufWriter::new(std::io::stdout()) })
    }

    /// Waits for bytes. 0 where there will be none any more.
    pub fn read(&mut self, bytes: &mut [u8]) -> usize {
        self.input.read(bytes).unwrap_or(0)
    }

    /// A frame that is not heard is asked for again: an error has no consequence here.
    pub fn write(&mut self, bytes: &[u8]) {
        let _ = self.output.write_all(bytes);
    }

    pub fn flush(&mut self) {
        let _ = self.output.flush();
    }
}
