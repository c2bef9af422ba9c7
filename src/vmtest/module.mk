TOOLS += vt-vmtest
vt-vmtest_SRCS := $(sort $(wildcard src/vmtest/*.c))
