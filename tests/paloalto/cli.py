"""A session on the command line of the device: what is pasted into it, line by line."""

import re

import api
import limits
from limits import Refused
from tree import Box, Entries, Leaf, Members

# What stands in a command without quotes: anything else the command line may act on.
PLAIN = re.compile(r"[0-9A-Za-z._/:*^=&+;,@%~-]+")
LOAD = "load config partial"


def words(line):
    """A line as [(text, quoted)].  The brackets of a list are words of their own."""
    if len(line) > limits.LINE:
        raise Refused(17, f"a line of {len(line)} characters")
    found, at = [], 0
    for match in re.finditer(r'"([^"]*)"|(\S+)', line):
        if match.start() != at + (1 if found else 0):
            raise Refused(17, "Invalid syntax: words are apart by one blank")
        at = match.end()
        if match[1] is not None:
            if not re.fullmatch(r"[ -~]+", match[1]):
                raise Refused(17, "Invalid syntax: a character that is not printable")
            found.append((match[1], True))
        elif match[2] in ("[", "]") or PLAIN.fullmatch(match[2]):
            found.append((match[2], False))
        else:
            raise Refused(17, f"Invalid syntax: {match[2]} without quotes")
    if at != len(line):
        raise Refused(17, "Invalid syntax: a blank at the end")
    return found


class Session:
    """`files` are the configurations that were imported before, by name.  What was
    refused stands in `refused`, as (line, Refused); a session goes on after it, as a
    paste does."""

    def __init__(self, device, files=None):
        self.device, self.files = device, files or {}
        self.refused, self.configuring, self.scripting = [], False, False

    def paste(self, text):
        block = 0
        if not re.fullmatch(r"([ -~]*\n)*", text):
            raise Refused(17, "the text is not lines of printable ASCII")
        for line in text.splitlines():
            block = block + 1 if line else 0
            try:
                if block > limits.PASTE and not self.scripting:
                    raise Refused(17, "a paste as long as this loses lines")
                if line:
                    self.give(line)
            except Refused as refused:
                self.refused.append((line, refused))
        return self

    def give(self, line):
        if "?" in line and not self.scripting:
            raise Refused(17, "a question mark asks for help")
        if not self.configuring:
            if line == "set cli scripting-mode on":
                self.scripting = True
            elif line == "configure":
                self.configuring = True
            else:
                raise Refused(17, f"Unknown command: {line}")
            return
        if line.startswith(LOAD + " "):
            return self.load(line[len(LOAD) + 1:])
        command, *rest = words(line)
        if command not in [(word, False) for word in ("set", "delete", "move")]:
            raise Refused(17, f"Unknown command: {command[0]}")
        scope, rest = self.scope(rest)
        getattr(self, command[0])(scope, rest)

    def scope(self, rest):
        """Firewalls with one virtual system have no word for it."""
        device = self.device
        first = rest[0][0] if rest else ""
        if not device.multi:
            return next(iter(device.scopes)), rest
        if first == "shared":
            return "shared", rest[1:]
        if first == ("device-group" if device.panorama else "vsys") and len(rest) > 1:
            if rest[1][0] not in device.scopes:
                raise Refused(6, f"there is no {first} {rest[1][0]}")
            return rest[1][0], rest[2:]
        raise Refused(17, f"Invalid syntax: {first}")

    # ---- set ----

    def set(self, scope, rest):
        rest = list(rest)
        value = self.box(self.device.schema(scope), rest)
        if rest or not value:
            raise Refused(17, f"Invalid syntax: {rest[0][0] if rest else 'nothing to set'}")
        self.device.merge(scope, [], value)

    def box(self, kind, rest):
        """As many fields as follow one another in this element."""
        value = {}
        while rest and not rest[0][1] and rest[0][0] in kind.children:
            word = rest.pop(0)[0]
            if word in value:
                raise Refused(17, f"Invalid syntax: {word} twice")
            value[word] = self.value(kind.children[word], rest)
        return value

    def value(self, kind, rest):
        if isinstance(kind, Box):
            return self.box(kind, rest)
        if not rest:
            raise Refused(17, "Invalid syntax: the command ends too early")
        if isinstance(kind, Entries):
            return {self.text(rest): self.box(kind.box, rest)}
        if isinstance(kind, Members) and rest[0] == ("[", False):
            rest.pop(0)
            members = []
            while rest and rest[0] != ("]", False):
                members.append(self.text(rest))
            if not rest:
                raise Refused(17, "Invalid syntax: a list does not end")
            rest.pop(0)
            return members
        return [self.text(rest)] if isinstance(kind, Members) else self.text(rest)

    @staticmethod
    def text(rest):
        text, quoted = rest.pop(0)
        if not quoted and text in ("[", "]"):
            raise Refused(17, f"Invalid syntax: {text} where no list is")
        return text

    # ---- delete and move ----

    def delete(self, scope, rest):
        self.device.delete(scope, self.path(scope, rest))

    def path(self, scope, rest):
        kind, path = self.device.schema(scope), []
        for word, _ in rest:
            if isinstance(kind, Leaf) or (isinstance(kind, Box) and word not in kind.children):
                raise Refused(17, f"Invalid syntax: {word}")
            kind = Leaf() if isinstance(kind, Members) else \
                kind.box if isinstance(kind, Entries) else kind.children[word]
            path.append(word)
        if len(path) < 2 or (isinstance(kind, Entries) or path[-1] in ("profiles", "security")):
            raise Refused(17, "Invalid syntax: this would delete what is not ours")
        return path

    def move(self, scope, rest):
        texts = [text for text, _ in rest]
        where = 4 if texts[1:3] == ["security", "rules"] else len(texts)
        if len(texts) not in (where + 1, where + 2) or \
                texts[where] not in ("top", "bottom", "before", "after") or \
                (len(texts) == where + 2) != (texts[where] in ("before", "after")):
            raise Refused(17, "Invalid syntax: move")
        self.device.move(scope, texts[:where], *texts[where:])

    # ---- load config partial ----

    def load(self, rest):
        path = r"((?:[^\s\[\]]|\[@name='[^']*'\])+)"
        paths = rf"from-xpath {path} to-xpath {path} mode merge"
        # The order of the words changed with 9.0: iron-skillet.
        shape = rf"from (\S+) {paths}" if self.device.version < (9, 0) else rf"{paths} from (\S+)"
        match = re.fullmatch(shape, rest)
        if not match:
            raise Refused(17, f"Invalid syntax: {rest}")
        name, source, target = match.groups() if self.device.version < (9, 0) else \
            (match[3], match[1], match[2])
        if name not in self.files:
            raise Refused(7, f"{name} was not imported")
        if source.startswith("/") or not target.startswith("/config/"):
            raise Refused(6, "from-xpath begins below /config, to-xpath with it")
        scope, path = api.locate(self.device, target)
        value = api.document(self.device, self.files[name], source, scope, path)
        self.device.merge(scope, path, value)
