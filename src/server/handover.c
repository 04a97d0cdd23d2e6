/* handover.c - see server/handover.h */

#include "config.h"

#include "server/handover.h"

struct TdHandover {
	GSource *source;
	TdHandoverFunc take;
	gpointer data;
	GMutex lock; /* of all below */
	GCond came;
	GPtrArray *items; /* in order */
	guint expected;   /* not yet among them */
};

typedef struct {
	GSource source; /* must be first */
	TdHandover *handover;
} Source;

static void
take_all(TdHandover *handover)
{
	g_autoptr(GPtrArray) items = g_ptr_array_new();
	GPtrArray *taken;

	g_mutex_lock(&handover->lock);
	taken = handover->items;
	handover->items = g_steal_pointer(&items);
	g_mutex_unlock(&handover->lock);

	items = taken;
	for (guint i = 0; i < items->len; i++)
		handover->take(g_ptr_array_index(items, i), handover->data);
}

/* Whether there is something to take.  A source by a time would wake the loop
 * once more whenever that is set back. */
static gboolean
check(GSource *source)
{
	TdHandover *handover = ((Source *)source)->handover;
	gboolean any;

	g_mutex_lock(&handover->lock);
	any = handover->items->len > 0;
	g_mutex_unlock(&handover->lock);
	return any;
}

static gboolean
prepare(GSource *source, int *timeout)
{
	*timeout = -1;
	return check(source);
}

static gboolean
dispatch(GSource *source, GSourceFunc callback G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
	take_all(((Source *)source)->handover);
	return G_SOURCE_CONTINUE;
}

TdHandover *
td_handover_new(TdHandoverFunc take, gpointer data)
{
	static GSourceFuncs funcs = {
		.prepare = prepare,
		.check = check,
		.dispatch = dispatch,
	};
	TdHandover *handover = g_new0(TdHandover, 1);

	g_mutex_init(&handover->lock);
	g_cond_init(&handover->came);
	handover->take = take;
	handover->data = data;
	handover->items = g_ptr_array_new();
	handover->source = g_source_new(&funcs, sizeof(Source));
	((Source *)handover->source)->handover = handover;
	g_source_attach(handover->source, NULL);
	return handover;
}

void
td_handover_free(TdHandover *handover)
{
	if (handover == NULL)
		return;

	g_mutex_lock(&handover->lock);
	while (handover->expected > 0)
		g_cond_wait(&handover->came, &handover->lock);
	g_mutex_unlock(&handover->lock);
	take_all(handover);

	g_source_destroy(handover->source);
	g_source_unref(handover->source);
	g_ptr_array_unref(handover->items);
	g_cond_clear(&handover->came);
	g_mutex_clear(&handover->lock);
	g_free(handover);
}

void
td_handover_expect(TdHandover *handover)
{
	g_mutex_lock(&handover->lock);
	handover->expected++;
	g_mutex_unlock(&handover->lock);
}

/* Only the first of a batch wakes the loop.  All is done under the lock, for
 * td_handover_free() may be waiting for just this one. */
void
td_handover_push(TdHandover *handover, gpointer item)
{
	g_mutex_lock(&handover->lock);
	g_ptr_array_add(handover->items, item);
	if (handover->items->len == 1)
		g_main_context_wakeup(NULL);
	handover->expected--;
	g_cond_signal(&handover->came);
	g_mutex_unlock(&handover->lock);
}
