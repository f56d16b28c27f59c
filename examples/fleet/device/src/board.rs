//! QEMU's boards: the number of the device, and the serial port, which is a CMSDK UART on the Cortex-M4F of mps2-an386 and a
//! 16550 on the RISC-V `virt`. For a real board the crate of its chip has both.
//!
//! The processor sleeps until a byte comes. Interrupts stay disabled: a pending one wakes it, and no handler runs.

use core::ptr::{read_volatile, write_volatile};

/// The first serial port.
pub struct Uart;

/// The number of the device and how many there are: a word that QEMU puts behind the memory of the program.
pub fn identity() -> (u32, u32) {
    // SAFETY: an aligned word of the board's memory, which nothing else uses.
    let word = unsafe { read_volatile(board::IDENTITY as *const u32) };
    (word & 0xffff, word >> 16)
}

/// Writes a register of 32 bits.
fn write(address: usize, value: u32) {
    // SAFETY: every address here is a register of the board's memory map, aligned, and no memory of the program.
    unsafe { write_volatile(address as *mut u32, value) }
}

#[cfg(target_arch = "arm")]
mod board {
    use super::{read_volatile, write};

    pub const IDENTITY: usize = 0x2010_0000;
    const DATA: usize = 0x4000_4000;
    const STATE: usize = DATA + 4;
    const CONTROL: usize = DATA + 8;
    const INTERRUPT: usize = DATA + 12;
    const BAUD_DIVIDER: usize = DATA + 16;
    const NVIC_ENABLE: usize = 0xe000_e100;
    const NVIC_UNPEND: usize = 0xe000_e280;

    fn read(address: usize) -> u32 {
        // SAFETY: as in `write`.
        unsafe { read_volatile(address as *const u32) }
    }

    /// Transmitter, receiver, and the receiver's interrupt, number 0.
    pub fn open() {
        cortex_m::interrupt::disable();
        write(BAUD_DIVIDER, 217); // 25 MHz / 115200
        write(CONTROL, 1 | 2 | 8);
        write(NVIC_ENABLE, 1);
    }

    pub fn has_byte() -> bool {
        read(STATE) & 2 != 0
    }

    pub fn byte() -> u8 {
        let byte = read(DATA) as u8;
        write(INTERRUPT, 2);
        write(NVIC_UNPEND, 1);
        byte
    }

    pub fn is_full() -> bool {
        read(STATE) & 1 != 0
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
    use super::{read_volatile, write, write_volatile};

    pub const IDENTITY: usize = 0x8020_0000;
    const DATA: usize = 0x1000_0000;
    const INTERRUPTS: usize = DATA + 1;
    const STATE: usize = DATA + 5;
    /// The UART's number at the interrupt controller.
    const SOURCE: u32 = 10;
    const PRIORITIES: usize = 0x0c00_0000;
    const ENABLE: usize = 0x0c00_2000;
    const CLAIM: usize = 0x0c20_0004;

    fn read<T>(address: usize) -> T {
        // SAFETY: as in `write`.
        unsafe { read_volatile(address as *const T) }
    }

    fn write_byte(address: usize, value: u8) {
        // SAFETY: as in `write`.
        unsafe { write_volatile(address as *mut u8, value) }
    }

    /// The receiver's interrupt, through the controller to the core.
    pub fn open() {
        riscv::interrupt::disable();
        write_byte(INTERRUPTS, 1);
        write(PRIORITIES + 4 * SOURCE as usize, 1);
        write(ENABLE, 1 << SOURCE);
        // SAFETY: interrupts are disabled, so that this only wakes the core.
        unsafe { riscv::register::mie::set_mext() };
    }

    pub fn has_byte() -> bool {
        read::<u8>(STATE) & 1 != 0
    }

    pub fn byte() -> u8 {
        let byte = read(DATA);
        write(CLAIM, read(CLAIM));
        byte
    }

    pub fn is_full() -> bool {
        read::<u8>(STATE) & 0x20 == 0
    }

    pub fn send(byte: u8) {
        write_byte(DATA, byte);
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
