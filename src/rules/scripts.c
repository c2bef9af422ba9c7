#include "scripts.h"

#include <string.h>

#include "base/mem.h"

extern const char common_sh[], dpkg_sh[], centos_sh[], dirty_sh[],
	centos_boot_sh[], plant_sh[], planted_sh[], reach_sh[];

const char *vt_script_for(const char *name)
{
	static const struct {
		const char *name, *text;
	} scripts[] = {
		{"common", common_sh},
		{"dpkg", dpkg_sh},
		{"centos", centos_sh},
		{"dirty", dirty_sh},
		{"centos-boot", centos_boot_sh},
		{"plant", plant_sh},
		{"planted", planted_sh},
		{"reach", reach_sh},
	};
	for (size_t i = 0; i < VT_COUNT(scripts); i++)
		if (!strcmp(scripts[i].name, name))
			return scripts[i].text;
	return NULL;
}
