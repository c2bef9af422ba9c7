# make image: the guest image, built by images/debian/build.sh and published as
# a stream, where vt-rules finds it as it finds synced ones.

image_recipe := $(shell find images/debian -type f)
image_out := images/out
image_stamp = $(image_out)/published

.PHONY: image
image: $(image_stamp)
	@# published elsewhere, or removed since? then publish again
	@[ -e $(vt_images)/streams/v1/index.json ] || { \
		rm -f $(image_stamp) && $(MAKE) --no-print-directory $(image_stamp); }

$(image_out)/squashfs: $(image_recipe)
	$(if $(V),,@echo "  IMAGE   $(image_out)")
	$(Q)images/debian/build.sh $(image_out) >$(image_out).log 2>&1 || \
		{ tail -n 20 $(image_out).log >&2; exit 3; }
	$(Q)touch $@

$(image_stamp): $(image_out)/squashfs | $(VT_BIN)/vt-sync
	$(Q)$(VT_BIN)/vt-sync publish --set os=debian --set release=bookworm \
		--set version=12 --set arch=amd64 --set krel=bookworm \
		--set kflavor=cloud --set subarch=ga-12 --set subarches=ga-12 \
		--set kpackage=linux-image-cloud-amd64 --set label=local \
		$(vt_images) $(foreach i,boot-kernel boot-initrd squashfs \
		root-tgz manifest,$(i)=$(image_out)/$(i))
	$(Q)touch $@
