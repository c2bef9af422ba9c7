#!/usr/bin/env python3
"""Real curtin with the configs of its vmtest: `make curtin-suite`.

usage: curtin-suite.py SUITE define CURTIN DIR
       curtin-suite.py SUITE table TOPDIR DOCUMENT

SUITE is storage or network. The first form writes a definition for each config
of the checkout CURTIN to DIR, from curtin-SUITE.yaml. The second makes a table
of the results in TOPDIR and writes it into DOCUMENT, between the lines that
contain "curtin-suite SUITE". Its exit status is 1 if a test failed for a reason
that curtin-SUITE.yaml does not explain, or was not run."""
import json
import os
import re
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
BEGIN, END = "<!-- curtin-suite %s -->", "<!-- end of curtin-suite %s -->"


def load(suite):
    with open(os.path.join(HERE, "curtin-%s.yaml" % suite)) as f:
        return yaml.safe_load(f)


def define(suite, curtin, target):
    configs = os.path.join(os.path.abspath(curtin), "examples")
    os.makedirs(target, exist_ok=True)
    for name, keys in load(suite)["tests"].items():
        path = os.path.join(configs, "tests", name + ".yaml")
        if not os.path.exists(path):
            path = os.path.join(configs, name + ".yaml")
        if not os.path.exists(path):
            sys.exit("curtin-suite: '%s' does not exist: set CURTIN to a "
                     "checkout of curtin" % path)
        # JSON is YAML; a file that does not change keeps its time stamp
        text = json.dumps(dict(keys, conf_file=path), indent=1) + "\n"
        out = os.path.join(target, name + ".yaml")
        if not os.path.exists(out) or open(out).read() != text:
            with open(out, "w") as f:
                f.write(text)


def result_of(topdir, name):
    try:
        with open(os.path.join(topdir, name, "result.json")) as f:
            return json.load(f)
    except FileNotFoundError:
        return {"status": "not run", "cause": "", "checks": []}


def failed_checks(result):
    return [c["name"] for c in result["checks"] if c["status"] == "not ok"]


def fault_of(faults, name, result):
    """The row of the table that explains a failure, or None."""
    words = [result["cause"]] + failed_checks(result)
    for fault in faults:
        if name in fault["tests"] and any(
                re.search(fault["cause"], w) for w in words):
            return fault
    return None


def cell(text):
    return " ".join(text.split()).replace("|", "\\|")


def row_of(name, result, fault):
    checks = result["checks"]
    skipped = sum(c["status"] == "skip" for c in checks)
    seconds = [str(round(result.get("phases", {}).get(p, {}).get("seconds", 0)))
               for p in ("install", "boot")]
    total = result.get("statements", 0)
    answered = total - len(result.get("unanswered", []))
    why = ""
    if result["status"] not in ("passed", "skipped"):
        why = cell(result["cause"])
        why += " - " + ("%(fault)s: %(why)s" % fault if fault else
                        "**not explained**")
    elif result["status"] == "skipped":
        why = cell(result["cause"])
    return "| %s | %s | %s | %s | %s | %s |" % (
        name, result["status"], " + ".join(seconds) if any(
            s != "0" for s in seconds) else "",
        "%d%s" % (len(checks) - skipped,
                  " (%d skipped)" % skipped if skipped else "")
        if checks else "",
        "%d of %d" % (answered, total) if total else "", cell(why))


def table(suite, topdir, document):
    data = load(suite)
    begin, end = BEGIN % suite, END % suite
    lines, counts, bad = [], {}, []
    for name in sorted(data["tests"]):
        result = result_of(topdir, name)
        fault = fault_of(data["faults"] or [], name, result)
        lines.append(row_of(name, result, fault))
        counts[result["status"]] = counts.get(result["status"], 0) + 1
        if result["status"] not in ("passed", "skipped") and not fault:
            bad.append(name)
    summary = ", ".join("%d %s" % (n, s) for s, n in sorted(counts.items()))
    text = "\n".join(
        [begin, summary + ".", "",
         "| config | result | install + boot, s | checks | statements answered "
         "| cause, and whose fault |", "|---|---|---|---|---|---|"] + lines +
        [end])
    with open(document) as f:
        old = f.read()
    new = re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda m: text, old,
                 flags=re.S)
    with open(document + ".new", "w") as f:
        f.write(new)
    os.rename(document + ".new", document)
    print("curtin-suite: %s; see %s" % (summary, document))
    if bad:
        sys.exit("curtin-suite: not explained: " + ", ".join(bad))


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] not in ("storage", "network") or \
            sys.argv[2] not in ("define", "table"):
        sys.exit(__doc__)
    (define if sys.argv[2] == "define" else table)(
        sys.argv[1], *sys.argv[3:])
