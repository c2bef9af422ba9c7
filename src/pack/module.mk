TOOLS += vt-pack
vt-pack_SRCS := $(sort $(wildcard src/pack/*.c)) \
	$(patsubst %,src/pack/%.sh.c,common unpack curtin)
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
