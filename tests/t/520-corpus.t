#!/bin/sh
# 520-corpus.t - real mails, whatever they are, neither crash nor get lost
#
# TICKETD_CORPUS names a folder of mails (*.eml, or files without a suffix).
. "${0%/*}/lib.sh"

[ -d "${TICKETD_CORPUS:-}" ] ||
	skip_all 'TICKETD_CORPUS names no folder of mails'
desk_keys='max-message-size = 50000000'
cp "$libdir/smtp.pl" "$work/smtp.pl"
desk_new
desk_start

# With a list of what is a mail, the rest of the folder is left alone.
if [ -f "$TICKETD_CORPUS/labels.tsv" ]; then
	awk -F'\t' -v top="$TICKETD_CORPUS" 'NR > 1 { print top "/" $1 }' \
		"$TICKETD_CORPUS/labels.tsv"
else
	find "$TICKETD_CORPUS" -type f ! -name '.*' ! -name 'README*' \
	! -name 'LICEN*' ! -name '*.tsv' ! -name '*.json' -size +0
fi | sort >"$work/list"
count=$(wc -l <"$work/list")

# What is made of them, as far as others tell what should be.
if [ -f "$TICKETD_CORPUS/labels.tsv" ]; then
	status=0
	"$TD_BUILDDIR/tests/corpus" --failures \
		--exceptions="$srcdir/tests/corpus-exceptions.tsv" \
		"$TICKETD_CORPUS" >"$work/table" 2>&1 || status=$?
	result "$status" 'no mail breaks the parser'
	sed 's/^/# /' "$work/table"
fi

cat >"$work/explain.sh" <<'SCRIPT'
while read -r file; do
	"$1/ticket" -c "$2" explain --format=json \
		--recipient support@example.org "$file" \
		>"$3/explained" 2>"$3/complaint"
	status=$?
	[ "$status" -eq 0 ] && perl "$4/json.pl" class \
		<"$3/explained" >/dev/null && continue
	echo "$file: $status $(head -n 1 "$3/complaint")"
done
SCRIPT
sh "$work/explain.sh" "$bin" "$conf" "$work" "$libdir" \
	<"$work/list" >"$work/unexplained"
is "each of $count mails is explained" "$(cat "$work/unexplained")" ''

while read -r file; do
	# shellcheck disable=SC2086
	$as_desk perl "$work/smtp.pl" -l -f anna@example.net \
		"$run/lmtp" support@example.org <"$file" \
		>"$work/answer" 2>&1 && continue
	echo "$file: $(cat "$work/answer")"
done <"$work/list" >"$work/refused"
is "each of $count mails is filed" "$(cat "$work/refused")" ''
check 'the daemon lives' kill -0 "$desk_pid"
check_store 'the store is whole'
check 'the daemon stops cleanly' desk_stop
finish
