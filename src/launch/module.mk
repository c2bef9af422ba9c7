TOOLS += vt-launch
vt-launch_SRCS := src/launch/main.c src/launch/options.c \
	src/launch/launch.c src/launch/disks.c src/launch/iscsi.c src/launch/serve.c \
	src/launch/verdict.c
vt-launch_LIBS := http
