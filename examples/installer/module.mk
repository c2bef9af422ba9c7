# The reference installer: an example, not one of the tools. Static, so that
# it runs in any guest.
TOOLS += vt-install
vt-install_SRCS := $(sort $(wildcard examples/installer/*.c))
vt-install_STATIC := 1
