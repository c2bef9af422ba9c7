#!/bin/sh
# Who may include whom: a folder of src/lib only what its row allows, a tool
# only libvt and itself; every header has a name of its own and compiles alone.
# And what is compared in one place only.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 3

# folder and the folders it may include, besides itself
allowed='base:
data: base
image: base data
storage: base data image
network: base data
http: base data
qemu: base data image
host: base data qemu
test: base data image storage network http qemu host'

# "FILE includes HEADER" for each include that the table forbids
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
is "$(forbidden)" '' 'each folder of libvt includes what its row allows'
is "$(find src/lib -maxdepth 1 -type f)" '' 'each module is in a folder'
is "$(find src examples -name '*.h' | sed 's,.*/,,' | sort | uniq -d)" '' \
	'no header name stands twice'
is "$(grep -n '^#include ".*/' src/*/*.[ch] examples/installer/*.[ch] |
	grep -v '"\(base\|data\|image\|storage\|network\|http\|qemu\|host\|test\)/')" '' \
	'a tool includes libvt by folder, and its own headers by name'

# Names of distributions and releases: in their tables, as default of a key, and
# where the scripts of that name are
names=$(sed -n 's/.*{\.name = "\([a-z]*\)".*/\1/p' src/lib/test/distro.c | tr '\n' '|')
echo "$names" >"$work/names"
has "$work/names" 'debian.*xenial' 'the table of distributions has names'
is "$(grep -nE "\"(${names}bookworm)\"" src/*/*.[ch] src/lib/*/*.[ch] \
	examples/installer/*.[ch] |
	grep -vE '^src/(lib/test/distro\.c|rules/scripts\.c):|STR\(')" '' \
	'and nothing else compares them'

alone() {
	find src examples -name '*.h' | sort | while read -r header; do
		${CC:-gcc} -std=gnu17 -Isrc/lib -D_GNU_SOURCE -fsyntax-only \
			-x c -include "$header" /dev/null 2>&1 ||
			echo "$header needs another header"
	done
}
is "$(alone)" '' 'each header compiles by itself'
done_testing
