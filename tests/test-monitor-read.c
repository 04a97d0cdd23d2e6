/* test-monitor-read.c - what mails of monitoring systems say */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "desk/monitor.h"

/* ---- what is wanted, as text ---- */

/* "problem web01/HTTP CRITICAL #4711|", for each signal. */
static char *
show(const GPtrArray *signals)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < signals->len; i++) {
		const TdSignal *signal = signals->pdata[i];
		g_autofree char *name = td_monitor_name(
		    signal->host, signal->service);

		g_string_append_printf(
		    text, "%s %s", td_signal_kind_name(signal->kind), name);
		if (*signal->state != '\0')
			g_string_append_printf(text, " %s", signal->state);
		if (*signal->reference != '\0')
			g_string_append_printf(text, " #%s", signal->reference);
		g_string_append_c(text, '|');
	}
	return g_string_free(text, FALSE);
}

typedef struct {
	const char *subject;
	const char *text;
	const char *want;
} Case;

static void
check_with(const TdMonitor *monitor, const Case *cases, guint count)
{
	for (guint i = 0; i < count; i++) {
		/* Copied to exact size, so that reading over shows. */
		g_autofree char *subject = g_strdup(cases[i].subject);
		g_autofree char *text = g_strdup(cases[i].text);
		g_autoptr(GPtrArray)
		    signals = td_monitor_read(monitor, subject, text);
		g_autofree char *got = show(signals);

		g_test_message("%s", cases[i].subject);
		g_assert_cmpstr(got, ==, cases[i].want);
	}
}

static void
check(TdMonitorFormat format, const Case *cases, guint count)
{
	const TdMonitor monitor = { .format = format };

	check_with(&monitor, cases, count);
}

#define CHECK(format, cases) check(format, cases, G_N_ELEMENTS(cases))

/* ---- Nagios and Icinga ---- */

static void
test_nagios_subject(void)
{
	static const Case cases[] = {
		{ "** PROBLEM Service Alert: web01/HTTP is CRITICAL **", "",
		    "problem web01/HTTP CRITICAL|" },
		{ "** RECOVERY Service Alert: web01/HTTP is OK **", "",
		    "recovery web01/HTTP OK|" },
		{ "** PROBLEM Host Alert: db1 is DOWN **", "",
		    "problem db1 DOWN|" },
		{ "** RECOVERY Host Alert: db1 is UP **", "",
		    "recovery db1 UP|" },
		{ "** PROBLEM alert - web01/Disk / is WARNING **", "",
		    "problem web01/Disk / WARNING|" },
		{ "[PROBLEM] HTTP on web01 is CRITICAL!", "",
		    "problem web01/HTTP CRITICAL|" },
		{ "[PROBLEM] Host db1 is DOWN!", "", "problem db1 DOWN|" },
		{ "[RECOVERY] Host db1 on rack 2 is UP!", "",
		    "recovery db1 on rack 2 UP|" },
		{ "[PROBLEM] Host check on db1 is UNKNOWN!", "",
		    "problem db1/Host check UNKNOWN|" },
		{ "[PROBLEM] Disk on / on db1 is WARNING!", "",
		    "problem db1/Disk on / WARNING|" },
		{ "PROBLEM - web01 - HTTP is CRITICAL", "",
		    "problem web01/HTTP CRITICAL|" },
		{ "RECOVERY - db1 is UP", "", "recovery db1 UP|" },
		{ "PROBLEM - db-1 - Disk - root is OK is CRITICAL", "",
		    "problem db-1/Disk - root is OK CRITICAL|" },
		{ "[EXTERNAL] ** PROBLEM Host Alert: db1 is DOWN **", "",
		    "problem db1 DOWN|" },
		{ "[EXT] [PROBLEM] HTTP on web01 is CRITICAL!", "",
		    "problem web01/HTTP CRITICAL|" },
		{ "  ** problem host alert: db1 is down **", "",
		    "problem db1 DOWN|" },
		{ "** PROBLEM Service Alert: web01/HTTP is OK **", "",
		    "recovery web01/HTTP OK|" },
	};

	CHECK(TD_MONITOR_NAGIOS, cases);
}

