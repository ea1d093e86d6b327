#!/usr/bin/env python3
"""What the kernel's TCP does in a cut: tcp_probe.py HOST PORT

Connects, waits for a line on standard input, which says that packets vanish, sends a byte and begins
a second connection. What is sent when is seen on the wire; this prints which ports they have."""

import socket
import sys
import time


def note(what, sock):
    print(f"{time.time():.6f} tcp {what} {sock.getsockname()[1]}", flush=True)


def main():
    address = (sys.argv[1], int(sys.argv[2]))
    first = socket.create_connection(address)
    print(f"{time.time():.6f} tcp connected", flush=True)
    sys.stdin.readline()
    note("data-port", first)
    first.send(b"\x16")
    second = socket.socket()
    second.setblocking(False)
    second.connect_ex(address)
    note("syn-port", second)
    sys.stdin.readline()  # until it is ended


main()
