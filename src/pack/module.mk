TOOLS += vt-pack
vt-pack_SRCS := $(sort $(wildcard src/pack/*.c)) \
	$(patsubst %,src/pack/%.sh.c,common unpack curtin)
vt-pack_LIBS := archive
