# The collect scripts become strings by the rule of src/pack/module.mk. A
# changed one changes boot/seed.yaml, and so re-runs the boot.
TOOLS += vt-rules
vt-rules_SRCS := $(sort $(wildcard src/rules/*.c)) \
	$(patsubst %,src/seed/collect/%.sh.c,common dpkg centos planted reach) \
	$(patsubst %,src/rules/%.sh.c,dirty centos_boot plant)
