"""Whether two texts of set lines mean the same to the model: pasted into an empty device,
and over what an older version may have left."""

import re

from cli import Session
from limits import Refused
from tree import Device

MOVE = re.compile(r'^move .*? (?:before|after) (?:"([^"]*)"|(\S+))$', re.M)


def device_for(text):
    """One with the scope that the lines name, and the rules that they move beside."""
    match = re.search(r'^set (?:(vsys|device-group) (?:"([^"]*)"|(\S+))|(shared)) ', text, re.M)
    panorama = bool(re.search(r"^set .*(pre|post)-rulebase ", text, re.M)) or \
        bool(match and match[1] == "device-group")
    version = "10.1" if re.search(r' type "URL List"$', text, re.M) else "8.1"
    scope = match and (match[2] or match[3])
    device = Device(version, (scope or "vsys1",), panorama=panorama, multi=bool(match))
    where = scope if scope else "shared" if match else "vsys1"
    base = "rulebase" if not panorama else \
        "post-rulebase" if "post-rulebase" in text else "pre-rulebase"
    for quoted, plain in MOVE.findall(text):
        rules = device.scopes[where].setdefault(base, {}).setdefault("security", {})
        rules.setdefault("rules", {})[quoted or plain] = {"action": "deny"}
    return device, where


def left_by_older(device, scope):
    """Members and fields that a new version has to take away."""
    content = device.scopes[scope]
    content.setdefault("service", {})["older"] = {"protocol": {"tcp": {"port": "1"}}}
    content.setdefault("address", {})["older"] = {"ip-netmask": "192.0.2.1"}
    for kind, field in (("service-group", "members"), ("address-group", "static")):
        for fields in device.entries(scope, kind).values():
            fields[field] = fields.get(field, []) + ["older"]
    for fields in device.entries(scope, "custom-url-category").values():
        fields["list"] = fields.get("list", []) + ["older.example.com/"]
    for name, fields in device.rules(scope):
        if "source" in fields:
            fields.update({"source": ["older"], "from": ["older"], "negate-source": "yes"})


def outcome(text, device):
    refused = Session(device).paste(text).refused
    return [why.code for _, why in refused], device.picture(), \
        [name for scope in device.scopes for name, _ in device.rules(scope)]


def same_lines(original, mutant):
    try:
        texts = [text.decode("ascii") for text in (original, mutant)]
        device, scope = device_for(texts[0])
        empty = [outcome(text, device.copy()) for text in texts]
        if empty[0][0] or empty[0] != empty[1]:
            return False
        Session(device).paste(texts[0])
        left_by_older(device, scope)
        over = [outcome(text, device.copy()) for text in texts]
    except (Refused, UnicodeDecodeError):
        return False
    return not over[0][0] and over[0] == over[1]
