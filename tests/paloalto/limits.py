"""What PAN-OS takes, as its configuration schema (7.0 to 10.0), the vendor's open-source
tools and its documentation have it.  Nothing here is read off carveout's own tables:
these numbers judge them.

SCH: the configuration schema, as PaloAltoNetworks/pan-os-php holds it in lib/resources.
OA:  PaloAltoNetworks/pan.dev, openapi-specs.
PHP: PaloAltoNetworks/pan-os-php, utils/develop/info_json/pan_max_values.json."""

import ipaddress
import re


class Refused(Exception):
    """What the device would answer.  Codes are those of the XML API: 6 bad xpath,
    7 not present, 8 not unique, 10 still referenced, 12 invalid object, 17 invalid
    command, 18 malformed."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def invalid(message):
    raise Refused(12, message)


NAME = 63          # service, service-group, address, address-group, rule from 8.0: SCH, OA
TAG = 127          # SCH
CATEGORY = 31      # SCH
ZONE = 31          # SCH
LOG_SETTING = 63   # SCH
TAGS = 64          # of one object: SCH, OA
DESCRIPTION = 1023  # service, address, address group; comments of a tag: SCH
RULE_DESCRIPTION = 1024     # SCH
CATEGORY_DESCRIPTION = 255  # SCH
PORTS = 1023       # characters: SCH 9.1 and 10.0, OA
FQDN = 255         # SCH, OA
URL = 255          # SCH
CATEGORY_MEMBER = 128       # of a rule: SCH
LINE = 2000        # of a pasted command: no source has a limit, so this is ours
PASTE = 40         # lines without scripting mode: iron-skillet, README



def model(services, groups, members):
    return {"service": services, "service-group": groups, "address": 2500,
            "address-group": 125, "members of service-group": members,
            "members of address-group": 2500}


# What platforms take: PHP.  Objects and groups of a box are known of small and of large
# ones; what is not known is taken to be as on small ones.
MODELS = {"pa-220": model(1000, 250, 500), "pa-410": model(1000, 250, 500),
          "pa-440": model(1000, 250, 500), "pa-820": model(1000, 250, 500),
          "pa-850": model(1000, 250, 500), "vm": model(1000, 250, 500),
          "pa-450": model(1000, 250, 1000), "pa-460": model(1000, 250, 1000),
          "pa-3400": model(12000, 6000, 1500), "pa-5400": model(12000, 6000, 1500)}
OVERRIDDEN_MEMBERS = 128  # of a group with a member that overrides a timeout

PREDEFINED_SERVICES = {"service-http", "service-https"}
RESERVED = {
    "tag": {"any", "none"},
    "address": {"any", "0.0.0.0"},
    "address-group": {"any", "0.0.0.0"},
    "service": {"any", "application-default"} | PREDEFINED_SERVICES,
    "service-group": {"any", "application-default"} | PREDEFINED_SERVICES,
    "custom-url-category": {"any"},
    "rules": {"any", "intrazone-default", "interzone-default"},
}


def at_most(size):
    def check(text):
        if len(text) > size:
            invalid(f"can be at most {size} characters, but current length: {len(text)}")
    return check


def one_of(*words):
    def check(text):
        if text not in words:
            invalid(f"'{text}' is not one of {', '.join(words)}")
    return check


def name_of(kind, limit):
    def check(text):
        at_most(limit)(text)
        if not re.fullmatch(r"[0-9A-Za-z]([ 0-9A-Za-z._-]*[0-9A-Za-z._-])?", text):
            invalid(f"'{text}' is not a name")
        if text in RESERVED[kind]:
            invalid(f"'{text}' is a name of PAN-OS itself")
        if kind == "custom-url-category" and not re.match(r"[A-Za-z._-]", text):
            invalid(f"a category may not begin like '{text}'")
        if kind in ("address", "address-group") and re.fullmatch(r"[0-9.]+|.*:.*", text):
            invalid(f"'{text}' would take the place of a literal address")
    return check


def description(limit):
    def check(text):
        at_most(limit)(text)
        if not re.fullmatch(r"[ -~]+", text) or re.search(r'[&<>"]', text):
            invalid("a text holds what the web interface or the command line refuses")
        if text != text.strip():
            invalid("a text begins or ends with a blank")
    return check


def ports(text):
    at_most(PORTS)(text)
    for each in text.split(","):
        match = re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", each)
        if not match:
            invalid(f"'{each}' is no port and no range of ports")
        low, high = int(match[1]), int(match[2] or match[1])
        if low > high or high > 65535:
            invalid(f"'{each}' is no port and no range of ports")


def netmask(text):
    try:
        network = ipaddress.ip_interface(text)
    except ValueError:
        invalid(f"'{text}' is no address")
    if network.ip != network.network.network_address:
        invalid(f"'{text}' has bits beside its mask")


def ip_range(text):
    try:
        low, high = map(ipaddress.ip_address, text.split("-"))
        if low.version != high.version or low > high:
            raise ValueError
    except ValueError:
        invalid(f"'{text}' is no range of addresses")


def literal(text):
    """Whether a rule may hold it as an address without an object."""
    for check in (netmask, ip_range):
        try:
            check(text)
            return True
        except Refused:
            pass
    return False


def fqdn(text):
    at_most(FQDN)(text)
    if not re.fullmatch(r"[a-zA-Z0-9_][a-zA-Z0-9._-]+[a-zA-Z0-9]", text):
        invalid(f"'{text}' is no host name")


def url(text):
    """An entry of a URL list: a wildcard is a whole token, and there is no scheme."""
    at_most(URL)(text)
    if not re.fullmatch(r"[!-~]+", text) or re.search(r'["\'<>|\\\[\]]', text):
        invalid(f"'{text}' holds what no URL entry may")
    if "://" in text:
        invalid(f"'{text}' has a scheme")
    if "/" not in text:
        invalid(f"'{text}' has no slash: an implicit wildcard would follow the domain")
    tokens = re.split(r"[./?&=;+]", text)
    if any(("*" in token or "^" in token) and len(token) > 1 for token in tokens):
        invalid(f"'{text}' has a wildcard that is not a whole token")
    if re.search(r"\*[./?&=;+]\*", text):
        invalid(f"'{text}' has consecutive asterisks")
    if re.search(r"/\^$", text) or re.search(r"(\^[./?&=;+]){10}", text):
        invalid(f"'{text}' has carets in a wrong place")


def seconds(most):
    def check(text):
        if not re.fullmatch(r"[1-9][0-9]*", text) or int(text) > most:
            invalid(f"'{text}' is not between 1 and {most}")
    return check