static void
test_nagios_noted(void)
{
	static const Case cases[] = {
		{ "** ACKNOWLEDGEMENT Service Alert: web01/HTTP is CRITICAL **",
		    "", "noted web01/HTTP CRITICAL|" },
		{ "** FLAPPINGSTART Host Alert: db1 is UP **", "",
		    "noted db1 UP|" },
		{ "[DOWNTIMESTART] HTTP on web01 is OK!", "",
		    "noted web01/HTTP OK|" },
		{ "CUSTOM - db1 is UP", "", "noted db1 UP|" },
		{ "[FLAPPINGEND] Host db1 is UP!", "", "noted db1 UP|" },
	};

	CHECK(TD_MONITOR_NAGIOS, cases);
}

#define SAYS_HTTP                                                              \
	"***** Nagios *****\n\nNotification Type: PROBLEM\n\nService: HTTP\n"  \
	"Host: web01\nAddress: 192.0.2.1\nState: CRITICAL\n\nDate/Time: now\n"

static void
test_nagios_text(void)
{
	static const Case cases[] = {
		{ "Web shop", SAYS_HTTP, "problem web01/HTTP CRITICAL|" },
		{ "",
		    "Notification Type: RECOVERY\nHost: db1\nState: UP\n"
		    "Info: PING OK\n",
		    "recovery db1 UP|" },
		{ "", "*Notification Type:* PROBLEM\n*Host:* db1\n",
		    "problem db1|" },
		{ "", "notification type : problem\nhost : db1\nState: ODD\n",
		    "problem db1 ODD|" },
		{ "", "Notification Type: CUSTOM\nHost: db1\nState: UP\n",
		    "noted db1 UP|" },
		/* The subject is the monitor's own. */
		{ "** PROBLEM Host Alert: db2 is DOWN **", SAYS_HTTP,
		    "problem db2 DOWN|" },
	};

	CHECK(TD_MONITOR_NAGIOS, cases);
}

/* What a plugin says may come from who is watched. */
static void
test_nagios_output(void)
{
	static const Case cases[] = {
		{ "Alert",
		    SAYS_HTTP "Additional Info:\n\nHost: other\nState: OK\n",
		    "problem web01/HTTP CRITICAL|" },
		{ "Alert",
		    "Notification Type: PROBLEM\nHost: db1\nState: DOWN\n"
		    "Info: gone\nService: Mail\n",
		    "problem db1 DOWN|" },
		{ "Alert", "Info: x\nNotification Type: PROBLEM\nHost: db1\n",
		    "" },
	};

	CHECK(TD_MONITOR_NAGIOS, cases);
}

static void
test_nagios_others(void)
{
	static const Case cases[] = {
		{ "", "", "" },
		{ "Weekly report of web01", "All is well.\n", "" },
		{ "** PROBLEM Service Alert: web01/HTTP **", "", "" },
		{ "** PROBLEM Service Alert: web01 is CRITICAL **", "", "" },
		{ "** PROBLEM Service Alert: web01/HTTP is purple **", "", "" },
		{ "** Problem with web01 is CRITICAL **", "", "" },
		{ "[PROBLEM] web01 is CRITICAL!", "", "" },
		{ "[PROBLEM", "", "" },
		{ "[PROBLEM]", "", "" },
		{ "PROBLEMS - db1 is DOWN", "", "" },
		{ "**", "", "" },
		{ "** PROBLEM Host Alert:  is DOWN **", "", "" },
		{ "", "Notification Type: PROBLEM\nHost:\n", "" },
		{ "", "Notification Type: ODD\nHost: db1\n", "" },
	};

	CHECK(TD_MONITOR_NAGIOS, cases);
}

/* ---- Zabbix ---- */

#define SAYS_CPU                                                               \
	"Problem name: High CPU load\nHost: srv1\nSeverity: High\n"            \
	"Operational data: 97 %\nOriginal problem ID: 4711\n"

