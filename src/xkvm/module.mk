TOOLS += vt-xkvm
vt-xkvm_LIBS := archive
vt-xkvm_SRCS := $(sort $(wildcard src/xkvm/*.c))
