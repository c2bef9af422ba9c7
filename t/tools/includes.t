#!/bin/sh
# Which file may include which: a folder of src/lib the folders in its row, a
# tool only libvt and its own headers. Header names are unique, and each header
# compiles by itself. And what is compared in one place only.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 3

# each folder, and the folders that it may include
allowed='base:
data: base
image: base data
graph: base data
storage: base data image graph
network: base data graph
http: base data
qemu: base data image
host: base data qemu
test: base data image graph storage network http qemu host'

# print "FILE includes HEADER" for each include that is not permitted
forbidden() {
	grep -n '^#include "' src/lib/*/*.[ch] | awk -F'[/:"]' -v table="$allowed" '
	BEGIN {
		n = split(table, rows, "\n")
		for (i = 1; i <= n; i++) {
			split(rows[i], row, ": ?")
			may[row[1]] = " " row[1] " " row[2] " "
		}
	}
	# src lib FOLDER FILE LINE #include HEADER-FOLDER HEADER
	!($3 in may) || index(may[$3], " " $7 " ") == 0 {
		print $3 "/" $4 " includes " $7 "/" $8
	}'
}
is "$(forbidden)" '' 'each folder of libvt includes only folders in its row'
is "$(find src/lib -maxdepth 1 -type f)" '' 'each module is in a folder'
is "$(find src examples -name '*.h' | sed 's,.*/,,' | sort | uniq -d)" '' \
	'header names are unique'
is "$(grep -n '^#include ".*/' src/*/*.[ch] examples/installer/*.[ch] |
	grep -v '"\(base\|data\|image\|graph\|storage\|network\|http\|qemu\|host\|test\)/')" '' \
	'tools include headers of libvt with a folder, and their own by name'

# Names of distributions and releases occur only in their tables, as the default
# of a key, and as names of scripts
names=$(sed -n 's/.*{\.name = "\([a-z]*\)".*/\1/p' src/lib/test/distro.c | tr '\n' '|')
echo "$names" >"$work/names"
has "$work/names" 'debian.*xenial' 'the table of distributions has the names'
is "$(grep -nE "\"(${names}bookworm)\"" src/*/*.[ch] src/lib/*/*.[ch] \
	examples/installer/*.[ch] |
	grep -vE '^src/(lib/test/distro\.c|rules/scripts\.c):|STR\(')" '' \
	'and no other code compares them'

alone() {
	find src examples -name '*.h' | sort | while read -r header; do
		${CC:-gcc} -std=gnu17 -Isrc/lib -D_GNU_SOURCE -fsyntax-only \
			-x c -include "$header" /dev/null 2>&1 ||
			echo "$header needs another header"
	done
}
is "$(alone)" '' 'each header compiles by itself'
done_testing
