"""Other valid values of the statements of a storage config, for mutate.py."""
import json
import re

# keys that name other entries
REFERENCES = {
    "device", "volume", "volgroup", "devices", "spare_devices",
    "backing_device", "cache_device", "vdevs", "container", "nvme_controller"}

MIB = 1 << 20
CHOICES = {
    "fstype": ["ext4", "ext3", "xfs", "swap", "fat16"],
    "ptable": ["gpt", "msdos"],
    "flag": ["boot", "bios_grub", "swap", "linux", "prep", "raid", "lvm"],
    "wipe": ["superblock", "zero"],
    "raidlevel": [0, 1, 4, 5, 6, 10],
    "metadata": ["1.0", "1.1", "1.2", "0.90"],
    "cache_mode": ["writeback", "writethrough", "writearound", "none"],
    "keyfile": ["/dev/urandom"],
    "options": ["nodev", "noatime"],
    "passno": [0, 1, 2],
    "freq": [0, 1],
}
FLAGS = {"preserve", "grub_device", "resize"}
# other spellings of a value
SAME = {"stripe": "0", "dos": "msdos", "raid0": "0", "raid1": "1",
        "raid4": "4", "raid5": "5", "raid6": "6", "raid10": "10", "0.9": "0.90",
        "1": "1.2", "default": "1.2", "fat": "vfat", "lvm": "lvm"}


def is_reference(kind, key):
    return key in REFERENCES or (key == "pool" and kind == "zfs")


def scalar(value):
    """As YAML has it on one line."""
    return json.dumps(value)


def spelled(key, value):
    text = str(value)
    if key in ("raidlevel", "metadata", "ptable"):
        return SAME.get(text, text)
    return text


def size_bytes(value):
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kKMGTP]?)(?:i?B)?", str(value))
    if not found:
        return None
    power = "kMGTP".find(found.group(2).replace("K", "k")) + 1
    return int(float(found.group(1)) * 1024 ** (power if found.group(2) else 0))


def sizes(value):
    """More than what alignment, or extents of LVM, may take."""
    size = size_bytes(value)
    if size is None:
        return []
    step = 8 * MIB if size > 16 * MIB else 2 * MIB
    return [size + step] + ([size - step] if size > 2 * step else [])


def flipped(text):
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def other_entry(s):
    """Of the same type, unless it is named already."""
    named = s.entry[s.path[0]]
    kind = s.entries[s.value]["type"] if s.value in s.entries else None
    return [e["id"] for e in s.entries.values()
            if e["type"] == kind and e["id"] != s.entry.get("id") and
            e["id"] not in (named if isinstance(named, list) else [named])][:2]


def others(s):
    """A list of values, for the statement of mutate.py."""
    key, value = s.path[0], s.value
    if is_reference(s.kind, key):
        return other_entry(s)
    if key in CHOICES and len(s.path) == 1:
        return [v for v in CHOICES[key]
                if spelled(key, v) != spelled(key, value)]
    if key in ("size", "maxsize", "offset"):
        return sizes(value)
    if isinstance(value, bool) or key in FLAGS:
        return [not value]
    if isinstance(value, int):
        return [value + 1, value + 20]
    if value is None:
        return ["x"]
    text = str(value)
    if key in ("uuid", "wwn", "partition_type") and text:
        return [flipped(text)]
    if key == "path":
        return ["/mnt/x" if not text.startswith("/dev/") else flipped(text)]
    if text.startswith("^"):
        return [text[1:]]
    return [text + "x"] + ([text[:-1]] if key == "label" and text[1:] else [])
