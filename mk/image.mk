# The guest image, built from Debian packages and published in the image
# directory, where tests find it as they find synced ones.
#
#   make image                build and publish it
#   make sync-images          the newest images of the stream IMAGE_SRC_URL

image_out := images/out/debian
image_recipe := $(shell find images/debian -type f)
image_items := boot-kernel boot-initrd squashfs root-tgz manifest
image_attrs := os=debian release=bookworm version=12 arch=amd64 \
	subarch=ga-12 subarches=generic,ga-12 krel=bookworm kflavor=generic \
	kpackage=linux-image-cloud-amd64 label=local

.PHONY: image image-untrimmed
image: $(vt_images)/.debian-bookworm

# The stamp is in the tree it speaks of: without the one the other is gone.
$(vt_images)/.debian-bookworm: $(image_out)/built | $(VT_BIN)/vt-sync
	$(Q)$(VT_BIN)/vt-sync publish $(image_attrs:%=--set %) $(@D) \
		$(foreach i,$(image_items),$(i)=$(image_out)/$(i))
	$(Q)touch $@

# The same packages as they come, to compare the trimmed image with.
image-untrimmed: images/out/untrimmed/built

$(image_out)/built: trim :=
images/out/untrimmed/built: trim := --untrimmed
$(image_out)/built images/out/untrimmed/built: $(image_recipe)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  IMAGE   $(@D)")
	$(Q)images/debian/build.sh $(trim) $(@D) >$(@D)/build.log 2>&1 || \
		{ status=$$?; tail -n 20 $(@D)/build.log >&2; exit $$status; }
	$(Q)touch $@

# make sync-images: the newest images of the stream IMAGE_SRC_URL, for this
# machine's architecture. FILTERS says which: FILTERS='release~(jammy|noble)'
.PHONY: sync-images
sync-images: $(VT_BIN)/vt-sync
	$(Q)$(VT_BIN)/vt-sync mirror $(vt_images) $(FILTERS:%='%')
