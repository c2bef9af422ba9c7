TOOLS += vt-launch
vt-launch_SRCS := src/launch/main.c src/launch/options.c \
	src/launch/launch.c src/launch/disks.c src/launch/iscsi.c \
	src/launch/serve.c src/launch/address.c src/launch/user_data.c \
	src/launch/verdict.c src/launch/webhooks.c src/launch/console.c
vt-launch_LIBS := http archive
