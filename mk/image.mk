# The guest image, which is built from Debian packages and published in the
# image directory, in the same form as images that are downloaded.
#
#  Get images
#   make image                build the Debian guest image, and that of the peer
#   make sync-images          download the newest images of IMAGE_SRC_URL; with
#                             FILTERS='release~(jammy|noble)' only some of them
#   make networkd-image       build a Debian guest image with netplan, for tests
#                             with "subarch: networkd"
#   make peer-image           build the image of the peer on a test's wire

image_recipe := $(shell find images/debian -type f) images/recipe.sh
image_items := boot-kernel boot-initrd squashfs root-tgz manifest
image_attrs := os=debian release=bookworm version=12 arch=amd64 \
	krel=bookworm kflavor=generic kpackage=linux-image-amd64 label=local

.PHONY: image networkd-image image-untrimmed
image: $(vt_images)/.debian-bookworm
networkd-image: $(vt_images)/.debian-bookworm-networkd
# An image of the same packages without changes, for comparison.
image-untrimmed: images/out/untrimmed/built

$(vt_images)/.debian-bookworm: image_built := images/out/debian
$(vt_images)/.debian-bookworm: image_subarch := ga-12
$(vt_images)/.debian-bookworm: image_subarches := generic,ga-12
$(vt_images)/.debian-bookworm: images/out/debian/built
# not generic: only for tests that ask for it
$(vt_images)/.debian-bookworm-networkd: image_built := images/out/networkd
$(vt_images)/.debian-bookworm-networkd: image_subarch := networkd
$(vt_images)/.debian-bookworm-networkd: image_subarches := networkd
$(vt_images)/.debian-bookworm-networkd: images/out/networkd/built

# The stamp is in the image directory, so that it is removed together with the
# image.
$(vt_images)/.debian-bookworm $(vt_images)/.debian-bookworm-networkd: \
		| $(VT_BIN)/vt-sync
	$(Q)$(VT_BIN)/vt-sync publish \
		--product vt.local:v3:boot:12:amd64:$(image_subarch) \
		$(image_attrs:%=--set %) --set subarch=$(image_subarch) \
		--set subarches=$(image_subarches) $(@D) \
		$(foreach i,$(image_items),$(i)=$(image_built)/$(i))
	$(Q)touch $@

images/out/untrimmed/built: image_options := --untrimmed
images/out/networkd/built: image_options := --networkd
images/out/debian/built images/out/networkd/built images/out/untrimmed/built: \
		$(image_recipe)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  IMAGE   $(@D)")
	$(Q)images/debian/build.sh $(image_options) $(@D)
	$(Q)touch $@

# The peer's image is used where it is built; it is never installed.
peer_out := images/out/peer
.PHONY: peer-image
image: peer-image
peer-image: $(peer_out)/built

$(peer_out)/built: $(shell find images/peer -type f) images/recipe.sh
	@mkdir -p $(@D)
	$(if $(V),,@echo "  IMAGE   $(@D)")
	$(Q)images/peer/build.sh $(@D)
	$(Q)touch $@

# Download images for the architecture of this host.
.PHONY: sync-images
sync-images: $(VT_BIN)/vt-sync
	$(Q)$(VT_BIN)/vt-sync mirror $(vt_images) $(FILTERS:%='%')
