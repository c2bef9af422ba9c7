TOOLS += vt-report
vt-report_SRCS := $(addprefix src/report/,main.c row.c table.c junit.c)
