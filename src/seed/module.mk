# driver.sh is linked as a string, by the rule in mk/build.mk.
TOOLS += vt-seed
vt-seed_SRCS := $(sort $(wildcard src/seed/*.c)) \
	$(patsubst %,src/seed/%.sh.c,driver)
vt-seed_LIBS := archive
