/* desk-at-work.c - see desk-at-work.h
 *
 * What the tables hold after it was made is remembered row by row, so that an
 * input costs no new desk. */

#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/people.h>

#include "desk-at-work.h"
#include "fuzz.h"
#include "store/store-private.h"

static const char configuration[] =
    "[desk]\nname = support\ndomain = example.com\n"
    "store = /nonexistent/store\nrun = /nonexistent/run\n"
    "timezone = Europe/Berlin\ntemplates =\ncanned =\ndigest = 08:00\n"
    "admin = root@example.org\nauthserv-id = mx.example.com\n"
    "public-domains = mail.example\n"
    "[queue support]\naddress = support@example.com\n"
    "aliases = help@example.com\nfrom-name = Example Support\n"
    "distribute = skill\nrelease = 9h\nchildren = close\n"
    "[queue sales]\naddress = sales@example.com\nlanguage = ru\n"
    "[calendar office]\nhours = Mon-Fri 09:00-18:00\n"
    "[rule vip]\ncompany = vip.example\nurgency = 1\ntags = vip\n"
    "[rule printers]\nsubject = /printer (?<machine>[a-z]+-[0-9]+)/\n"
    "tags = printer\nfields = equipment: {machine}\n"
    "[rule lists]\nheaders = List-Id: news.example\nqueue = sales\n"
    "acknowledge = false\nstop = true\n"
    "[rule files]\nattachments = *.exe\ntype = complaint\n"
    "[type complaint]\nrequired = service\n"
    "[sla all]\nfirst-response = 1h\nsolution = 4h\nwarn = 75\n"
    "calendar = office\nescalation = up\n"
    "[escalation up]\nsteps = owner; leads 30m; boss@example.org 2h\n"
    "[monitor nagios]\nsender = nagios@mon.example\nformat = nagios\n"
    "on-recovery = resolve\nanswer = mon@mon.example\n"
    "[monitor zabbix]\nsender = zabbix@mon.example\nformat = zabbix\n";

static const char *const mails[] = {
	"From: Anna <anna@example.net>\nTo: support@example.com\n"
	"Cc: Boris <boris@example.org>\nSubject: Printer laser-7 on fire\n"
	"Message-ID: <1@example.net>\n\nIt burns.\n",
	"From: \320\236\320\273\321\217 <olya@example.net>\n"
	"To: sales@example.com\nSubject: \320\246\320\265\320\275\320\260\n"
	"Message-ID: <2@example.net>\nContent-Type: text/plain; "
	"charset=utf-8\n\n\320\241\320\272\320\276\320\273\321\214\320\272"
	"\320\276?\n",
	"From: nagios@mon.example\nTo: support@example.com\n"
	"Subject: ** PROBLEM Service Alert: web01/HTTP is CRITICAL **\n"
	"Message-ID: <3@mon.example>\n\nService: HTTP\nHost: web01\n"
	"State: CRITICAL\n",
	"From: Carl <carl@vip.example>\nTo: help@example.com\n"
	"Subject: Once more\nMessage-ID: <4@vip.example>\n\nPlease.\n",
};

static const struct {
	const char *as;
	guint64 number;
	const char *commands;
} orders[] = {
	{ "olga", 1, "take\ntag fire\nnote seen" },
	{ "olga", 1, "due 2026-12-01\nremind 2026-11-29 look" },
	{ "ivan", 2, "pending 2026-11-30\nwatch olga" },
	{ "rita", 4, "close" },
};

typedef struct {
	TdTable table;
	GBytes *key;
	GBytes *value;
} Row;

static TdService *service;
static TdDesk *first; /* with the keys and bans of then */
static GPtrArray *rows;
static GPtrArray *addresses, *ids;

/* ---- one thing after another ---- */

static TdTxn *
begin(TdService *at)
{
	g_autoptr(GError) error = NULL;
	TdTxn *txn = td_txn_begin(td_service_store(at), &error);

	g_assert_no_error(error);
	return txn;
}

