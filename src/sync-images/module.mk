TOOLS += vt-sync
vt-sync_SRCS := $(addprefix src/sync-images/,main.c options.c stream.c \
	filter.c query.c publish.c)
