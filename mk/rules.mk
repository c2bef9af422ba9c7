# Tests: what vt-rules makes of definitions and configs, and the goals for it.
#
#   make tests/NAME.done      install, boot and verify one test
#   make tests/NAME.clean     forget its run
#   make tests/NAME.console   step into what it installed
#   make tests/NAME.install-console   step into its install environment
#                             CONSOLE='--user ME:SECRET --vnc :1' for both
#   make tests/NAME.verify    look again at what it left: no machine
#   make tests/NAME.repeat N=20   how often does it fail, and in which phase
#   make vmtest               all tests; with FILTER='release=bookworm arch!=i386'
#                             some of them (see vt-rules list)
#   make failed               those that did not pass when they ran last
#   make changed              those that passed once, and differ from that now
#   make vmtest-deps          the packages that all this needs
#   make settings             what can be set, and what is
#   make CONFIGS=DIR ...      instead of ours, the bare configs of a directory
#   make EXAMPLES=DIR ...     other definitions; their configs in DIR/tests
#   make VT_TOPDIR=DIR ...    run there; tests/NAME.X still name the goals

TOPDIR := $(patsubst %/,%,$(or $(VT_TOPDIR),$(CURTIN_VMTEST_TOPDIR),tests))
ifneq ($(filter undefined default file,$(origin CONFIGS)),)
EXAMPLES ?= examples
endif
EXAMPLES ?=
CONFIGS ?= $(wildcard $(EXAMPLES:%=%/tests))

# vt-list, vt-run and vt-reverify are vt-vmtest's: which tests there are, and
# those that the file $(tests_list) names.
vt_runs := vmtest failed changed
vt_goals := $(filter tests/% $(TOPDIR)/% $(vt_runs) vt-list vt-run \
	vt-reverify,$(MAKECMDGOALS))
ifneq ($(vt_goals),)
ifneq ($(words $(TOPDIR)),1)
$(error TOPDIR '$(TOPDIR)' has spaces: make cannot work there)
endif
endif
# make 'tests/a=b.done' sets a variable and builds the default goal
vt_trap := $(filter tests/% $(TOPDIR)/%,$(.VARIABLES))
ifneq ($(vt_trap),)
$(error '$(firstword $(vt_trap))=...' is no goal: names of tests have no '=')
endif

# A name that begins like a setting's and is none is told of here, once, and not
# by each tool below: only make knows what stood on its command line.
vt_told = $(foreach v,$(filter $(1),$(.VARIABLES)),$(if $(filter environment \
	command override,$(firstword $(origin $(v)))),$(v)))
vt_named := $(call vt_told,VT_% CURTIN_VMTEST_%)
ifneq ($(and $(vt_named),$(vt_goals)$(filter settings,$(MAKECMDGOALS)), \
	$(wildcard $(VT_BIN)/vt-rules)),)