static void
apply(const TdDesk *desk, TdTxn *txn, TdPlan *plan)
{
	g_autoptr(GError) error = NULL;
	TdOutcome outcome;

	td_desk_apply(desk, txn, plan, NULL, NULL, NULL, 0, &outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

gboolean
fuzz_desk_file(TdService *at, const char *sender, const char *recipient,
    const char *raw, gsize size, gint64 now, TdOutcome *outcome)
{
	g_autoptr(TdMessage) message = td_message_parse(raw, size);
	g_autoptr(GBytes) bytes = g_bytes_new_static(raw, size);
	const TdEnvelope envelope = {
		.sender = sender, .recipient = recipient, .raw = bytes
	};
	g_autoptr(TdDesk) desk = td_service_desk(at);
	g_autoptr(TdTxn) txn = begin(at);
	g_autoptr(TdPlan) plan = NULL;
	g_autoptr(GError) error = NULL;

	if (!td_desk_decide(
	        desk, txn, message, &envelope, now, &plan, &error)) {
		g_assert_error(error, TD_ERROR, TD_ERROR_NOT_OURS);
		return FALSE;
	}
	td_desk_apply(
	    desk, txn, plan, message, &envelope, raw, size, outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	return TRUE;
}

void
fuzz_desk_tick(TdService *at, gint64 now)
{
	g_autoptr(TdDesk) desk = td_service_desk(at);
	g_autoptr(TdTxn) txn = begin(at);
	g_autoptr(TdPlan) plan = NULL;
	g_autoptr(GError) error = NULL;

	td_desk_tick(desk, txn, now, 100, &plan, &error);
	g_assert_no_error(error);
	apply(desk, txn, plan);
}

static void
give_order(const char *as, guint64 number, const char *commands)
{
	const TdOrder order = { .number = number,
		.commands = commands,
		.actor = "control:root",
		.as = as,
		.now = FUZZ_NOW - 60 };
	g_autoptr(TdDesk) desk = td_service_desk(service);
	g_autoptr(TdTxn) txn = begin(service);
	g_autoptr(TdPlan) plan = NULL;
	g_autoptr(GError) error = NULL;

	td_desk_order(desk, txn, &order, &plan, &error);
	g_assert_no_error(error);
	apply(desk, txn, plan);
}

static void
add_agent(TdTxn *txn, const char *name, const char *queue, TdRole role)
{
	g_autoptr(TdPerson) person = td_person_new();
	g_autoptr(GError) error = NULL;

	person->role = role;
	g_free(person->name);
	person->name = g_strdup(name);
	g_strfreev(person->addresses);
	person->addresses = g_new0(char *, 2);
	person->addresses[0] = g_strdup_printf("%s@example.com", name);
	if (queue != NULL) {
		g_strfreev(person->queues);
		person->queues = g_strsplit(queue, ";", -1);
	}
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
}

static void
add_people(void)
{
	g_autoptr(TdTxn) txn = begin(service);
	g_autoptr(GError) error = NULL;

	add_agent(txn, "olga", "support", TD_ROLE_AGENT);
	add_agent(txn, "ivan", "support;sales", TD_ROLE_AGENT);
	add_agent(txn, "rita", NULL, TD_ROLE_LEAD);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
work(void)
{
	TdOutcome outcome;

	add_people();
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++)
		g_assert_true(fuzz_desk_file(service, "anna@example.net",
		    i == 1 ? "sales@example.com" : "support@example.com",
		    mails[i], strlen(mails[i]), FUZZ_NOW - 3600 + 60 * i,
		    &outcome));
	for (guint i = 0; i < G_N_ELEMENTS(orders); i++)
		give_order(orders[i].as, orders[i].number, orders[i].commands);
}

/* ---- what letters name ---- */

static void
take_address(const char *text)
{
	g_autofree char *address = g_uri_unescape_string(text, NULL);

	if (address != NULL && strchr(address, '+') != NULL)
		g_ptr_array_add(addresses, g_steal_pointer(&address));
}

static void
take_links(const char *text)
{
	const char *at = text;

	while ((at = strstr(at, "mailto:")) != NULL) {
		g_autofree char *link = NULL;

		at += strlen("mailto:");
		link = g_strndup(at, strcspn(at, "? >\n"));
		take_address(link);
	}
}

static void
take_letter(GBytes *raw)
{
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);
	g_autoptr(TdMessage) letter = td_message_parse(bytes, size);

	for (guint i = 0; i < letter->reply_to->len; i++) {
		const TdAddress *each = g_ptr_array_index(letter->reply_to, i);

		take_address(each->address);
	}
	take_links(letter->text);
	if (letter->message_id != NULL)
		g_ptr_array_add(ids, g_strdup(letter->message_id));
}

static void
take_letters(TdTxn *txn, guint64 number)
{
	for (guint64 sequence = 1;; sequence++) {
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;
		g_autoptr(GError) error = NULL;

		td_filed_get(txn, number, sequence, &filed, &raw, &error);
		g_assert_no_error(error);
		if (filed == NULL)
			break;
		if (filed->outgoing)
			take_letter(raw);
	}
}

static void
take_return_paths(TdTxn *txn)
{
	g_autoptr(GPtrArray) list = NULL;
	g_autoptr(GError) error = NULL;

	td_outbox_rows(txn, 0, 0, G_MAXINT64, TD_READ_MAX, &list, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < list->len; i++)
		take_address(
		    ((TdOutboxRow *)g_ptr_array_index(list, i))->mail_from);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
name_all(void)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(service));

	addresses = g_ptr_array_new_with_free_func(g_free);
	ids = g_ptr_array_new_with_free_func(g_free);
	for (guint64 number = 0; number <= G_N_ELEMENTS(mails); number++)
		take_letters(txn, number);
	take_return_paths(txn);
	/* What they end with changes with the key; what they begin with does
	 * not, so an input means the same in the next process. */
	g_ptr_array_sort(addresses, compare);
	g_ptr_array_add(addresses, NULL);
	g_ptr_array_add(ids, NULL);
}

/* ---- as it was ---- */

static void
remember_table(TdTxn *txn, TdTable table)
{
	g_autoptr(GError) error = NULL;
	g_auto(TdCursor) cursor = { 0 };
	gboolean found = FALSE;

	if (td_cursor_open(txn, table, TRUE, &cursor, &error))
		td_cursor_seek(&cursor, NULL, 0, &found, &error);
	while (found) {
		Row *row = g_new0(Row, 1);

		row->table = table;
		row->key = g_bytes_new(cursor.key.data, cursor.key.size);
		row->value = g_bytes_new(cursor.value.data, cursor.value.size);
		g_ptr_array_add(rows, row);
		td_cursor_step(&cursor, DB_NEXT, &found, &error);
	}
	g_assert_no_error(error);
}

static void
remember(void)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(service));

	rows = g_ptr_array_new();
	for (guint table = 0; table < TD_INDEX_QUEUE; table++)
		remember_table(txn, (TdTable)table);
}

