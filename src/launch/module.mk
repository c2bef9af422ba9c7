TOOLS += vt-launch
vt-launch_SRCS := $(sort $(wildcard src/launch/*.c))
vt-launch_LIBS := http archive
