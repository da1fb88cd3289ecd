"""The ways from artefacts to a device and back: each form that a target writes, used as an
admin would use it.  What was refused comes back, in the device's words."""

import pathlib

from cli import Session


class Way:
    """Of one target: its files of one subject in the folder of a compile."""

    def __init__(self, folder, subject):
        self.folder, self.subject = pathlib.Path(folder), subject

    def file(self, suffix, folder=None):
        return (folder or self.folder) / self.target / (self.subject + suffix)

    def paste(self, device, suffix, folder=None, files=None):
        """The refused lines of a session; a form that was not written holds none."""
        path = self.file(suffix, folder)
        if folder and not path.exists():
            return []
        return Session(device, files).paste(path.read_text()).refused

    def undo(self, device):
        return self.paste(device, ".undo.txt")


class Load(Way):
    target, mark = "paloalto-xml", ".load.txt"

    def apply(self, device):
        config = f"{self.subject}.xml"
        return self.paste(device, ".load.txt", None, {config: self.file(".xml").read_text()})

    def update(self, device, change):
        """Over an older one: a merge only adds, so gone members and objects go with the
        files that `carveout diff -o` wrote."""
        return self.paste(device, ".trim.txt", change) + self.apply(device) + \
            self.paste(device, ".undo.txt", change)


class Lines(Way):
    target, mark = "paloalto-set", ".set.txt"

    def apply(self, device):
        return self.paste(device, ".set.txt")

    def update(self, device, change):
        """Over an older one: groups and rules are replaced, gone objects remain unused
        until the change takes them away."""
        return self.apply(device) + self.paste(device, ".undo.txt", change)


def ways_of(folder):
    """Those that the compile wrote files for."""
    return [kind(folder, path.name[:-len(kind.mark)]) for kind in (Load, Lines)
            for path in sorted((pathlib.Path(folder) / kind.target).glob("*" + kind.mark))]
