/* problems.c - see message/problems.h */

#include "config.h"

#include "message/limits.h"
#include "message/problems.h"

void
td_problem_add(GPtrArray *problems, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	va_list args;

	if (problems == NULL || problems->len >= TD_LIMIT_PROBLEMS)
		return;

	va_start(args, format);
	sentence = g_strdup_vprintf(format, args);
	va_end(args);

	if (g_ptr_array_find_with_equal_func(
	        problems, sentence, g_str_equal, NULL))
		return;
	g_ptr_array_add(problems, g_steal_pointer(&sentence));
}
