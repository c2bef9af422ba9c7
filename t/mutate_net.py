"""Statements of a network config, other values for each, and why some need not
fail, for mutate.py. The kind is "network" and the type of the entry."""
import ipaddress
import re

# keys that name other entries, and keys that no statement is
REFERENCES = {"interfaces", "bond_interfaces", "bridge_interfaces", "link",
              "vlan_link"}
SKIPPED = {"id", "type"}
TYPES = {"ethernets": "physical", "bonds": "bond", "bridges": "bridge",
         "vlans": "vlan", "dummy-devices": "dummy"}
CHOICES = {
    "mode": ["balance-rr", "802.3ad", "broadcast"],
    "lacp-rate": ["slow", "fast"],
    "transmit-hash-policy": ["layer2", "layer3+4", "encap2+3"],
    "xmit-hash-policy": ["layer2", "layer3+4", "encap2+3"],
    "ad-select": ["stable", "bandwidth", "count"],
    "fail-over-mac-policy": ["none", "active", "follow"],
    "primary-reselect-policy": ["always", "better", "failure"],
    "arp-validate": ["none", "all"],
    "arp-all-targets": ["any", "all"],
    "stp": ["on", "off"],
    "control": ["auto", "manual"],
    "lifetime": ["forever", "0"],
    "scope": ["global", "link", "host"],
}
ROUTE_TYPES = ["unicast", "blackhole", "prohibit"]
SUBNETS = ["dhcp4", "dhcp6"]
# other words for a value
SAME = {"4": "802.3ad", "False": "off", "True": "on", "0": "0"}
WAITS = "it is how long ifupdown waits for ports, and leaves no trace"
REASONS = [
    (r"params\.bridge_(maxwait|waitport)", None, WAITS),
    (r"params\.bridge_gcint", None, "kernels since 2.6 do not have it"),
    (r"optional|critical|ignore-carrier", None, "it leaves no trace"),
    (r"subnets\.\d+\.control", lambda s, value: s.up_anyway(),
     "another statement asks that it is up"),
    (r"metric", lambda s, value: str(s.value) == "0" or str(value) == "0",
     "where 0 is asked for, the kernel chooses the metric of IPv6"),
]


def other_ip(text):
    """Another address, of the same form: of a network, another network."""
    host, slash, rest = text.partition("/")
    ip = ipaddress.ip_address(host)
    if rest == "0" or int(ip) == 0:
        return []
    bit = ip.max_prefixlen - 8 if int(ip) % 256 == 0 else 0
    return [str(type(ip)(int(ip) ^ (1 << bit))) + slash + rest]


def is_ip(text):
    try:
        ipaddress.ip_address(text.partition("/")[0])
    except ValueError:
        return False
    return True


class Statement:
    def __init__(self, kind, name, entry, path, node, lines, near):
        self.kind, self.name = "network " + kind, name
        self.entry, self.path = entry, path
        self.lines, self.near = lines, near
        self.start, self.end = node.start_mark.index, node.end_mark.index
        self.line = node.start_mark.line + 1
        self.value = entry
        for step in path:
            self.value = self.value[step]

    def __str__(self):
        return "%s %s %s" % (self.kind, self.name,
                             ".".join(str(step) for step in self.path))

    def is_reference(self):
        return any(step in REFERENCES for step in self.path)

    def named_by(self, line, value):
        if line == self.line:
            return "line"
        if line in self.lines:
            return "entry"
        # what is made of it or has its name
        named = self.is_reference() or self.path[-1] in ("name", "set-name")
        return "entry" if named and line in self.near else None

    def up_anyway(self):
        others = [s for i, s in enumerate(self.entry.get("subnets", []))
                  if i != self.path[1]]
        return any(s.get("control", "auto") != "manual" for s in others)

    def key(self):
        steps = [s for s in self.path if isinstance(s, str)]
        key = re.sub("^(bond|bridge)[-_]", "", steps[-1])
        return key.replace("_", "-")

    def others(self):
        key, value = self.key(), self.value
        if key == "type":
            there = [s["type"] for s in self.entry.get("subnets", [])]
            return [t for t in SUBNETS if t not in there] if there else \
                [t for t in ROUTE_TYPES if t != value]
        if self.is_reference():
            return ["lo9"]
        if key == "link-local":
            return ["ipv4" if value == "ipv6" else "ipv6"]
        if key in CHOICES:
            return [v for v in CHOICES[key] if v != SAME.get(str(value), value)]
        if isinstance(value, bool):
            return [not value]
        if isinstance(value, int):
            return [value + 1]
        if value is None:
            return []
        text = str(value)
        if key == "netmask":
            return ["255.254.0.0"] if "." in text else ["ffff::"]
        if re.fullmatch("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}", text):
            return [text[:-1] + ("1" if text[-1] != "1" else "2")]
        if is_ip(text):
            return other_ip(text) + ([text.partition("/")[0] + "/9"]
                                     if "/" in text else [])
        port = re.fullmatch(r"(\S+) (\d+)", text)
        if port:
            return ["%s %d" % (port.group(1), int(port.group(2)) + 1)]
        if text == "default":
            return ["10.250.0.0/16"]
        return [text + "x"]

    def reason(self, value):
        path = ".".join(str(step) for step in self.path)
        for pattern, holds, reason in REASONS:
            if re.search(pattern, path) and (not holds or holds(self, value)):
                return reason
        return None


def entries(config, root, child):
    """type, name, value and node of each"""
    network, node = config.get("network"), child(root, "network")
    if not isinstance(network, dict):
        return
    if network.get("version") == 1:
        if isinstance(network.get("config"), list):
            for entry, at in zip(network["config"],
                                 child(node, "config").value):
                yield entry["type"], entry.get("name", ""), entry, at
        return
    for section, kind in TYPES.items():
        for name, entry in (network.get(section) or {}).items():
            if isinstance(entry, dict):
                yield kind, name, entry, child(child(node, section), name)


def statements(config, root, child, leaves):
    found = list(entries(config, root, child))
    ranges = {name: range(at.start_mark.line, at.end_mark.line + 1)
              for _, name, _, at in found}
    for kind, name, entry, at in found:
        near = {line for other, lines in ranges.items() for line in lines}
        lines = range(at.start_mark.line, at.end_mark.line + 1)
        for path, node in leaves(at, ()):
            if path[0] not in SKIPPED:
                yield Statement(kind, name, entry, path, node, lines, near)
