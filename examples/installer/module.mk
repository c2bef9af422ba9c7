# The reference installer: an example, not one of the tools. Static, so that
# it runs in any guest.
TOOLS += vt-install
vt-install_SRCS := $(addprefix examples/installer/,main.c config.c plan.c \
	entries.c reader.c disk.c partition.c raid.c lvm.c format.c mount.c \
	swapfile.c step.c target.c apt.c boot.c commands.c report.c)
vt-install_STATIC := 1
