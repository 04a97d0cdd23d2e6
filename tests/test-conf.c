/* test-conf.c - ticketd.conf, read and checked whole */

#include "config.h"

#include <string.h>

#include <ticketd/conf.h>
#include <ticketd/error.h>

#include "base/conf-private.h"

#include "conf-fixture.h"

static void
test_few_keys_are_a_desk(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture, DESK QUEUE);
	const TdQueue *queue = g_ptr_array_index(conf->queues, 0);

	g_assert_cmpstr(conf->path, ==, fixture->path);
	g_assert_cmpstr(conf->name, ==, "support");
	g_assert_cmpstr(conf->domain, ==, "example.com");
	g_assert_cmpstr(conf->language, ==, "en");
	g_assert_cmpstr(conf->store, ==, "/var/lib/ticketd");
	g_assert_cmpstr(conf->run, ==, "/run/ticketd");
	g_assert_null(conf->admin);
	g_assert_null(conf->timezone);
	g_assert_null(conf->authserv_id);
	g_assert_null(conf->control_group);
	g_assert_null(conf->admin_group);
	g_assert_cmpuint(conf->max_message_size, ==, 33554432);
	g_assert_cmpuint(conf->first_number, ==, 1);
	g_assert_cmpstr(conf->recipient_delimiter, ==, "+");
	g_assert_cmpstr(
	    conf->reply_address, ==, "{local}+{extension}@{domain}");
	g_assert_true(conf->deliver_fallback);
	g_assert_cmpint(conf->customer_evidence, ==, TD_EVIDENCE_ANSWER);
	g_assert_cmpstr(conf->agent_evidence, ==, "address");
	g_assert_false(conf->ack_return_path);
	g_assert_cmpuint(conf->reply_hold, ==, 0);
	g_assert_cmpuint(conf->reopen_days, ==, 14);
	g_assert_cmpuint(conf->resolve_days, ==, 7);
	g_assert_cmpuint(g_strv_length(conf->ignore_lines), ==, 0);
	g_assert_cmpuint(g_strv_length(conf->own_aliases), ==, 0);
	g_assert_cmpuint(g_strv_length(conf->public_domains), >, 40);
	g_assert_cmpuint(conf->tag_patterns->len, ==, 0);

	g_assert_cmpuint(conf->queues->len, ==, 1);
	g_assert_cmpstr(queue->name, ==, "support");
	g_assert_cmpstr(queue->address, ==, "support@example.com");
	g_assert_cmpuint(g_strv_length(queue->aliases), ==, 0);
	g_assert_cmpstr(queue->from_name, ==, "support");
	g_assert_cmpstr(queue->language, ==, "en");
	g_assert_cmpint(queue->acknowledge, ==, TD_ACKNOWLEDGE_NEW);
	g_assert_cmpint(queue->closed, ==, TD_CLOSED_REOPEN);
	g_assert_cmpuint(g_strv_length(queue->notify), ==, 0);
}

static void
test_groups_left_out_have_defaults(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    "[queue q]\naddress = q@b\n"
	    "[desk]\nrun = /run/x/\n"
	    "name = n\ndomain = b\n");

	g_assert_cmpuint(conf->cache_size, ==, 24 << 20);
	g_assert_cmpuint(g_strv_length(conf->lmtp_sockets), ==, 1);
	g_assert_cmpstr(conf->lmtp_sockets[0], ==, "/run/x/lmtp");
	g_assert_cmpuint(conf->lmtp_mode, ==, 0660);
	g_assert_null(conf->lmtp_group);
	g_assert_cmpuint(g_strv_length(conf->lmtp_listen), ==, 0);
	g_assert_cmpuint(conf->lmtp_timeout, ==, 300);
	g_assert_cmpuint(conf->lmtp_connections, ==, 1000);
	g_assert_cmpuint(conf->lmtp_memory, ==, 16 << 20);
	g_assert_cmpstr(conf->smtp_server, ==, "127.0.0.1:25");
	g_assert_cmpint(conf->smtp_starttls, ==, TD_STARTTLS_MAY);
	g_assert_cmpint(conf->sandbox, ==, TD_SANDBOX_AUTO);
	g_assert_null(conf->smtp_user);
	g_assert_null(conf->smtp_password_file);
	g_assert_cmpuint(conf->smtp_timeout, ==, 60);
	g_assert_cmpuint(conf->smtp_give_up, ==, 5 * 86400);
}

