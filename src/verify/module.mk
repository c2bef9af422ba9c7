TOOLS += vt-verify
vt-verify_SRCS := $(addprefix src/verify/,main.c options.c verify.c check.c \
	result.c facts.c phase.c guard.c disk.c devices.c mounts.c \
	part_types.c disk_checks.c mount_checks.c file_checks.c line_checks.c \
	match_checks.c json_checks.c run_check.c same_as_host.c program.c \
	text.c search.c fstab.c dname.c ubuntu.c health.c log.c reporting.c \
	write.c tap.c junit.c dates.c)
vt-verify_LIBS := blkid fdisk
