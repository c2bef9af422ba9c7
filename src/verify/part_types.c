#include "part_types.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* Source: sgdisk --list-types, sfdisk --list-types, and what curtin gives to
 * them: on msdos only boot and swap change the entry, boot as its active flag.
 */
static const struct {
	const char *flag, *guid, *code, *gpt_name, *msdos_name;
} flags[] = {
	{"boot", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", NULL,
		"an EFI system partition", "active"},
	{"esp", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "0xef",
		"an EFI system partition", "an EFI system partition (0xef)"},
	{"bios_grub", "21686148-6449-6E6F-744E-656564454649", NULL,
		"a BIOS boot partition", NULL},
	{"prep", "9E1A2D38-C612-4316-AA26-8B49521E5A8B", "0x41",
		"a PReP boot partition", "a PReP boot partition (0x41)"},
	{"swap", "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F", "0x82", "Linux swap",
		"Linux swap (0x82)"},
	{"linux", "0FC63DAF-8483-4772-8E79-3D69D8477DE4", "0x83",
		"a Linux file system", "Linux (0x83)"},
	{"home", "933AC7E1-2EB4-4F13-B844-0E14E2AEF915", NULL, "Linux home",
		NULL},
	{"lvm", "E6D6D379-F507-44C2-A23C-238F2A3DF928", "0x8e", "Linux LVM",
		"Linux LVM (0x8e)"},
	{"raid", "A19D880F-05FC-4D3B-A006-743F0F84911E", "0xfd", "Linux RAID",
		"Linux RAID (0xfd)"},
	{"msftres", "E3C9E316-0B5C-4DB8-817D-F92DF00215AE", NULL,
		"Microsoft reserved", NULL},
	{"mbr", "024DEE41-33E7-11D3-9D69-0008C781F39F", NULL,
		"an MBR partition scheme", NULL},
	{"extended", NULL, NULL, NULL, "extended"},
	{"logical", NULL, NULL, NULL, "logical (number 5 or more)"},
	{"primary", NULL, NULL, NULL, "primary (number 1 to 4)"},
};

static size_t find(const char *flag)
{
	size_t i = 0;
	while (i < VT_COUNT(flags) && strcmp(flags[i].flag, flag))
		i++;
	return i;
}

bool part_flag_known(const char *flag)
{
	return find(flag) < VT_COUNT(flags);
}

static bool extended(const char *type)
{
	return type && (!strcmp(type, "0x05") || !strcmp(type, "0x0f") ||
			       !strcmp(type, "0x85"));
}

bool part_flag_matches(const struct vt_blk_part *p, const char *kind,
	const char *flag, const char **expected)
{
	size_t i = find(flag);
	*expected = NULL;
	if (i == VT_COUNT(flags))
		return false;
	if (!strcmp(kind, "gpt")) {
		*expected = flags[i].gpt_name;
		return flags[i].guid && p->type &&
		       !strcmp(p->type, flags[i].guid);
	}
	*expected = flags[i].msdos_name;
	if (!strcmp(flag, "boot"))
		return p->bootable;
	if (!strcmp(flag, "extended"))
		return extended(p->type);
	if (!strcmp(flag, "logical"))
		return p->number > 4;
	if (!strcmp(flag, "primary"))
		return p->number <= 4 && !extended(p->type);
	return flags[i].code && p->type && !strcmp(p->type, flags[i].code);
}

const char *part_type_name(const char *type)
{
	for (size_t i = 0; type && i < VT_COUNT(flags); i++) {
		if (flags[i].guid && !strcasecmp(flags[i].guid, type))
			return flags[i].gpt_name;
		if (flags[i].code && !strcasecmp(flags[i].code, type))
			return flags[i].msdos_name;
	}
	return type ? type : "no type";
}
