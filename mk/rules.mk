# Tests: what vt-rules makes of definitions and configs, and the goals for it.
#
#   make tests/NAME.done      install, boot and verify one test
#   make tests/NAME.clean     forget its run
#   make tests/NAME.console   step into what it installed
#   make tests/NAME.install-console   step into its install environment
#                             CONSOLE='--user ME:SECRET --vnc :1' for both
#   make vmtest               all tests
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

vt_goals := $(filter tests/% $(TOPDIR)/% vmtest,$(MAKECMDGOALS))
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

.PHONY: FORCE vmtest
FORCE:

# Only goals that need the rules have them written and read: what was installed
# is looked at as it is.
ifneq ($(filter-out %.clean %.console,$(vt_goals)),)

# $(call vt_phase,WORD,test,command): no shell, so that it dies with make
vt_tap := $(if $(V),,>/dev/null)
vt_phase = $(if $(V),,$(info $(empty)  $(1)$(2)))$(Q)$(VT_BIN)/$(3)

# What decides besides files: which files there are, and the settings.
# (The index alone: names of products files have colons, which make reads.)
vt_index := $(wildcard $(vt_images)/streams/v1/index.json \
	$(vt_images)/streams/v1/index.sjson)
# Of the settings those that are about a run, not about what a test is, decide
# nothing.
vt_run_only := BIN FILTER KEEP_DATA_FAIL KEEP_DATA_PASS LOG PARALLEL \
	REUSE_TOPDIR SHUFFLE_TESTS TAR_DISKS TIMEOUT_SCALE VERBOSE
vt_given := $(foreach v,$(sort $(filter-out $(vt_run_only:%=VT_%) \
	$(vt_run_only:%=CURTIN_VMTEST_%),$(filter VT_% CURTIN_VMTEST_% \
	IMAGE_DIR IMAGES_TO_KEEP UNSUPPORTED_UBUNTU _DEVEL_UBUNTU \
	,$(.VARIABLES)))),$(if $(filter environment command \
	override,$(firstword $(origin $(v)))),$(v)=$(value $(v))))
vt_signature := $(strip $(EXAMPLES) -c $(CONFIGS) $(vt_index) $(vt_given))
vt_signed := $(TOPDIR)/rules.settings

# rules.d comes last of all that vt-rules writes, and is the stamp of the rest;
# it also names the files it comes from. It is included last: make 4.3 looks
# at the last one first, and only reads the rules again when it is this one,
# not what depends on it, that has the recipe run.
-include $(TOPDIR)/rules.mk
include $(TOPDIR)/rules.d

vt_needed := $(foreach t,$(VT_TESTS),$(TOPDIR)/$(t)/rules.mk) \
	$(foreach t,$(VT_RUNNABLE),$(addprefix $(TOPDIR)/$(t)/,test.yaml \
	install/pack.yaml install/vm.yaml boot/seed.yaml boot/vm.yaml \
	verify.yaml)) $(TOPDIR)/rules.mk
ifneq ($(filter-out $(wildcard $(vt_needed)),$(vt_needed)),)
$(TOPDIR)/rules.d: FORCE
else ifneq ($(vt_signature),$(strip $(file <$(vt_signed))))
$(TOPDIR)/rules.d: FORCE
else ifneq ($(VT_DAY),$(if $(VT_DAY),$(shell date +%F)))
$(TOPDIR)/rules.d: FORCE
endif

$(TOPDIR)/rules.mk $(VT_TESTS:%=$(TOPDIR)/%/rules.mk): $(TOPDIR)/rules.d ;

# The signature counts only once the rules are written.
$(TOPDIR)/rules.d: $(VT_BIN)/vt-rules $(vt_index) | $(VT_BIN)/vt-sync $(TOPDIR)
	$(file >$(vt_signed).new,$(vt_signature))
	$(Q)$(VT_BIN)/vt-rules --topdir=$(TOPDIR) $(CONFIGS:%=--configs=%) \
		-- $(EXAMPLES)
	$(Q)mv -f $(vt_signed).new $(vt_signed)

$(TOPDIR):
	$(Q)mkdir -p $@

vmtest: $(VT_TESTS:%=$(TOPDIR)/%.done)

# A goal that no rule above has is a name that no test has.
$(TOPDIR)/%.done: FORCE
	@echo "vt: there is no test '$*' in '$(EXAMPLES) $(CONFIGS)'" >&2; exit 2

ifneq ($(TOPDIR),tests)
.PHONY: $(filter tests/%.done,$(vt_goals))
$(filter tests/%.done,$(vt_goals)): tests/%: $(TOPDIR)/%
endif

endif

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