static void
test_desk_keys_are_read(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    "[desk]\nname = Hilfe-2_a\ndomain = B\xc3\xbc"
	    "cher.Example\n"
	    "language = DE\nstore = /s\nrun = /r\ntemplates =\n"
	    "admin = <Root@Example.com>\ntimezone = UTC\n"
	    "authserv-id = mx.example.com\ncontrol-group = agents\n"
	    "admin-group = wheel\n"
	    "max-message-size = 2M\nfirst-number = 1000\n"
	    "recipient-delimiter = +-\n"
	    "reply-address = {local}-{extension}@{domain}\n"
	    "deliver-fallback = 0\ncustomer-evidence = dmarc\n"
	    "agent-evidence = signature\nack-return-path = bounce\n"
	    "reply-hold = 2m\nreopen-days = 0\nresolve-days = 3\n"
	    "ignore-lines = one ; ;two\\;three;\n"
	    "transparent-lists = <Team.Example.com>;All@Example.com\n"
	    "forwarders = A@b.example; c@d.example\n"
	    "form-senders = www@example.com\nown-aliases = info@example.com\n"
	    "public-domains = Mail.Example\nmachine-senders = robot.*\n"
	    "tag-patterns = \\\\[RT #(\\\\d+)\\\\];case ([0-9]+)\n" QUEUE);

	g_assert_cmpstr(conf->name, ==, "Hilfe-2_a");
	g_assert_cmpstr(conf->domain, ==, "xn--bcher-kva.example");
	g_assert_cmpstr(conf->language, ==, "de");
	g_assert_null(conf->templates);
	g_assert_cmpstr(conf->admin, ==, "root@example.com");
	g_assert_cmpstr(conf->timezone, ==, "UTC");
	g_assert_cmpstr(conf->authserv_id, ==, "mx.example.com");
	g_assert_cmpstr(conf->control_group, ==, "agents");
	g_assert_cmpstr(conf->admin_group, ==, "wheel");
	g_assert_cmpuint(conf->max_message_size, ==, 2 << 20);
	g_assert_cmpuint(conf->first_number, ==, 1000);
	g_assert_cmpstr(conf->recipient_delimiter, ==, "+-");
	g_assert_cmpstr(
	    conf->reply_address, ==, "{local}-{extension}@{domain}");
	g_assert_false(conf->deliver_fallback);
	g_assert_cmpint(conf->customer_evidence, ==, TD_EVIDENCE_DMARC);
	g_assert_cmpstr(conf->agent_evidence, ==, "signature");
	g_assert_true(conf->ack_return_path);
	g_assert_cmpuint(conf->reply_hold, ==, 120);
	g_assert_cmpuint(conf->reopen_days, ==, 0);
	g_assert_cmpuint(conf->resolve_days, ==, 3);
	g_assert_cmpuint(g_strv_length(conf->ignore_lines), ==, 2);
	g_assert_cmpstr(conf->ignore_lines[0], ==, "one");
	g_assert_cmpstr(conf->ignore_lines[1], ==, "two;three");
	g_assert_cmpstr(conf->transparent_lists[0], ==, "team.example.com");
	g_assert_cmpstr(conf->transparent_lists[1], ==, "all@example.com");
	g_assert_cmpstr(conf->forwarders[0], ==, "a@b.example");
	g_assert_cmpstr(conf->forwarders[1], ==, "c@d.example");
	g_assert_cmpstr(conf->form_senders[0], ==, "www@example.com");
	g_assert_cmpstr(conf->own_aliases[0], ==, "info@example.com");
	g_assert_cmpstr(conf->public_domains[0], ==, "mail.example");
	g_assert_null(conf->public_domains[1]);
	g_assert_cmpuint(conf->tag_patterns->len, ==, 2);
}

static void
test_keys_of_mail_are_read(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    DESK "spam-marks = X-Spam: yes*; X-Score:9\nsuppress-days = 0\n"
	         "mute = 2h\nanswers-per-day = 7\nanswers-per-hour = 9\n"
	         "[message]\ndepth = 3\nparts = 4\nheader = 5K\ntext = 6K\n"
	         "decoded = 7K\ncharsets = KOI8-R;cp866\n" QUEUE);

	g_assert_cmpstr(conf->spam_marks[0], ==, "X-Spam: yes*");
	g_assert_cmpstr(conf->spam_marks[1], ==, "X-Score:9");
	g_assert_cmpuint(conf->suppress_days, ==, 0);
	g_assert_cmpuint(conf->mute, ==, 7200);
	g_assert_cmpuint(conf->answers_per_day, ==, 7);
	g_assert_cmpuint(conf->answers_per_hour, ==, 9);
	g_assert_cmpuint(conf->mail_depth, ==, 3);
	g_assert_cmpuint(conf->mail_parts, ==, 4);
	g_assert_cmpuint(conf->mail_header, ==, 5 << 10);
	g_assert_cmpuint(conf->mail_text, ==, 6 << 10);
	g_assert_cmpuint(conf->mail_decoded, ==, 7 << 10);
	g_assert_cmpuint(g_strv_length(conf->mail_charsets), ==, 2);
	g_assert_cmpstr(conf->mail_charsets[0], ==, "koi8-r");
}

