# The Debian packages that are needed to build vt and its image, and to run
# tests.
#
#  First steps
#   make deps                 install the required Debian packages, as root

DEPS_BUILD := gcc libc6-dev libyaml-dev libjansson-dev libcurl4-openssl-dev \
	libarchive-dev libqcow-dev libmicrohttpd-dev libblkid-dev libfdisk-dev \
	libcryptsetup-dev libssl-dev libext2fs-dev libsquashfs-dev
DEPS_RUN := qemu-system-x86 qemu-utils ovmf dosfstools mtools swtpm tgt gpgv
DEPS_IMAGE := mmdebstrap squashfs-tools uidmap kmod cpio
DEPS_CHECK := perl python3-yaml python3-jsonschema clang clang-format cppcheck libclang-rt-14-dev e2fsprogs \
	fdisk btrfs-progs xfsprogs cryptsetup-bin busybox-static mandoc \
	socat jq \
	procps squashfs-tools-ng libxml2-utils zstd \
	qemu-system-arm qemu-system-ppc qemu-system-misc qemu-efi-aarch64 \
	ovmf-ia32 python3 nginx-light gpg gpg-agent gpgconf openssl curl
DEPS := $(DEPS_BUILD) $(DEPS_RUN) $(DEPS_IMAGE) $(DEPS_CHECK)

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

# Run apt-get, which needs the network, only if a package is missing.
.PHONY: deps
deps:
	@missing=; for p in $(DEPS); do \
		dpkg-query -W -f '$${Status}\n' $$p 2>/dev/null | \
			grep -q '^install ok installed' || missing="$$missing $$p"; \
	done; \
	[ -z "$$missing" ] || { echo "  APT    $$missing"; \
		$(SUDO) apt-get update -qq && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
			--no-install-recommends $$missing >/dev/null; }
