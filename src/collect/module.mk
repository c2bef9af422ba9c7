TOOLS += vt-extract
vt-extract_SRCS := $(sort $(wildcard src/collect/*.c))
vt-extract_LIBS := archive qcow blkid fdisk ext2fs squashfs
