# driver.sh is linked as a string, by the rule in src/pack/module.mk.
TOOLS += vt-seed
vt-seed_SRCS := $(sort $(wildcard src/seed/*.c)) \
	$(patsubst %,src/seed/%.sh.c,driver)
vt-seed_LIBS := archive
