"""Asks the device at an address what it is: its fingerprint, and the size of the file that it takes."""

import argparse
import sys

from fleet.gateway import DeviceError, Times, ask_what_it_is


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="pipe:COMMAND, serial:/dev/ttyACM0@115200 or tcp:HOST:PORT")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to wait for it")
    options = parser.parse_args()
    try:
        here = ask_what_it_is(options.address, Times(deadline=options.seconds))
    except DeviceError as error:
        sys.exit(f"{options.address}: {error}")
    print(f"version {here.version} of the frames, numbers of {here.scalar} bytes, the last round it began: {here.round}")
    print(f"fingerprint 0x{here.fingerprint:08X}, a file of {here.bytes} bytes: {(here.bytes - 24) // here.scalar} numbers")


if __name__ == "__main__":
    main()
