#!/usr/bin/env python3
"""A plain client of the package paho-mqtt, as a program for --client: HOST PORT DEVICE EVERY"""

import os
import random
import ssl
import sys
import threading
import time

import paho.mqtt.client as mqtt

HOST, PORT, DEVICE, EVERY = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])


def note(what, value=""):
    print(f"{time.time():.6f} {DEVICE} {what} {value}".rstrip(), flush=True)


class Client(mqtt.Client):
    """Notes each attempt, the first and those that the package makes by itself."""

    def reconnect(self):
        note("attempt")
        return super().reconnect()


def watch_lateness():
    last = time.monotonic()
    while True:
        time.sleep(0.1)
        late = time.monotonic() - last - 0.1
        last = time.monotonic()
        if late > 0.05:
            note("late", f"{late:.3f}")


def on_connect(client, userdata, flags, code):
    if code == 0:
        note("connected")


def on_disconnect(client, userdata, code):
    note("lost")


def on_publish(client, userdata, number):
    note("accepted")


def main():
    threading.Thread(target=watch_lateness, daemon=True).start()
    note("versions", '{"python": "%s", "paho-mqtt": "%s"}' % (sys.version.split()[0], mqtt_version()))
    client = Client(client_id=DEVICE)
    client.on_connect, client.on_disconnect, client.on_publish = on_connect, on_disconnect, on_publish
    client.tls_set(ca_certs=os.environ["HUB_CA"], tls_version=ssl.PROTOCOL_TLS_CLIENT)
    client.connect(HOST, PORT, keepalive=60)
    client.loop_start()
    if EVERY == 0:
        threading.Event().wait()
    due = time.monotonic() + EVERY * random.random()
    while True:
        time.sleep(max(0, due - time.monotonic()))
        client.publish(f"{DEVICE}/events", "{}", qos=1)
        due += EVERY


def mqtt_version():
    import paho.mqtt

    return paho.mqtt.__version__


main()
