/* html-open.c - see message/html-open.h */

#include "config.h"

#include <string.h>

#include "message/html-open.h"

#define DEPTH_MAX 500
/* Steps that all searches for open elements may take: an honest mail takes some
 * thousand. */
#define WORK_MAX (4 * 1000 * 1000)

void
td_html_stack_init(TdHtmlStack *stack, TdHtmlClose close, gpointer data)
{
	memset(stack, 0, sizeof(*stack));
	stack->open = g_array_new(FALSE, FALSE, sizeof(TdHtmlOpen));
	stack->close = close;
	stack->data = data;
}

void
td_html_stack_clear(TdHtmlStack *stack)
{
	g_array_unref(stack->open);
}

static TdHtmlOpen *
element_at(const TdHtmlStack *stack, guint index)
{
	return &g_array_index(stack->open, TdHtmlOpen, index);
}

TdHtmlOpen *
td_html_stack_top(const TdHtmlStack *stack)
{
	guint count = stack->open->len;

	return count == 0 ? NULL : element_at(stack, count - 1);
}

TdHtmlOpen *
td_html_stack_find(TdHtmlStack *stack, TdHtmlKind kind)
{
	if (stack->kinds[kind] == 0)
		return NULL;
	for (guint i = stack->open->len; i > 0; i--) {
		TdHtmlOpen *element = element_at(stack, i - 1);

		if (element->kind == kind)
			return element;
		if (element->kind == TD_HTML_TABLE || ++stack->work > WORK_MAX)
			return NULL;
	}
	return NULL;
}

static guint *
count_of(TdHtmlStack *stack, guint32 id)
{
	return &stack->counts[id & 0xff];
}

static void
forget(TdHtmlStack *stack, const TdHtmlOpen *element)
{
	(*count_of(stack, element->id))--;
	stack->kinds[element->kind]--;
}

/* Ends the elements from @index on, the innermost first. */
static void
end_from(TdHtmlStack *stack, guint index)
{
	while (stack->open->len > index) {
		TdHtmlOpen element = *element_at(stack, stack->open->len - 1);

		g_array_set_size(stack->open, stack->open->len - 1);
		forget(stack, &element);
		stack->close(&element, stack->data);
	}
}

/* Ends the element at @index alone. */
static void
end_at(TdHtmlStack *stack, guint index)
{
	TdHtmlOpen element = *element_at(stack, index);

	g_array_remove_index(stack->open, index);
	forget(stack, &element);
	stack->close(&element, stack->data);
}

static gboolean
is_inline(TdHtmlKind kind)
{
	return kind == TD_HTML_INLINE || kind == TD_HTML_LINK ||
	    kind == TD_HTML_OPTION;
}

static gboolean
is_of_table(TdHtmlKind kind)
{
	return kind == TD_HTML_TABLE || kind == TD_HTML_ROWS ||
	    kind == TD_HTML_ROW || kind == TD_HTML_CELL;
}

/* Whether an element of this kind keeps what begins in it from ending what
 * began around it.  @item: an item begins, else a paragraph ends. */
static gboolean
is_wall(TdHtmlKind kind, gboolean item)
{
	if (kind == TD_HTML_TABLE || kind == TD_HTML_CELL)
		return TRUE;
	return item &&
	    (kind == TD_HTML_LIST || kind == TD_HTML_QUOTE ||
	        kind == TD_HTML_PARAGRAPH);
}

/* Ends the innermost element of @kind if no wall stands before it. */
static void
imply_end(TdHtmlStack *stack, TdHtmlKind kind)
{
	gboolean item = kind != TD_HTML_P;

	if (stack->kinds[kind] == 0)
		return;
	for (guint i = stack->open->len; i > 0; i--) {
		TdHtmlKind other = element_at(stack, i - 1)->kind;

		if (++stack->work > WORK_MAX)
			return;
		if (other == kind) {
			end_from(stack, i - 1);
			return;
		}
		if (is_wall(other, item))
			return;
	}
}

/* Ends all down to the table, or down to the row for a cell. */
static void
imply_table(TdHtmlStack *stack, TdHtmlKind kind)
{
	guint from = G_MAXUINT;

	for (guint i = stack->open->len; i > 0; i--) {
		TdHtmlKind other = element_at(stack, i - 1)->kind;

		if (++stack->work > WORK_MAX || other == TD_HTML_TABLE)
			break;
		if (other == TD_HTML_CELL ||
		    (kind != TD_HTML_CELL && other == TD_HTML_ROW) ||
		    (kind == TD_HTML_ROWS && other == TD_HTML_ROWS))
			from = i - 1;
		else if (is_of_table(other))
			break;
	}
	if (from != G_MAXUINT)
		end_from(stack, from);
}

static gboolean
ends_paragraphs(TdHtmlKind kind)
{
	return !is_inline(kind) && kind != TD_HTML_NEWLINE &&
	    kind != TD_HTML_IMAGE && kind != TD_HTML_VOID &&
	    kind != TD_HTML_FRAME;
}

void
td_html_stack_imply(TdHtmlStack *stack, TdHtmlKind kind)
{
	if (kind == TD_HTML_CELL || kind == TD_HTML_ROW ||
	    kind == TD_HTML_ROWS) {
		imply_table(stack, kind);
		return;
	}
	if (kind == TD_HTML_ITEM || kind == TD_HTML_TERM ||
	    kind == TD_HTML_OPTION || kind == TD_HTML_LINK)
		imply_end(stack, kind);
	if (ends_paragraphs(kind))
		imply_end(stack, TD_HTML_P);
}

gboolean
td_html_stack_push(TdHtmlStack *stack, const TdHtmlOpen *element)
{
	if (stack->open->len >= DEPTH_MAX) {
		stack->beyond++;
		stack->too_deep = TRUE;
		return FALSE;
	}
	g_array_append_val(stack->open, *element);
	(*count_of(stack, element->id))++;
	stack->kinds[element->kind]++;
	return TRUE;
}

/* Whether the search for the element that ends must stop at @element. */
static gboolean
stops_end(const TdHtmlOpen *element, TdHtmlKind kind)
{
	if (kind == TD_HTML_TABLE)
		return FALSE;
	if (is_of_table(kind))
		return element->kind == TD_HTML_TABLE;
	return element->kind == TD_HTML_TABLE || element->kind == TD_HTML_CELL;
}

/* Whether its end changes how the text around it is read. */
static gboolean
has_effect(const TdHtmlOpen *element)
{
	return element->quotes > 0 || element->look.hidden ||
	    element->look.preformatted;
}

gboolean
td_html_stack_end(TdHtmlStack *stack, TdHtmlKind kind, guint32 id)
{
	gboolean inside = FALSE;

	if (stack->beyond > 0) {
		stack->beyond--;
		return TRUE;
	}
	if (*count_of(stack, id) == 0)
		return FALSE;
	for (guint i = stack->open->len; i > 0; i--) {
		const TdHtmlOpen *element = element_at(stack, i - 1);

		if (++stack->work > WORK_MAX)
			return FALSE;
		if (element->id == id) {
			if (!is_inline(kind))
				end_from(stack, i - 1);
			else if (!inside || !has_effect(element))
				end_at(stack, i - 1);
			return TRUE;
		}
		if (stops_end(element, kind))
			return FALSE;
		inside = inside || !is_inline(element->kind);
	}
	return FALSE;
}

void
td_html_stack_end_all(TdHtmlStack *stack)
{
	end_from(stack, 0);
}
