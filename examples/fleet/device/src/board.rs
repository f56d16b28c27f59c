//! QEMU's boards: the number of the device, and the serial port, which is a CMSDK UART on the Cortex-M4F of mps2-an386 and a
//! 16550 on the RISC-V `virt`. For a real board the crate of its chip has both.
//!
//! The processor sleeps until a byte comes. Interrupts stay disabled: a pending one wakes it, and no handler runs.

use core::ptr::{read_volatile, write_volatile};

use crate::line::Job;

/// The first serial port.
pub struct Uart;

/// The job, the number of the device and how many there are: a word that QEMU puts behind the memory of the program.
pub fn identity() -> (Job, u32, u32) {
    let word: u32 = read(board::IDENTITY);
    let job = if word & 0x8000 == 0 { Job::Motions } else { Job::Dropout };
    (job, word & 0x7fff, word >> 16)
}

/// Reads a register.
fn read<T>(address: usize) -> T {
    // SAFETY: every address here is a register or a word of the board's memory map, aligned, and no memory of the program.
    unsafe { read_volatile(address as *const T) }
}

/// Writes a register.
fn write<T>(address: usize, value: T) {
    // SAFETY: as in `read`.
    unsafe { write_volatile(address as *mut T, value) }
}

#[cfg(target_arch = "arm")]
mod board {
    use super::{read, write};

    pub const IDENTITY: usize = 0x2010_0000;
    const DATA: usize = 0x4000_4000;
    const STATE: usize = DATA + 4;
    const CONTROL: usize = DATA + 8;
    const INTERRUPT: usize = DATA + 12;
    const BAUD_DIVIDER: usize = DATA + 16;
    const NVIC_ENABLE: usize = 0xe000_e100;
    const NVIC_UNPEND: usize = 0xe000_e280;

    /// Transmitter, receiver, and the receiver's interrupt, number 0.
    pub fn open() {
        cortex_m::interrupt::disable();
        write(BAUD_DIVIDER, 217_u32); // 25 MHz / 115200
        write(CONTROL, 1_u32 | 2 | 8);
        write(NVIC_ENABLE, 1_u32);
    }

    pub fn has_byte() -> bool {
        read::<u32>(STATE) & 2 != 0
    }

    pub fn byte() -> u8 {
        let byte = read::<u32>(DATA) as u8;
        write(INTERRUPT, 2_u32);
        write(NVIC_UNPEND, 1_u32);
        byte
    }

    pub fn is_full() -> bool {
        read::<u32>(STATE) & 1 != 0
    }

    pub fn send(byte: u8) {
        write(DATA, u32::from(byte));
    }

    pub fn wait() {
        cortex_m::asm::wfi();
    }
}

#[cfg(target_arch = "riscv32")]
mod board {
    use super::{read, write};

    pub const IDENTITY: usize = 0x8020_0000;
    const DATA: usize = 0x1000_0000;
    const INTERRUPTS: usize = DATA + 1;
    const STATE: usize = DATA + 5;
    /// The UART's number at the interrupt controller.
    const SOURCE: u32 = 10;
    const PRIORITIES: usize = 0x0c00_0000;
    const ENABLE: usize = 0x0c00_2000;
    const CLAIM: usize = 0x0c20_0004;

    /// The receiver's interrupt, through the controller to the core.
    pub fn open() {
        riscv::interrupt::disable();
        write(INTERRUPTS, 1_u8);
        write(PRIORITIES + 4 * SOURCE as usize, 1_u32);
        write(ENABLE, 1_u32 << SOURCE);
        // SAFETY: interrupts are disabled, so that this only wakes the core.
        unsafe { riscv::register::mie::set_mext() };
    }

    pub fn has_byte() -> bool {
        read::<u8>(STATE) & 1 != 0
    }

    pub fn byte() -> u8 {
        let byte = read(DATA);
        write(CLAIM, read::<u32>(CLAIM));
        byte
    }

    pub fn is_full() -> bool {
        read::<u8>(STATE) & 0x20 == 0
    }

    pub fn send(byte: u8) {
        write(DATA, byte);
    }

    pub fn wait() {
        riscv::asm::wfi();
    }
}

impl Uart {
    pub fn open() -> Self {
        board::open();
        Uart
    }

    /// Waits for a byte.
    pub fn read(&mut self) -> u8 {
        while !board::has_byte() {
            board::wait();
        }
        board::byte()
    }

    pub fn write(&mut self, byte: u8) {
        while board::is_full() {}
        board::send(byte);
    }
}
