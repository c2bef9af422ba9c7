# Options of the build, and the compiler flags.
#
#  Build and install
#   make V=1 ...              show the commands
#   make SANITIZE=address,undefined   build with sanitizers, in build/address-undefined
#   make CC=clang BUILD=build/clang   build with clang, in build/clang

MAKEFLAGS += -rR
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

VERSION := 0.1
PREFIX ?= /usr/local
V ?=
Q := $(if $(V),,@)

# SANITIZE has a comma, which cannot be part of a path in make's functions.
comma := ,
variant := $(subst $(comma),-,$(SANITIZE))

BUILD ?= build/$(or $(variant),normal)
# The tools of the normal build are in bin/, where users and tests expect them.
VT_BIN := $(or $(VT_BIN),$(if $(filter build/normal,$(BUILD)),bin,$(BUILD)/bin))

ifneq ($(filter default undefined,$(origin CC)),)
CC := gcc
endif
AR := ar

# The directory of images, as vt-rules determines it.
vt_images := $(or $(VT_IMAGE_DIR),$(CURTIN_VMTEST_IMAGE_DIR),$(IMAGE_DIR),images/mirror)

WARNINGS := -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes \
	-Wstrict-prototypes -Wformat=2 -Werror=format-security \
	$(if $(WERROR),-Werror)
CFLAGS ?= -O2 -g
LDFLAGS ?=
VT_INCLUDES := -Isrc/lib
VT_CPPFLAGS := $(VT_INCLUDES) -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
	-DVT_VERSION='"$(VERSION)"'
VT_CFLAGS := -std=gnu17 $(WARNINGS) -fno-common \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer \
		-fno-sanitize-recover=undefined)
VT_LDFLAGS := -Wl,--as-needed $(if $(SANITIZE),-fsanitize=$(SANITIZE))

# The flags of 'DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags' on
# Debian 12. _FORTIFY_SOURCE requires optimisation, and is left out with
# sanitizers, which check more; -U, since some compilers define it by default.
fortify := $(if $(SANITIZE),,$(filter-out -O0,$(filter -O%,$(CFLAGS))))
HARDEN_CFLAGS := -fstack-protector-strong \
	$(if $(fortify),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
HARDEN_LDFLAGS := -Wl,-z,relro -Wl,-z,now
VT_CFLAGS += $(HARDEN_CFLAGS) -fPIE
VT_LDFLAGS += $(HARDEN_LDFLAGS)

# The names of libraries in module.mk files.
LIB_yaml := -lyaml
LIB_json := -ljansson
LIB_archive := -larchive
LIB_curl := -lcurl
LIB_qcow := -lqcow
LIB_http := -lmicrohttpd
LIB_blkid := -lblkid
LIB_fdisk := -lfdisk
LIB_crypto := -lcrypto
LIB_cryptsetup := -lcryptsetup
LIB_ext2fs := -lext2fs -le2p -lcom_err
LIB_squashfs := -lsquashfs
LIBS_ALL := archive curl qcow http blkid fdisk cryptsetup ext2fs squashfs
