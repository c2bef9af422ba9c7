#!/bin/sh
# doc/FROM-CURTIN.md: vt-rules accepts each line of a definition in the table of test
# methods, and no row is empty.
. "$(dirname "$0")/../lib.sh"
need perl
mkdir -p "$work/d" "$work/images"
cd "$work/d" || exit 3
export VT_IMAGE_DIR="$work/images"
printf 'storage: {version: 1, config: []}\n' >c.conf

perl -ne '$on = /^## Test methods/ if /^## /;
	next unless $on && /^\| `(\S+:\d+)` (\S+) \| (.*) \|$/;
	my ($at, $text) = ("$1", $3);
	$text =~ s/\\\|/|/g;
	print "row\t$at\t$text\n";
	print "line\t$at\t$1\n" while $text =~ /`(\{[^`]*\}|[a-z_]+: [^`]*)`/g;' \
	"$top/doc/FROM-CURTIN.md" >list
rows=$(grep -c '^row' list)
[ "$rows" -ge 250 ]
result $? "$rows methods are listed"
is "$(cut -f 3 list | grep -c -x '[? ]*')" 0 "no row is empty"
is "$(grep '^row' list | cut -f 2 | sort | uniq -d | wc -l)" 0 "no method is listed twice"

# One definition with all checks
grep -o '\./[a-z-]*' list | sort -u | while read -r program; do
	: >"$program"
done
{
	echo 'conf_file: c.conf'
	echo 'verify:'
	grep '^line	[^	]*	{' list | cut -f 3- | sort -u | sed 's/^/  - /'
} >checks.yaml
lines=$(grep -c '^  - ' checks.yaml)
[ "$lines" -ge 100 ]
result $? "$lines checks are quoted"
run vt-rules -t "$work/t" --check checks.yaml
status_is 0 "vt-rules accepts them" || diag "$(sed -n \
	"$(sed -n 's/.*checks.yaml:\([0-9]*\):.*/\1p/p' "$work/err" | head -n 1)" \
	checks.yaml)"

# Other keys one by one, since a key may occur only once
grep '^line	[^	]*	[a-z]' list | cut -f 3- | sort -u >keys
bad=0
while read -r line; do
	case $line in # keys of checks and of the storage config
	when:* | ptable:* | flag:* | wipe:*) continue ;;
	esac
	printf 'conf_file: c.conf\n%s\n' "$line" >key.yaml
	vt-rules -t "$work/t" --check key.yaml 2>"$work/err" ||
		{ bad=$((bad + 1)) && diag "$line: $(cat "$work/err")"; }
done <keys
is "$bad" 0 "vt-rules accepts the $(grep -c . keys) other lines"

# Check that this test can fail
sed -i 's/has_line/has_lines/' checks.yaml
run vt-rules -t "$work/t" --check checks.yaml
status_is 2 "a misspelt line is an error"
done_testing