static void
test_calendars_are_read(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    DESK "calendar = day\ntimezone = Europe/Moscow\n" QUEUE
	         "[queue night]\naddress = n@b\ncalendar = night\n"
	         "[calendar day]\nhours = Mon-Fri 09:00-18:00\n"
	         "[calendar night]\nhours = Mon 00:00-06:00;Tue 01:00-02:00\n"
	         "timezone = UTC\n");
	const TdQueue *day = td_conf_queue(conf, "support");
	const TdQueue *night = td_conf_queue(conf, "night");

	g_assert_cmpstr(td_conf_calendar(conf, NULL)->name, ==, "day");
	g_assert_cmpstr(td_conf_calendar(conf, day)->name, ==, "day");
	g_assert_cmpuint(td_conf_calendar(conf, day)->hours->len, ==, 5);
	g_assert_cmpuint(td_conf_calendar(conf, night)->hours->len, ==, 2);
	/* 2026-11-23 was a Monday: 09:00 in Moscow is 06:00 UTC. */
	g_assert_true(
	    td_calendar_is_open(td_conf_calendar(conf, day), 1795413600));
	g_assert_false(
	    td_calendar_is_open(td_conf_calendar(conf, day), 1795413599));
	g_assert_true(
	    td_calendar_is_open(td_conf_calendar(conf, night), 1795392000));
}

static void
test_other_keys_are_read(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    DESK
	    "[store]\ncache-size = 1G\n"
	    "[lmtp]\nsockets = /a/lmtp;/b/lmtp\nmode = 600\ngroup = mail\n"
	    "listen = 127.0.0.1:24;[::1]:24\ntimeout = 10\n"
	    "connections = 5\nmemory = 64K\n"
	    "[smtp]\nserver = localhost:587\nstarttls = must\nuser = desk\n"
	    "password-file = /etc/secret\ntimeout = 5m\ngive-up = 2h\n"
	    "[queue \xd1\x85\xd0\xb5\xd0\xbb\xd0\xbf]\n"
	    "address = Help@Example.com\n"
	    "aliases = Old+Help@example.com;\xd0\x96@example.com\n"
	    "from-name = ACME #1 Help\nlanguage = ru\n"
	    "acknowledge = always\nclosed = answer\n"
	    "notify = anna@example.com\n");
	const TdQueue *queue = g_ptr_array_index(conf->queues, 0);

	g_assert_cmpuint(conf->cache_size, ==, 1 << 30);
	g_assert_cmpstr(conf->lmtp_sockets[0], ==, "/a/lmtp");
	g_assert_cmpstr(conf->lmtp_sockets[1], ==, "/b/lmtp");
	g_assert_cmpuint(conf->lmtp_mode, ==, 0600);
	g_assert_cmpstr(conf->lmtp_group, ==, "mail");
	g_assert_cmpstr(conf->lmtp_listen[0], ==, "127.0.0.1:24");
	g_assert_cmpstr(conf->lmtp_listen[1], ==, "[::1]:24");
	g_assert_cmpuint(conf->lmtp_timeout, ==, 10);
	g_assert_cmpuint(conf->lmtp_connections, ==, 5);
	g_assert_cmpuint(conf->lmtp_memory, ==, 65536);
	g_assert_cmpstr(conf->smtp_server, ==, "localhost:587");
	g_assert_cmpint(conf->smtp_starttls, ==, TD_STARTTLS_MUST);
	g_assert_cmpstr(conf->smtp_user, ==, "desk");
	g_assert_cmpstr(conf->smtp_password_file, ==, "/etc/secret");
	g_assert_cmpuint(conf->smtp_timeout, ==, 300);
	g_assert_cmpuint(conf->smtp_give_up, ==, 7200);
	g_assert_cmpstr(queue->name, ==, "\xd1\x85\xd0\xb5\xd0\xbb\xd0\xbf");
	g_assert_cmpstr(queue->address, ==, "help@example.com");
	g_assert_cmpstr(queue->aliases[0], ==, "old+help@example.com");
	g_assert_cmpstr(queue->aliases[1], ==, "\xd0\xb6@example.com");
	g_assert_cmpstr(queue->from_name, ==, "ACME #1 Help");
	g_assert_cmpstr(queue->language, ==, "ru");
	g_assert_cmpint(queue->acknowledge, ==, TD_ACKNOWLEDGE_ALWAYS);
	g_assert_cmpint(queue->closed, ==, TD_CLOSED_ANSWER);
	g_assert_cmpstr(queue->notify[0], ==, "anna@example.com");
}

