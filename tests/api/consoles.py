"""Consoles as far as the scripts know them, made after the published descriptions of
their APIs: they keep objects, list them in pages, and delete them by id."""

import itertools
import urllib.parse


class Console:
    """Objects as dictionaries with `list`, `id` and what was sent."""

    page = 7  # small, so that listings have more than one

    def __init__(self):
        self.objects = []
        self.numbers = itertools.count(1)

    def state(self):
        return [dict(item) for item in self.objects]

    def add(self, kind, fields):
        item = {"list": kind, "id": self.new_id(), **fields}
        self.objects.append(item)
        return item

    def new_id(self):
        return f"{next(self.numbers):032x}"

    def remove(self, kind, ids):
        before = len(self.objects)
        self.objects = [item for item in self.objects
                        if item["list"] != kind or item["id"] not in ids]
        if before - len(self.objects) != len(ids):
            raise KeyError(f"no such object among {ids}")

    def of(self, kind):
        return [item for item in self.objects if item["list"] == kind]

    def left_after_undo(self, before, sent, foreign):
        """What has to be left: all but what was sent."""
        return [item for item in before if item not in sent or item in foreign]


def query(path):
    parts = urllib.parse.urlsplit(path)
    return parts.path, urllib.parse.parse_qs(parts.query)


class Falcon(Console):
    """CrowdStrike: ids by a query, then objects by ids.  ML and sensor visibility
    exclusions are shown without their comment."""

    LISTS = {"ml": "ml-exclusions", "sv": "sv-exclusions", "ioa": "ioa-exclusions"}

    def call(self, method, path, body):
        path, words = query(path)
        kinds = {f"/policy/{what}/{name}/v1": (kind, what)
                 for kind, name in self.LISTS.items() for what in ("queries", "entities")}
        kind, what = kinds[path]
        if what == "queries" and method == "GET":
            offset = int(words.get("offset", ["0"])[0])
            limit = min(int(words["limit"][0]), self.page)
            ids = [item["id"] for item in self.of(kind)]
            return 200, {"resources": ids[offset:offset + limit],
                         "meta": {"pagination": {"offset": offset, "limit": limit,
                                                 "total": len(ids)}}}
        if method == "GET":
            wanted = words["ids"]
            return 200, {"resources": [self.shown(item) for item in self.of(kind)
                                       if item["id"] in wanted]}
        if method == "POST":
            return 201, {"resources": [self.shown(self.add(kind, body))]}
        if method == "DELETE":
            self.remove(kind, words["ids"])
            return 200, {"resources": words["ids"]}
        raise KeyError(method)

    def shown(self, item):
        hidden = {"list"} | ({"comment"} if item["list"] != "ioa" else set())
        return {key: value for key, value in item.items() if key not in hidden}

    def add_foreign(self, kind, bodies):
        key = "ifn_regex" if kind == "ioa" else "value"
        for number in range(3):
            self.add(kind, {**bodies[0], key: f"others/{number}", "comment": "by hand",
                            "description": "by hand"})

    def add_twins(self, kind, bodies):
        for body in bodies:
            self.add(kind, {**body, "comment": "by hand", "description": "by hand"})


class SentinelOne(Console):
    """Pages by a cursor, deletion by ids in a body."""

    FOLDER = "suppress_folder"

    def kind(self, data):
        return self.FOLDER if data["pathExclusionType"] == "folder" else data["mode"]

    def call(self, method, path, body):
        path, words = query(path)
        if path != "/web/api/v2.1/exclusions":
            raise KeyError(path)
        if method == "GET":
            if words["type"] != ["path"]:
                raise ValueError(words)
            scope = {key: value[0].split(",") for key, value in words.items()
                     if key.endswith("Ids")}
            found = [item for item in self.objects
                     if all(sorted(item["filter"].get(key, [])) == sorted(ids)
                            for key, ids in scope.items())]
            start = int(words.get("cursor", ["0"])[0])
            more = start + self.page
            return 200, {"data": [{"id": item["id"], **item["data"]}
                                  for item in found[start:more]],
                         "pagination": {"nextCursor": str(more) if more < len(found)
                                        else None, "totalItems": len(found)}}
        if method == "POST":
            if body["data"]["type"] != "path" or not body["filter"]:
                raise ValueError(body)
            item = self.add(self.kind(body["data"]), body)
            return 200, {"data": [{"id": item["id"], **item["data"]}]}
        if method == "DELETE":
            for number in body["data"]["ids"]:
                kinds = [item["list"] for item in self.objects if item["id"] == number]
                self.remove(kinds[0], [number])
            return 200, {"data": {"affected": len(body["data"]["ids"])}}
        raise KeyError(method)

    def new_id(self):
        return str(225494730938493804 + next(self.numbers))

    def add_foreign(self, kind, bodies):
        for number in range(3):
            data = {**bodies[0]["data"], "value": f"C:\\others\\{number}",
                    "description": "by hand"}
            self.add(kind, {"filter": bodies[0]["filter"], "data": data})

    def add_twins(self, kind, bodies):
        for body in bodies:
            self.add(kind, {"filter": body["filter"],
                            "data": {**body["data"], "description": "by hand"}})


