#!/usr/bin/env python3
"""live_hostile.py: puts tables, chains, rules and sets with hostile names and comments
into the kernel, raw, since nft takes none of them.

live_hostile.py OURS.json: whether what was read of them is JSON, and none of it is an
object that nobody made."""

import json
import socket
import struct
import sys

NAMES = [b'a"b', b"a\\b", b"a\nb", b"a\rb", b"a\tb", b"'", b"`", "“”".encode(), b"]]>", b"$(id)",
         b";#%|&<>", "a\u2028b".encode(), "a\u200bb".encode(), b"\xff\xfe", b"\xc3", b"\x01",
         b'", "name": "evil', b"x" * 200]
BEGIN, END, NEWTABLE, NEWCHAIN, NEWRULE, NEWSET = 16, 17, 0xA00, 0xA03, 0xA06, 0xA09
INET = 1


def attribute(kind, payload):
    size = 4 + len(payload)
    return struct.pack("=HH", size, kind) + payload + b"\0" * (-size % 4)


def number(kind, value):
    return attribute(kind, struct.pack(">I", value))


def message(kind, flags, body, family=INET, resource=0):
    head = struct.pack("=BBH", family, 0, socket.htons(resource))
    return struct.pack("=IHHII", 16 + len(head) + len(body), kind, flags, 1, 0) + head + body


def comment(text):
    text = text[:100]
    return b"\0" + bytes([len(text) + 1]) + text + b"\0"


def put():
    batch = message(BEGIN, 1, b"", 0, 10)
    for index, name in enumerate(NAMES):
        table = attribute(1, name + b"\0")
        batch += message(NEWTABLE, 0x401, table)
        batch += message(NEWCHAIN, 0x401, table + attribute(3, name + b"\0"))
        batch += message(NEWRULE, 0xC01, table + attribute(2, name + b"\0") +
                         attribute(4 | 0x8000, b"") + attribute(7, comment(name)))
        if b"%" not in name:  # the kernel would put a number there
            batch += message(NEWSET, 0x401, table + attribute(2, name + b"\0") + number(3, 0) +
                             number(4, 7) + number(5, 4) + number(10, index + 1))
    batch += message(END, 5, b"", 0, 10)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        link.bind((0, 0))
        link.send(batch)
        link.setblocking(False)
        try:
            while True:
                answer = link.recv(1 << 16)
                error = -struct.unpack_from("=i", answer, 16)[0]
                if error:
                    sys.exit(f"the kernel refuses a name: error {error}")
        except BlockingIOError:
            pass


def shown(name):
    return "".join(c if c != "\ufffd" else "?" for c in name.decode("utf-8", "replace"))


def check(path):
    with open(path, "rb") as file:
        objects = json.loads(file.read().decode("utf-8"))["nftables"]
    tables = [o["table"]["name"] for o in objects if "table" in o]
    kinds = {kind for o in objects for kind in o}
    if sorted(tables) != sorted(shown(name) for name in NAMES):
        sys.exit(f"other names than were made: {tables}")
    if kinds != {"metainfo", "table", "chain", "rule", "set"} or "evil" in tables:
        sys.exit(f"objects that nobody made: {kinds}")
    print(f"{len(tables)} hostile names")


if len(sys.argv) > 1:
    check(sys.argv[1])
else:
    put()
