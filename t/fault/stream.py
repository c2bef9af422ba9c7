#!/usr/bin/python3
"""Create a stream like MAAS's v3 in DIR, with random files.

    stream.py DIR VERSIONS SIZE [UPDATED]

VERSIONS: comma-separated, such as 20260101,20260102; SIZE: bytes per file.
There are two releases, on two architectures, with two kernels each that share
one squashfs; CentOS's root-tgz is in a second stream, boot loaders in a third.
The contents of a file depend only on its path, so a second call adds versions.
"""
import hashlib, json, os, random, sys

top, versions, size = sys.argv[1], sys.argv[2].split(","), int(sys.argv[3])
stamp = sys.argv[4] if len(sys.argv) > 4 else "Mon, 05 Jan 2026 10:00:00 +0000"
PREFIX = "com.ubuntu.maas:stable:"


def item(path, ftype):
    file = os.path.join(top, path)
    if not os.path.exists(file):
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "wb") as f:
            f.write(random.Random(path).randbytes(size))
    data = open(file, "rb").read()
    return {"ftype": ftype, "path": path, "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest()}


def ubuntu():
    products = {}
    for release, number in (("jammy", "22.04"), ("noble", "24.04")):
        for arch in ("amd64", "arm64"):
            for kernel in ("ga-" + number, "hwe-" + number):
                made = {}
                for v in versions:
                    base = "%s/%s/%s/" % (release, arch, v)
                    made[v] = {"items": {
                        "boot-kernel": item(
                            base + kernel + "/generic/boot-kernel",
                            "boot-kernel"),
                        "boot-initrd": item(
                            base + kernel + "/generic/boot-initrd",
                            "boot-initrd"),
                        "squashfs": item(base + "squashfs", "squashfs"),
                        "manifest": item(base + "squashfs.manifest",
                                         "squashfs.manifest")}}
                products["com.ubuntu.maas.stable:v3:boot:%s:%s:%s" % (
                    number, arch, kernel)] = {
                        "arch": arch, "krel": release, "kflavor": "generic",
                        "subarch": kernel, "subarches": "generic," + kernel,
                        "os": "ubuntu", "release": release,
                        "kpackage": "linux-generic", "label": "stable",
                        "version": number, "versions": made}
    return products


def centos():
    return {"com.ubuntu.maas.stable:centos:centos70:amd64": {
        "arch": "amd64", "os": "centos", "release": "centos70",
        "krel": "centos70", "label": "stable", "subarch": "generic",
        "versions": {v: {"items": {"root-tgz": item(
            "centos/centos70/amd64/%s/root-tgz" % v, "root-tgz")}}
            for v in versions}}}


def loaders():
    return {"com.ubuntu.maas.stable:1:grub-efi:uefi:amd64": {
        "arch": "amd64", "bootloader-type": "uefi", "os": "grub-efi",
        "label": "stable", "versions": {v: {"items": {
            "grub2": item("bootloaders/uefi/amd64/%s/grub2.tar.xz" % v,
                          "archive.tar.xz")}} for v in versions}}}


def write(path, j):
    file = os.path.join(top, path)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(file + ".new", "w") as f:
        json.dump(j, f, indent=1)
    os.rename(file + ".new", file)


index = {}
for name, made in (("v3:download", ubuntu()),
                   ("centos-bases-download", centos()),
                   ("1:bootloader-download", loaders())):
    path = "streams/v1/%s%s" % (PREFIX, name)
    write(path + ".json", {
        "format": "products:1.0", "content_id": PREFIX + name,
        "datatype": "image-ids", "updated": stamp, "products": made})
    index[PREFIX + name] = {"format": "products:1.0", "path": path + ".json",
                            "updated": stamp, "products": sorted(made)}
write("streams/v1/index.json",
      {"format": "index:1.0", "updated": stamp, "index": index})
for i in index.values():
    i["path"] = i["path"].replace(".json", ".sjson")
write("streams/v1/index.plain",
      {"format": "index:1.0", "updated": stamp, "index": index})
