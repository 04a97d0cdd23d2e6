/* test-reading.c - how much mail is read at once */

#include "config.h"

#include "server/reading.h"

typedef struct {
	TdReading *reading;
	gsize size;
	int begun; /* atomic */
} Reader;

static gpointer
begin(gpointer data)
{
	Reader *reader = data;

	td_reading_begin(reader->reading, reader->size);
	g_atomic_int_set(&reader->begun, 1);
	return NULL;
}

/* Long enough for a thread that does not wait. */
static void
give_time(void)
{
	g_usleep(50000);
}

static void
test_a_mail_waits_for_the_room_of_another(void)
{
	g_autoptr(TdReading) reading = td_reading_new(100);
	Reader reader = { reading, 60, 0 };
	GThread *thread;

	td_reading_begin(reading, 30);
	td_reading_begin(reading, 30);
	thread = g_thread_new("reader", begin, &reader);
	give_time();
	g_assert_cmpint(g_atomic_int_get(&reader.begun), ==, 0);
	td_reading_end(reading, 30);
	g_thread_join(thread);
	g_assert_cmpint(reader.begun, ==, 1);
}

static void
test_a_mail_alone_finds_room_whatever_its_size(void)
{
	g_autoptr(TdReading) reading = td_reading_new(100);
	Reader small = { reading, 1, 0 };
	GThread *thread;

	td_reading_begin(reading, 1000);
	thread = g_thread_new("reader", begin, &small);
	give_time();
	g_assert_cmpint(g_atomic_int_get(&small.begun), ==, 0);
	td_reading_end(reading, 1000);
	g_thread_join(thread);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
	    "/reading/waits", test_a_mail_waits_for_the_room_of_another);
	g_test_add_func(
	    "/reading/alone", test_a_mail_alone_finds_room_whatever_its_size);
	return g_test_run();
}
