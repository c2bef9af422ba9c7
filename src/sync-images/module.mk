TOOLS += vt-sync
vt-sync_SRCS := $(addprefix src/sync-images/,main.c options.c stream.c \
	stream_read.c filter.c query.c publish.c sign.c tree.c held.c locks.c \
	journal.c source.c source_age.c source_docs.c plan.c transfer.c \
	progress.c commit.c mirror.c verify.c repair.c clean.c signal.c)
vt-sync_LIBS := curl
