TOOLS += vt-report
vt-report_SRCS := $(sort $(wildcard src/report/*.c))
vt-report_LIBS := archive