static void
restore(void)
{
	TdStore *store = td_service_store(service);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(service);

	for (guint table = 0; table < TD_INDEX_QUEUE; table++) {
		DB *db = store->tables[table];
		u_int32_t count;

		g_assert_cmpint(db->truncate(db, NULL, &count, 0), ==, 0);
	}
	for (guint i = 0; i < rows->len; i++) {
		const Row *row = g_ptr_array_index(rows, i);
		gsize key_size, size;
		const void *key = g_bytes_get_data(row->key, &key_size);
		const void *value = g_bytes_get_data(row->value, &size);

		td_row_put(txn, row->table, key, key_size, value, size, &error);
		g_assert_no_error(error);
	}
}

static TdConf *
read_configuration(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL;
	TdConf *conf;
	int file = memfd_create("ticketd.conf", MFD_CLOEXEC);

	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(write(file, configuration, strlen(configuration)), ==,
	    (gssize)strlen(configuration));
	path = g_strdup_printf("/proc/self/fd/%d", file);
	conf = td_conf_load(path, &error);
	close(file);
	g_assert_no_error(error);
	return conf;
}

static void
make(void)
{
	g_autoptr(GError) error = NULL;

	td_log_open("fuzz", TD_LOG_CRITICAL);
	fuzz_init();
	service = td_service_open_empty(read_configuration(), &error);
	g_assert_no_error(error);
	work();
	name_all();
	remember();
	first = td_service_desk(service);
}

TdService *
fuzz_desk(void)
{
	g_autoptr(TdDesk) desk = NULL;
	g_autoptr(GError) error = NULL;

	if (service == NULL) {
		make();
		return service;
	}
	restore();
	desk = td_service_desk(service);
	if (desk != first) {
		td_service_renew_desk(service, &error);
		g_assert_no_error(error);
		td_desk_unref(first);
		first = td_service_desk(service);
	}
	return service;
}

char *const *
fuzz_desk_addresses(void)
{
	return (char *const *)addresses->pdata;
}

char *const *
fuzz_desk_ids(void)
{
	return (char *const *)ids->pdata;
}

/* ---- whether all is well ---- */

static void
fail_on_finding(const char *finding, gpointer unused G_GNUC_UNUSED)
{
	g_error("%s", finding);
}

void
fuzz_desk_check(TdService *at)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(at));
	g_autoptr(GError) error = NULL;
	guint64 number = 0;
	guint64 wrong = 0;

	do {
		td_store_check(
		    txn, FALSE, &number, &wrong, fail_on_finding, NULL, &error);
		g_assert_no_error(error);
	} while (number != 0);
	g_assert_cmpuint(wrong, ==, 0);
}