static void
test_keys_of_who_does_the_work_are_read(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) few = load(fixture, DESK QUEUE);
	g_autoptr(TdConf) conf = load(fixture,
	    DESK "trusted-senders = @Example.org; robot@b\n"
	         "priority-matrix = 1 1 1 1 1;2 2 2 2 2;3 3 3 3 3;"
	         "4 4 4 4 4;5 5 5 5 4\ncanned =\n" QUEUE
	         "distribute = least-loaded\nworking-hours = true\n"
	         "release = 4h\nchildren = close\n");
	const TdQueue *plain = td_conf_queue(few, "support");
	const TdQueue *queue = td_conf_queue(conf, "support");

	g_assert_null(few->trusted_senders);
	g_assert_cmpuint(td_conf_priority(few, 1, 1), ==, 1);
	g_assert_cmpuint(td_conf_priority(few, 5, 5), ==, 5);
	g_assert_cmpuint(td_conf_priority(few, 1, 5), ==, 3);
	g_assert_cmpuint(td_conf_priority(few, 0, 0), ==, 3);
	g_assert_cmpuint(td_conf_priority(few, 2, 0), ==, 2);
	g_assert_cmpint(plain->distribute, ==, TD_DISTRIBUTE_FIRST);
	g_assert_false(plain->working_hours);
	g_assert_cmpuint(plain->release, ==, 0);
	g_assert_cmpint(plain->children, ==, TD_CHILDREN_ASK);

	g_assert_true(td_pattern_match(
	    conf->trusted_senders, "a@example.org", NULL, NULL));
	g_assert_false(
	    td_pattern_match(conf->trusted_senders, "a@b", NULL, NULL));
	g_assert_cmpuint(td_conf_priority(conf, 5, 4), ==, 5);
	g_assert_cmpuint(td_conf_priority(conf, 5, 5), ==, 4);
	g_assert_null(conf->canned);
	g_assert_cmpint(queue->distribute, ==, TD_DISTRIBUTE_LEAST_LOADED);
	g_assert_true(queue->working_hours);
	g_assert_cmpuint(queue->release, ==, 4 * 3600);
	g_assert_cmpint(queue->children, ==, TD_CHILDREN_CLOSE);
}

static void
test_queues_keep_their_order_and_have_names(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    DESK "language = de\n[queue b]\naddress = b@example.com\n"
	         "[queue a]\naddress = a@example.com\n");

	g_assert_true(td_conf_queue(conf, "b") == conf->queues->pdata[0]);
	g_assert_true(td_conf_queue(conf, "a") == conf->queues->pdata[1]);
	g_assert_cmpstr(td_conf_queue(conf, "a")->language, ==, "de");
	g_assert_null(td_conf_queue(conf, "c"));
	g_assert_null(td_conf_queue(conf, NULL));
}

