#!/usr/bin/env python3
"""The model itself: each thing that a device refuses is refused here, and says why."""

import sys
import unittest

sys.dont_write_bytecode = True
from api import Api  # noqa: E402
from cli import Session  # noqa: E402
from limits import Refused  # noqa: E402
from tree import Device  # noqa: E402

HEAD = "set cli scripting-mode on\nconfigure\n"
SITE = ('set tag t comments "of a site"\nset service a protocol tcp port 554\n'
        "set service a tag t\nset service b protocol udp port 3702\n"
        "set service-group g members [ a b service-https ]\nset address h ip-netmask 10.0.0.1\n"
        "set address-group hs static h\n"
        "set profiles custom-url-category c list *.x.com/\n"
        "set rulebase security rules r from trust to any source any destination hs\n"
        "set rulebase security rules r application any service g category any action allow\n")
VSYS = "/config/devices/entry[@name='localhost.localdomain']/vsys/entry[@name='vsys1']"


def firewall(*lines, **options):
    session = Session(Device(**options)).paste(HEAD + SITE + "".join(f"{x}\n" for x in lines))
    return session


class Lines(unittest.TestCase):
    def refused(self, line, why, *before, **options):
        session = firewall(*before, line, **options)
        self.assertEqual([each for each, _ in session.refused], [line])
        self.assertIn(why, str(session.refused[0][1]))
        self.assertEqual(session.device.picture(), firewall(*before, **options).device.picture())

    def says(self, why, *lines, **options):
        session = firewall(*lines, **options)
        self.assertEqual(session.refused, [])
        self.assertTrue(any(why in each for each in session.device.problems()),
                        session.device.problems())

    def test_a_good_site_has_no_problem(self):
        session = firewall()
        self.assertEqual((session.refused, session.device.problems()), ([], []))

    def test_names(self):
        long = "n" * 64
        self.refused(f"set service {long} protocol tcp port 1", "at most 63 characters")
        self.refused(f"set rulebase security rules {long} action allow", "at most 63")
        self.refused(f"set profiles custom-url-category {long[:32]} list x.com/", "at most 31")
        self.refused(f"set tag {long * 2} color color1", "at most 127")
        self.refused("set service _a protocol tcp port 1", "is not a name")
        self.refused('set service "a b " protocol tcp port 1', "is not a name")
        self.refused('set service "a/b" protocol tcp port 1', "is not a name")
        self.refused("set service service-http protocol tcp port 1", "of PAN-OS itself")
        self.refused("set tag none color color1", "of PAN-OS itself")
        self.refused("set address 10.0.0.2 ip-netmask 10.0.0.2", "a literal address")
        self.refused("set profiles custom-url-category 1c list x.com/", "may not begin")

    def test_name_spaces(self):
        self.refused("set service-group a members b", "already exists as service")
        self.refused("set service g protocol tcp port 1", "already exists as service-group")
        self.refused("set address hs fqdn x.com", "already exists as address-group")

    def test_references(self):
        self.refused("set service a tag u", "'u' is not a valid reference")
        self.refused("set service-group g members u", "'u' is not a valid reference")
        self.refused("set address-group hs static u", "'u' is not a valid reference")
        self.refused("set rulebase security rules r service u", "is not a valid reference")
        self.refused("set rulebase security rules r category u", "is not a valid reference",
                     "delete rulebase security rules r category")
        self.refused("set service-group g members g", "holds itself")

    def test_members(self):
        self.refused("set service-group k members [ a a ]", "twice")
        self.refused("set service-group k members [ ]", "is empty")
        self.refused("set address-group k static", "ends too early")
        self.refused("set rulebase security rules r source [ any h ]", "should not be used")
        self.refused("set rulebase security rules r from any", "should not be used")
        self.refused("set rulebase security rules r profile-setting group y", "At most 1",
                     "set rulebase security rules r profile-setting group x")
        many = [f"set tag t{n} color color1" for n in range(65)]
        self.refused(f"set service a tag [ {' '.join(f't{n}' for n in range(64))} ]",
                     "At most 64", *many)
        self.says("holds itself", "set service-group k members g",
                  "set service-group g members k")

    def test_values(self):
        for ports in ("70000", "10-5", "1,,2", "any", "http", "1-2-3", "x"):
            self.refused(f"set service x protocol tcp port {ports}", "no port")
        self.refused('set service x protocol tcp port "1, 2"', "no port")
        many = ",".join(str(port) for port in range(10000, 10171))
        self.refused(f"set service x protocol tcp port {many}", "at most 1023")
        self.refused("set address x fqdn *.x.com", "no host name")
        self.refused("set address x fqdn x.com.", "no host name")
        self.refused("set address x ip-netmask 10.0.0.1/24", "beside its mask")
        self.refused("set address x ip-range 10.0.0.9-10.0.0.1", "no range")
        self.refused("set address h fqdn x.com", "exclude each other")
        self.refused("set tag t color color18", "is not one of")
        self.refused('set tag t comments "a<b"', "refuses")
        self.refused(f'set tag t comments "{"a" * 1024}"', "at most 1023")
        self.refused('set service-group g description "x"', "Invalid syntax")

    def test_urls(self):
        category = "set profiles custom-url-category c list "
        self.refused(category + "https://x.com/", "has a scheme")
        self.refused(category + "x.com", "no slash")
        self.refused(category + "ex*.com/", "not a whole token")
        self.refused(category + "*.*.com/", "consecutive")
        self.refused(category + "x.com/^", "carets")
        self.refused(category + f"x.com/{'a' * 250}", "at most 255")
        self.assertEqual(firewall(category + "*.y.com/").refused, [])

    def test_incomplete(self):
        self.says("missing 'application'", "delete rulebase security rules r application")
        self.says("missing 'members'", "delete service-group g members")
        self.says("missing 'protocol'", "set service x tag t")
        self.says("needs one of", "set address x tag t")
        self.says("is missing 'port'", "set service x protocol tcp")

    def test_deleting(self):
        self.refused("delete service a", "references from: service-group g")
        self.refused("delete service-group g", "references from: security rule r")
        self.refused("delete tag t", "references from: service a")
        self.refused("delete address h", "references from: address-group hs")
        self.refused("delete service x", "not present")
        self.refused("delete service-group g members x", "not present")
        self.refused("delete service", "not ours")
        self.refused("delete profiles", "not ours")
        self.refused("delete rulebase security rules", "not ours")
        session = firewall("delete service-group g members a", "delete service a")
        self.assertEqual(session.refused, [])

    def test_releases(self):
        category = 'set profiles custom-url-category c type "URL List"'
        self.refused(category, "unexpected here", version="8.1")
        self.assertEqual(firewall(category, version="9.0").refused, [])

    def test_spelling(self):
        self.refused("set tag t comments two words", "Invalid syntax")
        self.refused("set tag t  color color1", "one blank")
        self.refused('set tag t comments "a"b"', "one blank")
        self.refused("set tag t comments a|b", "without quotes")
        self.refused("set tag t color [ color1 ]", "where no list is")
        self.refused("# a comment", "without quotes")
        self.refused("show service", "Unknown command")
        self.refused("set service-group k members [ a", "does not end")
        self.refused("set tag t comments " + "a" * 2000, "a line of")

    def test_scopes(self):
        self.refused("set vsys vsys1 tag u color color1", "Invalid syntax")
        device = Device(panorama=True, scopes=("dg",))
        session = Session(device).paste(
            HEAD + "set shared tag u color color1\nset device-group dg service x protocol tcp "
            "port 1\nset device-group dg service x tag u\nset device-group no tag t color "
            "color1\nset shared service x protocol udp port 1\n"
            "set device-group dg rulebase security rules r action allow\n"
            "set device-group dg pre-rulebase security rules r action allow\n")
        self.assertEqual([refused.code for _, refused in session.refused], [6, 8, 17])

    def test_paste(self):
        lines = "".join(f"set tag t{n} color color1\n" for n in range(50))
        self.assertEqual(len(Session(Device()).paste("configure\n" + lines).refused), 11)
        self.assertEqual(Session(Device()).paste("configure\n" + lines[:700] + "\n").refused, [])
        self.assertEqual(Session(Device()).paste(HEAD + lines).refused, [])
        self.assertEqual(len(Session(Device()).paste(lines).refused), 50)

    def test_moving(self):
        rule = "set rulebase security rules s action allow"
        for line, order in (("top", ["s", "r"]), ("before r", ["s", "r"]), ("after r", ["r", "s"]),
                            ("bottom", ["r", "s"])):
            session = firewall(rule, f"move rulebase security rules s {line}")
            self.assertEqual([name for name, _ in session.device.rules("vsys1")], order)
            self.assertEqual(session.refused, [])
        self.refused("move rulebase security rules s before x", "no rule x", rule)


