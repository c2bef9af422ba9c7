#!/usr/bin/env python3
"""joined.py 'WIRE ...' COMMAND...: runs QEMUs that are joined by wires.

A WIRE is a name; in the commands, @WIRE.0 and @WIRE.1 stand for the file
descriptors of its ends. A COMMAND is one argument, with the quotes of a shell.
All processes die with this one, and this one dies with its parent; when one of
them ends with an error, it ends the others and fails.
"""
import ctypes
import os
import re
import shlex
import signal
import socket
import subprocess
import sys

PR_SET_PDEATHSIG = 1


def die_with(parent):
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def main():
    die_with(os.getppid())
    wires, *commands = sys.argv[1:]
    ends = {}
    for name in wires.split():
        pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for i, end in enumerate(pair):
            ends[f"{name}.{i}"] = end
    running = []
    me = os.getpid()
    for command in commands:
        used = set()

        def descriptor(match):
            used.add(match[1])
            return str(ends[match[1]].fileno())

        argv = shlex.split(re.sub(r"@(\w+\.[01])", descriptor, command))
        running.append(subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, preexec_fn=lambda: die_with(me),
            pass_fds=[ends[name].fileno() for name in used]))
    for end in ends.values():
        end.close()
    failed = False
    for _ in range(len(running)):
        pid, status = os.wait()
        if status and not failed:
            failed = True
            for process in running:
                if process.pid != pid:
                    process.kill()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
