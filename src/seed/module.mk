# driver.sh becomes a string by the rule of src/pack/module.mk.
TOOLS += vt-seed
vt-seed_SRCS := $(sort $(wildcard src/seed/*.c)) \
	$(patsubst %,src/seed/%.sh.c,driver)
vt-seed_LIBS := archive
