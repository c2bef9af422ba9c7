/* The default collect scripts, src/seed/collect/NAME.sh as strings. */
#ifndef VT_RULES_SCRIPTS_H
#define VT_RULES_SCRIPTS_H

/** vt_script_for() - script of this name, such as "common" or a distribution;
 * NULL if there is none */
const char *vt_script_for(const char *name);

#endif
