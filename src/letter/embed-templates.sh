#!/bin/sh
# embed-templates.sh FILE... - prints builtin-templates.c made of template files
#
# Each FILE ends in LANGUAGE/NAME.txt.

set -eu

cat <<'EOC'
/* builtin-templates.c - made by embed-templates.sh from conf/templates */

#include "config.h"

#include "letter/template.h"

const TdBuiltinTemplate td_builtin_templates[] = {
EOC
for file; do
	name=$(basename "$file" .txt)
	language=$(basename "$(dirname "$file")")
	printf '\t{ "%s", "%s",\n' "$language" "$name"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/\t    "/' -e 's/$/\\n"/' \
	    "$file"
	printf '\t},\n'
done
printf '\t{ 0 },\n};\n'