static void
test_zabbix(void)
{
	static const Case cases[] = {
		{ "Problem: High CPU load",
		    "Problem started at 10:00:00 on 2026.11.22\n" SAYS_CPU,
		    "problem srv1/High CPU load High #4711|" },
		{ "Resolved in 5m 3s: High CPU load",
		    "Problem has been resolved at 10:05:03\n" SAYS_CPU,
		    "recovery srv1/High CPU load OK #4711|" },
		{ "Resolved: High CPU load", SAYS_CPU,
		    "recovery srv1/High CPU load OK #4711|" },
		{ "Updated problem in 5m: High CPU load", "Host: srv1\n",
		    "noted srv1/High CPU load|" },
		{ "\xf0\x9f\x9f\xa5 Problem: High CPU load", SAYS_CPU,
		    "problem srv1/High CPU load High #4711|" },
		{ "[EXTERNAL] Problem: High CPU load", SAYS_CPU,
		    "problem srv1/High CPU load High #4711|" },
		/* Of one's own making: the text says it. */
		{ "srv1", "*Problem started* at 10:00\n" SAYS_CPU,
		    "problem srv1/High CPU load High #4711|" },
		{ "srv1", "Problem has been resolved at 10:05\n" SAYS_CPU,
		    "recovery srv1/High CPU load OK #4711|" },
	};

	CHECK(TD_MONITOR_ZABBIX, cases);
}

static void
test_zabbix_old(void)
{
	static const Case cases[] = {
		{ "PROBLEM: Too many processes",
		    "Trigger: Too many processes\nTrigger status: PROBLEM\n"
		    "Trigger severity: Warning\n\nItem values:\n\n"
		    "1. Processes (srv2:proc.num[]): 301\n\n"
		    "Original event ID: 12\n",
		    "problem srv2/Too many processes Warning #12|" },
		{ "OK: Too many processes",
		    "Trigger: Too many processes\nTrigger status: OK\n"
		    "Trigger severity: Warning\n\nItem values:\n\n"
		    "1. Processes (srv2:proc.num[]): 12\n",
		    "recovery srv2/Too many processes OK|" },
		{ "srv2", "Trigger: Disk full\nTrigger status: OK\nHost: a\n",
		    "recovery a/Disk full OK|" },
	};

	CHECK(TD_MONITOR_ZABBIX, cases);
}

static void
test_zabbix_bare(void)
{
	static const Case cases[] = {
		{ "Problem: High CPU load on srv1", "",
		    "problem srv1/High CPU load on srv1|" },
		{ "Problem: No host on the line", "",
		    "problem No host on the line|" },
		{ "Problem:", "", "" },
		{ "Problem: ", "Host: srv1\n", "" },
		{ "Resolved in 5m", SAYS_CPU, "" },
		{ "Problems: many", SAYS_CPU, "" },
		{ "Weekly report", "Host: srv1\n", "" },
		{ "Question", SAYS_CPU, "" },
		{ "", "", "" },
		{ "[", "", "" },
		{ "Problem: x (", "\n1. Load (", "problem x (|" },
	};

	CHECK(TD_MONITOR_ZABBIX, cases);
}

/* ---- Alertmanager ---- */

static void
test_alertmanager(void)
{
	static const Case cases[] = {
		{ "[FIRING:2] HighLatency (api critical)",
		    "2 alerts for alertname=HighLatency\n"
		    "View in Alertmanager <http://am/#/alerts>\n"
		    "[1] Firing\nLabels\nalertname = HighLatency\n"
		    "instance = a:9090\njob = api\nseverity = critical\n"
		    "Annotations\nsummary = Slow\nSource <http://p>\n\n---\n\n"
		    "[1] Resolved\nLabels\nalertname = HighLatency\n"
		    "instance = b:9090\nSource\n",
		    "problem a:9090/HighLatency critical|"
		    "recovery b:9090/HighLatency RESOLVED|" },
		{ "[RESOLVED] HighLatency (api critical)",
		    "[1] Resolved\nLabels\nalertname = HighLatency\n"
		    "job = api\nSource\n",
		    "recovery api/HighLatency RESOLVED|" },
		{ "[FIRING:1] X",
		    "Alerts Firing:\nLabels:\n - alertname = X\n"
		    " - instance = a\n - node = n\nAnnotations:\n"
		    " - instance = b\nSource: http://p\n",
		    "problem a/X FIRING|" },
		{ "[FIRING:2] X",
		    "Labels\nalertname = X\ninstance = a\n"
		    "Labels\nalertname = Y\ninstance = a\n",
		    "problem a/X FIRING|problem a/Y FIRING|" },
		/* Without headings the subject says which. */
		{ "[RESOLVED] X", "Labels\nalertname = X\nhost = a\n",
		    "recovery a/X RESOLVED|" },
		{ "[EXTERNAL] [RESOLVED:1] X",
		    "Labels\nalertname = X\nhost = a\n",
		    "recovery a/X RESOLVED|" },
	};

	CHECK(TD_MONITOR_ALERTMANAGER, cases);
}

