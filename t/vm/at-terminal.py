#!/usr/bin/python3
# at-terminal.py SCRIPT COMMAND...: runs COMMAND on a pseudo-terminal. SCRIPT has
# lines: "expect ERE", "send TEXT" (with \r, \x01...), "term" and "segv" (send the
# signal), "stty" (prints "raw: yes" if the terminal's modes have changed). At the
# end it prints "restored: yes" if the modes are the original ones, and
# "status: N".
import os, pty, re, select, signal, sys, termios, time

script = open(sys.argv[1]).read().splitlines()
master, slave = pty.openpty()


def modes():
    a = termios.tcgetattr(slave)
    return '%x %x %x %x' % tuple(a[:4])


before = modes()
pid = os.fork()
if pid == 0:
    os.setsid()
    import fcntl
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(slave, fd)
    os.closerange(3, 256)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execvp(sys.argv[2], sys.argv[2:])
text, ended = b'', None


def more(seconds):
    global text, ended
    r, _, _ = select.select([master], [], [], seconds)
    if r:
        text += os.read(master, 65536)
    elif ended is None:
        p, status = os.waitpid(pid, os.WNOHANG)
        if p:
            ended = status


for line in script:
    word, _, arg = line.partition(' ')
    if word == 'expect':
        end = time.monotonic() + 300
        while not re.search(arg.encode(), text):
            more(0.2)
            if time.monotonic() > end or ended is not None:
                print('missing: ' + arg)
                break
        m = re.search(arg.encode(), text)
        text_seen = text[:m.end()] if m else text
        sys.stdout.write(text_seen.decode('utf-8', 'replace'))
        text = text[len(text_seen):]
    elif word == 'send':
        os.write(master, arg.encode().decode('unicode_escape').encode('latin1'))
    elif word == 'stty':
        print('\nraw: ' + ('yes' if modes() != before else 'no'))
    elif word in ('term', 'segv'):
        os.kill(pid, signal.SIGTERM if word == 'term' else signal.SIGSEGV)
end = time.monotonic() + 30
while ended is None and time.monotonic() < end:
    more(0.2)
if ended is None:
    os.kill(pid, signal.SIGKILL)
    print('\nit did not end')
    ended = os.waitpid(pid, 0)[1]
while True:
    r, _, _ = select.select([master], [], [], 0)
    if not r:
        break
    text += os.read(master, 65536)
sys.stdout.write(text.decode('utf-8', 'replace'))
print('\nrestored: ' + ('yes' if modes() == before else 'no'))
print('status: %d' % os.waitstatus_to_exitcode(ended))
