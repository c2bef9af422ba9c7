# driver.sh becomes a string by the rule of src/pack/module.mk.
TOOLS += vt-seed
vt-seed_SRCS := src/seed/main.c src/seed/options.c src/seed/read.c \
	src/seed/seed.c src/seed/user_data.c src/seed/image.c \
	src/seed/driver.sh.c
vt-seed_LIBS := archive
