# vt's own tests.
#
#   make check                what CI runs
#   make check-all            the long tier too
#   make lint                 cppcheck
#   make bench                the figures of doc/PERFORMANCE.md
#   make demo                 the main job, on real input

SAN := build/address-undefined
SAN_UNIT := $(patsubst t/unit/%.c,$(SAN)/t/unit/%,$(unit_srcs))
# Tests without a VM run side by side, those with VMs one after the other:
# a guest without KVM takes both cores of a small machine.
PROVE := prove --timer -j2 -e t/run --rules='seq=t/{vm,e2e,long}/*' \
	--rules='par=**'
# What failed runs once more with nothing beside it: does it fail, or only on a
# busy host? Both runs are shown.
vt_prove = $(PROVE) --state=save $(1) || { \
	echo "vt: what failed, once more and alone:"; \
	prove --timer -e t/run --state=failed; }

.PHONY: check check-all lint demo sanitized
check: all man image sanitized
	$(Q)$(call vt_prove,$(SAN_UNIT) \
		$(sort $(wildcard t/tools/*.t t/vm/*.t t/e2e/*.t)))

check-all: check
	$(Q)$(call vt_prove,$(sort $(wildcard t/long/*.t)))

sanitized:
	$(Q)$(MAKE) --no-print-directory -j2 SANITIZE=address,undefined WERROR=1 \
		all unit

# varFuncNullUB: NULL ends a list of pointers wherever vt can be built.
lint:
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr -j2 \
		--enable=warning,performance,portability $(VT_INCLUDES) \
		--library=mk/cppcheck.cfg --suppress=missingIncludeSystem \
		--suppress=varFuncNullUB src examples t

# Figures for doc/PERFORMANCE.md. Needs 5 GB in BENCH_DIR (default /var/tmp).
.PHONY: bench
bench: all
	$(Q)for b in $(sort $(wildcard t/bench/*.sh)); do $$b || exit; done

# The main job, on real input.
demo: all image
	$(Q)$(MAKE) --no-print-directory -k tests/simple.done tests/basic.done; \
	status=$$?; $(VT_BIN)/vt-report $(TOPDIR)/simple $(TOPDIR)/basic; \
	echo; echo "Look at $(TOPDIR)/basic/: result.tap (checks), collect/ (facts),"; \
	echo "logs/install-serial.log (console), disks/. The tests are"; \
	echo "examples/*.yaml; change one and run: make tests/basic.done"; \
	exit $$status