/* Two of one name on one host: one thing, and it is not well yet. */
static void
test_alertmanager_twice(void)
{
	static const Case cases[] = {
		{ "[FIRING:1] Disk",
		    "[1] Resolved\nLabels\nalertname = Disk\ninstance = a\n"
		    "mountpoint = /\n[1] Firing\nLabels\nalertname = Disk\n"
		    "instance = A\nmountpoint = /home\nseverity = warning\n",
		    "problem A/Disk warning|" },
		{ "[FIRING:1] Disk",
		    "[1] Firing\nLabels\nalertname = Disk\ninstance = a\n"
		    "[1] Resolved\nLabels\nalertname = Disk\ninstance = a\n",
		    "problem a/Disk FIRING|" },
	};

	CHECK(TD_MONITOR_ALERTMANAGER, cases);
}

static void
test_alertmanager_subject(void)
{
	static const Case cases[] = {
		{ "[FIRING:2] HighLatency (job=api instance=a:9090 "
		  "severity=critical)",
		    "", "problem a:9090/HighLatency critical|" },
		{ "[RESOLVED] HighLatency (job=api instance=a:9090)", "",
		    "recovery a:9090/HighLatency RESOLVED|" },
		{ "[FIRING:1] alertname=X job=api", "",
		    "problem api/X FIRING|" },
		{ "[FIRING:1] HighLatency", "[1] Resolved\n",
		    "problem HighLatency FIRING|" },
		{ "[FIRING:1]", "", "" },
		{ "[FIRING:1", "", "" },
		{ "FIRING", "Labels\nalertname = X\n", "" },
		{ "Question", "Labels\nalertname = X\n", "" },
		{ "", "", "" },
		{ "[FIRING:1] (", "", "" },
	};

	CHECK(TD_MONITOR_ALERTMANAGER, cases);
}

/* ---- own expressions ---- */

static void
test_pattern(void)
{
	static const Case cases[] = {
		{ "ALARM pump3: pressure is low", "",
		    "problem pump3/pressure low|" },
		{ "ALARM pump3: pressure is low CLEARED", "",
		    "recovery pump3/pressure|" },
		{ "Message", "First.\nALARM pump4: heat is high\n",
		    "problem pump4/heat high|" },
		{ "ALARM pump3: pressure is low",
		    "ALARM pump3: pressure is low CLEARED",
		    "problem pump3/pressure low|" },
		{ "ALARMpump3", "", "" },
		{ "", "", "" },
	};
	g_autoptr(TdPattern) problem = td_pattern_new(
	    "/^ALARM (?<host>\\S+): (?<service>\\S+) is (?<state>\\S+)/",
	    TD_PATTERN_PART, NULL);
	g_autoptr(TdPattern) recovery = td_pattern_new(
	    "/^ALARM (?<host>\\S+): (?<service>\\S+) .* CLEARED$/",
	    TD_PATTERN_PART, NULL);
	const TdMonitor monitor = { .format = TD_MONITOR_PATTERN,
		.problem = problem,
		.recovery = recovery };

	check_with(&monitor, cases, G_N_ELEMENTS(cases));
}

/* ---- for all ---- */