class Files(unittest.TestCase):
    CONFIG = ('<config version="10.1.0"><devices><entry name="localhost.localdomain"><vsys>'
              '<entry name="vsys1"><service><entry name="z"><protocol><tcp><port>1</port></tcp>'
              "</protocol></entry></service></entry></vsys></entry></devices></config>")
    NEW = (f"load config partial from-xpath {VSYS[8:]}/service to-xpath {VSYS}/service "
           "mode merge from f.xml")
    OLD = (f"load config partial from f.xml from-xpath {VSYS[8:]}/service to-xpath "
           f"{VSYS}/service mode merge")

    def load(self, command, config=None, version="10.1"):
        session = Session(Device(version=version), {"f.xml": config or self.CONFIG})
        return session.paste(f"configure\n{command}\n")

    def test_loads_in_the_word_order_of_the_release(self):
        old = self.CONFIG.replace("10.1.0", "8.1.0")
        self.assertEqual(self.load(self.NEW).device.picture()["vsys1"]["service"],
                         {"z": {"protocol": {"tcp": {"port": "1"}}}})
        self.assertEqual(self.load(self.OLD, old, "8.1").refused, [])
        self.assertEqual(len(self.load(self.OLD).refused), 1)
        self.assertEqual(len(self.load(self.NEW, old, "8.1").refused), 1)

    def test_refuses(self):
        for command, config, why in (
                (self.NEW.replace("merge", "replace"), None, "Invalid syntax"),
                (self.NEW.replace("f.xml", "g.xml"), None, "not imported"),
                (self.NEW.replace("/service to", "/tag to"), None, "not in the file"),
                (self.NEW.replace("/service mode", "/address mode"), None, "another list"),
                (self.NEW, self.CONFIG.replace("<tcp>", "<tcp><!-- x -->"), "malformed"),
                (self.NEW, self.CONFIG.replace("<port>1</port>", "<sport>1</sport>"), "unexpected"),
                (self.NEW, self.CONFIG.replace("<port>1", "<port>1, 2"), "no port"),
                (self.NEW, self.CONFIG.replace("10.1.0", "9.1.0"), "of release"),
                (self.NEW, self.CONFIG.replace(
                    "</service>", '<entry name="z"><tag><member>t</member></tag></entry>'
                    "</service>"), "already exists")):
            session = self.load(command, config)
            self.assertEqual(len(session.refused), 1, command)
            self.assertIn(why, str(session.refused[0][1]))
            self.assertEqual(session.device.picture(), Device().picture())


