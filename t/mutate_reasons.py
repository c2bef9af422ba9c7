"""Why a changed statement of a storage config need not fail, for mutate.py.

A row: type, key, a condition or None, and the reason. A condition gets the
statement, the other value, and whether there are disks alone."""

MADE_OF = ("device", "volume", "volgroup", "devices", "backing_device")


def on(s, kind):
    """Whether the entry is made of one of a type, at any depth."""
    todo, seen = [s.entry], set()
    while todo:
        entry = todo.pop()
        for key in MADE_OF:
            used = entry.get(key) or []
            for name in used if isinstance(used, list) else [used]:
                if name in s.entries and name not in seen:
                    seen.add(name)
                    todo.append(s.entries[name])
    return any(s.entries[name]["type"] == kind for name in seen)


def disks_only(s, value, alone):
    return alone


def encrypted(s, value, alone):
    return alone and on(s, "dm_crypt")


def wiped_alike(s, value, alone):
    return {s.value, value} <= {"superblock", "zero", "random",
                                "superblock-recursive", "pvremove"}


def version_1(s, value, alone):
    return s.version == 1


def fat(s, value, alone):
    return "fat" in str(s.entry["fstype"])


def same_options(s, value, alone):
    asked = [set(x.split(",")) - {"defaults"} for x in (s.value, value)]
    return asked[0] == asked[1]


BOOTED = "only the booted system shows it"
FINDS = "it is how the installer finds the disk, and the machine has that disk"
WIPED = "what is written later, or zero, has no old superblock either way"
IGNORED = "version 1 does not read it"
KEPT = "what is kept looks the same as what is made new"

UNUSED = "curtin does not use it"
FIRMWARE = "which boot code it needs depends on the machine"

REASONS = [
    ("disk", "name", disks_only, BOOTED),
    ("disk", "grub_device", disks_only, FIRMWARE),
    ("partition", "name", disks_only, BOOTED),
    ("partition", "grub_device", disks_only, FIRMWARE),
    ("dm_crypt", "options", disks_only, BOOTED),
    ("format", "name", None, UNUSED),
    ("lvm_volgroup", "uuid", None, UNUSED),
    ("disk", "serial", disks_only, BOOTED),
    ("disk", "wwn", disks_only, BOOTED),
    ("disk", "path", None, FINDS),
    ("disk", "model", None, FINDS),
    ("disk", "multipath", None, FINDS),
    ("disk", "device_id", None, FINDS),
    ("disk", "grub_device", lambda s, value, alone:
     not any(e.get("grub_device") for e in s.entries.values()
             if e is not s.entry),
     "without one of them the installer chooses"),
    ("disk", "name", disks_only, BOOTED),
    ("partition", "name", disks_only, BOOTED),
    ("bcache", "name", disks_only, BOOTED),
    ("disk", "wipe", wiped_alike, WIPED),
    ("disk", "preserve", None, KEPT),
    ("partition", "wipe", wiped_alike, WIPED),
    ("partition", "preserve", None, KEPT),
    ("partition", "flag", lambda s, value, alone:
     not s.value and value == "linux", "it is the same as no flag"),
    ("partition", "resize", None, KEPT),
    ("partition", "multipath", None, FINDS),
    ("partition", "offset", version_1, IGNORED),
    ("partition", "uuid", version_1, IGNORED),
    ("partition", "attrs", version_1, IGNORED),
    ("partition", "partition_type", version_1, IGNORED),
    ("partition", "partition_name", version_1, IGNORED),
    ("format", "uuid", fat, "curtin does not pass a UUID to mkfs.vfat"),
    ("format", "fstype", lambda s, value, alone:
     s.value in ("vfat", "fat") and value.startswith("fat"),
     "mkfs.vfat chooses that width itself"),
    ("format", "preserve", None, KEPT),
    ("format", None, encrypted,
     "it is encrypted, and only the booted system has it open"),
    ("mount", None, disks_only, BOOTED),
    ("mount", "path", lambda s, value, alone: s.value == "none",
     "swap has no mount point"),
    ("mount", "device", lambda s, value, alone:
     s.entries[value].get("fstype") == "swap",
     "swap has no mount point, and it is in use"),
    ("mount", "options", same_options, "'defaults' asks for nothing more"),
    ("swap", None, disks_only, BOOTED),
    ("raid", "name", lambda s, value, alone: "mdname" in s.entry,
     "the superblock has the array's own name, mdname"),
    ("raid", "name", lambda s, value, alone:
     str(s.entry.get("metadata")) in ("0", "0.9", "0.90"),
     "metadata 0.90 has no names"),
    ("raid", "wipe", wiped_alike, WIPED),
    ("raid", "preserve", None, KEPT),
    ("lvm_volgroup", "preserve", None, KEPT),
    ("lvm_volgroup", "devices", lambda s, value, alone:
     alone and s.entries[value]["type"] == "raid",
     "what is on an array is not always found on disk images"),
    ("lvm_partition", "preserve", None, KEPT),
    ("lvm_partition", "wipe", wiped_alike, WIPED),
    ("bcache", "wipe", wiped_alike, WIPED),
    ("bcache", "preserve", None, KEPT),
    ("dm_crypt", "dm_name", disks_only, BOOTED),
    ("dm_crypt", "preserve", None, KEPT),
    ("dm_crypt", "key", None, "no key slot of the header can be tried"),
]

def find(s, value, alone):
    """The reason why this mutant of mutate.py survives, or None."""
    for kind, key, holds, reason in REASONS:
        if kind == s.kind and key in (None, s.path[0]) and (
                not holds or holds(s, value, alone)):
            return reason
    return None
