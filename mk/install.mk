# Installation of vt.
#
#  Build and install
#   make install              install vt in PREFIX (/usr/local), below DESTDIR

share := $(DESTDIR)$(PREFIX)/share

# The modes do not depend on the umask, nor on that of the sources.
# $(1): a directory in $(2); its copy is in $(3)
install_tree = cd $(2) && \
	find $(1) -type d -exec install -d -m 755 $(abspath $(3))/{} ';' && \
	find $(1) -type f ! -perm -100 \
		-exec install -m 644 {} $(abspath $(3))/{} ';' && \
	find $(1) -type f -perm -100 \
		-exec install -m 755 {} $(abspath $(3))/{} ';'

.PHONY: install
install: all man
	install -d $(DESTDIR)$(PREFIX)/bin $(share)/man/man1 \
		$(share)/man/man5 $(share)/man/man7 $(share)/vt \
		$(DESTDIR)$(PREFIX)/lib/vt
	install -m 755 $(tool_paths) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(VT_BIN)/vt-tgt.so $(DESTDIR)$(PREFIX)/lib/vt
	install -m 644 $(MAN_PAGES) $(share)/man/man1
	install -m 644 $(filter %.5,$(MAN_TABLES)) $(share)/man/man5
	install -m 644 $(filter %.7,$(MAN_TABLES)) $(share)/man/man7
	$(call install_tree,examples,.,$(share)/vt)
	$(call install_tree,collect,src/seed,$(share)/vt)
