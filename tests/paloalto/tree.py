"""A configuration tree as PAN-OS keeps it: a schema of the lists that carveout writes, and
one device that takes elements in, replaces and deletes them, and refuses what a real one
refuses.  Written from published facts; shares nothing with carveout.

A box (element with children) and a list of entries are dicts, members are lists of texts,
a leaf is a text.  Only the order of rules means something."""

import copy

import limits
from limits import Refused, invalid


class Leaf:
    def __init__(self, check=lambda text: None):
        self.check = check


class Members:
    """Texts without repetition.  `any` stands alone where it means everything."""

    def __init__(self, refers=None, check=lambda text: None, most=None, has_any=False):
        self.refers, self.check, self.most, self.has_any = refers, check, most, has_any


class Box:
    def __init__(self, children, choice=(), required=(), since=None):
        self.children, self.choice, self.required = children, frozenset(choice), required
        self.since = since or {}  # child: release


class Entries:
    def __init__(self, kind, box, limit):
        self.kind, self.box, self.limit = kind, box, limit
        self.check = limits.name_of(kind, limit)


def tags():
    return Members(refers="tag", most=limits.TAGS)


def protocol(timeouts):
    override = Box({"no": Box({}), "yes": Box({name: Leaf(limits.seconds(most))
                                               for name, most in timeouts})}, ("no", "yes"))
    children = {"port": Leaf(limits.ports), "source-port": Leaf(limits.ports)}
    if timeouts:
        children["override"] = override
    return Box(children, required=("port",), since={"override": (8, 1)})


TCP = [("timeout", 604800), ("halfclose-timeout", 604800), ("timewait-timeout", 600)]

RULE = Box({
    "from": Members(check=limits.at_most(limits.ZONE), has_any=True),
    "to": Members(check=limits.at_most(limits.ZONE), has_any=True),
    "source": Members(refers="address", has_any=True),
    "destination": Members(refers="address", has_any=True),
    "source-user": Members(has_any=True),
    "category": Members(refers="category", check=limits.at_most(limits.CATEGORY_MEMBER),
                        has_any=True),
    "application": Members(has_any=True),
    "service": Members(refers="service", has_any=True),
    "tag": tags(),
    "description": Leaf(limits.description(limits.RULE_DESCRIPTION)),
    "action": Leaf(limits.one_of("allow", "deny", "drop", "reset-client", "reset-server",
                                 "reset-both")),
    "disabled": Leaf(limits.one_of("yes", "no")),
    "negate-source": Leaf(limits.one_of("yes", "no")),
    "negate-destination": Leaf(limits.one_of("yes", "no")),
    "rule-type": Leaf(limits.one_of("universal", "intrazone", "interzone")),
    "log-setting": Leaf(limits.at_most(limits.LOG_SETTING)),
    "log-start": Leaf(limits.one_of("yes", "no")),
    "log-end": Leaf(limits.one_of("yes", "no")),
    "profile-setting": Box({"group": Members(most=1)}),
}, required=("from", "to", "source", "destination", "service", "application"))

RULES = Box({"security": Box({"rules": Entries("rules", RULE, limits.NAME)})})

OBJECTS = {
    "tag": Entries("tag", Box({
        "color": Leaf(limits.one_of(*(f"color{n}" for n in range(1, 43) if n != 18))),
        "comments": Leaf(limits.description(limits.DESCRIPTION))}), limits.TAG),
    "address": Entries("address", Box({
        "description": Leaf(limits.description(limits.DESCRIPTION)),
        "ip-netmask": Leaf(limits.netmask), "ip-range": Leaf(limits.ip_range),
        "fqdn": Leaf(limits.fqdn), "tag": tags()},
        ("ip-netmask", "ip-range", "fqdn")), limits.NAME),
    "address-group": Entries("address-group", Box({
        "description": Leaf(limits.description(limits.DESCRIPTION)),
        "static": Members(refers="address"), "tag": tags()},
        required=("static",)), limits.NAME),
    "service": Entries("service", Box({
        "description": Leaf(limits.description(limits.DESCRIPTION)),
        "protocol": Box({"tcp": protocol(TCP), "udp": protocol(TCP[:1]),
                         "sctp": protocol([])}, ("tcp", "udp", "sctp")),
        "tag": tags()}, required=("protocol",)), limits.NAME),
    # No description in any release's schema.
    "service-group": Entries("service-group", Box({
        "members": Members(refers="service"), "tag": tags()},
        required=("members",)), limits.NAME),
    "profiles": Box({"custom-url-category": Entries("custom-url-category", Box({
        "description": Leaf(limits.description(limits.CATEGORY_DESCRIPTION)),
        "list": Members(check=limits.url),
        "type": Leaf(limits.one_of("URL List", "Category Match"))},
        required=("list",), since={"type": (9, 0)}), limits.CATEGORY)}),
}

