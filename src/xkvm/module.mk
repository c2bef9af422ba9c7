TOOLS += vt-xkvm
vt-xkvm_SRCS := src/xkvm/main.c src/xkvm/options.c src/xkvm/qemu_args.c \
	src/xkvm/xkvm.c src/xkvm/disks.c src/xkvm/iscsi.c src/xkvm/console.c
