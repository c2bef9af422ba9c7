TOOLS += vt-report
vt-report_LIBS := archive
vt-report_SRCS := $(sort $(wildcard src/report/*.c)) \
	src/report/page.css.c src/report/page.js.c
