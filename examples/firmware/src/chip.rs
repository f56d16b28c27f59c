//! Where a program starts on each target, and how it reports: over semihosting on a chip, through the host on wasm, on
//! standard output on a desktop.

use core::convert::Infallible;

use ufmt::{Formatter, uDisplay, uWrite};

/// Standard output of the debugger, of the host, of the process.
pub struct Output;

impl uWrite for Output {
    type Error = Infallible;

    #[cfg(target_os = "none")]
    fn write_str(&mut self, text: &str) -> Result<(), Infallible> {
        use semihosting::io::{Write, stdout};
        if let Ok(mut stdout) = stdout() {
            // Nobody can be told that nobody listens.
            let _ = stdout.write_all(text.as_bytes());
        }
        Ok(())
    }

    #[cfg(target_family = "wasm")]
    fn write_str(&mut self, text: &str) -> Result<(), Infallible> {
        #[link(wasm_import_module = "env")]
        unsafe extern "C" {
            safe fn write(text: *const u8, length: usize);
        }
        write(text.as_ptr(), text.len());
        Ok(())
    }

    #[cfg(not(any(target_os = "none", target_family = "wasm")))]
    fn write_str(&mut self, text: &str) -> Result<(), Infallible> {
        print!("{text}");
        Ok(())
    }
}

/// A number with four digits behind the point, written by integer arithmetic: `core` takes 10 KB of flash for it (`measure/format_float.rs`).
pub struct Fixed(pub f32);

impl uDisplay for Fixed {
    fn fmt<W: uWrite + ?Sized>(&self, f: &mut Formatter<'_, W>) -> Result<(), W::Error> {
        let magnitude = (self.0.abs() * 10_000.0 + 0.5) as u32;
        if self.0 < 0.0 {
            f.write_str("-")?;
        }
        (magnitude / 10_000).fmt(f)?;
        f.write_str(".")?;
        for unit in [1000, 100, 10, 1] {
            (magnitude.checked_div(unit).unwrap_or(0) % 10).fmt(f)?;
        }
        Ok(())
    }
}

/// The bits of something, as eight hexadecimal digits.
pub struct Bits(pub u32);

impl uDisplay for Bits {
    fn fmt<W: uWrite + ?Sized>(&self, f: &mut Formatter<'_, W>) -> Result<(), W::Error> {
        for digit in (0..8_u32).rev() {
            let digit = (self.0 >> (4 * digit) & 15) as u8;
            f.write_char(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }))?;
        }
        Ok(())
    }
}

/// Prints a line, in the syntax of `ufmt`.
#[macro_export]
macro_rules! line {
    ($($argument:tt)*) => {{ let Ok(()) = ::ufmt::uwriteln!(&mut $crate::chip::Output, $($argument)*); }};
}

/// Ends the program; `success` becomes the exit code of the debugger or of the process.
#[cfg(target_os = "none")]
pub fn exit(success: bool) -> ! {
    semihosting::process::exit(i32::from(!success))
}

/// Makes a function `fn() -> bool` the program: it tells whether it went well.
#[macro_export]
macro_rules! start {
    ($main:path) => {
        #[cfg(all(target_os = "none", target_arch = "arm"))]
        #[cortex_m_rt::entry]
        fn entry() -> ! {
            $crate::chip::exit($main())
        }

        #[cfg(all(target_os = "none", target_arch = "riscv32"))]
        #[riscv_rt::entry]
        fn entry() -> ! {
            $crate::chip::exit($main())
        }

        #[cfg(target_family = "wasm")]
        #[unsafe(export_name = "run")]
        extern "C" fn entry() -> bool {
            $main()
        }

        #[cfg(not(any(target_os = "none", target_family = "wasm")))]
        fn main() {
            if !$main() {
                std::process::exit(1);
            }
        }
    };
}

/// Never called: nothing here can panic, and the script looks into the program to see that this function is not in it.
#[cfg(any(target_os = "none", target_family = "wasm"))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
