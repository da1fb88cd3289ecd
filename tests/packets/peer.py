#!/usr/bin/env python3
"""One end of real conversations: `peer.py serve` echoes, `peer.py call` asks.  Commands
and results are lines of JSON; the end of standard input ends it.

    serve  takes {"tcp": [port...], "udp": [port...]}, once, and says {"ready": true}
    call   takes {"call": ID, "family", "protocol", "source", "sport", "destination", "port"},
           {"again": ID} and {"close": ID}; says {"answered": ID} when what it last said in
           that conversation came back, and {"failed": ID, "why"} when the kernel gives up

Addresses are the policy's, not the machine's, so the sockets are transparent ones."""

import errno
import json
import os
import selectors
import socket
import struct
import sys
import time

IP_PKTINFO, IP_TRANSPARENT, IPV6_TRANSPARENT = 8, 19, 75  # linux/in.h, linux/in6.h
AGAIN = 0.5  # seconds until a datagram without an answer is sent once more
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}


def new_socket(family, protocol):
    made = socket.socket(FAMILIES[family],
                         socket.SOCK_STREAM if protocol == 6 else socket.SOCK_DGRAM)
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == 4:
        made.setsockopt(socket.SOL_IP, IP_TRANSPARENT, 1)
    else:
        made.setsockopt(socket.IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return made


def say(**words):
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class Loop:
    """Calls what was registered with a file; standard input is read line by line."""

    def __init__(self):
        self.files = selectors.DefaultSelector()
        self.rest = b""
        self.files.register(0, selectors.EVENT_READ, self.read_commands)

    def read_commands(self):
        got = os.read(0, 65536)
        if not got:
            sys.exit(0)
        *lines, self.rest = (self.rest + got).split(b"\n")
        for line in lines:
            self.take(json.loads(line))

    def turn(self, timeout=None):
        for key, _ in self.files.select(timeout):
            key.data()


class Server(Loop):
    def take(self, command):
        for family in 4, 6:
            for port in command["tcp"]:
                listener = new_socket(family, 6)
                listener.bind(("::" if family == 6 else "0.0.0.0", port))
                listener.listen(64)
                self.files.register(listener, selectors.EVENT_READ,
                                    lambda each=listener: self.accept(each))
            for port in command["udp"]:
                self.serve_datagrams(family, port)
        say(ready=True)

    def accept(self, listener):
        made, _ = listener.accept()
        self.files.register(made, selectors.EVENT_READ, lambda: self.echo(made))

    def echo(self, made):
        try:
            got = made.recv(4096)
        except OSError:
            got = b""
        if got:
            made.sendall(got)
        else:
            self.files.unregister(made)
            made.close()

    def serve_datagrams(self, family, port):
        made = new_socket(family, 17)
        if family == 4:
            made.setsockopt(socket.SOL_IP, IP_PKTINFO, 1)
        else:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        made.bind(("::" if family == 6 else "0.0.0.0", port))
        self.files.register(made, selectors.EVENT_READ,
                            lambda: self.echo_datagram(family, made))

    def echo_datagram(self, family, made):
        """From the address that it was sent to, by whatever way leads back."""
        got, ((_, _, info), *_), _, back = made.recvmsg(4096, 256)
        if family == 4:
            level, kind, own = socket.SOL_IP, IP_PKTINFO, info[8:12]
            info = struct.pack("I4s4s", 0, own, own)
        else:
            level, kind = socket.IPPROTO_IPV6, socket.IPV6_PKTINFO
            info = info[:16] + struct.pack("I", 0)
        try:
            made.sendmsg([got], [(level, kind, info)], 0, back)
        except PermissionError:
            pass  # an answer that was dropped on its way out


class Conversation:
    def __init__(self, number, command, files):
        self.number, self.files, self.said, self.got = number, files, b"", b""
        self.stream = command["protocol"] == 6
        self.socket = new_socket(command["family"], command["protocol"])
        self.socket.bind((command["source"], command["sport"]))
        self.connected = False
        done = self.socket.connect_ex((command["destination"], command["port"]))
        self.count = 0
        if done not in (0, errno.EINPROGRESS, errno.EPERM):
            self.fail(os.strerror(done))
            return
        self.files.register(self.socket, selectors.EVENT_WRITE if self.stream
                            else selectors.EVENT_READ, self.ready)
        if not self.stream:
            self.connected = True
            self.talk()

    def fail(self, why):
        self.said = b""
        say(failed=self.number, why=why)

    def talk(self):
        self.count += 1
        self.said, self.got = f"{self.number} {self.count}\n".encode(), b""
        self.send()

    def send(self):
        self.sent = time.monotonic()
        try:
            self.socket.send(self.said)
        except PermissionError:
            pass  # dropped on its way out
        except OSError as error:
            self.fail(str(error))

    def repeat(self):
        if self.said and not self.stream and time.monotonic() - self.sent > AGAIN:
            self.send()

    def ready(self):
        if not self.connected:
            why = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if why:
                self.files.unregister(self.socket)
                self.fail(os.strerror(why))
                return
            self.connected = True
            self.files.modify(self.socket, selectors.EVENT_READ, self.ready)
            self.talk()
            return
        try:
            got = self.socket.recv(4096)
        except OSError as error:
            self.files.unregister(self.socket)
            self.fail(str(error))
            return
        self.got = self.got + got if self.stream else got
        if self.said and self.got == self.said:
            self.said = b""
            say(answered=self.number)
        elif not got:
            self.files.unregister(self.socket)
            self.fail("closed by the other end")

    def close(self):
        if self.socket in self.files.get_map():
            self.files.unregister(self.socket)
        self.socket.close()


class Client(Loop):
    def __init__(self):
        super().__init__()
        self.all = {}

    def take(self, command):
        if "call" in command:
            number = command["call"]
            self.all[number] = Conversation(number, command, self.files)
        elif "again" in command:
            self.all[command["again"]].talk()
        else:
            self.all.pop(command["close"]).close()

    def turn(self, timeout=None):
        super().turn(AGAIN)
        for each in self.all.values():
            each.repeat()


def main():
    loop = {"serve": Server, "call": Client}[sys.argv[1]]()
    while True:
        loop.turn()


if __name__ == "__main__":
    main()
