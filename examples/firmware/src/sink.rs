//! Where the programs `format_…` write to.

use core::convert::Infallible;
use core::fmt;

/// Keeps a hash of the text, and no text.
#[derive(Default)]
pub struct Sink(pub u32);

impl fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = text.bytes().fold(self.0, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Ok(())
    }
}

impl ufmt::uWrite for Sink {
    type Error = Infallible;

    fn write_str(&mut self, text: &str) -> Result<(), Infallible> {
        // A hash takes all text.
        let _ = fmt::Write::write_str(self, text);
        Ok(())
    }
}

/// A program that writes 256 numbers to a sink, each by the expression.
#[macro_export]
macro_rules! written {
    (|$sink:ident, $number:ident| $write:expr) => {
        firmware::counted!(firmware::sink::Number, |numbers, sensor, counter| {
            let mut $sink = firmware::sink::Sink::default();
            for _ in 0..firmware::quadrants::COUNTED {
                sensor.fill(numbers);
                let [[$number]] = *numbers;
                if counter.count(true, || $write.is_err()) {
                    return 0;
                }
            }
            $sink.0
        });
    };
}

/// A number to write.
pub type Number = [[f32; 1]; 1];
