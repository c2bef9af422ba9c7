# vt: test operating-system installers in virtual machines. See README.md.
#
#  First steps
#   make help                 list what make can do
#  Build and install
#   make                      build the tools in bin/
#
# This file only includes others: the rules are in mk/, and the sources of each
# tool are listed in its module.mk.

include mk/config.mk
include $(sort $(wildcard src/*/module.mk)) $(wildcard examples/installer/module.mk)
include mk/build.mk
include mk/deps.mk
include $(wildcard mk/image.mk)
include $(wildcard mk/rules.mk)
include mk/check.mk
include mk/install.mk
