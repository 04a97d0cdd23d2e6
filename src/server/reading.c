/* reading.c - see server/reading.h */

#include "config.h"

#include "server/reading.h"

struct TdReading {
	gsize room;
	GMutex lock;
	GCond freed;
	gsize taken;
};

TdReading *
td_reading_new(gsize room)
{
	TdReading *reading = g_new0(TdReading, 1);

	reading->room = room;
	g_mutex_init(&reading->lock);
	g_cond_init(&reading->freed);
	return reading;
}

void
td_reading_free(TdReading *reading)
{
	if (reading == NULL)
		return;
	g_mutex_clear(&reading->lock);
	g_cond_clear(&reading->freed);
	g_free(reading);
}

void
td_reading_begin(TdReading *reading, gsize size)
{
	g_mutex_lock(&reading->lock);
	while (reading->taken > 0 && reading->taken + size > reading->room)
		g_cond_wait(&reading->freed, &reading->lock);
	reading->taken += size;
	g_mutex_unlock(&reading->lock);
}

void
td_reading_end(TdReading *reading, gsize size)
{
	g_mutex_lock(&reading->lock);
	reading->taken -= size;
	g_cond_broadcast(&reading->freed);
	g_mutex_unlock(&reading->lock);
}
