TOOLS += vt-pack
vt-pack_SRCS := src/pack/main.c src/pack/options.c src/pack/read.c \
	src/pack/pack.c src/pack/config.c src/pack/script.c src/pack/curtin.c \
	src/pack/user_data.c src/pack/common.sh.c src/pack/unpack.sh.c \
	src/pack/curtin.sh.c
vt-pack_LIBS := archive

# A shell script as a string: NAME.sh in a list of sources as NAME.sh.c is
# `const char NAME_sh[]`.
$(BUILD)/%.sh.o: %.sh $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC      $<")
	$(Q){ echo 'extern const char $(subst -,_,$(*F))_sh[];' && \
		echo 'const char $(subst -,_,$(*F))_sh[] =' && \
		sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $< && \
		echo ';'; } >$(@:.o=.c)
	$(Q)$(CC) $(VT_CFLAGS) $(CFLAGS) -c -o $@ $(@:.o=.c)
