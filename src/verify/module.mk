TOOLS += vt-verify
vt-verify_SRCS := $(sort $(wildcard src/verify/*.c))
vt-verify_LIBS := qcow blkid fdisk cryptsetup ext2fs
