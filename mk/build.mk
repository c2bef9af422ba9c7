# Compiling: libvt.a, the tools, the unit tests, the man pages.
#
#  Read the documentation
#   make man                  make the man pages, to be read without installing vt:
#                             man build/normal/man/vt-launch.1

LIBVT := $(BUILD)/libvt.a
lib_objs := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard src/lib/*/*.c))) \
	$(patsubst %,$(BUILD)/%.o,$(sort $(wildcard src/lib/*/*.sh src/lib/*/*.py)))
base_libs := $(LIB_yaml) $(LIB_json) $(LIB_crypto)

unit_srcs := $(sort $(wildcard t/unit/*.c))
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(unit_srcs))

tool_paths := $(addprefix $(VT_BIN)/,$(TOOLS))

.PHONY: all tools unit
unit: $(UNIT_TESTS)
all tools: $(tool_paths)

# All objects depend on a file that contains the compiler and the flags, and is
# rewritten when these change. A build with -Werror is also used without it, so
# that tests which call make do not rebuild what 'make check' has built.
flags_now := $(strip $(CC) $(CPPFLAGS) $(CFLAGS) $(VT_CFLAGS) $(VT_CPPFLAGS) \
	$(LDFLAGS) $(VT_LDFLAGS))
flags_stamp := $(BUILD)/flags
flags_then := $(strip $(file <$(flags_stamp)))
ifneq ($(flags_now),$(if $(WERROR),$(flags_then),$(filter-out -Werror,$(flags_then))))
$(shell mkdir -p $(BUILD))
$(file >$(flags_stamp),$(flags_now))
endif

$(BUILD)/%.o: %.c $(flags_stamp)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC      $<")
	$(Q)$(CC) $(VT_CPPFLAGS) $(CPPFLAGS) $(VT_CFLAGS) $(CFLAGS) \
		-MMD -MP -c -o $@ $<

# Scripts and other texts as strings in C: if a list of sources contains
# NAME.sh.c, the text of NAME.sh is linked as `const char NAME_sh[]`.
as_string = $(subst -,_,$(subst .,_,$(<F)))[]
define embed
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC      $<")
	$(Q){ echo 'extern const char $(as_string);' && \
		echo 'const char $(as_string) =' && \
		sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $< && \
		echo ';'; } >$(@:.o=.c)
	$(Q)$(CC) $(VT_CFLAGS) $(CFLAGS) -c -o $@ $(@:.o=.c)
endef
$(BUILD)/%.sh.o: %.sh $(BUILD)/flags
	$(embed)
$(BUILD)/%.py.o: %.py $(BUILD)/flags
	$(embed)
$(BUILD)/%.css.o: %.css $(BUILD)/flags
	$(embed)
$(BUILD)/%.js.o: %.js $(BUILD)/flags
	$(embed)

$(LIBVT): $(lib_objs)
	$(if $(V),,@echo "  AR      $@")
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

link = $(CC) $(VT_LDFLAGS) $(LDFLAGS) $(1) -o $@.tmp $(filter %.o,$^) $(LIBVT) \
	$(2) $(base_libs) && mv $@.tmp $@

# $(1): a tool. A static tool is not static if it is built with a sanitizer.
define tool_rule
$(VT_BIN)/$(1): $(patsubst %.c,$(BUILD)/%.o,$($(1)_SRCS)) $(LIBVT)
	@mkdir -p $$(@D)
	$$(if $$(V),,@echo "  LD      $$@")
	$$(Q)$$(call link,$(if $($(1)_STATIC),$(if $(SANITIZE),-pie,-static-pie),-pie),\
		$(foreach l,$($(1)_LIBS),$(LIB_$(l))))
endef
$(foreach t,$(TOOLS),$(eval $(call tool_rule,$(t))))

$(UNIT_TESTS): $(BUILD)/%: $(BUILD)/%.o $(LIBVT)
	$(if $(V),,@echo "  LD      $@")
	$(Q)$(call link,-pie,$(foreach l,$(LIBS_ALL),$(LIB_$(l))))

# Man pages. Each tool prints its sections OPTIONS and EXIT STATUS.
man_srcs := $(foreach t,$(TOOLS),$(firstword $(wildcard \
	$(dir $(firstword $($(t)_SRCS)))$(t).1)))
MAN_PAGES := $(addprefix $(BUILD)/man/,$(notdir $(man_srcs)))
vpath %.1 $(sort $(dir $(man_srcs)))

$(MAN_PAGES): $(BUILD)/man/%.1: %.1 $(VT_BIN)/%
	@mkdir -p $(@D)
	$(Q)$(VT_BIN)/$* --help=man >$@.opts
	$(Q)sed -e '/^\.\\" @OPTIONS@/r $@.opts' -e '/^\.\\" @OPTIONS@/d' \
		$< >$@.tmp && mv $@.tmp $@ && rm -f $@.opts

# Man pages with a table of settings, keys of definitions, or files of a test,
# which vt-rules prints.
MAN_TABLES := $(addprefix $(BUILD)/man/,vt-settings.7 vt-test.5 vt-files.5)
$(BUILD)/man/vt-settings.7: man_rows := --settings=man
$(BUILD)/man/vt-test.5: man_rows := --keys=man
$(BUILD)/man/vt-files.5: man_rows := --files=man
$(MAN_TABLES): $(BUILD)/man/%: src/rules/% $(VT_BIN)/vt-rules
	@mkdir -p $(@D)
	$(Q)$(VT_BIN)/vt-rules $(man_rows) >$@.rows
	$(Q)sed -e '/^\.\\" @TABLE@/r $@.rows' -e '/^\.\\" @TABLE@/d' \
		$< >$@.tmp && mv $@.tmp $@ && rm -f $@.rows

.PHONY: man clean distclean
man: $(MAN_PAGES) $(MAN_TABLES)

clean:
	rm -rf build bin

# Also remove the test directories and the guest image.
distclean: clean
	rm -rf tests images/out images/mirror

-include $(shell [ -d $(BUILD) ] && find $(BUILD) -name '*.d')
