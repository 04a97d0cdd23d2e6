/* large-store.h - a store as a desk has it after years */

#ifndef TESTS_BENCH_LARGE_STORE_H
#define TESTS_BENCH_LARGE_STORE_H

#include <ticketd/conf.h>
#include <ticketd/store.h>

typedef struct {
	guint64 tickets;
	guint64 open; /* of these, the newest ones for the most part */
	guint64 soon; /* of these, those that are due in LARGE_SOON seconds */
	gint64 now;   /* seconds UTC: when the last ticket came */
} LargeShape;

/* When the soon ones are due, and before which nothing else of an open ticket
 * is, seconds after now. */
#define LARGE_SOON ((gint64)2 * 86400)
#define LARGE_LATER ((gint64)10 * 86400)

/* Fills the empty @store by the calls that the desk has, some hundred tickets a
 * transaction, and makes it durable.  The same @shape makes the same tickets.
 * On a terminal the progress is shown. */
gboolean large_build(TdStore *store, const LargeShape *shape, GError **error);

#endif
