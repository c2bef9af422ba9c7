TOOLS += vt-wire
vt-wire_SRCS := $(sort $(wildcard src/wire/*.c))

# The test of host/wire.h starts it.
$(BUILD)/t/unit/wire: | $(VT_BIN)/vt-wire

# vt-xkvm runs it.
$(VT_BIN)/vt-xkvm: | $(VT_BIN)/vt-wire
