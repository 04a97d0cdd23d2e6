/* template.c - ticket template: the texts that mails are made by */

#include "config.h"

#include <string.h>
#include <sysexits.h>

#include <ticketd/letter.h>

#include "cli/cli.h"
#include "cli/record.h"

/* ---- list ---- */

/* TdRowFunc */
static void
add_row(TdTable *table, JsonObject *row)
{
	const char *path = td_get_text(row, "path");

	td_table_add(table,
	    (const char *const[]){ td_get_text(row, "name"),
	        td_get_text(row, "language"), td_get_text(row, "queue"),
	        *path == '\0' ? "built in" : path, NULL });
}

int
td_cli_template_list(const TdCli *cli)
{
	static const char *const headings[] = { "NAME", "LANGUAGE", "QUEUE",
		"FILE", NULL };

	return td_text_list(cli, td_client_words("template-list"), "templates",
	    headings, add_row);
}

/* ---- show ---- */

/* TdRecordFunc */
static void
print_template(const TdCli *cli G_GNUC_UNUSED, JsonObject *file)
{
	td_text_print(td_get_text(file, "text"));
}

int
td_cli_template_show(const TdCli *cli)
{
	JsonObject *words = td_record_words(cli, "template-show", "name");

	td_client_copy_text(cli, "queue", words, "queue");
	td_client_copy_text(cli, "language", words, "language");
	return td_text_show(cli, words, print_template);
}

/* ---- check ---- */

int
td_cli_template_check(const TdCli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdConf)
	    conf = td_conf_load_without_events(cli->conf_path, &error);

	if (conf == NULL)
		return td_cli_fail(error);
	return td_text_check(
	    cli, conf, conf->templates, "template", td_letters_check);
}
