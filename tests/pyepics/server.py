"""A Channel Access server of one double, written from the protocol's specification: all that libca needs to search, create, get, put and monitor."""

import selectors
import socket
import struct
import sys
import time

NAME = b"sim:ai"
PORT = 5064
MINOR = 13
SID = 77
NORMAL = 1
EPICS_EPOCH = 631152000

HEADER = struct.Struct(">HHHHII")
VERSION, EVENT_ADD, EVENT_CANCEL, WRITE, SEARCH, CLEAR_CHANNEL, READ_NOTIFY = 0, 1, 2, 4, 6, 12, 15
CREATE_CHAN, WRITE_NOTIFY, ACCESS_RIGHTS, ECHO = 18, 19, 22, 23
DBR_DOUBLE, DBR_TIME_DOUBLE, DBR_CTRL_DOUBLE = 6, 20, 34

value = 1.5


def message(command, data_type=0, count=0, parameter1=0, parameter2=0, payload=b""):
    payload += bytes(-len(payload) % 8)
    return HEADER.pack(command, len(payload), data_type, count, parameter1, parameter2) + payload


def data(data_type):
    if data_type == DBR_DOUBLE:
        return struct.pack(">d", value)
    if data_type == DBR_TIME_DOUBLE:
        now = time.time()
        return struct.pack(">HHIIId", 0, 0, int(now) - EPICS_EPOCH, int(now % 1 * 1e9), 0, value)
    if data_type == DBR_CTRL_DOUBLE:
        return struct.pack(">HHHH8s8dd", 0, 0, 3, 0, b"mm", 10, -10, 9, 8, -8, -9, 10, -10, value)
    raise ValueError(f"type {data_type} is not served")


def parse(buffer):
    """Takes whole messages from the front of a bytearray."""
    while len(buffer) >= HEADER.size:
        command, size, data_type, count, parameter1, parameter2 = HEADER.unpack_from(buffer)
        if len(buffer) < HEADER.size + size:
            return
        payload = bytes(buffer[HEADER.size:HEADER.size + size])
        del buffer[:HEADER.size + size]
        yield command, data_type, count, parameter1, parameter2, payload


class Circuit:
    def __init__(self, connection):
        self.connection, self.buffer, self.monitors = connection, bytearray(), {}

    def send(self, *fields, **named):
        self.connection.sendall(message(*fields, **named))

    def take(self, command, data_type, count, parameter1, parameter2, payload):
        global value
        if command == VERSION:
            self.send(VERSION, count=MINOR)
        elif command == CREATE_CHAN:
            self.send(ACCESS_RIGHTS, parameter1=parameter1, parameter2=3)
            self.send(CREATE_CHAN, DBR_DOUBLE, 1, parameter1, SID)
        elif command == READ_NOTIFY:
            self.send(READ_NOTIFY, data_type, 1, NORMAL, parameter2, data(data_type))
        elif command in (WRITE, WRITE_NOTIFY):
            value = struct.unpack_from(">d", payload)[0]
            for subscription, monitored in self.monitors.items():
                self.send(EVENT_ADD, monitored, 1, NORMAL, subscription, data(monitored))
            if command == WRITE_NOTIFY:
                self.send(WRITE_NOTIFY, data_type, 1, NORMAL, parameter2)
        elif command == EVENT_ADD:
            self.monitors[parameter2] = data_type
            self.send(EVENT_ADD, data_type, 1, NORMAL, parameter2, data(data_type))
        elif command == EVENT_CANCEL:
            self.monitors.pop(parameter2, None)
            self.send(EVENT_ADD, data_type, 0, parameter1, parameter2)
        elif command == CLEAR_CHANNEL:
            self.send(CLEAR_CHANNEL, 0, 0, parameter1, parameter2)
        elif command == ECHO:
            self.send(ECHO)


def answer_searches(udp):
    datagram, sender = udp.recvfrom(65536)
    for command, _, _, cid, _, payload in parse(bytearray(datagram)):
        if command == SEARCH and payload.rstrip(b"\0") == NAME:
            found = message(SEARCH, PORT, 0, 0xFFFFFFFF, cid, struct.pack(">H", MINOR))
            udp.sendto(message(VERSION, count=MINOR) + found, sender)


def main():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", PORT))
    tcp = socket.create_server(("127.0.0.1", PORT))
    selector = selectors.DefaultSelector()
    selector.register(udp, selectors.EVENT_READ)
    selector.register(tcp, selectors.EVENT_READ)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            if key.fileobj is udp:
                answer_searches(udp)
            elif key.fileobj is tcp:
                connection, _ = tcp.accept()
                selector.register(connection, selectors.EVENT_READ, Circuit(connection))
            else:
                received = key.fileobj.recv(65536)
                if not received:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
                    continue
                key.data.buffer += received
                for fields in parse(key.data.buffer):
                    key.data.take(*fields)


if __name__ == "__main__":
    sys.exit(main())
