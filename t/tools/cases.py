"""cases.py VT-RULES: runs `vt-rules --plan` on each config of t/cases and compares the answer with
expect.tsv, in TAP. expect.tsv explains its keys.
"""
import collections, os, re, subprocess, sys
from concurrent.futures import ThreadPoolExecutor
import yaml

rules, here = sys.argv[1], os.path.join(os.path.dirname(__file__), '..', 'cases')
GPT = {'boot': 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B', 'bios_grub': '21686148-6449-6E6F-744E-656564454649',
       'home': '933AC7E1-2EB4-4F13-B844-0E14E2AEF915', 'linux': '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
       'lvm': 'E6D6D379-F507-44C2-A23C-238F2A3DF928', 'mbr': '024DEE41-33E7-11D3-9D69-0008C781F39F',
       'prep': '9E1A2D38-C612-4316-AA26-8B49521E5A8B', 'raid': 'A19D880F-05FC-4D3B-A006-743F0F84911E',
       'swap': '0657FD6D-A4AB-43C4-84E5-0933C84B4F4F', 'msftres': 'E3C9E316-0B5C-4DB8-817D-F92DF00215AE'}
MSDOS = {'swap': '82', 'linux': '83', 'lvm': '8E', 'raid': 'FD'}  # boot is no type there


def texts(value):
    """All scalars of a tree, as text."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [t for v in value for t in texts(v)]
    return [str(value)]


class Plan:
    def __init__(self, out, err):
        plan = yaml.safe_load(out)
        self.notes = [str(n) for n in plan['notes']] + err.splitlines()
        self.vm = plan['install/vm.yaml']
        self.disks, self.nics = self.vm.get('disks', []), self.vm['nics']
        self.storage = plan['verify.yaml'].get('storage') or {}
        self.texts = texts(plan['verify.yaml'])

    def of(self, kind):
        return self.storage.get(kind, [])

    def partition(self, name):
        disk, number = name.rsplit('.', 1)
        found = [p for p in self.of('partitions') if p['disk'] == disk and p['number'] == int(number)]
        return found[0] if found else {}

    def lacks(self, key, value):
        """What the plan lacks of KEY=VALUE; None: nothing."""
        kind, number = re.fullmatch(r'([a-z]+)(\d*)', key).groups()
        ask = getattr(self, 'ask_' + kind)
        try:
            found = ask(int(number) - 1, value) if number else ask(value)
        except LookupError:
            found = 'there is none'
        return None if found is True else f'{key}: {found}, not {value}'

    def ask_disks(self, want): return len(self.disks) == int(want) or len(self.disks)
    def ask_nics(self, want): return len(self.nics) == int(want) or len(self.nics)
    def ask_firmware(self, want): return self.vm['firmware'] == want or self.vm['firmware']
    def ask_driver(self, n, want): return self.disks[n]['driver'] == want or self.disks[n]['driver']
    def ask_serial(self, n, want): return self.disks[n].get('serial') == want or self.disks[n].get('serial')
    def ask_wwn(self, n, want): return self.disks[n].get('wwn') == want or self.disks[n].get('wwn')
    def ask_min(self, n, want): return self.disks[n]['size'] >= int(want) or self.disks[n]['size']
    def ask_mac(self, n, want): return self.nics[n]['mac'].lower() == want or self.nics[n]['mac']

    def ask_boots(self, want):
        marked = [i + 1 for i, d in enumerate(self.disks) if d.get('boots')]
        return (marked or [1])[0] == int(want) or marked

    def ask_parts(self, want):
        disk, numbers = want.split(':')
        found = sorted(p['number'] for p in self.of('partitions') if p['disk'] == disk)
        return found == sorted(map(int, numbers.split(','))) or found

    def ask_open(self, want):
        found = [d.get('partitions') for d in self.of('disks') if d['id'] == want]
        return found == [None] or found

    def ask_size(self, want):
        part, size = want.split(':')
        return self.partition(part).get('size') == int(size) or self.partition(part)

    def ask_name(self, want):
        part, name = want.split(':')
        return str(self.partition(part).get('name', name)) == name or self.partition(part)

    def ask_type(self, want):
        part, kind = want.split(':')
        p = self.partition(part)
        given = str(p.get('type', kind)).upper().replace('0X', '')
        flag = (GPT if len(kind) > 2 else MSDOS).get(p.get('flag'), kind)
        return bool(p) and given == kind and flag == kind or p or 'no such partition'

    def ask_points(self, want):
        lacking = [p for p in want.split(',') if not any(
            re.search(r'(?<![\w./-])' + re.escape(p) + r'(?![\w./-])', t) for t in self.texts)]
        return not lacking or f'nothing is expected at {lacking}'

    def ask_unmounted(self, want):
        found = [m.get('mounted') for m in self.of('mounts') if m['path'] == want]
        return found == [False] or found

    def ask_zeroed(self, want):
        found = [p['id'] for p in self.of('partitions') if p.get('untouched')]
        return not found or found

    def ask_storage(self, want):
        found = [k for k in ('partitions', 'filesystems', 'mounts') if self.of(k)]
        return not found or found

    def ask_note(self, want): return any(re.search(want, n, re.I) for n in self.notes) or 'no such note'
    def ask_has(self, want): return any(re.search(want, t) for t in self.texts) or 'no such expectation'
    def ask_hasnot(self, want): return not any(re.search(want, t) for t in self.texts) or 'it is expected'


def refusal_lacks(name, keys, err):
    place = re.search(re.escape(name) + r':(\d+):(.*)', err)
    line, words = place.groups() if place else ('?', err)
    for key, want in keys:
        if key == 'line' and line not in want.split(','):
            yield f'refused at line {line}, not {want}: {words}'
        if key == 'says' and not re.search(want, words, re.I):
            yield f'refused without a word of it ({want}): {words}'


def lacks(name, spec, run):
    verdict, keys = spec[0], [k.split('=', 1) for k in spec[1:]]
    if run.returncode not in (0, 2):
        return [f'exit {run.returncode}: {run.stderr}']
    if verdict == 'refuse':
        return list(refusal_lacks(name, keys, run.stderr)) if run.returncode else ['accepted, to be refused']
    if run.returncode:
        return [f'refused: {run.stderr}']
    plan = Plan(run.stdout, run.stderr)
    return [l for l in (plan.lacks(k, v) for k, v in keys) if l]


def plan(name):
    return subprocess.run([rules, '--plan', os.path.join(here, name)], capture_output=True, text=True, timeout=60)


def main():
    specs = collections.OrderedDict()
    with open(os.path.join(here, 'expect.tsv'), encoding='utf-8') as f:
        for line in f:
            name, *spec = line.rstrip('\n').split('\t')
            if not name.startswith('#'):
                specs.setdefault(name, []).append(spec)
    files = {n for n in os.listdir(here) if n.endswith('.yaml')}
    failed = files != set(specs)
    print('not ok' if failed else 'ok', '1 - expect.tsv has a line for each config')
    with ThreadPoolExecutor(2) as pool:
        runs = pool.map(plan, specs)
        for n, (name, run) in enumerate(zip(specs, runs), 2):
            answers = [lacks(name, spec, run) for spec in specs[name]]
            right = not all(answers)
            failed |= not right
            print('ok' if right else 'not ok', n, '-', name)
            for line in [] if right else answers[0]:
                print('#', name, line.replace('\n', '\n# '), file=sys.stderr)
    print(f'1..{len(specs) + 1}')
    return failed


sys.exit(main())
