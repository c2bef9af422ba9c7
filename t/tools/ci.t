#!/bin/sh
# The examples for CI: the commands of each run as they stand, with all tools, a
# script in place of QEMU and stubs for what changes the machine. JUnit and CTRF
# have the shapes that CI systems read.
. "$(dirname "$0")/rules-lib.sh"
need make xmllint qemu-img jq
fake_machines
cp -r "$work/d/tests" examples/
mkdir -p examples/ci images/mirror/streams/v1 bin
cp "$top"/examples/ci/* examples/ci/
: >images/mirror/streams/v1/index.json
for tool in "$work/bin"/*; do ln -s "$tool" bin/; done
# what a machine has, and a page if vt-report writes one
cat >>Makefile <<'M'
deps image:
	@echo "$@" >>made
M
has_page=
vt-report --help | grep -q -e '--html' && has_page=1
[ -n "$has_page" ] || printf 'report:\n\t@echo page >tests/report.html\n' >>Makefile
for stub in sudo apt-get; do
	printf '#!/bin/sh\necho "%s $*" >>"%s"\n' $stub "$work/machine" \
		>"$work/fake/$stub"
	chmod +x "$work/fake/$stub"
done
# the installer succeeds, except in a machine of 777 MiB
FAKE_SAYS='echo "curtin: Installation $([ $FAKE_MEM = 777 ] && echo failed ||
	echo finished.)"'
export FAKE_SAYS
echo 'conf_file: tests/c.yaml' >examples/bad.yaml
printf 'conf_file: tests/c.yaml\nexpected_failure: true\nmem: 777\n' \
	>examples/good.yaml

# commands FILE: those of a file for GitHub or GitLab, in their order
commands() {
	python3 - "$1" <<'P'
import sys, yaml
doc = yaml.safe_load(open(sys.argv[1]))
if "jobs" in doc:
    (job,) = doc["jobs"].values()
    for step in job["steps"]:
        print(step.get("run", ""))
else:
    (job,) = doc.values()
    print("\n".join(job["before_script"] + job["script"]))
P
}
# artefacts WHAT: those of a run with a failure
artefacts() {
	ok "$1: JUnit has its shape" xmllint --noout --relaxng \
		"$top/t/data/junit.rng" artifacts/junit.xml
	ok "$1: CTRF has its shape" jq -e '.reportFormat == "CTRF" and
		.results.summary.failed == 1' artifacts/ctrf.json
	has artifacts/results.txt '^bad +FAILED' "$1: the table"
	ok "$1: the page" test -s artifacts/report.html
	ok "$1: a capsule of what failed" test -s artifacts/bad.capsule.tar.gz
	ok "$1: and of nothing else" test ! -e artifacts/good.capsule.tar.gz
	rm -rf artifacts tests made
}

# Of two tests one fails, whose guest collects nothing
for how in ci.sh github.yml gitlab.yml; do
	case $how in
	ci.sh) echo "examples/ci/ci.sh" ;;
	*) commands "examples/ci/$how" ;;
	esac >"$work/commands"
	GITHUB_STEP_SUMMARY=$work/summary CI_PROJECT_DIR=$tree \
		run timeout 300 sh -e "$work/commands"
	status_is 1 "$how: a test that fails"
	artefacts $how
done
has "$work/machine" '^sudo udevadm trigger --name-match=kvm$' \
	"github.yml: the device of KVM is opened"
has "$work/machine" '^apt-get install ' "gitlab.yml: packages are installed"
commands examples/ci/github.yml | sed '1,/ci.sh/d' >"$work/last"
mkdir artifacts
echo table >artifacts/results.txt
GITHUB_STEP_SUMMARY=$work/summary run sh -e "$work/last"
has "$work/summary" '^table$' "github.yml: the summary of a run"
rm -r artifacts

# Success, no tests, a broken definition
rm examples/bad.yaml
run timeout 300 examples/ci/ci.sh
status_is 0 "ci.sh: all tests pass"
is "$(ls artifacts | tr '\n' ' ')" \
	"ctrf.json junit.xml report.html results.txt " "with no capsule"
rm -rf artifacts
FILTER=name=nobody run timeout 300 examples/ci/ci.sh
ok "a filter that leaves no test is not a success" test "$status" -ne 0
rm -rf tests
mv examples/good.yaml .
run timeout 300 examples/ci/ci.sh
ok "nor is a tree without tests" test "$status" -ne 0
mv good.yaml examples/
rm -rf tests
echo 'conf_fiel: tests/c.yaml' >examples/wrong.yaml
run timeout 300 examples/ci/ci.sh
status_is 2 "nor a definition with a misspelt key"
rm -rf examples/wrong.yaml images/mirror tests
run timeout 300 examples/ci/ci.sh
has made '^image$' "without a cache the image is built"

# The filters of GitLab's jobs: each test matches one
python3 - <<'P' >"$work/filters"
import yaml
(job,) = yaml.safe_load(open("examples/ci/gitlab.yml")).values()
(matrix,) = job["parallel"]["matrix"]
print("\n".join(matrix["FILTER"]))
P
ok "GitLab has several jobs" test "$(wc -l <"$work/filters")" -ge 2
for name in 0 a k l m z A Z; do echo 'conf_file: tests/c.yaml' >"examples/$name-x.yaml"; done
while read -r filter; do
	bin/vt-rules list --filter="$filter" examples
done <"$work/filters" >"$work/in-jobs"
bin/vt-rules list examples >"$work/in-all"
ok "there are tests" test -s "$work/in-all"
is "$(sort "$work/in-jobs")" "$(sort "$work/in-all")" \
	"each test runs in one of them"
done_testing
