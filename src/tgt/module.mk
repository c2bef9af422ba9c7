TOOLS += vt-tgt
vt-tgt_SRCS := src/tgt/main.c src/tgt/options.c src/tgt/serve.c
