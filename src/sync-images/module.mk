TOOLS += vt-sync
vt-sync_SRCS := $(sort $(wildcard src/sync-images/*.c))
vt-sync_LIBS := curl
