/* request-template.c - the verbs template-list and template-show: the texts
 * that mails are made by */

#include "config.h"

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request.h"

static JsonObject *
file_json(const TdTemplateFile *file)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "name", file->name);
	json_object_set_string_member(object, "language", file->language);
	td_json_set_text(object, "queue", file->queue);
	td_json_set_text(object, "path", file->path);
	return object;
}

gboolean
td_request_template_list(const TdCall *call, GError **error G_GNUC_UNUSED)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	const GPtrArray *files = td_letters_templates(td_desk_letters(desk));
	JsonArray *array = json_array_new();
	JsonObject *result = json_object_new();

	for (guint i = 0; i < files->len; i++)
		json_array_add_object_element(
		    array, file_json(g_ptr_array_index(files, i)));
	json_object_set_array_member(result, "templates", array);
	td_call_answer(call, result);
	return TRUE;
}

gboolean
td_request_template_show(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	const TdConf *conf = td_desk_conf(desk);
	const char *name = td_call_text(call, "name");
	const char *queue = td_call_text(call, "queue");
	const char *language = td_call_text(call, "language");
	const TdTemplateFile *file;
	JsonObject *result;

	if (queue != NULL && td_conf_queue(conf, queue) == NULL)
		return td_request_fail_no_queue(conf, queue, error);
	file = td_letters_template(
	    td_desk_letters(desk), name, queue, language);
	if (file == NULL) {
		g_autofree char *shown = td_text_printable(name, 80);

		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no template \"%s\"; see: ticket template list",
		    shown);
	}
	result = file_json(file);
	json_object_set_string_member(result, "text", file->text);
	td_call_answer(call, result);
	return TRUE;
}
