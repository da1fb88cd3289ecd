"""Artefacts with something wrong in them, to see that the check can fail: text of the form
`nft -f`, an element a line."""

import re

KINDS = ("an element less", "a range wider")
ELEMENT = re.compile(r"\t(\S+(?: \. \S+)*)(?: comment \"[^\"]*\"| : jump (\S+))?,$")
FILL = re.compile(r"add element ")
LEAD = re.compile(r"add rule \S+ \S+ \S+ ip6? saddr vmap @")
SET = re.compile(r"(add set \S+ \S+ (\S+) .*) elements = \{$")
NUMBERS = re.compile(r"(?:(\d+)-)?(\d+)$")
PROTOCOL = re.compile(r"inet_proto;|meta l4proto \{$")  # a key that ends in it

CLOSING = re.compile(r"(add rule \S+ \S+ \S+) ip6? daddr \{[^{}]*\} counter drop$")

LAST = re.compile(r"add rule \S+ \S+ \S+ counter drop$")


class Edit:
    """`text` is the artefact with it.  `more` has nothing but the element at its widest,
    `less` nothing but at its narrowest, None where that is nothing at all: what passes the
    one and not the other is what the edit is about."""

    def __init__(self, kind, element, text, more, less=None):
        self.kind, self.element, self.text = kind, element.strip(), text
        self.more, self.less = more, less


def head_of(lines, at):
    """Where the line before the first element of the same braces is."""
    while lines[at].startswith("\t"):
        at -= 1
    return at


def alone(lines, at):
    """The artefact without what accepts anything but by that element.  What drops, drops
    all there is, since otherwise what is not protected passes anyway; but nothing is
    dropped because it belongs to no conversation.  What leads to chains beside stays; of
    an element of that, where it leads."""
    first = head_of(lines, at)
    name = SET.match(lines[first])
    to = ELEMENT.match(lines[at])[2]
    last = at
    while lines[last].startswith("\t"):
        last += 1
    statements = []
    for number, line in enumerate(lines):
        if not line.startswith(("\t", "}")):
            statements.append([])
        if not first < number < last or number == at:
            statements[-1].append((number, line))
    kept = []
    for statement in statements:
        text = "\n".join(line for _, line in statement)
        closing = CLOSING.match(text)
        if closing:
            kept.append(f"{closing[1]} counter drop")
        elif not text.startswith(("add rule ", "add element ")) or LAST.match(text) or \
                LEAD.match(text) or \
                (name and f"@{name[2]} " in text) or at in (n for n, _ in statement) or \
                (f" {to} " in text.split("\n")[0] if to else FILL.match(text)):
            kept.append(text)
    return "\n".join(kept)


def drop(lines, at):
    """None where nothing can take the place of the last one."""
    if lines[at - 1].startswith("\t") or lines[at + 1].startswith("\t"):
        less = lines[:at] + lines[at + 1:]
    else:
        head = SET.match(lines[at - 1])
        if not head:
            return None
        less = lines[:at - 1] + [head[1] + " }"] + lines[at + 3:]
    return Edit(KINDS[0], lines[at], "\n".join(less), alone(lines, at))


def widen(lines, at):
    """One port or type more; None where the element ends in neither."""
    start, _, last = ELEMENT.match(lines[at])[1].rpartition(" . ")
    numbers = NUMBERS.match(last)
    if not start or not numbers or int(numbers[2]) >= 65535 or \
            PROTOCOL.search(lines[head_of(lines, at)]):
        return None
    low, more = numbers[1], int(numbers[2]) + 1
    line = f"\t{start} . {f'{low}-' if low else ''}{more},"
    other = lines[:at] + [line] + lines[at + 1:]
    text = other if low else lines[:at] + [lines[at], line] + lines[at + 1:]
    return Edit(KINDS[1], lines[at], "\n".join(text), alone(other, at), alone(lines, at))


def edits(text, chain, chance):
    """All that there may be, of each kind in a random order."""
    lines = text.split("\n")
    # A host's artefact has another chain, too.
    places = [at for at, line in enumerate(lines)
              if ELEMENT.match(line) and f" {chain}" in lines[head_of(lines, at)]]
    for edit in drop, widen:
        for at in chance.sample(places, len(places)):
            found = edit(lines, at)
            if found:
                yield found