static void
test_machines_are_known_by_the_whole_local_part(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const machines[] = { "mailer-daemon", "postmaster",
		"abuse", "root", "daemon", "listserv", "majordomo",
		"owner-list", "list-request", "list-owner", "list-bounces",
		"bounces+anna=example.com", "no-reply", "noreply", "no_reply7",
		"no-reply-sales", "do-not-reply", "donotreply",
		"notifications" };
	static const char *const people[] = { "anna", "rooty", "grassroots",
		"abuser", "bounces", "notifications2", "owner", "request",
		"norepl", "" };
	g_autoptr(TdConf) conf = load(fixture, DESK QUEUE);
	g_autoptr(TdConf)
	    none = load(fixture, DESK "machine-senders =\n" QUEUE);

	for (gsize i = 0; i < G_N_ELEMENTS(machines); i++)
		g_assert_true(td_pattern_match(
		    conf->machine_senders, machines[i], NULL, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
		g_assert_false(td_pattern_match(
		    conf->machine_senders, people[i], NULL, NULL));
	g_assert_false(
	    td_pattern_match(none->machine_senders, "root", NULL, NULL));
}

static void
test_tag_patterns_find_the_number(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(
	    fixture, DESK "tag-patterns = \\\\[RT #(\\\\d+)\\\\]\n" QUEUE);
	const TdPattern *pattern = g_ptr_array_index(conf->tag_patterns, 0);
	g_autoptr(GHashTable) found = td_captures_new();

	g_assert_true(td_pattern_match(pattern, "Re: [rt #17] x", found, NULL));
	g_assert_cmpstr(g_hash_table_lookup(found, "1"), ==, "17");
}

/* Both look at what a stranger wrote. */
static void
test_expressions_do_not_run_away(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    DESK "machine-senders = (x+)+[yz]\ntag-patterns = "
	         "(?:x+)+([0-9])\n" QUEUE);
	g_autofree char *letters = g_strnfill(2000, 'x');
	gboolean cut = FALSE;

	g_assert_false(
	    td_pattern_match(conf->machine_senders, letters, NULL, &cut));
	g_assert_true(cut);
	cut = FALSE;
	g_assert_false(td_pattern_match(
	    g_ptr_array_index(conf->tag_patterns, 0), letters, NULL, &cut));
	g_assert_true(cut);
}

static void
test_lists_may_be_empty(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    DESK
	    "public-domains =\nforwarders = ;\nadmin =\ntag-patterns =\n" QUEUE
	    "from-name =\n[lmtp]\nsockets =\n");

	g_assert_cmpuint(g_strv_length(conf->public_domains), ==, 0);
	g_assert_cmpuint(g_strv_length(conf->forwarders), ==, 0);
	g_assert_null(conf->admin);
	g_assert_cmpuint(conf->tag_patterns->len, ==, 0);
	g_assert_cmpstr(
	    td_conf_queue(conf, "support")->from_name, ==, "support");
	g_assert_cmpstr(conf->lmtp_sockets[0], ==, "/run/ticketd/lmtp");
}

/* The file beside @path that says what both readers make of it. */
static char *
read_want(const char *path)
{
	g_autofree char *stem = g_strndup(path, strlen(path) - 5);
	g_autofree char *name = g_strconcat(stem, ".want", NULL);
	g_autoptr(GError) error = NULL;
	char *want = NULL;

	g_file_get_contents(name, &want, NULL, &error);
	g_assert_no_error(error);
	return want;
}

static void
assert_as_wanted(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdConf) conf = td_conf_load(path, &error);
	g_autofree char *want = read_want(path);
	g_autofree char *got = NULL;

	g_test_message("%s", path);
	if (conf == NULL) {
		g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
		got = g_strdup("error\n");
	} else {
		got = g_strdup_printf("run=%s\ndeliver-fallback=%s\n",
		    conf->run, conf->deliver_fallback ? "true" : "false");
	}
	g_assert_cmpstr(got, ==, want);
}

static void
test_both_readers_agree(
    Fixture *unused G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *folder = g_test_build_filename(
	    G_TEST_DIST, "data", "conf", NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	guint count = 0;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (!g_str_has_suffix(name, ".conf"))
			continue;
		assert_as_wanted(path);
		count++;
	}
	g_assert_cmpuint(count, >=, 20);
}

static void
test_path_is_of_option_environment_or_build(
    Fixture *unused G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
	g_unsetenv("TICKETD_CONF");
	g_assert_cmpstr(
	    td_conf_path(NULL), ==, TD_SYSCONFDIR "/ticketd/ticketd.conf");
	g_setenv("TICKETD_CONF", "", TRUE);
	g_assert_cmpstr(
	    td_conf_path(NULL), ==, TD_SYSCONFDIR "/ticketd/ticketd.conf");
	g_setenv("TICKETD_CONF", "/e", TRUE);
	g_assert_cmpstr(td_conf_path(NULL), ==, "/e");
	g_assert_cmpstr(td_conf_path("/o"), ==, "/o");
	g_unsetenv("TICKETD_CONF");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("/conf/few", test_few_keys_are_a_desk);
	ADD("/conf/defaults", test_groups_left_out_have_defaults);
	ADD("/conf/desk", test_desk_keys_are_read);
	ADD("/conf/mail", test_keys_of_mail_are_read);
	ADD("/conf/calendars", test_calendars_are_read);
	ADD("/conf/others", test_other_keys_are_read);
	ADD("/conf/work", test_keys_of_who_does_the_work_are_read);
	ADD("/conf/queues", test_queues_keep_their_order_and_have_names);
	ADD("/conf/empty", test_lists_may_be_empty);
	ADD("/conf/machines", test_machines_are_known_by_the_whole_local_part);
	ADD("/conf/tags", test_tag_patterns_find_the_number);
	ADD("/conf/run-away", test_expressions_do_not_run_away);
	ADD("/conf/readers", test_both_readers_agree);
	ADD("/conf/path", test_path_is_of_option_environment_or_build);

	return g_test_run();
}