FIREWALL = Box({**OBJECTS, "rulebase": RULES})
PANORAMA = Box({**OBJECTS, "pre-rulebase": RULES, "post-rulebase": RULES})

# Which lists a reference of a kind may lead to, in each scope that is seen from there.
LEADS_TO = {"tag": ("tag",), "address": ("address", "address-group"),
            "service": ("service", "service-group"), "category": ("custom-url-category",)}
ONE_NAME_SPACE = {"service": "service-group", "service-group": "service",
                  "address": "address-group", "address-group": "address"}


class Device:
    """A firewall with virtual systems, or Panorama with device groups.  `scopes` are the
    names of those, beside shared."""

    def __init__(self, version="10.1", scopes=("vsys1",), panorama=False, multi=False,
                 model=None):
        self.version = tuple(map(int, version.split(".")))
        self.panorama, self.multi = panorama, multi or panorama
        self.model = model or limits.MODELS["pa-220"]
        self.box = PANORAMA if panorama else FIREWALL
        # On a firewall with one virtual system the shared lists are pruned.
        self.scopes = {name: {} for name in (("shared",) if self.multi else ()) + tuple(scopes)}

    # ---- what is there ----

    def schema(self, scope):
        # A firewall's shared part holds no rules.
        return Box(OBJECTS) if scope == "shared" and not self.panorama else self.box

    def entries(self, scope, kind):
        """The entries of a list, which may be below profiles."""
        below = self.scopes[scope]
        if kind == "custom-url-category":
            below = below.get("profiles", {})
        return below.get(kind, {})

    def rules(self, scope):
        for base in ("rulebase", "pre-rulebase", "post-rulebase"):
            yield from self.scopes[scope].get(base, {}).get("security", {}) \
                .get("rules", {}).items()

    def seen_from(self, scope):
        return [scope] + [name for name in ("shared",) if name != scope and name in self.scopes]

    def leads(self, scope, refers, text):
        """Whether a reference from the scope leads anywhere."""
        if refers == "service" and text in limits.PREDEFINED_SERVICES:
            return True
        return any(text in self.entries(seen, kind) for seen in self.seen_from(scope)
                   for kind in LEADS_TO[refers])

    def users(self, scope, kind, name):
        """Where an object is named, in words.  Shared objects are seen from everywhere."""
        scopes = self.scopes if scope == "shared" else [scope]
        for user in scopes:
            if kind == "tag":
                for which in ("address", "address-group", "service", "service-group"):
                    for holder, fields in self.entries(user, which).items():
                        if name in fields.get("tag", ()):
                            yield f"{which} {holder}"
            elif kind in ("service", "service-group", "address", "address-group"):
                group, field = ("service-group", "members") if "service" in kind else \
                    ("address-group", "static")
                for holder, fields in self.entries(user, group).items():
                    if name in fields.get(field, ()):
                        yield f"{group} {holder}"
            fields_of = {"tag": ("tag",), "service": ("service",), "service-group": ("service",),
                         "address": ("source", "destination"),
                         "address-group": ("source", "destination"),
                         "custom-url-category": ("category",)}[kind]
            for rule, fields in self.rules(user):
                if any(name in fields.get(field, ()) for field in fields_of):
                    yield f"security rule {rule}"

    # ---- changes ----

    def merge(self, scope, path, value):
        """Takes `value` in at the path, as `set` does: leaves are overwritten, members
        are added, entries come into being at the end.  Refused, nothing changes."""
        self.put(scope, path, value, self.content(scope))

    def replace(self, scope, path, value):
        """Puts `value` in the place of what is there, as `edit` does."""
        before = self.content(scope)
        self.put(scope, path, value, without(before, path))
        self.scopes[scope] = in_order_of(before, self.scopes[scope], path[:-1])

    def put(self, scope, path, value, content):
        for word in reversed(path):
            value = {word: value}
        before, references, self.journal = self.scopes[scope], [], []
        try:
            self.scopes[scope] = self.merged(scope, self.schema(scope), content, value, [],
                                             references)
            # Once all of it is there: a list may hold a group and what is in it.
            for reference in references:
                self.check_reference(scope, *reference)
        except Refused:
            for entries, word, old in reversed(self.journal):
                if old is None:
                    entries.pop(word, None)
                else:
                    entries[word] = old
            self.scopes[scope] = before
            raise

    def content(self, scope):
        if scope not in self.scopes:
            raise Refused(6, f"there is no {scope}")
        return self.scopes[scope]

    def delete(self, scope, path):
        kind, holder, last = self.walk(scope, path)
        if isinstance(holder, list):
            holder.remove(last)
            return
        if isinstance(kind, Box) and len(path) >= 2:
            owner, _, _ = self.walk(scope, path[:-1])
            if isinstance(owner, Entries) and owner.kind != "rules":
                users = list(self.users(scope, owner.kind, last))
                if users:
                    raise Refused(10, f"{last} cannot be deleted because of references "
                                      f"from: {', '.join(users)}")
        del holder[last]

    def move(self, scope, path, where, other=None):
        """A rule to the top, the bottom, before or after another."""
        _, rules, name = self.walk(scope, path)
        if where in ("before", "after") and (other not in rules or other == name):
            raise Refused(7, f"there is no rule {other} to move {name} to")
        order = [each for each in rules if each != name]
        at = {"top": 0, "bottom": len(order)}.get(where)
        if at is None:
            at = order.index(other) + (where == "after")
        order.insert(at, name)
        moved = {each: rules[each] for each in order}
        rules.clear()
        rules.update(moved)

    def walk(self, scope, path):
        """The kind at the path's end, what holds it and its last word."""
        kind, holder, last, at = self.schema(scope), self.scopes, scope, self.content(scope)
        for word in path:
            if isinstance(kind, Members):
                if word not in at:
                    raise Refused(7, f"{word} is not present")
                return Leaf(), at, word
            kind = self.below(kind, word, path)
            if word not in at:
                raise Refused(7, f"{'/'.join(path)} is not present")
            holder, last, at = at, word, at[word]
        return kind, holder, last

    def below(self, kind, word, path):
        if isinstance(kind, Entries):
            kind.check(word)
            return kind.box
        if not isinstance(kind, Box) or word not in kind.children:
            raise Refused(6, f"could not find schema node for {'/'.join(path)}")
        self.check_release(kind, word)
        return kind.children[word]

    def check_release(self, box, word):
        if box.since.get(word, (0,)) > self.version:
            raise Refused(17, f"{word} unexpected here in this release")

    def merged(self, scope, kind, old, new, path, references):
        if isinstance(kind, Leaf):
            self.complain(path, kind.check, new)
            return new
        if isinstance(kind, Members):
            references += [(kind, text, path) for text in new]
            return self.merged_members(kind, old or [], new, path)
        # Lists of entries may be long: they are changed in place, and changed back.
        result = old if isinstance(kind, Entries) and old is not None else dict(old or {})
        for word, value in new.items():
            if isinstance(kind, Entries):
                self.complain([*path, word], kind.check, word)
                self.check_name_space(scope, kind.kind, word)
                inner = kind.box
            elif word in kind.children:
                self.check_release(kind, word)
                inner = kind.children[word]
            else:
                raise Refused(17, f"{'/'.join(path)} -> {word} unexpected here")
            merged = self.merged(scope, inner, result.get(word), value, [*path, word],
                                 references)
            if isinstance(kind, Entries):
                self.journal.append((result, word, result.get(word)))
            result[word] = merged
        chosen = kind.choice & set(result) if isinstance(kind, Box) else ()
        if len(chosen) > 1:
            invalid(f"{'/'.join(path)}: {' and '.join(sorted(chosen))} exclude each other")
        return result

    def merged_members(self, kind, old, new, path):
        if not new:
            invalid(f"{'/'.join(path)} is empty")
        if len(set(new)) != len(new):
            invalid(f"{'/'.join(path)} holds a member twice")
        for text in new:
            self.complain(path, kind.check, text)
            if kind.refers and path[-3].endswith("-group") and text == path[-2]:
                invalid(f"{'/'.join(path)} holds itself")
        result = old + [text for text in new if text not in old]
        if kind.has_any and "any" in result and len(result) > 1:
            invalid(f"{path[-1]} is invalid. 'any' should not be used with another {path[-1]}")
        if kind.most and len(result) > kind.most:
            invalid(f"At most {kind.most} occurrence is allowed for {path[-1]}/member")
        return result

    def check_reference(self, scope, kind, text, path):
        if not kind.refers or (kind.has_any and text == "any") or \
                (path[-1] == "service" and text == "application-default") or \
                (kind.refers == "address" and kind.has_any and limits.literal(text)):
            return
        if not self.leads(scope, kind.refers, text):
            invalid(f"{'/'.join(path[:-1])} -> {path[-1]} '{text}' is not a valid reference")

    def check_name_space(self, scope, kind, name):
        """Services and their groups have one, addresses and theirs; and which of two
        objects in two levels is meant hangs on their kind, so neither may be."""
        other = ONE_NAME_SPACE.get(kind)
        if other and name in self.entries(scope, other):
            raise Refused(8, f"'{name}' already exists as {other}")
        levels = [each for each in self.scopes if each != scope] if scope == "shared" else \
            self.seen_from(scope)[1:]
        for level in levels if other else ():
            if name in self.entries(level, kind) or name in self.entries(level, other):
                raise Refused(8, f"'{name}' already exists in {level}")

    @staticmethod
    def complain(path, check, text):
        try:
            check(text)
        except Refused as refused:
            raise Refused(refused.code, f"{'/'.join(path)}: {refused}") from None

    # ---- commit ----

    def problems(self):
        """What a commit would say: no exception, since it says all of it."""
        found = []
        for scope, content in self.scopes.items():
            self.check_box(scope, self.schema(scope), content, [scope], found)
            self.check_counts(scope, found)
        return found

    def check_box(self, scope, box, content, path, found):
        for word in box.required:
            if not content.get(word):
                found.append(f"{'/'.join(path)} is missing '{word}'")
        if box.choice and not box.choice & set(content):
            found.append(f"{'/'.join(path)} needs one of {sorted(box.choice)}")
        for word, value in content.items():
            kind = box.children[word]
            where = [*path, word]
            if isinstance(kind, Box):
                self.check_box(scope, kind, value, where, found)
            elif isinstance(kind, Entries):
                for name, entry in value.items():
                    self.check_box(scope, kind.box, entry, [*where, name], found)
            elif isinstance(kind, Members):
                for text in value:
                    try:
                        self.check_reference(scope, kind, text, where)
                    except Refused as refused:
                        found.append(str(refused))

    def check_counts(self, scope, found):
        for kind, field in (("service", None), ("service-group", "members"), ("address", None),
                            ("address-group", "static")):
            entries = self.entries(scope, kind)
            if len(entries) > self.model[kind]:
                found.append(f"{scope} has {len(entries)} objects of {kind}, the model takes "
                             f"{self.model[kind]}")
            for name, fields in entries.items() if field else ():
                most = self.model[f"members of {kind}"]
                if any("yes" in proto.get("override", {})
                       for member in fields.get(field, ())
                       for proto in self.entries(scope, "service").get(member, {})
                       .get("protocol", {}).values()):
                    most = min(most, limits.OVERRIDDEN_MEMBERS)
                if len(fields.get(field, ())) > most:
                    found.append(f"{kind} {name} has more than {most} members")
                if self.in_itself(scope, kind, field, name):
                    found.append(f"{kind} {name} holds itself")

    def in_itself(self, scope, kind, field, name):
        groups, seen, todo = self.entries(scope, kind), set(), [name]
        while todo:
            for member in groups.get(todo.pop(), {}).get(field, ()):
                if member == name:
                    return True
                if member in groups and member not in seen:
                    seen.add(member)
                    todo.append(member)
        return False

    # ---- comparing ----

    def picture(self):
        """The tree without what means nothing: order of members and entries, and boxes
        that hold nothing."""
        return plain(self.scopes)

    def copy(self):
        return copy.deepcopy(self)


def without(content, path):
    """A copy without the node at the path."""
    if not path or path[0] not in content:
        return content
    content = dict(content)
    if len(path) == 1:
        del content[path[0]]
    else:
        content[path[0]] = without(content[path[0]], path[1:])
    return content


def in_order_of(before, content, path):
    """A copy whose entries at the path stand where they stood."""
    if path:
        if path[0] in before:
            content = {**content, path[0]: in_order_of(before[path[0]], content[path[0]],
                                                       path[1:])}
        return content
    return {**{word: content[word] for word in before if word in content}, **content}


# Elements that hold lists: they mean nothing when they are empty.
CONTAINERS = {*OBJECTS, *RULES.children, "custom-url-category", "rulebase", "pre-rulebase",
              "post-rulebase", "rules"}


def plain(value, key=None):
    if isinstance(value, list):
        return sorted(value)
    if isinstance(value, dict):
        pairs = [(word, plain(inner, word)) for word, inner in value.items()]
        pairs = [(word, inner) for word, inner in pairs if inner or word not in CONTAINERS]
        return pairs if key == "rules" else dict(sorted(pairs))
    return value