ifeq ($(VT_NAMES_TOLD)$(MAKE_RESTARTS),)
$(shell env $(foreach v,$(vt_named),'$(subst ','\'',$(v))=') \
	$(VT_BIN)/vt-rules --settings=check)
endif
export VT_NAMES_TOLD := 1
endif

.PHONY: FORCE $(vt_runs) vt-list vt-run vt-reverify
FORCE:

# As many at a time as the user says who gave no -j.
vt_parallel := $(strip $(or $(VT_PARALLEL),$(CURTIN_VMTEST_PARALLEL)))
ifeq ($(and $(vt_parallel),$(filter-out vt-%,$(vt_goals))),)
else ifeq ($(vt_parallel),-1)
MAKEFLAGS += -j$(shell nproc)
else ifneq ($(shell expr '$(subst ','"'"',$(vt_parallel))' : '[0-9]\{1,4\}$$'),0)
MAKEFLAGS += $(if $(filter-out 0 1,$(vt_parallel)),-j$(vt_parallel))
else
$(error PARALLEL '$(vt_parallel)': say how many, 0 for one after the other, or -1)
endif

$(TOPDIR):
	$(Q)mkdir -p $@

# $(call vt_phase,WORD,test,command): no shell, so that it dies with make
vt_tap := $(if $(V),,>/dev/null)
vt_phase = $(if $(V),,$(info $(empty)  $(1)$(2)))$(Q)$(VT_BIN)/$(3)

# Only goals that need the rules have them written and read: what was installed
# is looked at as it is.
ifneq ($(filter-out %.clean %.console %.verify %.repeat $(vt_runs),$(vt_goals)),)

# The rules of all tests. vt-rules writes this file anew each time, and names in
# it the files it comes from. Not -include: without the rules there is no test.
vt_rules := $(TOPDIR)/tests.mk
include $(vt_rules)

# What decides besides these files: which there are, and settings.
# (The index alone: names of products files have colons, which make reads.)
vt_index := $(wildcard $(vt_images)/streams/v1/index.json \
	$(vt_images)/streams/v1/index.sjson)
# $(call vt_sign,NAMES): of these variables those that are set
vt_sign = $(strip $(EXAMPLES) -c $(CONFIGS) $(vt_index) \
	$(foreach v,$(sort $(call vt_told,$(1))),$(v)=$(value $(v))))
vt_signed := $(TOPDIR)/tests.signature

vt_needed := $(foreach t,$(VT_RUN) $(VT_SKIPPED),$(VT_INPUTS:%=$(TOPDIR)/$(t)/%))
ifneq ($(filter-out $(wildcard $(vt_needed)),$(vt_needed)),)
$(vt_rules): FORCE
else ifneq ($(call vt_sign,$(VT_SETTINGS)),$(strip $(file <$(vt_signed))))
$(vt_rules): FORCE
else ifneq ($(VT_DAY),$(if $(VT_DAY),$(shell date +%F)))
$(vt_rules): FORCE
endif

# The signature counts only once the rules are written; what is part of it is
# asked, since rules that are missing cannot tell.
$(vt_rules): $(VT_BIN)/vt-rules $(vt_index) | $(VT_BIN)/vt-sync $(TOPDIR)
	$(file >$(vt_signed).new,$(call vt_sign,$(shell \
		$(VT_BIN)/vt-rules --settings=test)))
	$(Q)$(VT_BIN)/vt-rules --topdir=$(TOPDIR) $(CONFIGS:%=--configs=%) \
		-- $(EXAMPLES)
	$(Q)mv -f $(vt_signed).new $(vt_signed)

ifneq ($(filter vt-run vt-reverify,$(vt_goals)),)
vt_list := $(file <$(tests_list))
vt-run: $(vt_list:%=$(TOPDIR)/%.done)
	@:
vt-reverify: $(vt_list:%=$(TOPDIR)/%.verify)
	@:
endif

# The rules are up to date when this runs. Not even make -n leaves it out.
# vt-vmtest has put FILTER, by whichever of its names, into tests_filter.
vt-list:
	+@$(if $(tests_filter),$(VT_BIN)/vt-rules list \
		--filter="$$tests_filter" $(CONFIGS:%=--configs=%) \
		-- $(EXAMPLES) >$(tests_list),$(file >$(tests_list),$(VT_TESTS)):)

# A goal that no rule above has is a name that no test has.
$(TOPDIR)/%.done: FORCE
	@echo "vt: there is no test '$*' in '$(EXAMPLES) $(CONFIGS)'" >&2; exit 2

ifneq ($(TOPDIR),tests)
.PHONY: $(filter tests/%.done,$(vt_goals))
$(filter tests/%.done,$(vt_goals)): tests/%: $(TOPDIR)/%
endif

endif

# A run of many, and one many times. The tool says how it went, in a table and
# in $(TOPDIR)/junit.xml; make itself can only say 2.
vt_vmtest = +$(Q)$(VT_BIN)/vt-vmtest $(1) $(TOPDIR) -- $(MAKE) \
	--no-print-directory
N ?= 10

$(vt_runs): | $(tool_paths) $(TOPDIR)
	$(call vt_vmtest,--select=$@)

$(sort tests/%.repeat $(TOPDIR)/%.repeat): FORCE | $(tool_paths) $(TOPDIR)
	$(call vt_vmtest,--test=$* --repeat=$(N))

$(sort tests/%.verify $(TOPDIR)/%.verify): FORCE | $(VT_BIN)/vt-verify
	$(call vt_phase,VERIFY  ,$*,vt-verify --skip-is-done $(TOPDIR)/$*$(vt_tap))

.PHONY: vmtest-deps
vmtest-deps: deps

# What the heads of these files say.
.PHONY: help
help:
	@sed -n 's/^#   \([ m].*\)/\1/p' Makefile mk/rules.mk \
		$(sort $(filter-out mk/rules.mk,$(wildcard mk/*.mk)))

# Every setting, its value and what gave it.
.PHONY: settings
settings: | $(VT_BIN)/vt-rules
	@$(VT_BIN)/vt-rules --settings=values

$(sort tests/%.clean $(TOPDIR)/%.clean):
	$(Q)rm -rf $(TOPDIR)/$* $(TOPDIR)/$*.done

# Stepping in. Nothing is made for it: what is missing is said.
$(sort tests/%.console $(TOPDIR)/%.console): FORCE \
		| $(VT_BIN)/vt-xkvm $(VT_BIN)/vt-seed
	$(Q)$(VT_BIN)/vt-xkvm --console $(CONSOLE) $(TOPDIR)/$*

$(sort tests/%.install-console $(TOPDIR)/%.install-console): FORCE \
		| $(VT_BIN)/vt-launch
	$(Q)$(VT_BIN)/vt-launch --console $(CONSOLE) $(TOPDIR)/$*