class Kibana(Console):
    """Items by their own ids, listed page by page."""

    LISTS = {"endpoint_trusted_apps": "trusted_apps",
             "endpoint_event_filters": "event_filters"}

    def call(self, method, path, body):
        path, words = query(path)
        if path == "/api/exception_lists/items/_find" and method == "GET":
            kind = self.LISTS[words["list_id"][0]]
            if words["namespace_type"] != ["agnostic"]:
                raise ValueError(words)
            start = (int(words["page"][0]) - 1) * self.page
            found = self.of(kind)
            return 200, {"data": found[start:start + self.page], "total": len(found)}
        if path != "/api/exception_lists/items":
            raise KeyError(path)
        if method == "POST":
            if any(item["item_id"] == body["item_id"] for item in self.objects):
                return 409, {"message": "exists"}
            return 200, self.add(self.LISTS[body["list_id"]], body)
        if method == "DELETE":
            items = [item for item in self.objects if item["item_id"] == words["item_id"][0]]
            self.remove(items[0]["list"], [items[0]["id"]])
            return 200, items[0]
        raise KeyError(method)

    def add_foreign(self, kind, bodies):
        for number in range(3):
            self.add(kind, {**bodies[0], "item_id": f"others-{kind}-{number}",
                            "description": "by hand",
                            "entries": [{**bodies[0]["entries"][0], "value": str(number)}]})
        # Narrower than ours though of our value: another condition beside it.
        entry = bodies[0]["entries"][0]
        self.add(kind, {**bodies[0], "item_id": f"others-{kind}-and", "description": "by hand",
                        "entries": [entry, {**entry, "field": "process.hash.sha256"}]})

    def add_twins(self, kind, bodies):
        for number, body in enumerate(bodies):
            self.add(kind, {**body, "item_id": f"twin-{kind}-{number}",
                            "description": "by hand"})


class Sophos(Console):
    """Pages by number, deletion by id in the path."""

    TYPES = {"path": "path", "posixPath": "posix_path", "process": "process"}
    PATH = "/endpoint/v1/settings/exclusions/scanning"

    def call(self, method, path, body):
        path, words = query(path)
        if path == self.PATH and method == "GET":
            start = (int(words["page"][0]) - 1) * self.page
            return 200, {"items": [self.shown(item)
                                   for item in self.objects[start:start + self.page]],
                         "pages": {"current": int(words["page"][0]), "size": self.page}}
        if path == self.PATH and method == "POST":
            if len(body["comment"]) > 100:
                raise ValueError("comment")
            return 201, self.shown(self.add(self.TYPES[body["type"]], body))
        number = path.removeprefix(self.PATH + "/")
        if method == "DELETE":
            kinds = [item["list"] for item in self.objects if item["id"] == number]
            self.remove(kinds[0], [number])
            return 200, {"deleted": True}
        raise KeyError(path)

    def shown(self, item):
        return {key: value for key, value in item.items() if key != "list"}

    def add_foreign(self, kind, bodies):
        for number in range(3):
            self.add(kind, {**bodies[0], "value": f"others{number}", "comment": "by hand"})

    def add_twins(self, kind, bodies):
        for body in bodies:
            self.add(kind, {**body, "comment": "by hand"})


class CarbonBlack(Console):
    """Rules are a part of their policy, and have no comments."""

    def call(self, method, path, body):
        path, _ = query(path)
        parts = path.split("/")
        if parts[1:4] != ["policyservice", "v1", "orgs"] or parts[5] != "policies":
            raise KeyError(path)
        if method == "GET" and len(parts) == 7:
            return 200, {"id": int(parts[6]), "rules": [self.shown(item)
                                                        for item in self.objects]}
        if method == "POST" and parts[7:] == ["rules"]:
            return 200, self.shown(self.add("rules", body))
        if method == "DELETE" and parts[7] == "rules":
            self.remove("rules", [int(parts[8])])
            return 204, None
        raise KeyError(path)

    def new_id(self):
        return next(self.numbers)

    def shown(self, item):
        return {key: value for key, value in item.items() if key != "list"}

    def add_foreign(self, kind, bodies):
        for number in range(3):
            self.add(kind, {**bodies[0], "application":
                            {"type": "NAME_PATH", "value": f"others{number}"}})
        self.add(kind, {**bodies[0], "action": "DENY"})
        self.add(kind, {**bodies[0], "application": {"type": "REPUTATION", "value": "PUP"}})

    def add_twins(self, kind, bodies):
        for body in bodies:
            self.add(kind, body)


class DeepSecurity(Console):
    """One object holds a whole list."""

    MEMBERS = {"directorylists": "directoryLists", "filelists": "fileLists"}

    def call(self, method, path, body):
        path, _ = query(path)
        parts = path.split("/")
        if parts[1] != "api":
            raise KeyError(path)
        member = self.MEMBERS[parts[2]]
        if method == "GET" and len(parts) == 3:
            return 200, {member: [self.shown(item) for item in self.of(member)]}
        if method == "POST" and len(parts) == 3:
            if any(item["name"] == body["name"] for item in self.of(member)):
                return 409, {"message": "exists"}
            return 200, self.shown(self.add(member, body))
        item = next(item for item in self.of(member) if item["id"] == int(parts[3]))
        if method == "POST":
            item.update(body)
            return 200, self.shown(item)
        if method == "DELETE":
            self.remove(member, [item["id"]])
            return 204, None
        raise KeyError(path)

    def new_id(self):
        return next(self.numbers)

    def shown(self, item):
        return {"ID" if key == "id" else key: value
                for key, value in item.items() if key != "list"}

    def add_foreign(self, kind, bodies):
        member = "directoryLists" if kind == "directories" else "fileLists"
        self.add(member, {**bodies[0], "name": f"others {kind}", "description": "by hand"})

    def add_twins(self, kind, bodies):
        for item in self.objects:
            if item["name"] == bodies[0]["name"]:
                item["items"] = item["items"] + ["/by/hand"]

    def left_after_undo(self, before, sent, foreign):
        return [item if item in foreign else {**item, "items": ["/by/hand"]}
                for item in before]


CONSOLES = {
    "crowdstrike": Falcon,
    "sentinelone": SentinelOne,
    "elastic-defend": Kibana,
    "sophos-central": Sophos,
    "trend": DeepSecurity,
    "carbon-black": CarbonBlack,
}
