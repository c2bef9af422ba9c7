#!/usr/bin/perl
# Write a tar archive, a hostile one if need be, to standard output.
#
#	mktar.pl 'f NAME TEXT' 'd NAME' 'l NAME TARGET' 'h NAME TARGET' ...
#
# f file, x executable, s setuid file, d directory, l symbolic link, h hard
# link, c character device, p fifo, t file that claims TEXT bytes and has none,
# S sparse file of TEXT bytes with one byte at its end. In NAME, %NN is a byte,
# {C*N} is C repeated N times. 'end' ends the archive, 'cut N' its last N bytes.
use strict;
use warnings;

my $out = '';

sub number {
	my ($n, $len) = @_;
	my $octal = sprintf "%0*o", $len - 1, $n;
	return "$octal\0" if length $octal < $len;
	return "\x80" . "\0" x ($len - 9) . pack("Q>", $n);
}

sub header {
	my ($name, $type, $size, $mode, $link, $tail) = @_;
	if (length $name > 100) {
		header('././@LongLink', 'L', 1 + length $name, 0, '', '');
		body("$name\0");
	}
	my $h = pack('a100', $name) . number($mode, 8) . number(0, 8) x 2 .
	    number($size, 12) . number(1700000000, 12) . ' ' x 8 . $type .
	    pack('a100', $link) . "ustar  \0" . $tail;
	$h .= "\0" x (512 - length $h);
	my $sum = 0;
	$sum += $_ for unpack 'C*', $h;
	substr $h, 148, 8, sprintf "%06o\0 ", $sum;
	$out .= $h;
}

sub body {
	my ($data) = @_;
	$out .= $data . "\0" x (-length($data) % 512);
}

sub sparse {
	my ($name, $size) = @_;
	my $map = number($size - 1, 12) . number(1, 12);
	my $tail = pack 'a121', ''; # from 265, after the magic, up to 386
	$tail .= $map . "\0" x (24 * 3) . "\0" . number($size, 12);
	header($name, 'S', 1, 0644, '', $tail);
	body('z');
}

for (@ARGV) {
	my ($type, $name, $text) = split / /, $_, 3;
	$text //= '';
	$out .= "\0" x 1024 if $type eq 'end';
	substr $out, -$name, $name, '' if $type eq 'cut';
	next if $type eq 'end' || $type eq 'cut';
	$name =~ s/\{(.+?)\*(\d+)\}/$1 x $2/ge;
	$name =~ s/%([0-9a-f]{2})/chr hex $1/ge;
	$text =~ s/\{(.+?)\*(\d+)\}/$1 x $2/ge;
	my %mode = (x => 0755, s => 04777, d => 0700);
	my %flag = (d => 5, l => 2, h => 1, c => 3, p => 6);
	if ($type eq 'S') {
		sparse($name, $text);
		next;
	}
	my $link = $type =~ /[lh]/ ? $text : '';
	my $data = $type =~ /[fxs]/ ? $text : '';
	header($name, $flag{$type} // '0',
		$type eq 't' ? $text : length $data,
		$mode{$type} // 0600, $link, '');
	body($data);
}
binmode STDOUT;
print $out;
