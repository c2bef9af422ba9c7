#include "storage/sections.h"

#include "base/mem.h"

struct sections {
	struct vt_swap swap;
	struct vt_extra extra;
};

static const struct sections none;

static const struct sections *sections(const struct vt_graph *g)
{
	return g->more ? g->more : &none;
}

const struct vt_swap *vt_graph_swap(const struct vt_graph *g)
{
	return &sections(g)->swap;
}

const struct vt_extra *vt_graph_extra(const struct vt_graph *g)
{
	return &sections(g)->extra;
}

static struct sections *set(struct vt_graph *g)
{
	if (!g->more)
		g->more = vt_calloc(1, sizeof(struct sections));
	return g->more;
}

struct vt_swap *vt_graph_set_swap(struct vt_graph *g)
{
	return &set(g)->swap;
}

struct vt_extra *vt_graph_set_extra(struct vt_graph *g)
{
	return &set(g)->extra;
}
