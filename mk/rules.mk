# The goals that run tests. Their rules are written by vt-rules, from
# definitions and configs.
#
#  Run tests
#   make tests/NAME.done      run a test (install, boot, verify) if not up to date
#   make vmtest               run all tests, or some of them:
#                             FILTER='release=bookworm arch!=i386'
#   make failed               run the tests that did not pass in their last run,
#                             and those that have never run
#   make changed              run the tests that passed once and have changed since
#   make tests/NAME.repeat N=20   run a test N times, and count failures by phase
#   make tests/NAME.again     install a test again over its own result
#   make dirty-matrix TESTS='A B'   each of these tests on the disks of each
#   make warm                 make the templates from which machines of tests
#                             start that have the key warm, or with VT_WARM=late
#   make tests/NAME.minmem    find the smallest memory that the install needs
#   make tests/NAME.capsule   write TOPDIR/NAME.capsule.tar.gz: what is needed to
#                             repeat the test elsewhere; with VT_CAPSULE_DISKS=1
#                             also its disks
#   make report               write the page of all results, TOPDIR/report.html
#   make tests/NAME.verify    verify again, without starting a machine
#   make tests/NAME.clean     remove the test directory
#   make fresh                let all tests in TOPDIR run again, without the cache
#   make cache-clean          remove all that the setting CACHE keeps
#   make CONFIGS=DIR ...      use the installer configs in DIR, without definitions
#   make EXAMPLES=DIR ...     use the definitions in DIR, with configs in DIR/tests
#   make VT_TOPDIR=DIR ...    run tests in DIR; goals are still called tests/NAME...
#  Look into a test's machine
#   make tests/NAME.console   log in to the installed system
#   make tests/NAME.install-console   log in to the install environment; options
#                             of both: CONSOLE='--user NAME:PASSWORD --vnc :1'
#  Read the documentation
#   make settings             list all settings and their values
#  First steps
#   make vmtest-deps          the same as 'make deps'

TOPDIR := $(patsubst %/,%,$(or $(VT_TOPDIR),$(CURTIN_VMTEST_TOPDIR),tests))
ifneq ($(filter undefined default file,$(origin CONFIGS)),)
EXAMPLES ?= examples
endif
EXAMPLES ?=
CONFIGS ?= $(wildcard $(EXAMPLES:%=%/tests))

# vt-vmtest uses vt-list, which lists tests, and vt-plan, vt-run and vt-reverify,
# which are for the tests in the file $(tests_list): with -n, vt-plan writes those
# that are not up to date to $(tests_stale); vt-run runs all phases of one test
# before those of the next, by a make for each test, which has it in $(vt_only).
vt_runs := vmtest failed changed dirty-matrix
vt_of_list := vt-plan vt-run vt-reverify
vt_goals := $(filter tests/% $(TOPDIR)/% $(vt_runs) warm vt-list \
	$(vt_of_list),$(MAKECMDGOALS))
ifneq ($(vt_goals),)
ifneq ($(words $(TOPDIR)),1)
$(error TOPDIR '$(TOPDIR)' contains spaces, which make does not support)
endif
ifneq ($(findstring :,$(TOPDIR)),)
$(error TOPDIR '$(TOPDIR)' contains a colon, which make does not support)
endif
endif
# make 'tests/a=b.done' would set a variable and build the default goal
vt_trap := $(filter tests/% $(TOPDIR)/%,$(.VARIABLES))
ifneq ($(vt_trap),)
$(error '$(firstword $(vt_trap))=...' is not a goal: names of tests cannot contain '=')
endif

vt_odd := $(firstword $(foreach g,$(vt_goals),$(if $(findstring :,$(g)),$(g))))
ifneq ($(vt_odd),)
$(error '$(vt_odd)' is not a goal: names of tests cannot contain ':')
endif

# Warn about unknown settings here, once, and not in each tool: only make knows
# the variables of its command line.
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

.PHONY: FORCE $(vt_runs) warm vt-list $(vt_of_list)
FORCE:

