# The guest image, which is built from Debian packages and published in the
# image directory, in the same form as images that are downloaded.
#
#  Get images
#   make image                build the Debian guest image, and that of the peer
#   make sync-images          download the newest images of IMAGE_SRC_URL; with
#                             FILTERS='release~(jammy|noble)' only some of them
#   make peer-image           build the image of the peer on a test's wire

image_out := images/out/debian
image_recipe := $(shell find images/debian -type f) images/recipe.sh
image_items := boot-kernel boot-initrd squashfs root-tgz manifest
image_attrs := os=debian release=bookworm version=12 arch=amd64 \
	subarch=ga-12 subarches=generic,ga-12 krel=bookworm kflavor=generic \
	kpackage=linux-image-amd64 label=local
image_product := vt.local:v3:boot:12:amd64:ga-12

.PHONY: image image-untrimmed
image: $(vt_images)/.debian-bookworm

# The stamp is in the image directory, so that it is removed together with the
# image.
$(vt_images)/.debian-bookworm: $(image_out)/built | $(VT_BIN)/vt-sync
	$(Q)$(VT_BIN)/vt-sync publish --product $(image_product) \
		$(image_attrs:%=--set %) $(@D) \
		$(foreach i,$(image_items),$(i)=$(image_out)/$(i))
	$(Q)touch $@

# An image of the same packages without changes, for comparison.
image-untrimmed: images/out/untrimmed/built

$(image_out)/built: trim :=
images/out/untrimmed/built: trim := --untrimmed
$(image_out)/built images/out/untrimmed/built: $(image_recipe)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  IMAGE   $(@D)")
	$(Q)images/debian/build.sh $(trim) $(@D)
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
