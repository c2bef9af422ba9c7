#ifndef VT_WIRE_LOOP_H
#define VT_WIRE_LOOP_H

#include "wire_options.h"

/** wire_run() - run the switch until it is to end
 * Return: 0, or -1; a signal ends the process */
int wire_run(const struct options *o, struct vt_err **err);

#endif
