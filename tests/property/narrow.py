"""A site that writes for fewer targets."""

import copy


def only(site, names):
    """A copy of a site with these of its targets, and with the acceptances that are theirs
    or of the rows themselves.  One that is of others, too, goes: its digest is of all."""
    site = copy.deepcopy(site)
    site["targets"] = {name: options for name, options in site["targets"].items()
                       if name in names}
    site["accept"] = [accepted for accepted in site.get("accept", [])
                      if targets_of(accepted) <= set(names)]
    return site


def targets_of(accepted):
    targets = accepted.get("target", [])
    return set(targets if isinstance(targets, list) else [targets])
