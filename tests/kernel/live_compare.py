#!/usr/bin/env python3
"""live_compare.py NFT.json OURS.json [--unknown N]: whether what carveout reads of the
kernel by netlink is what `nft -j list ruleset` of the same kernel prints.

Every table, chain, set, map and rule must be there on both sides, in the same order
within its chain, and say the same, or the rule of ours must say outright that it holds
something unknown.  Left out are handles, counts, and what nft 1.0.6 does not print;
names of protocols and of types of ICMP are turned into their numbers.  With --unknown,
at most N rules may be unknown."""

import json
import socket
import sys

ICMP = {"echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5,
        "echo-request": 8, "router-advertisement": 9, "router-solicitation": 10,
        "time-exceeded": 11, "parameter-problem": 12, "timestamp-request": 13,
        "timestamp-reply": 14, "info-request": 15, "info-reply": 16,
        "address-mask-request": 17, "address-mask-reply": 18}
ICMPV6 = {"destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3,
          "parameter-problem": 4, "echo-request": 128, "echo-reply": 129,
          "mld-listener-query": 130, "mld-listener-report": 131, "mld-listener-done": 132,
          "nd-router-solicit": 133, "nd-router-advert": 134, "nd-neighbor-solicit": 135,
          "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138,
          "ind-neighbor-solicit": 141, "ind-neighbor-advert": 142,
          "mld2-listener-report": 143}
KINDS = ("table", "set", "map", "chain", "rule")


def protocol(value):
    if isinstance(value, str):
        try:
            return socket.getprotobyname(value)
        except OSError:
            return {"ip": 0}.get(value, value)
    return value


def number_of(kind):
    """What turns a word of that kind into its number."""
    return {"inet_proto": protocol, "icmp_type": lambda v: ICMP.get(v, v),
            "icmpv6_type": lambda v: ICMPV6.get(v, v)}.get(kind, lambda v: v)


def kind_of(left):
    if not isinstance(left, dict):
        return None
    payload = left.get("payload", {})
    if left.get("meta", {}).get("key") == "l4proto" or payload.get("field") in ("protocol", "nexthdr"):
        return "inet_proto"
    if payload.get("field") == "type":
        return payload["protocol"] + "_type"
    return None


def value(node, kinds):
    """A value with its words as numbers; `kinds`: of the fields of a concatenation."""
    if isinstance(node, dict):
        if "concat" in node:
            return {"concat": [value(part, [kind]) for part, kind in zip(node["concat"], kinds)]}
        if "set" in node:
            return {"set": sorted((value(item, kinds) for item in node["set"]), key=json.dumps)}
        if "range" in node:
            return {"range": [value(end, kinds) for end in node["range"]]}
        if "elem" in node:
            inside = {key: member for key, member in node["elem"].items()
                      if key not in ("expires", "counter")}
            inside["val"] = value(inside["val"], kinds)
            return {"elem": inside} if len(inside) > 1 else inside["val"]
        return node
    if isinstance(node, list):
        # An element of a map; nft 1.0.6 leaves out the verdict `accept`.
        if node and not isinstance(node[-1], str) or len(node) == 1 or kinds == [None]:
            head, tail = node[0], node[1:] or [{"accept": None}]
            if isinstance(tail[0], dict) or len(node) == 1:
                return [value(head, kinds), tail[0]]
        return [value(item, kinds) for item in node]
    return number_of(kinds[0])(node)


def kinds_of(left):
    if isinstance(left, dict) and "concat" in left:
        return [kind_of(part) for part in left["concat"]]
    return [kind_of(left)]


def statement(node):
    key = next(iter(node))
    body = node[key]
    if key == "match":
        return {key: {**body, "right": value(body["right"], kinds_of(body["left"]))}}
    if key == "vmap":
        return {key: {**body, "data": value(body["data"], kinds_of(body["key"]))}}
    if key == "counter":
        return {key: None}
    if key == "log" and body and "flags" in body:
        return {key: {**body, "flags": True}}
    if key == "reject":
        return {key: (body or {}).get("type")}
    return node


def normal(kind, body):
    body = {key: member for key, member in body.items() if key not in ("handle", "comment")} \
        if kind != "rule" else {key: member for key, member in body.items() if key != "handle"}
    if kind == "rule":
        body["expr"] = [statement(node) for node in body["expr"]]
        # It says of whom it is, which the kernel does not tell.
        body.pop("index", None)
    if kind in ("set", "map"):
        types = body["type"] if isinstance(body["type"], list) else [body["type"]]
        if "elem" in body:
            body["elem"] = value({"set": body["elem"]}, types)["set"]
        if "flags" in body:
            body["flags"] = [flag for flag in body["flags"] if flag != "dynamic"]
        if "stmt" in body:
            body["stmt"] = True
    return body


def read(path):
    objects = {}
    with open(path, encoding="utf-8") as file:
        for entry in json.load(file)["nftables"]:
            kind = next(iter(entry))
            if kind not in KINDS:
                continue
            body = normal(kind, entry[kind])
            place = (kind, body["family"], body.get("table"), body.get("chain"), body.get("name"))
            objects.setdefault(place, []).append(body)
    return objects


def holds_unknown(node):
    if isinstance(node, dict):
        return "unknown" in node or any(holds_unknown(member) for member in node.values())
    return isinstance(node, list) and any(holds_unknown(member) for member in node)


def main():
    theirs, ours = read(sys.argv[1]), read(sys.argv[2])
    most = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    problems, unknown, count = [], 0, 0
    for place in sorted(set(theirs) | set(ours), key=str):
        left, right = theirs.get(place, []), ours.get(place, [])
        if len(left) != len(right):
            problems.append(f"{place}: {len(left)} of nft's, {len(right)} of ours")
        for a, b in zip(left, right):
            count += 1
            if json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True):
                continue
            if place[0] in ("rule", "set", "map") and holds_unknown(b):
                unknown += 1
                if "--show" in sys.argv:
                    print(json.dumps(a.get("expr", a)))
                continue
            problems.append(f"{place}\n  nft:  {json.dumps(a)}\n  ours: {json.dumps(b)}")
    if unknown > most:
        problems.append(f"{unknown} are unknown, at most {most} may be")
    print("\n".join(problems[:20]))
    print(f"{count} objects of the kernel, {unknown} of them unknown")
    sys.exit(bool(problems))


main()
