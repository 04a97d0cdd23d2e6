/* fuzz-conf.c - any bytes as a ticketd.conf
 *
 * What the desk takes, the program that delivers takes too, and alike. */

#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ticketd/conf.h>
#include <ticketd/error.h>

#include "deliver/deliver.h"
#include "fuzz.h"

static void
check_error(const GError *error)
{
	g_assert_nonnull(error);
	g_assert_true(error->domain == TD_ERROR);
	g_assert_cmpint(error->code, ==, TD_ERROR_CONFIG);
	fuzz_check_text(error->message);
}

static void
check_conf(const TdConf *conf, const guint8 *data, size_t size)
{
	TdDeliverConf deliver = { .run = "" };

	g_assert_cmpuint(conf->queues->len, >, 0);
	g_assert_true(
	    td_deliver_conf_parse(fuzz_bytes(data, size), size, &deliver));
	g_assert_cmpstr(deliver.run, ==, conf->run);
	g_assert_true(deliver.fallback == (conf->deliver_fallback != FALSE));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(TdConf) conf = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL;
	TdDeliverConf deliver = { .run = "" };
	int file = memfd_create("fuzz-conf", MFD_CLOEXEC);

	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(write(file, data, size), ==, (gssize)size);
	path = g_strdup_printf("/proc/self/fd/%d", file);
	conf = td_conf_load(path, &error);
	close(file);
	if (conf == NULL)
		check_error(error);
	else
		check_conf(conf, data, size);
	td_deliver_conf_parse(fuzz_bytes(data, size), size, &deliver);
	return 0;
}
