TOOLS += vt-report
vt-report_SRCS := $(sort $(wildcard src/report/*.c))
