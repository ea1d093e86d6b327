#!/usr/bin/env python3
"""Notes what passes a host's link, as the kernel has it: wire.py INTERFACE BROKER PORT

Lines of SECONDS PORT WHAT, the port that of the client:
  syn, again     a connection is begun; the same SYN once more
  send, repeat   data; the same data once more
  in, reset      a packet of the broker; one with RST
  probe, answered   each second a datagram to a closed port of the broker, and the kernel's refusal of it
  drops          at the end: how many packets were not noted
"""

import select
import signal
import socket
import struct
import sys
import time

SO_TIMESTAMPNS, SO_RCVBUFFORCE = 35, 33
SOL_PACKET, PACKET_STATISTICS, ALL = 263, 6, 0x0300
OUTGOING = 4
CLOSED_PORT = 9
FIN, SYN, RST = 1, 2, 4


class Wire:
    def __init__(self, interface, broker, port):
        self.broker, self.port = socket.inet_aton(broker), port
        self.seen = {}  # port: [first sequence number, the one after all that was sent]
        self.link = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, ALL)
        self.link.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.link.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        self.link.bind((interface, 0))
        self.prober = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def note(self, at, port, what, value=""):
        sys.stdout.write(f"{at:.6f} {port} {what} {value}".rstrip() + "\n")

    def probe(self):
        self.prober.sendto(b"probe", (socket.inet_ntoa(self.broker), CLOSED_PORT))

    def read(self):
        packet, about, _, address = self.link.recvmsg(128, 128)
        seconds, nanoseconds = struct.unpack("qq", about[0][2])
        at = seconds + nanoseconds / 1e9
        outgoing = address[2] == OUTGOING
        if len(packet) < 28 or packet[0] >> 4 != 4:
            return
        if packet[16:20] != self.broker if outgoing else packet[12:16] != self.broker:
            return
        header = 4 * (packet[0] & 15)
        protocol, body = packet[9], packet[header:]
        if protocol == socket.IPPROTO_UDP and outgoing:
            self.note(at, 0, "probe")
        elif protocol == socket.IPPROTO_ICMP and not outgoing and body[:2] == b"\x03\x03":
            self.note(at, 0, "answered")
        elif protocol == socket.IPPROTO_TCP and len(body) >= 20:
            length = struct.unpack("!H", packet[2:4])[0] - header
            self.tcp(at, outgoing, length, body)

    def tcp(self, at, outgoing, length, segment):
        source, target, sequence = struct.unpack("!HHI", segment[:8])
        flags, data = segment[13], length - 4 * (segment[12] >> 4)
        if not outgoing and source == self.port:
            self.note(at, target, "reset" if flags & RST else "in")
        elif outgoing and target == self.port and flags & SYN:
            again = self.seen.get(source, [None])[0] == sequence
            self.seen[source] = [sequence, sequence + 1]
            self.note(at, source, "again" if again else "syn")
        elif outgoing and target == self.port and data > 0:
            self.seen.setdefault(source, [None, sequence])
            beyond = (sequence + data - self.seen[source][1]) & 0xFFFFFFFF  # numbers that go round
            repeat = beyond == 0 or beyond >= 0x80000000
            if not repeat:
                self.seen[source][1] = (sequence + data) & 0xFFFFFFFF
            self.note(at, source, "repeat" if repeat else "send")

    def run(self):
        following = time.monotonic()
        while True:
            ready, _, _ = select.select([self.link], [], [], max(0, following - time.monotonic()))
            if ready:
                self.read()
            if time.monotonic() >= following:
                self.probe()
                sys.stdout.flush()
                following += 1

    def end(self):
        _, drops = struct.unpack("II", self.link.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        self.note(time.time(), 0, "drops", drops)
        sys.stdout.flush()


def main():
    wire = Wire(sys.argv[1], sys.argv[2], int(sys.argv[3]))

    def end(*_):
        raise SystemExit

    signal.signal(signal.SIGTERM, end)
    try:
        wire.run()
    finally:
        wire.end()


main()
