"""XML as the device takes it: a configuration file to load in part, and requests of the
XML API, alone or many in one that succeeds or fails as a whole."""

import re
import xml.etree.ElementTree

from limits import Refused
from tree import Box, Entries, Leaf, Members

DEVICE = "localhost.localdomain"
STEP = re.compile(r"/([a-z][a-z-]*)(?:\[@name='([^']*)'\])?")


def steps(xpath):
    """[(element, name or None)]"""
    found, at = [], 0
    for match in STEP.finditer(xpath):
        if match.start() != at:
            break
        found.append((match[1], match[2]))
        at = match.end()
    if at != len(xpath) or not found:
        raise Refused(6, f"bad xpath {xpath}")
    return found


def locate(device, xpath):
    """The scope and the path in it, in the words of the tree."""
    found = steps(xpath)
    if found[:2] == [("config", None), ("shared", None)]:
        scope, rest = "shared", found[2:]
    else:
        which = "device-group" if device.panorama else "vsys"
        head = [("config", None), ("devices", None), ("entry", DEVICE), (which, None)]
        if found[:4] != head or len(found) < 5 or found[4][0] != "entry":
            raise Refused(6, f"could not find schema node for xpath {xpath}")
        scope, rest = found[4][1], found[5:]
    if scope not in device.scopes:
        raise Refused(6, f"could not find schema node for xpath {xpath}")
    return scope, path_of(device, scope, rest, xpath)


def path_of(device, scope, rest, xpath):
    kind, path = device.schema(scope), []
    for element, name in rest:
        if isinstance(kind, Entries):
            if element != "entry" or name is None:
                raise Refused(6, f"bad xpath {xpath}")
            kind, word = kind.box, name
        elif isinstance(kind, Box) and name is None and element in kind.children:
            kind, word = kind.children[element], element
        else:
            raise Refused(6, f"could not find schema node for xpath {xpath}")
        path.append(word)
    return path


def kind_at(device, scope, path):
    kind = device.schema(scope)
    for word in path:
        kind = kind.box if isinstance(kind, Entries) else kind.children[word]
    return kind


def parse(text):
    """An element.  Comments, declarations and instructions make a request malformed."""
    if re.search(r"<[!?]", text) or not text.isascii():
        raise Refused(18, "malformed: a comment, a declaration or a character beyond ASCII")
    try:
        return xml.etree.ElementTree.fromstring(text)
    except xml.etree.ElementTree.ParseError as error:
        raise Refused(18, f"malformed: {error}") from None


def blank(text):
    return not (text or "").strip()


def value_of(kind, element):
    """An element's content in the words of the tree."""
    if isinstance(kind, Leaf):
        if len(element) or element.attrib or not element.text:
            raise Refused(17, f"{element.tag} is a text")
        return element.text
    if not blank(element.text) or any(not blank(child.tail) for child in element):
        raise Refused(17, f"{element.tag} holds text beside elements")
    if isinstance(kind, Members):
        if any(child.tag != "member" or len(child) or child.attrib or not child.text
               for child in element):
            raise Refused(17, f"{element.tag} holds members and nothing else")
        return [child.text for child in element]
    value = {}
    for child in element:
        word, inner = child.tag, None
        if isinstance(kind, Entries):
            if child.tag != "entry" or set(child.attrib) != {"name"}:
                raise Refused(17, f"{child.tag} unexpected here")
            word, inner = child.attrib["name"], kind.box
        elif child.tag in kind.children and not child.attrib:
            inner = kind.children[child.tag]
        else:
            raise Refused(17, f"{element.tag} -> {child.tag} unexpected here")
        if word in value:
            raise Refused(8, f"'{word}' already exists and was ignored")
        value[word] = value_of(inner, child)
    return value


def document(device, text, source, scope, path):
    """What `load config partial` takes out of a file: the node at `source`."""
    root = parse(text)
    if root.tag != "config" or set(root.attrib) - {"version", "urldb"}:
        raise Refused(17, "a configuration file begins with <config>")
    version = root.attrib.get("version", "")
    if version.split(".")[:2] != [str(number) for number in device.version[:2]]:
        raise Refused(17, f"a file of release {version}")
    node = root
    for element, name in steps("/" + source):
        found = [child for child in node
                 if child.tag == element and (name is None or child.get("name") == name)]
        if len(found) != 1:
            raise Refused(7, f"{source} is not in the file")
        node = found[0]
    if steps("/" + source)[-1][0] != path[-1]:
        raise Refused(6, f"{source} is loaded into another list")
    return value_of(kind_at(device, scope, path), node)


