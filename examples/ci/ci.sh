#!/bin/sh
# Continuous integration by a plain shell: run tests, keep what they leave, and
# end with their true status. Run it in the source tree of vt:
#
#	VT_CACHE=$HOME/.cache/vt sh examples/ci/ci.sh
#
# Any setting works as an environment variable, such as FILTER. What is worth
# keeping of a run is then in $CI_OUT (default: artifacts).
set -u
out=${CI_OUT:-artifacts}
tests=${VT_TOPDIR:-tests}
mkdir -p "$out"

# the image, unless a cache has brought it
if [ ! -e images/mirror/streams/v1/index.json ]; then
	make image || exit 3
fi

# -k: a test that fails does not keep others from running
make -k vmtest
rc=$?

# make has one status for all failures; vt-report knows the worst. No test at all
# is not a success.
bin/vt-report --status --junit="$out/junit.xml" --ctrf="$out/ctrf.json" \
	"$tests" >"$out/results.txt" && status=$rc || status=$?
cat "$out/results.txt"

# The page of all results, and a capsule of each test that did not pass
if make report; then
	cp "$tests/report.html" "$out/"
fi
for result in "$tests"/*/result.json; do
	test=${result%/result.json}
	[ -e "$result" ] || continue
	bin/vt-report --status "$test" >"$out/one.txt"
	case $? in
	0 | 77) continue ;;
	esac
	make "$test.capsule" && mv "$test.capsule.tar.gz" "$out/"
done
rm -f "$out/one.txt"
exit "$status"
