# Installation of vt.
#
#   make install              install vt in PREFIX (/usr/local), below DESTDIR

share := $(DESTDIR)$(PREFIX)/share

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
	cp -R --no-preserve=ownership examples $(share)/vt/
	cp -R --no-preserve=ownership src/seed/collect $(share)/vt/
