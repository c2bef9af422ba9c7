TOOLS += vt-xkvm
vt-xkvm_SRCS := $(sort $(wildcard src/xkvm/*.c))
