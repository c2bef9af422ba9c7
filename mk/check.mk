# make check: vt's own tests, what CI runs. make check-all: the long tier too.

PROVE := prove --timer
TIERS := unit tools vm e2e

.PHONY: check check-all lint demo
check: $(tool_paths) $(UNIT_TESTS) man image
	$(Q)VT_BIN=$(abspath $(VT_BIN)) BUILD=$(abspath $(BUILD)) \
		$(PROVE) -j2 -e '' $(UNIT_TESTS) $(sort $(wildcard t/tools/*.t))
	$(Q)VT_BIN=$(abspath $(VT_BIN)) BUILD=$(abspath $(BUILD)) \
		$(PROVE) -e '' $(sort $(wildcard t/vm/*.t t/e2e/*.t))

check-all: check
	$(Q)VT_BIN=$(abspath $(VT_BIN)) BUILD=$(abspath $(BUILD)) \
		$(PROVE) -e '' $(sort $(wildcard t/long/*.t))

lint:
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr \
		--enable=warning,performance,portability -Isrc/lib \
		--suppress=missingIncludeSystem src examples t

# The main job, on real input.
demo: image
	$(Q)$(MAKE) --no-print-directory -k tests/simple.done tests/basic.done; \
	status=$$?; $(VT_BIN)/vt-report $(TOPDIR)/simple $(TOPDIR)/basic; \
	exit $$status
