#!/usr/bin/env python3
"""Mutation test of the checks of storage and network: each statement of a config
is changed in turn, and what was installed by the unchanged config must fail.

usage: mutate.py DIR CONFIG
       mutate.py --config CONFIG ID=IMAGE...

DIR is the directory of a test that has run, with disks and facts, CONFIG the
config that was installed. For each mutant the expectations are written again
(vt-rules --plan), and vt-verify runs on links to the disks, facts and logs. The
second form compares disks alone (vt-verify --config).

A mutant is killed when a check fails that names the line of the statement, or
that of its entry; if the statement names another entry, a line of either, of
the one that is named instead, or of what is made of the entry. A mutant that
survives needs a reason: t/mutate_reasons.py.
TAP is printed: the unchanged config passes, and each type has no mutant that
survives without a reason; with the counts of each type."""
import collections
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

import yaml

sys.dont_write_bytecode = True
import mutate_net  # noqa: E402
import mutate_reasons  # noqa: E402
import mutate_values  # noqa: E402

JOBS = 2
# those lists of verify.yaml that come from the config
DERIVED = ("storage", "storage_extra", "network", "statements")


class Dumper(yaml.SafeDumper):
    """Without aliases: each statement has a line of its own."""

    def ignore_aliases(self, data):
        return True


class Statement:
    """A scalar of an entry; `path` is its key, and a place in the value."""

    def __init__(self, kind, entry, path, node, places, storage):
        self.kind, self.entry, self.path = kind, entry, path
        self.places = places  # lines of each entry, by id
        self.version = storage.get("version", 1)
        self.entries = {e["id"]: e for e in storage.get("config", [])}
        self.start, self.end = node.start_mark.index, node.end_mark.index
        self.line = node.start_mark.line + 1
        self.value = entry
        for step in path:
            self.value = self.value[step]

    def named_by(self, line, value):
        """How a check at this line names the statement: line, entry, None."""
        if line == self.line:
            return "line"
        own = self.places[self.entry.get("id")]
        if len(self.path) > 1 and line in own:
            return "entry"  # a part of a list: its check names the list
        if not mutate_values.is_reference(self.kind, self.path[0]):
            return "entry" if line == own[0] else None
        near = [own, self.places[self.value], self.places[value]]
        near += [self.places[e["id"]] for e in self.entries.values()
                 if self.entry["id"] in e.values()]
        return "entry" if any(line in lines for lines in near) else None

    def __str__(self):
        key = ".".join(str(step) for step in self.path)
        return "%s %s %s" % (self.kind, self.entry.get("id", ""), key)


def leaves(node, path):
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from leaves(value, path + (key.value,))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from leaves(value, path + (i,))
    else:
        yield path, node


def child(node, key):
    for name, value in node.value:
        if name.value == key:
            return value
    return None


def statements(config, text):
    root = yaml.compose(text, yaml.SafeLoader)
    storage = child(root, "storage")
    entries = child(storage, "config").value if storage else []
    found = [(config["storage"]["config"][i]["type"],
              config["storage"]["config"][i], node)
             for i, node in enumerate(entries)]
    if isinstance(config.get("swap"), dict):
        found.append(("swap", config["swap"], child(root, "swap")))
    places = {entry.get("id"): range(node.start_mark.line + 1,
                                     node.end_mark.line + 1)
              for _, entry, node in found}
    for kind, entry, entry_node in found:
        for path, node in leaves(entry_node, ()):
            if path[0] not in ("id", "type"):
                yield Statement(kind, entry, path, node, places,
                                config.get("storage", {}))
    yield from mutate_net.statements(config, root, child, leaves)


class Disks:
    """Expectations and verdict of one run of vt-verify."""

    def __init__(self, scratch, images):
        self.config = os.path.join(scratch, "config.yaml")
        self.images = images

    def failed(self, text):
        """[check, place]... or None when the config is refused."""
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(text)
        return verdict(["--config", self.config] + self.images, (0, 1, 77))


class Test:
    """A test's directory, copied as links, with expectations of its own."""

    def __init__(self, scratch, done, name):
        self.config = os.path.join(scratch, name + ".yaml")
        self.dir = os.path.join(scratch, name)
        link_test(done, self.dir)
        with open(os.path.join(done, "verify.yaml"), encoding="utf-8") as f:
            self.verify = f.read()

    def failed(self, text):
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(text)
        plan = subprocess.run(["vt-rules", "--plan", self.config],
                              capture_output=True, text=True, check=False)
        if plan.returncode == 2:
            return None
        if plan.returncode != 0:
            raise RuntimeError(plan.stderr)
        verify = self.verify
        for key in DERIVED:
            new = section(plan.stdout, "  " + key, "  ")
            verify = replace_section(verify, key, re.sub("(?m)^  ", "", new))
        # it can be the definition's
        sector = re.search(r"sector_size: \d+", self.verify)
        if sector:
            verify = re.sub(r"sector_size: \d+", sector.group(0), verify)
        with open(os.path.join(self.dir, "verify.yaml"), "w",
                  encoding="utf-8") as f:
            f.write(verify)
        return verdict([self.dir], (0, 1))


def section(text, key, indent):
    """`KEY:` and what is below it."""
    found = re.search(r"(?m)^%s:.*\n(?:%s[ -].*\n)*" % (key, indent), text)
    return found.group(0) if found else ""


def replace_section(text, key, new):
    old = section(text, key, "")
    return text.replace(old, new) if old else text + new


