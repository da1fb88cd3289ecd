"""The ways from artefacts to a device and back: each form that a target writes, used as an
admin would use it.  What was refused comes back, in the device's words."""

import pathlib
import urllib.parse

from api import Api
from cli import Session
from limits import Refused


class Way:
    """Of one target: its files of one subject in the folder of a compile."""

    def __init__(self, folder, subject):
        self.folder, self.subject = pathlib.Path(folder), subject

    def text(self, suffix, folder=None):
        """A form; one of a change may not be there."""
        path = (folder or self.folder) / self.target / (self.subject + suffix)
        return "" if folder and not path.exists() else path.read_text()

    def paste(self, device, suffix, folder=None, files=None):
        return Session(device, files).paste(self.text(suffix, folder)).refused

    def undo(self, device, folder=None):
        return self.paste(device, ".undo.txt", folder)


class Load(Way):
    name, target, mark = "the loaded file", "paloalto-xml", ".load.txt"

    def apply(self, device):
        """The commands empty first what an older load left; that there is nothing is no
        harm."""
        refused = self.paste(device, ".load.txt", None,
                             {f"{self.subject}.xml": self.text(".xml")})
        return [(line, why) for line, why in refused
                if why.code != 7 or not line.startswith("delete ")]

    def update(self, device, change):
        """Over an older one: a merge only adds, so gone members and objects go with the
        files that `carveout diff -o` wrote."""
        return self.paste(device, ".trim.txt", change) + self.apply(device) + \
            self.undo(device, change)


class Payload(Way):
    name, target, mark = "the payload", "paloalto-xml", ".api.xml"

    def multi(self, device, suffix, folder=None):
        text = self.text(suffix, folder)
        return Api(device).multi(text).refused if text else []

    def apply(self, device):
        return self.multi(device, ".api.xml")

    def undo(self, device, folder=None):
        """One request an object, each by itself."""
        refused, api = [], Api(device)
        for line in self.text(".undo.requests.txt", folder).splitlines():
            words = dict(urllib.parse.parse_qsl(line, strict_parsing=True))
            try:
                if set(words) != {"type", "action", "xpath"} or words["type"] != "config":
                    raise Refused(17, f"a request of another kind: {line}")
                api.request(words["action"], words["xpath"])
            except Refused as why:
                refused.append((line, why))
        return refused

    def undo_whole(self, device):
        return self.multi(device, ".undo.api.xml")

    def update(self, device, change):
        return self.apply(device) + self.multi(device, ".undo.api.xml", change)


class Lines(Way):
    name, target, mark = "the set lines", "paloalto-set", ".set.txt"

    def apply(self, device):
        return self.paste(device, ".set.txt")

    def update(self, device, change):
        """Over an older one: groups and rules are replaced, gone objects remain unused
        until the change takes them away."""
        return self.apply(device) + self.undo(device, change)


def ways_of(folder):
    """Those that the compile wrote files for."""
    return [kind(folder, path.name[:-len(kind.mark)]) for kind in (Load, Payload, Lines)
            for path in sorted((pathlib.Path(folder) / kind.target).glob("*" + kind.mark))
            if not path.name.endswith(".undo" + kind.mark)]