class Api:
    """Requests, one after the other.  What was refused stands in `refused`."""

    def __init__(self, device):
        self.device, self.refused = device, []

    def request(self, action, xpath, element=None, where=None, other=None):
        scope, path = locate(self.device, xpath)
        if action == "delete":
            return self.device.delete(scope, path)
        if action == "move":
            return self.device.move(scope, path, where, other)
        kind = kind_at(self.device, scope, path)
        body = parse(f"<body>{element}</body>")
        if action == "set":
            return self.device.merge(scope, path, value_of(kind, body))
        # The element of an edit is the node that the path names.
        last = steps(xpath)[-1]
        if len(body) != 1 or body[0].tag != last[0] or body[0].get("name") != last[1] or \
                not blank(body.text) or not blank(body[0].tail):
            raise Refused(12, f"edit failed, may need to override template object first: "
                              f"{xpath} names another node than the element")
        body[0].attrib.pop("name", None)
        return self.device.replace(scope, path, value_of(kind, body[0]))

    def multi(self, text):
        """Many requests in one: all of them, or none."""
        root = parse(text)
        if root.tag != "multi-config" or root.attrib or not blank(root.text):
            raise Refused(18, "malformed: <multi-config> should be the document")
        before, seen = self.device.copy(), set()
        try:
            for child in root:
                self.one_of(child, seen)
        except Refused as refused:
            self.device.scopes = before.scopes
            self.refused.append((child.get("id"), refused))
        return self

    def one_of(self, child, seen):
        known = {"set": {"id", "xpath"}, "edit": {"id", "xpath"}, "delete": {"id", "xpath"},
                 "move": {"id", "xpath", "where", "dst"}}
        if child.tag not in known or set(child.attrib) - known[child.tag] or \
                "xpath" not in child.attrib or not blank(child.tail):
            raise Refused(17, f"<{child.tag}> unexpected here")
        if child.get("id") is None or child.get("id") in seen:
            raise Refused(8, f"the id {child.get('id')} is not unique")
        seen.add(child.get("id"))
        inner = "".join(xml.etree.ElementTree.tostring(each, encoding="unicode")
                        for each in child)
        if child.tag in ("delete", "move") and (inner or not blank(child.text)):
            raise Refused(17, f"<{child.tag}> holds an element")
        self.request(child.tag, child.get("xpath"), inner, child.get("where"),
                     child.get("dst"))


# ---- what a device shows ----

def elements_of(kind, value, parent):
    if isinstance(kind, Leaf):
        parent.text = value
        return
    for word in value:
        if isinstance(kind, Members):
            xml.etree.ElementTree.SubElement(parent, "member").text = word
        elif isinstance(kind, Entries):
            elements_of(kind.box, value[word],
                        xml.etree.ElementTree.SubElement(parent, "entry", name=word))
        else:
            elements_of(kind.children[word], value[word],
                        xml.etree.ElementTree.SubElement(parent, word))


def export(device):
    """The running configuration, as far as the model has one."""
    root = xml.etree.ElementTree.Element(
        "config", version=".".join(map(str, device.version)) + ".0")
    entry = None
    for scope, content in device.scopes.items():
        if scope == "shared":
            below = xml.etree.ElementTree.SubElement(root, "shared")
        else:
            if entry is None:
                devices = xml.etree.ElementTree.SubElement(root, "devices")
                entry = xml.etree.ElementTree.SubElement(
                    xml.etree.ElementTree.SubElement(devices, "entry", name=DEVICE),
                    "device-group" if device.panorama else "vsys")
            below = xml.etree.ElementTree.SubElement(entry, "entry", name=scope)
        elements_of(device.schema(scope), content, below)
    return xml.etree.ElementTree.tostring(root, encoding="unicode")
