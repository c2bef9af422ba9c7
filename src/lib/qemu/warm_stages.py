"""Runs in the guest that becomes a template, instead of cloud-init's last stage:
loads cloud-init, waits until the machine starts from the template, and runs the
stages that have been left out, each in a process of its own, as its units do."""
import gc
import importlib
import os
import pkgutil
import random
import subprocess
import sys

STAGES = (
    ('init',),
    ('modules', '--mode=config'),
    ('modules', '--mode=final'),
)


def load(package):
    for module in pkgutil.iter_modules(
            importlib.import_module(package).__path__, package + '.'):
        try:
            importlib.import_module(module.name)
        except Exception:  # of what this image has not
            pass


def run(stage):
    """returns whether it failed"""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        sys.argv = ['/usr/bin/cloud-init', *stage]
        sys.exit(importlib.import_module('cloudinit.cmd.main').main())
    return os.waitpid(child, 0)[1] != 0


for package in ('cloudinit.cmd', 'cloudinit.config', 'cloudinit.sources',
                'cloudinit.distros', 'cloudinit.net', 'cloudinit.handlers'):
    load(package)
gc.collect()
gc.freeze()
subprocess.call(['/bin/sh', '/run/vt-warm.sh'])
random.seed()
sys.exit(any([run(stage) for stage in STAGES]))
