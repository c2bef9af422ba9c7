# vt: test operating-system installers in virtual machines. See README.md.
#
#   make                      build the tools into bin/
#   make help                 what make can do
#
# One make for all: this file only includes. What builds stands in mk/, what a
# tool is made of in its own module.mk.

include mk/config.mk
include $(sort $(wildcard src/*/module.mk)) $(wildcard examples/installer/module.mk)
include mk/build.mk
include mk/deps.mk
include $(wildcard mk/image.mk)
include $(wildcard mk/rules.mk)
include mk/check.mk
include mk/install.mk
