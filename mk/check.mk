# vt's own tests.
#
#  First steps
#   make demo                 install and verify two example systems
#  Work on vt
#   make check                run the tests for CI
#   make check-all            run all tests, with those that take long
#   make curtin-suite CURTIN=DIR   install the storage configs of curtin's vmtest
#                             with real curtin, and write the table in
#                             doc/FROM-CURTIN.md; takes hours; FILTER works;
#                             SUITE=network: the network configs
#   make lint                 check the sources with clang, cppcheck, clang-format
#   make bench                measure the figures in doc/PERFORMANCE.md

SAN := build/address-undefined
SAN_UNIT := $(patsubst t/unit/%.c,$(SAN)/t/unit/%,$(unit_srcs))
# Run three tests in parallel, on a host with two processors: one with Debian
# guests, one with micro guests, most of which are idle part of the time, and
# one without guests.
PROVE := prove --timer -j3 -e t/run --rules='seq=t/{e2e/*,vm/image.t}' \
	--rules='seq=t/{vm,long,bench}/*' --rules='seq=**'
# Run failed tests again, one at a time: this shows whether they fail only on a
# busy host. The output of both runs is shown.
vt_prove = $(PROVE) --state=save $(1) || { \
	echo "vt: running the failed tests again, one at a time:"; \
	prove --timer -e t/run --state=failed; }
# Two jobs, unless the user gives a number.
vt_jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j2)

# What tests and the build with sanitizers use at most, in MiB. On a full disk
# most tests fail, and those with guests after their time limits only.
check_space = 4000
check_disks = $(sort $(or $(TMPDIR),/tmp) .)

# Build everything that tests use in parallel, and treat warnings of gcc as
# errors. Other checks of the sources are in t/tools/lint.t.
.PHONY: check check-all check-built demo sanitized
check:
	$(Q)df -BM --output=avail,target $(check_disks) | awk '$$1 + 0 < $(check_space) \
		&& NR > 1 { print "vt: " $$2 " has " $$1 " left, tests need " \
		"$(check_space)M: free disk space, or set TMPDIR"; bad = 1 } \
		END { exit bad }' >&2
	$(Q)$(MAKE) --no-print-directory $(vt_jobs) WERROR=1 check-built
	$(Q)$(call vt_prove,$(foreach d,e2e vm tools,$(sort \
		$(wildcard t/$d/*.t))) $(SAN_UNIT))

check-built: all man image sanitized

check-all: check
	$(Q)$(call vt_prove,$(sort $(wildcard t/long/*.t t/bench/*.t)))

# Curtin runs with Debian's Python, which has the modules that it imports. The
# table is written also if tests fail, and decides.
SUITE ?= storage
suite := $(TOPDIR)/curtin-suite/$(SUITE)
.PHONY: curtin-suite
curtin-suite: all image
	$(if $(CURTIN),,$(error curtin-suite needs CURTIN=DIR, a checkout of curtin))
	$(Q)t/long/curtin-suite.py $(SUITE) define '$(CURTIN)' $(suite)/definitions
	-+$(Q)exec env PY3OR2_PYTHON=/usr/bin/python3 \
		VT_CURTIN_EXE='$(CURTIN)/bin/curtin' \
		VT_EXTRA_CONFIG=$(CURDIR)/t/long/curtin-suite-extra.yaml \
		$(MAKE) --no-print-directory -k CONFIGS= VT_TOPDIR=$(suite)/tests \
		EXAMPLES=$(suite)/definitions vmtest
	$(Q)t/long/curtin-suite.py $(SUITE) table $(suite)/tests doc/FROM-CURTIN.md

sanitized:
	$(Q)$(MAKE) --no-print-directory $(vt_jobs) \
		SANITIZE=address,undefined WERROR=1 all unit

lint_srcs = $(sort $(shell find src examples t -name '*.[ch]'))

# clang: -fsyntax-only is enough for its warnings. cppcheck: varFuncNullUB is
# suppressed, because NULL is a pointer on all platforms on which vt can be
# built, so that it may end a list of arguments.
.PHONY: lint lint-clang lint-cppcheck lint-format
lint: lint-clang lint-cppcheck lint-format

lint-clang:
	$(Q)printf '%s\n' $(filter %.c,$(lint_srcs)) | xargs -n 25 -P 2 \
		clang -fsyntax-only -Werror $(VT_CPPFLAGS) $(VT_CFLAGS) $(CFLAGS)

lint-cppcheck:
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr -j2 \
		--enable=warning,performance,portability $(VT_INCLUDES) \
		--library=mk/cppcheck.cfg --suppress=missingIncludeSystem \
		--suppress=varFuncNullUB src examples t

lint-format:
	$(Q)clang-format --dry-run -Werror $(lint_srcs)

# Measure the figures in doc/PERFORMANCE.md. Needs 5 GB in BENCH_DIR (default
# /var/tmp). A test fails if a limit is exceeded; vt-sync is compared with other
# programs, and does not fail.
.PHONY: bench
bench: all
	$(Q)uptime
	$(Q)prove -v -e t/run $(sort $(wildcard t/bench/*.t))
	$(Q)t/bench/sync.sh

# Install and verify two example systems.
demo: all image
	$(Q)$(MAKE) --no-print-directory -k tests/simple.done tests/basic.done; \
	status=$$?; $(VT_BIN)/vt-report $(TOPDIR)/simple $(TOPDIR)/basic; \
	echo; echo "See $(TOPDIR)/basic/: result.tap (checks), collect/ (facts),"; \
	echo "logs/install-serial.log (console), disks/. The tests are defined in"; \
	echo "examples/*.yaml; change one and run 'make tests/basic.done'."; \
	exit $$status
