#!/usr/bin/env python3
"""Broken definitions and configs for vt-rules: a plan, or an error with a
position; no crash, no second of processor time, no key that gets lost.

usage: rules.py VT-RULES DIRECTORY COUNT [SEED]

Prints what went wrong, one line each, and leaves the files beside it."""
import os
import random
import re
import signal
import subprocess
import sys

import yaml

SPECIAL = ["~", "{}", "[]", "''", "-1", "0", "99999999999999999999", "1e9",
           "true", "&a *a", "!!binary x", "\t", "'", "é\x7f", "%", "|", ">",
           "{a: {b: {c: [[[[]]]]}}}", "1P", "-5G", "0x", "2026-02-30", "."]
KEYS = """add_repos answers arch arch_skip bios boot_cloudconf boot_timeout conf_file
conf_replace crashdump dirty_disks disk_block_size disk_driver disk_to_check
distro ephemeral_ftype expected_failure extends extra_disks extra_kern_args
fatal_lines fstab_expected install_timeout interactive iscsi_disks krel matrix
mem multipath nr_cpus nvme_disks pairwise release releases skip_by_date
system_upgrade target_ftype target_release tpm uefi verify""".split()


def mutate(rng, text):
    lines = text.split("\n")
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        i = rng.randrange(len(lines))
        kind = rng.randrange(10)
        if kind == 0:
            del lines[i]
        elif kind == 1:
            lines.insert(rng.randrange(len(lines) + 1), lines[i])
        elif kind == 2:
            k = rng.randrange(len(lines))
            lines[i], lines[k] = lines[k], lines[i]
        elif kind == 3:
            words = re.findall(r"[\w.@/-]+", lines[i])
            if words:
                lines[i] = lines[i].replace(
                    rng.choice(words), rng.choice(SPECIAL), 1)
        elif kind == 4:
            everything = re.findall(r"[\w.@/-]+", text)
            words = re.findall(r"[\w.@/-]+", lines[i])
            if words:
                lines[i] = lines[i].replace(
                    rng.choice(words), rng.choice(everything), 1)
        elif kind == 5:
            k = rng.randrange(len(lines[i]) + 1)
            lines[i] = (lines[i][:k] + chr(rng.randrange(1, 256)) +
                        lines[i][k + rng.randrange(2):])
        elif kind == 6:
            lines[i] = "  " * rng.randrange(3) + lines[i].lstrip()
        elif kind == 7:
            lines.append("%s: %s" % (rng.choice(KEYS), rng.choice(SPECIAL)))
        elif kind == 8:
            lines[i] = lines[i][:rng.randrange(len(lines[i]) + 1)]
        else:
            lines[i] = lines[i] * rng.randrange(1, 40)
        lines = lines or [""]
    return "\n".join(lines)


def run(argv, log):
    """Status, seconds of processor time."""
    pid = os.fork()
    if pid == 0:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(out, 2)
        os.dup2(null, 1)
        signal.alarm(60)  # whatever it waits for
        os.execv(argv[0], argv)
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime


# What makes tests of a definition, and is no value of a test.
MAKES_TESTS = {"extends", "matrix", "pairwise", "releases"}


def dropped(argv, text, is_config):
    """What the file says and its plan does not; "" when nothing."""
    try:
        said = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return ""  # two parsers that disagree
    out = subprocess.run([argv[0], "--plan"] + argv[2:], check=False,
                         stdout=subprocess.PIPE, timeout=60).stdout
    plans = list(yaml.load_all(out.decode(errors="replace"),
                               Loader=yaml.BaseLoader))
    if not plans:
        return "no plan"
    for plan in plans:
        if is_config:
            config = (said.get("storage") or {}).get("config") or []
            asked = {(w, e[w]) for e in config for w in ("serial", "wwn")
                     if e.get("type") == "disk" and e.get(w)}
            have = {(w, d[w]) for d in plan["install/vm.yaml"]["disks"]
                    for w in ("serial", "wwn") if w in d}
            nothing = set()
        else:
            asked = {k for k, v in said.items() if v not in ("", "~", "null")}
            have, nothing = set(plan["test.yaml"]["keys"]), MAKES_TESTS
        if asked - have - nothing:
            return "lost: %s" % sorted(asked - have - nothing)
    return ""


def main():
    rules, work, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 4)
    os.chdir(work)
    seeds = {name: open(name, encoding="utf-8").read()
             for name in sorted(os.listdir(".")) if name.startswith("seed-")}
    log = "stderr"
    plans = 0
    for n in range(count):
        name = rng.choice(list(seeds))
        is_config = name.startswith("seed-config")
        lost = not is_config and n % 5 == 0
        text = seeds[name]
        if lost:  # nothing but a key that nobody knows
            text += "\n%s_%d: 1\n" % (rng.choice(KEYS), n)
        else:
            text = mutate(rng, text)
        with open("case.yaml", "w", encoding="utf-8",
                  errors="surrogateescape") as f:
            f.write(text)
        argv = [rules, "--check"]
        argv += ["--configs=case.yaml"] if is_config else ["case.yaml"]
        status, seconds = run(argv, log)
        said = open(log, encoding="utf-8", errors="replace").read()
        plans += status == 0
        wrong = None
        if status not in (0, 2):
            wrong = "status %d" % status
        elif "Sanitizer" in said or "runtime error" in said:
            wrong = "a sanitizer's report"
        elif seconds > 1:
            wrong = "%.1f s" % seconds
        elif lost and status == 0:
            wrong = "a key was lost"
        elif status == 0 and dropped(argv, text, is_config):
            wrong = dropped(argv, text, is_config)
        elif status == 2 and not re.search(r"\.yaml:\d+(:\d+)?: ", said) \
                and "case.yaml" not in said:
            wrong = "no position"
        if wrong:
            keep = "wrong-%d.yaml" % n
            os.rename("case.yaml", keep)
            print("%s: %s: %s" % (keep, wrong, said.strip()[-300:]))
    print("# %d cases, %d of them plans" % (count, plans))


main()
