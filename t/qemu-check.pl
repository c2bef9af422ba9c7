#!/usr/bin/perl
# Is a QEMU command right? Reads one, as a line of shell, from standard input.
#
#	vt-xkvm --dry-run ... | qemu-check.pl [--start]
#
# Each -device, its properties, the machine type and the processor must stand in
# that QEMU's own lists. With --start QEMU is started, stopped (-S), on
# sockets in place of those that it would inherit as descriptors 3 to 6,
# and told by QMP to quit: it has accepted the command then. Prints what is
# wrong, a line each, and exits 1.
use strict;
use warnings;
use IO::Handle;
use POSIX;
use Socket;
use Text::ParseWords;

my $start = @ARGV && $ARGV[0] eq '--start';
my @argv = shellwords(scalar <STDIN> // '');
my $wrong = 0;
$^F = 255;    # descriptors stay open in children
alarm 60;

sub wrong { print "@_\n"; $wrong = 1 }

my %asked;
sub ask {
	my $q = join ' ', @_;
	return $asked{$q} //= do {
		my $pid = open(my $f, '-|') // die "fork: $!\n";
		if (!$pid) {
			open STDERR, '>&', \*STDOUT;
			exec {$_[0]} @_ or exit 127;
		}
		local $/;
		<$f> // '';
	};
}

# NAME,PROPERTY=VALUE,... where a comma in a value is doubled
sub properties {
	my $s = shift;
	$s =~ s/,,/\0/g;
	my ($name, @p) = split /,/, $s;
	s/=.*//s for @p;
	return ($name, @p);
}

die "qemu-check.pl: no command\n" if !@argv;
my $qemu = $argv[0];
for my $i (1 .. $#argv - 1) {
	if ($argv[$i] eq '-device') {
		my ($name, @p) = properties($argv[$i + 1]);
		if (ask($qemu, '-device', 'help') !~ /^name "\Q$name\E"/m &&
			ask($qemu, '-device', 'help') !~ /alias "\Q$name\E"/) {
			wrong("$qemu has no device '$name'");
			next;
		}
		my $help = ask($qemu, '-device', "$name,help");
		for (@p) {
			next if $_ eq 'id' || $_ eq 'bus';
			wrong("device '$name' has no property '$_'")
				if $help !~ /^ *\Q$_\E=/m;
		}
	} elsif ($argv[$i] eq '-machine') {
		my ($name) = properties($argv[$i + 1]);
		wrong("$qemu has no machine '$name'")
			if ask($qemu, '-machine', 'help') !~ /^\Q$name\E /m;
	} elsif ($argv[$i] eq '-cpu') {
		my ($name) = properties($argv[$i + 1]);
		wrong("$qemu has no processor '$name'")
			if ask($qemu, '-cpu', 'help') !~
			/^\s*(?:x86 |PowerPC |s390 )?\Q$name\E\b/m;
	}
}

if ($start && !$wrong) {
	my (@ours, @theirs);
	for (0 .. 3) {
		socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, PF_UNSPEC)
			or die "socketpair: $!\n";
		push @ours, $a;
		push @theirs, $b;
	}
	pipe(my $err, my $err_w) or die "pipe: $!\n";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		# out of the way of 3 to 6 before anything goes there
		my @high = map { POSIX::fcntl($_, F_DUPFD, 20) } @theirs;
		POSIX::dup2(fileno($err_w), 2);
		POSIX::dup2($high[$_], 3 + $_) for 0 .. 3;
		POSIX::close($_) for 7 .. 40;
		exec {$qemu} @argv, '-S' or POSIX::_exit(127);
	}
	close $_ for @theirs, $err_w;
	my $qmp = $ours[0];
	$qmp->autoflush(1);
	my $greeting = <$qmp>;
	if ($greeting) {
		print $qmp qq({"execute":"qmp_capabilities"}\n);
		<$qmp>;
		print $qmp qq({"execute":"quit"}\n);
	}
	my $said = do { local $/; <$err> };
	waitpid $pid, 0;
	wrong("$qemu does not accept it: $said") if $? || !$greeting;
}
exit $wrong;
