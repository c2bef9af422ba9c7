#include "storage/part_types.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"

/* Source: sgdisk --list-types, sfdisk --list-types, and what curtin passes
 * to them: on msdos only boot and swap change the entry, boot as its active
 * flag.
 */
static const struct vt_part_flag flags[] = {
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
	{"extended", NULL, "0x05", NULL, "extended"},
	{"logical", NULL, NULL, NULL, "logical (number 5 or more)"},
	{"primary", NULL, NULL, NULL, "primary (number 1 to 4)"},
};

const struct vt_part_flag *vt_part_flag_at(size_t i)
{
	return i < VT_COUNT(flags) ? &flags[i] : NULL;
}

const struct vt_part_flag *vt_part_flag(const char *flag)
{
	for (size_t i = 0; i < VT_COUNT(flags); i++)
		if (!strcmp(flags[i].flag, flag))
			return &flags[i];
	return NULL;
}

const char *vt_part_flag_means(const char *flag, const char *ptable)
{
	const struct vt_part_flag *f = vt_part_flag(flag);
	if (!f)
		return NULL;
	return vt_str_eq(ptable, "gpt") ? f->gpt_name : f->msdos_name;
}

static bool extended(const char *type)
{
	return vt_str_eq(type, "0x05") || vt_str_eq(type, "0x0f") ||
	       vt_str_eq(type, "0x85");
}

bool vt_part_flag_holds(const char *flag, const struct vt_part_entry *p)
{
	const struct vt_part_flag *f = vt_part_flag(flag);
	if (!f)
		return false;
	if (vt_str_eq(p->ptable, "gpt"))
		return f->guid && vt_str_eq(p->type, f->guid);
	if (!strcmp(flag, "boot"))
		return p->active;
	if (!strcmp(flag, "extended"))
		return extended(p->type);
	if (!strcmp(flag, "logical"))
		return p->number > 4;
	if (!strcmp(flag, "primary"))
		return p->number <= 4 && !extended(p->type);
	return f->code && vt_str_eq(p->type, f->code);
}

bool vt_part_type_same(const char *a, const char *b)
{
	a += !strncasecmp(a, "0x", 2) ? 2 : 0;
	b += !strncasecmp(b, "0x", 2) ? 2 : 0;
	a += strspn(a, "0");
	b += strspn(b, "0");
	return !strcasecmp(a, b);
}

const char *vt_part_type_name(const char *type)
{
	for (size_t i = 0; type && i < VT_COUNT(flags); i++) {
		if (flags[i].guid && !strcasecmp(flags[i].guid, type))
			return flags[i].gpt_name;
		if (flags[i].code && !strcasecmp(flags[i].code, type))
			return flags[i].msdos_name;
	}
	return type ? type : "no type";
}

/* Source: UEFI 2.10, section 5.3.3; the names are sfdisk's. */
static const char *const attrs[] = {
	"RequiredPartition", "NoBlockIOProtocol", "LegacyBIOSBootable"};

static bool attr_bit(const char *word, unsigned *bit)
{
	for (*bit = 0; *bit < VT_COUNT(attrs); (*bit)++)
		if (!strcmp(word, attrs[*bit]))
			return true;
	if (!*word || word[strspn(word, "0123456789")] || strlen(word) > 2)
		return false;
	*bit = (unsigned)strtoul(word, NULL, 10);
	return *bit < 64;
}

bool vt_part_attrs_add(const char *words, uint64_t *bits)
{
	VT_AUTO_STRV struct vt_strv list = VT_STRV_INIT;
	vt_str_words(words, " ,", &list);
	for (size_t i = 0; i < list.n; i++) {
		const char *word = list.v[i];
		unsigned bit;
		if (vt_str_starts(word, "GUID:"))
			word += strlen("GUID:");
		if (!attr_bit(word, &bit))
			return false;
		*bits |= UINT64_C(1) << bit;
	}
	return true;
}

char *vt_part_attrs_text(uint64_t bits)
{
	struct vt_str list = VT_STR_INIT;
	for (unsigned bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		VT_AUTO_FREE char *number = vt_printf("GUID:%u", bit);
		vt_str_item(&list, ", ",
			bit < VT_COUNT(attrs) ? attrs[bit] : number);
	}
	return list.len ? vt_str_take(&list) : vt_strdup("none");
}