# The number of parallel tests, if make was called without -j.
vt_parallel := $(strip $(or $(VT_PARALLEL),$(CURTIN_VMTEST_PARALLEL)))
ifeq ($(and $(vt_parallel),$(if $(vt_only),,$(filter-out vt-%,$(vt_goals)))),)
else ifeq ($(vt_parallel),-1)
MAKEFLAGS += -j$(shell nproc)
else ifneq ($(shell expr '$(subst ','"'"',$(vt_parallel))' : '[0-9]\{1,4\}$$'),0)
MAKEFLAGS += $(if $(filter-out 0 1,$(vt_parallel)),-j$(vt_parallel))
else
$(error PARALLEL '$(vt_parallel)' is not a number of tests, 0 (one at a time) or -1 (one per processor))
endif

vt_writable := set VT_TOPDIR to a directory that can be written
$(TOPDIR):
	$(Q)mkdir -p $@ || { \
		echo "vt: cannot create '$@': $(vt_writable)" >&2; exit 3; }

# $(call vt_phase,WORD,test,command): run a tool without a shell, since a shell
# would outlive make
vt_tap := $(if $(V),,>/dev/null)
# $(call vt_stale,test): it is not up to date
vt_stale = $(if $(tests_stale),$(file >>$(tests_stale),$(1)))
vt_phase = $(if $(V),,$(info $(empty)  $(1)$(2)))$(Q)$(VT_BIN)/$(3)

# The rules are written and read only for goals that need them. Other goals use
# the existing test directories.
ifneq ($(filter-out %.capsule %.clean %.console %.verify %.repeat \
	%.minmem $(vt_runs), \
	$(vt_goals)),)

# The rules of all tests. vt-rules writes this file, which also lists the files
# from which it was made. Not -include, since nothing works without it.
vt_rules := $(TOPDIR)/tests.mk
include $(vt_rules)

# Tests that are made of others, and exist only when they are named.
vt_words := $(patsubst tests/%,%,$(vt_goals:$(TOPDIR)/%=%)) $(if $(filter \
	$(vt_of_list),$(vt_goals)),$(file <$(tests_list)))
vt_words := $(sort $(foreach w,$(vt_words),$(patsubst %.done,%,$(firstword \
	$(subst /, ,$(w))))))
vt_derived := $(foreach w,$(vt_words),$(if $(filter \
	%.again,$(w))$(findstring -on-,$(w)),--derived=$(w)))

# The rules also depend on which files exist, and on settings. (Of the images
# only the index is used: names of products files have colons, which are special
# in make.)
vt_index := $(wildcard $(vt_images)/streams/v1/index.json \
	$(vt_images)/streams/v1/index.sjson)
# $(call vt_sign,NAMES): the files, and the variables in NAMES that are set
vt_sign = $(strip $(EXAMPLES) -c $(CONFIGS) $(vt_index) $(vt_derived) \
	$(foreach v,$(sort $(call vt_told,$(1))),$(v)=$(value $(v))))
vt_signed := $(TOPDIR)/tests.signature

# The make of one test uses the rules as they are.
ifeq ($(vt_only),)
vt_needed := $(foreach t,$(VT_RUN) $(VT_SKIPPED),$(VT_INPUTS:%=$(TOPDIR)/$(t)/%))
ifneq ($(filter-out $(wildcard $(vt_needed)),$(vt_needed)),)
$(vt_rules): FORCE
else ifneq ($(call vt_sign,$(VT_SETTINGS)),$(strip $(file <$(vt_signed))))
$(vt_rules): FORCE
else ifneq ($(VT_DAY),$(if $(VT_DAY),$(shell date +%F)))
$(vt_rules): FORCE
endif

# Dates decide only once: make starts over when it has remade the rules, and a
# file dated in the future would have them remade for ever. Rules and stamps with
# such a date hide later edits, so vt-rules has to see to them.
ifeq ($(MAKE_RESTARTS),)
$(vt_rules): $(VT_BIN)/vt-rules $(vt_index)
ifneq ($(shell find '$(TOPDIR)' -maxdepth 2 \( -name '*.done' -o -name \
	tests.mk \) -newermt '10 seconds' -print -quit 2>/dev/null),)
$(vt_rules): FORCE
endif
endif
endif

# The signature gets its name only when the rules have been written. vt-rules
# lists the settings that are part of it, since the rules may not exist yet. Of
# several makes, one at a time writes both.
$(vt_rules): | $(VT_BIN)/vt-rules $(VT_BIN)/vt-sync $(TOPDIR)
	$(if $(shell test -w $(TOPDIR) && echo yes),,$(error \
		'$(TOPDIR)' cannot be written: $(vt_writable)))
	$(Q)exec 9<$(TOPDIR) && flock 9 && printf '%s\n' '$(subst ','\'',$(call \
		vt_sign,$(shell $(VT_BIN)/vt-rules --settings=test)))' \
		>$(vt_signed).new && \
	$(VT_BIN)/vt-rules --topdir=$(TOPDIR) $(CONFIGS:%=--configs=%) \
		$(vt_derived) -- $(EXAMPLES) && \
	mv -f $(vt_signed).new $(vt_signed) || \
		{ rc=$$?; rm -f $(vt_signed).new; exit $$rc; }

ifneq ($(filter $(vt_of_list),$(vt_goals)),)
vt_list := $(file <$(tests_list))
vt-plan: $(vt_list:%=$(TOPDIR)/%.done)
	@:

# Tests that begin with disks of others share a make with those: only it knows
# what to wait for. $(call vt_root,TEST): the first of them
vt_root = $(if $(VT_BASE_$(1)),$(call vt_root,$(VT_BASE_$(1))),$(1))
vt_heads := $(filter-out $(VT_USERS),$(vt_list))
vt_heads += $(filter-out $(vt_heads),$(sort $(foreach t,$(filter \
	$(VT_USERS),$(vt_list)),$(call vt_root,$(t)))))
# $(call vt_family,TEST,TESTS): those of them that begin with its disks
vt_family = $(foreach t,$(2),$(if $(filter $(1),$(call vt_root,$(t))),$(t)))
vt-run: $(vt_heads:%=vt-run/%)
	@:
# setpriv: it ends when this make is killed
vt-run/%: FORCE
	+$(Q)setpriv --pdeathsig TERM $(MAKE) --no-print-directory \
		'vt_only=$* $(call vt_family,$*,$(VT_USERS))' \
		$(patsubst %,$(TOPDIR)/%.done,$(filter $*,$(vt_list)) \
		$(call vt_family,$*,$(filter $(VT_USERS),$(vt_list))))

vt-reverify: $(vt_list:%=$(TOPDIR)/%.verify)
	@:
endif

# When this recipe is run, the rules are up to date. '+': also with make -n.
# vt-vmtest passes the setting FILTER in tests_filter.
vt-list:
	+@$(if $(tests_filter),$(VT_BIN)/vt-rules list \
		--filter="$$tests_filter" $(CONFIGS:%=--configs=%) \
		-- $(EXAMPLES) >$(tests_list),$(file >$(tests_list),$(VT_TESTS)):)

warm: $(VT_RUN:%=vt-warm/%)
	@:
vt-warm/%: FORCE | $(tool_paths)
	$(Q)$(VT_BIN)/vt-launch --template $(TOPDIR)/$*

.PHONY: $(filter %.again,$(vt_goals))
$(filter tests/%.again,$(vt_goals)): tests/%: $(TOPDIR)/%.done
ifneq ($(TOPDIR),tests)
$(filter $(TOPDIR)/%.again,$(vt_goals)): %: %.done
endif

# A goal without a rule is the name of a test that does not exist.
$(TOPDIR)/%.done: FORCE
	$(call vt_stale,$*)@echo "vt: there is no test '$*' in '$(EXAMPLES) $(CONFIGS)'" >&2; exit 2

ifneq ($(TOPDIR),tests)
.PHONY: $(filter tests/%.done,$(vt_goals))
$(filter tests/%.done,$(vt_goals)): tests/%: $(TOPDIR)/%
endif

endif

# Runs of many tests, or of one test many times. vt-vmtest prints a table and
# writes $(TOPDIR)/junit.xml; the exit status of make is 2 for any failure.
vt_vmtest = +$(Q)$(VT_BIN)/vt-vmtest $(1) $(TOPDIR) -- $(MAKE) \
	--no-print-directory
N ?= 10

$(filter-out dirty-matrix,$(vt_runs)): | $(tool_paths) $(TOPDIR)
	$(call vt_vmtest,--select=$@)

$(sort tests/%.repeat $(TOPDIR)/%.repeat): FORCE | $(tool_paths) $(TOPDIR)
	$(call vt_vmtest,--test=$* --repeat=$(N))

$(sort tests/%.minmem $(TOPDIR)/%.minmem): FORCE | $(tool_paths) $(TOPDIR)
	$(call vt_vmtest,--test=$* --minmem)

dirty-matrix: | $(tool_paths) $(TOPDIR)
	$(call vt_vmtest,--matrix='$(TESTS)')

$(sort tests/%.verify $(TOPDIR)/%.verify): FORCE | $(VT_BIN)/vt-verify
	$(call vt_phase,VERIFY  ,$*,vt-verify --skip-is-done $(TOPDIR)/$*$(vt_tap))

$(sort tests/%.capsule $(TOPDIR)/%.capsule): FORCE | $(VT_BIN)/vt-report
	$(call vt_phase,CAPSULE ,$*,vt-report \
		--capsule=$(TOPDIR)/$*.capsule.tar.gz $(TOPDIR)/$*)

# All tests that have run; the table is printed, too.
.PHONY: report
report: | $(VT_BIN)/vt-report
	$(Q)$(VT_BIN)/vt-report --html=$(TOPDIR)/report.html $(TOPDIR)
	@echo "vt: results: $(TOPDIR)/report.html"

.PHONY: vmtest-deps
vmtest-deps: deps

# Print the lines about goals at the head of the makefiles, in groups: a line
# there that begins with two spaces is the name of the group of those after it.
# The groups are in the order in which the files have them.
help_files := mk/deps.mk Makefile mk/install.mk mk/config.mk mk/rules.mk \
	mk/image.mk mk/build.mk mk/check.mk
.PHONY: help
help:
	@awk '/^#  [A-Z]/ { \
			group = substr($$0, 4); \
			if (!(group in text)) name[++n] = group; \
			text[group] = text[group] "" } \
		/^#   [ m]/ { text[group] = text[group] "  " substr($$0, 5) "\n" } \
		END { for (i = 1; i <= n; i++) \
			printf("%s%s:\n%s", (i > 1 ? "\n" : ""), name[i], \
				text[name[i]]) }' $(wildcard $(help_files))

# Print all settings, their values, and the variables that set them.
.PHONY: settings
settings: | $(VT_BIN)/vt-rules
	@$(VT_BIN)/vt-rules --settings=values

# Tests whose disks are overlays on those of this one have to be told.
$(sort tests/%.clean $(TOPDIR)/%.clean):
	$(Q)[ ! -s $(TOPDIR)/$*/disks_for ] || echo "vt: the disks of '$*' are" \
		"also used by these tests, which must be installed again:" \
		$$(cat $(TOPDIR)/$*/disks_for) >&2
	$(Q)rm -rf $(TOPDIR)/$* $(TOPDIR)/$*.done

# Phases run again when their stamps are gone. What else is there keeps them from
# being taken from the cache.
.PHONY: fresh cache-clean
fresh:
	$(Q)rm -f $(wildcard $(TOPDIR)/*.done $(addprefix $(TOPDIR)/*/,install.done \
		boot.done collect.done))

cache-clean: | $(VT_BIN)/vt-vmtest
	$(Q)$(VT_BIN)/vt-vmtest --clean-cache

# Interactive sessions. They build nothing; the tools report what is missing.
$(sort tests/%.console $(TOPDIR)/%.console): FORCE \
		| $(VT_BIN)/vt-xkvm $(VT_BIN)/vt-seed
	$(Q)$(VT_BIN)/vt-xkvm --console $(CONSOLE) $(TOPDIR)/$*

$(sort tests/%.install-console $(TOPDIR)/%.install-console): FORCE \
		| $(VT_BIN)/vt-launch
	$(Q)$(VT_BIN)/vt-launch --console $(CONSOLE) $(TOPDIR)/$*
