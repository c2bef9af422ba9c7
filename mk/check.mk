# vt's own tests.
#
#   make check                what CI runs
#   make check-all            the long tier too
#   make lint                 warnings of clang, cppcheck, clang-format
#   make bench                the figures of doc/PERFORMANCE.md
#   make demo                 the main job, on real input

SAN := build/address-undefined
SAN_UNIT := $(patsubst t/unit/%.c,$(SAN)/t/unit/%,$(unit_srcs))
# Three tests run at a time: one with Debian guests, one with micro guests, which
# are often idle, one without a machine. That keeps two processors busy.
PROVE := prove --timer -j3 -e t/run --rules='seq=t/{e2e/*,vm/image.t}' \
	--rules='seq=t/{vm,long,bench}/*' --rules='seq=**'
# Tests that failed run once more, alone: did they fail because the host was
# busy? Both runs are shown.
vt_prove = $(PROVE) --state=save $(1) || { \
	echo "vt: what failed, once more and alone:"; \
	prove --timer -e t/run --state=failed; }
# -j2 unless the user gave another -j
vt_jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j2)

# The tools and the image are built first, in parallel and with -Werror. The other
# checks of the sources are in t/tools/lint.t.
.PHONY: check check-all check-built demo sanitized
check:
	$(Q)$(MAKE) --no-print-directory $(vt_jobs) WERROR=1 check-built
	$(Q)$(call vt_prove,$(foreach d,e2e vm tools,$(sort \
		$(wildcard t/$d/*.t))) $(SAN_UNIT))

check-built: all man image sanitized

check-all: check
	$(Q)$(call vt_prove,$(sort $(wildcard t/long/*.t t/bench/*.t)))

sanitized:
	$(Q)$(MAKE) --no-print-directory $(vt_jobs) \
		SANITIZE=address,undefined WERROR=1 all unit

lint_srcs = $(sort $(shell find src examples t -name '*.[ch]'))

# clang generates no code here: its warnings come from its front end.
# varFuncNullUB: NULL ends a list of pointers wherever vt can be built.
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

# Figures for doc/PERFORMANCE.md. Needs 5 GB in BENCH_DIR (default /var/tmp).
# The tests fail above their bounds; sync.sh only prints what it measures.
.PHONY: bench
bench: all
	$(Q)uptime
	$(Q)prove -v -e t/run $(sort $(wildcard t/bench/*.t))
	$(Q)t/bench/sync.sh

# The main job, on real input.
demo: all image
	$(Q)$(MAKE) --no-print-directory -k tests/simple.done tests/basic.done; \
	status=$$?; $(VT_BIN)/vt-report $(TOPDIR)/simple $(TOPDIR)/basic; \
	echo; echo "Look at $(TOPDIR)/basic/: result.tap (checks), collect/ (facts),"; \
	echo "logs/install-serial.log (console), disks/. The tests are"; \
	echo "examples/*.yaml; change one and run: make tests/basic.done"; \
	exit $$status
