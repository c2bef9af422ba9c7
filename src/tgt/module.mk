TOOLS += vt-tgt
vt-tgt_SRCS := $(filter-out %/preload.c,$(sort $(wildcard src/tgt/*.c)))

# The library preloaded into tgtd; built without sanitizers, since tgtd has none.
$(VT_BIN)/vt-tgt.so: src/tgt/preload.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  LD      $@")
	$(Q)$(CC) $(VT_CPPFLAGS) $(CPPFLAGS) -std=gnu17 $(WARNINGS) \
		$(HARDEN_CFLAGS) $(CFLAGS) -shared -fPIC $(HARDEN_LDFLAGS) \
		$(LDFLAGS) -o $@.tmp $< && \
		mv $@.tmp $@
all tools: $(VT_BIN)/vt-tgt.so
$(VT_BIN)/vt-tgt $(VT_BIN)/vt-launch $(VT_BIN)/vt-xkvm: | $(VT_BIN)/vt-tgt.so