class Requests(unittest.TestCase):
    TAG = f'<set id="1" xpath="{VSYS}/tag"><entry name="u"/></set>'

    def multi(self, *requests):
        before = firewall().device
        api = Api(before.copy()).multi(f"<multi-config>{''.join(requests)}</multi-config>")
        return before.picture(), api

    def test_set_adds_and_edit_replaces(self):
        group = f"{VSYS}/service-group/entry[@name='g']"
        _, api = self.multi(
            f'<set id="1" xpath="{group}/members"><member>b</member></set>')
        self.assertEqual(api.device.picture()["vsys1"]["service-group"]["g"]["members"],
                         ["a", "b", "service-https"])
        _, api = self.multi(f'<edit id="1" xpath="{group}"><entry name="g"><members><member>b'
                            "</member></members></entry></edit>")
        self.assertEqual((api.refused, api.device.picture()["vsys1"]["service-group"]["g"]),
                         ([], {"members": ["b"]}))

    def test_all_or_nothing(self):
        for second, code in (
                (f'<delete id="2" xpath="{VSYS}/service/entry[@name=\'a\']"/>', 10),
                (f'<delete id="2" xpath="{VSYS}/service/entry[@name=\'x\']"/>', 7),
                (f'<set id="1" xpath="{VSYS}/tag"><entry name="v"/></set>', 8),
                (f'<set id="2" xpath="{VSYS}/tags"><entry name="v"/></set>', 6),
                (f'<set id="2" xpath="{VSYS}/tag"><entry name="none"/></set>', 12),
                (f'<edit id="2" xpath="{VSYS}/tag/entry[@name=\'v\']"><entry name="w"/></edit>', 12),
                (f'<rename id="2" xpath="{VSYS}/tag"/>', 17)):
            before, api = self.multi(self.TAG, second)
            self.assertEqual([refused.code for _, refused in api.refused], [code], second)
            self.assertEqual(api.device.picture(), before)
        before, api = self.multi(self.TAG)
        self.assertNotEqual(api.device.picture(), before)

    def test_malformed(self):
        for text in ("<multi-config><!-- x --></multi-config>", "<multi-config>",
                     '<?xml version="1.0"?><multi-config/>', "<config/>"):
            with self.assertRaises(Refused) as caught:
                Api(Device()).multi(text)
            self.assertEqual(caught.exception.code, 18)

    def test_an_edited_rule_keeps_its_place(self):
        rule = f"{VSYS}/rulebase/security/rules/entry[@name='r']"
        device = firewall("set rulebase security rules s action deny").device
        Api(device).request("edit", rule, '<entry name="r"><action>deny</action></entry>')
        self.assertEqual([name for name, _ in device.rules("vsys1")], ["r", "s"])


if __name__ == "__main__":
    unittest.main()
