TOOLS += vt-pack
vt-pack_SRCS := $(sort $(wildcard src/pack/*.c)) \
	$(patsubst %,src/pack/%.sh.c,common unpack curtin)
vt-pack_LIBS := archive

# Shell scripts as strings in C: if a list of sources contains NAME.sh.c, the
# text of NAME.sh is linked as `const char NAME_sh[]`.
$(BUILD)/%.sh.o: %.sh $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC      $<")
	$(Q){ echo 'extern const char $(subst -,_,$(*F))_sh[];' && \
		echo 'const char $(subst -,_,$(*F))_sh[] =' && \
		sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $< && \
		echo ';'; } >$(@:.o=.c)
	$(Q)$(CC) $(VT_CFLAGS) $(CFLAGS) -c -o $@ $(@:.o=.c)
