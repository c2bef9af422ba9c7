TOOLS += vt-wire
vt-wire_SRCS := $(sort $(wildcard src/wire/*.c))

# vt-launch and vt-xkvm start it.
$(VT_BIN)/vt-launch $(VT_BIN)/vt-xkvm: | $(VT_BIN)/vt-wire
$(BUILD)/t/unit/wire: | $(VT_BIN)/vt-wire