static void
test_hostile(void)
{
	static const Case cases[] = {
		{ "** PROBLEM Host Alert: db1\x1b[2J\xe2\x80\xae is DOWN **",
		    "", "problem db1?[2J? DOWN|" },
	};
	g_autofree char *name = g_strnfill(5000, 'x');
	g_autofree char *text = g_strdup_printf(
	    "Notification Type: PROBLEM\nHost: %s\nState: DOWN\n", name);
	const TdMonitor monitor = { .format = TD_MONITOR_NAGIOS };
	g_autoptr(GPtrArray) signals = td_monitor_read(&monitor, name, text);
	const TdSignal *signal;

	CHECK(TD_MONITOR_NAGIOS, cases);
	g_assert_cmpuint(signals->len, ==, 1);
	signal = signals->pdata[0];
	g_assert_cmpint(
	    g_utf8_strlen(signal->host, -1), <=, TD_SIGNAL_NAME_MAX);
}

static void
test_many(void)
{
	const TdMonitor monitor = { .format = TD_MONITOR_ALERTMANAGER };
	g_autoptr(GString) text = g_string_new("[900] Firing\n");
	g_autoptr(GPtrArray) signals = NULL;

	for (guint i = 0; i < 900; i++)
		g_string_append_printf(text,
		    "Labels\nalertname = Down\ninstance = n%u\nSource\n", i);
	signals = td_monitor_read(&monitor, "[FIRING:900] Down", text->str);
	g_assert_cmpuint(signals->len, ==, TD_SIGNALS_MAX);
}

/* A thousand alerts are looked at, however few things they are of. */
static void
test_same_many(void)
{
	const TdMonitor monitor = { .format = TD_MONITOR_ALERTMANAGER };
	g_autoptr(GString) text = g_string_new("[1002] Firing\n");
	g_autoptr(GPtrArray) signals = NULL;
	g_autofree char *got = NULL;

	for (guint i = 0; i < 999; i++)
		g_string_append(text, "Labels\nalertname = Down\nSource\n");
	g_string_append(text, "Labels\nalertname = Last\nSource\n");
	g_string_append(text, "Labels\nalertname = Late\nSource\n");
	signals = td_monitor_read(&monitor, "[FIRING:1002] Down", text->str);
	got = show(signals);
	g_assert_cmpstr(got, ==, "problem Down FIRING|problem Last FIRING|");
}

static void
test_grades(void)
{
	static const struct {
		const char *state;
		guint grade;
	} cases[] = {
		{ "Disaster", 1 },
		{ "DOWN", 2 },
		{ "CRITICAL", 2 },
		{ "critical", 2 },
		{ "High", 2 },
		{ "WARNING", 3 },
		{ "Average", 3 },
		{ "", 3 },
		{ "FIRING", 3 },
		{ "UNKNOWN", 4 },
		{ "UNREACHABLE", 4 },
		{ "Information", 4 },
		{ "Not classified", 4 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpuint(
		    td_monitor_grade(cases[i].state), ==, cases[i].grade);
}

#define TEST(name, test) g_test_add_func("/monitor-read/" name, test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("Nagios and Icinga say it in the subject", test_nagios_subject);
	TEST("what is no problem and no recovery is noted", test_nagios_noted);
	TEST("or in lines of the text", test_nagios_text);
	TEST("a plugin's output is not believed", test_nagios_output);
	TEST("other mail of Nagios is not read", test_nagios_others);
	TEST("Zabbix says it in subject and text", test_zabbix);
	TEST("an old Zabbix does so in other words", test_zabbix_old);
	TEST("what Zabbix leaves out is found or left", test_zabbix_bare);
	TEST(
	    "Alertmanager lists firing and resolved alerts", test_alertmanager);
	TEST("an alert that fires is not well", test_alertmanager_twice);
	TEST("without lists its subject is read", test_alertmanager_subject);
	TEST("own expressions name host, service and state", test_pattern);
	TEST("names are printable and bounded", test_hostile);
	TEST("so many things and no more", test_many);
	TEST("so many alerts of the same thing and no more", test_same_many);
	TEST("a state tells the priority", test_grades);
	return g_test_run();
}
