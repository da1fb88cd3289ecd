"""A site that writes for fewer targets."""

import copy


def only(site, names):
    """A copy of a site with these of its targets, and with the acceptances that are theirs
    or of the rows themselves."""
    site = copy.deepcopy(site)
    site["targets"] = {name: options for name, options in site["targets"].items()
                       if name in names}
    kept = []
    for accepted in site.get("accept", []):
        if "target" in accepted:
            targets = accepted["target"]
            targets = targets if isinstance(targets, list) else [targets]
            accepted["target"] = [target for target in targets if target in names]
            if not accepted["target"]:
                continue
        kept.append(accepted)
    site["accept"] = kept
    return site