def link_test(done, to):
    """Disks by symbolic links, other files by hard links, which vt-verify
    reads; so nothing that it may remove is the test's own."""
    for sub in ("disks", "collect", "logs", "boot", "install"):
        for top, dirs, files in os.walk(os.path.join(done, sub)):
            new = os.path.join(to, os.path.relpath(top, done))
            os.makedirs(new, exist_ok=True)
            for name in files:
                source = os.path.join(top, name)
                target = os.path.join(new, name)
                if sub == "disks":
                    os.symlink(source, target)
                elif name.endswith((".img", ".qcow2")):
                    continue
                else:
                    link(source, target)
    shutil.copy(os.path.join(done, "test.yaml"), to)


def link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def verdict(args, known):
    run = subprocess.run(["vt-verify"] + args, capture_output=True, text=True,
                         check=False, errors="replace")
    if run.returncode == 2 and 2 not in known and "--config" in args:
        return None
    if run.returncode not in known:
        raise RuntimeError("vt-verify: status %d: %s" %
                           (run.returncode, run.stderr.strip()))
    failed, name = [], None
    for line in run.stdout.splitlines():
        if re.match("(not )?ok ", line):
            name = None
        if line.startswith("not ok "):
            name = line.split(" - ", 1)[1]
            failed.append([name, ""])
        at = re.match(r"#   at: +(.*)", line)
        if name and at:
            failed[-1][1] = at.group(1)
    return failed


def judge(runner, text, s, value):
    """The result of a mutant: refused, line, entry, elsewhere, survived."""
    mutant = text[:s.start] + mutate_values.scalar(value) + text[s.end:]
    failed = runner.failed(mutant)
    if failed is None:
        return "refused", []
    places = set()
    for _, at in failed:
        file, _, place = at.partition(runner.config + ":")
        if not file and place:
            places.add(int(place.split(":")[0]))
    hits = [s.named_by(line, value) for line in places]
    names = [name for name, _ in failed]
    # what the config had asked for is not asked for now
    if s.kind in ("mount", "swap") and any(name.startswith("storage extra-")
                                           for name in names):
        hits.append("entry")
    for hit in ("line", "entry"):
        if hit in hits:
            return hit, names
    return ("elsewhere" if failed else "survived"), names


class Pool:
    """Each thread has a runner of its own."""

    def __init__(self, make):
        self.make, self.own = make, threading.local()

    def judge(self, text, s, value):
        if not hasattr(self.own, "runner"):
            self.own.runner = self.make()
        return judge(self.own.runner, text, s, value)


def report(kind, results):
    """Print counts and survivors; return whether all have a reason."""
    count = collections.Counter(r for _, _, r, _, _ in results)
    named = [x for x in results if x[4]]
    open_ = [x for x in results
             if x[2] in ("survived", "elsewhere") and not x[4]]
    killed = count["line"] + count["entry"]
    print("# %s: %d mutants: %d killed (%d by their line), %d survived with a "
          "reason, %d without, %d refused" %
          (kind, len(results), killed, count["line"], len(named), len(open_),
           count["refused"]))
    for reason in sorted({x[4] for x in named}):
        print("#   %d: %s" % (sum(x[4] == reason for x in named), reason))
    for s, value, result, names, _ in open_:
        print("#   %s: %r for %r %s%s" %
              (s, value, s.value, result,
               ": " + ", ".join(names) if names else ""))
    return not open_


def mutants(config, text):
    for s in statements(config, text):
        values = s.others() if s.kind.startswith("network") else \
            mutate_values.others(s)
        for value in values:
            yield s, value


def main():
    args = sys.argv[1:]
    if len(args) < 2 or (args[0] != "--config" and len(args) != 2):
        sys.exit(__doc__)
    with open(args[1], encoding="utf-8") as f:
        config = yaml.safe_load(f)
    text = yaml.dump(config, Dumper=Dumper, default_flow_style=False,
                     sort_keys=False, width=1 << 20, allow_unicode=True)
    with tempfile.TemporaryDirectory() as scratch:
        def make():
            own = tempfile.mkdtemp(dir=scratch)
            if args[0] == "--config":
                return Disks(own, args[2:])
            return Test(own, args[0].rstrip("/"),
                        os.path.basename(args[1])[:-len(".yaml")])
        sys.exit(0 if run(config, text, make, args[0] == "--config") else 1)


def run(config, text, make, disks_only):
    failed = make().failed(text)
    good = failed == []
    print("%sok 1 - the unchanged config passes" % ("" if good else "not "))
    if not good:
        print("# %s" % ("it is refused" if failed is None else failed))
    by_kind = collections.defaultdict(list)
    pool, todo = Pool(make), list(mutants(config, text))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as threads:
        results = threads.map(lambda m: pool.judge(text, *m), todo)
        for (s, value), (result, names) in zip(todo, results):
            reason = None
            if result in ("survived", "elsewhere"):
                reason = s.reason(value) if s.kind.startswith("network") \
                    else mutate_reasons.find(s, value, disks_only)
            by_kind[s.kind].append((s, value, result, names, reason))
    for n, kind in enumerate(sorted(by_kind), 2):
        ok = report(kind, by_kind[kind])
        good &= ok
        print("%sok %d - %s: each changed statement fails or has a reason" %
              ("" if ok else "not ", n, kind))
    print("1..%d" % (len(by_kind) + 1))
    return good


main()
