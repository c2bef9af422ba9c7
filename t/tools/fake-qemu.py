#!/usr/bin/env python3
"""Replaces QEMU in tests that need no guest: its console prints what the command
$FAKE_SAYS prints, and after $FAKE_SECONDS the guest powers off. That command finds
the text of -readconfig in $FAKE_CONFIG, and the MiB of memory in $FAKE_MEM. The
installer's channel gets the text $FAKE_REPORTS at the end, while the supervisor is
stopped."""
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time

argv = " ".join(sys.argv)
if argv.endswith(" --version"):
    print("fake")
    sys.exit(0)
if "id=qmp" not in argv:
    sys.exit(1)  # asked for the properties of devices


def end_of(name):
    fd = re.search(r"socket,id=%s,fd=(\d+)" % name, argv).group(1)
    return socket.socket(fileno=int(fd))


def send(message):
    qmp.sendall(json.dumps(message).encode() + b"\n")


config = re.search(r"-readconfig (\S+)", argv)
if config:
    os.environ["FAKE_CONFIG"] = open(config.group(1)).read()
os.environ["FAKE_MEM"] = (re.search(r"-m (\d+)", argv) or [0, ""])[1]
qmp, console = end_of("qmp"), end_of("serial0")
send({"QMP": {"version": {}, "capabilities": []}})
console.sendall(subprocess.run(os.environ.get("FAKE_SAYS", "true"), shell=True,
                               stdout=subprocess.PIPE).stdout)
deadline = time.monotonic() + float(os.environ.get("FAKE_SECONDS", "0.1"))
rest = b""
while time.monotonic() < deadline:
    if not select.select([qmp], [], [], deadline - time.monotonic())[0]:
        break
    *lines, rest = (rest + qmp.recv(65536)).split(b"\n")
    for line in lines:
        command = json.loads(line)
        send({"return": {}, "id": command.get("id")})
        if command["execute"] == "quit":
            sys.exit(0)
if "FAKE_REPORTS" in os.environ:
    os.kill(os.getppid(), signal.SIGSTOP)
    end_of("channel").sendall(os.environ["FAKE_REPORTS"].encode())
send({"event": "SHUTDOWN", "timestamp": {"seconds": 0, "microseconds": 0},
      "data": {"guest": True, "reason": "guest-shutdown"}})
