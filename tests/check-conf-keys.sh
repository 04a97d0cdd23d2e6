#!/bin/sh
# check-conf-keys.sh - the keys of the table, the man page and the sample
#
# Run at the top of the tree.  Each key of src/base/conf-keys.c has its item in
# ticketd.conf(5) and its line, commented or not, in conf/ticketd.conf, under
# the same group; and nothing else has.

set -eu

table=src/base/conf-keys.c
page=man/ticketd.conf.5
sample=conf/ticketd.conf

keys_of_table() {
	sed -n 's/^[[:blank:]]*{ "\([a-z]*\)", "\([a-z-]*\)",.*/\1 \2/p' $table
}

keys_of_page() { # .Ss [GROUP] or .Ss [queue NAME], then .It Ic KEY
	awk '
	/^\.S[hs]/ { group = "" }
	/^\.Ss \[/ { group = $2; gsub(/[][]/, "", group) }
	/^\.It Ic / && group != "" { print group, $3 }
	' $page
}

# KEY = VALUE or #KEY = VALUE; prose has a blank behind #.  Of groups with names
# there may be several, which together have all keys.
keys_of_sample() {
	awk '
	/^#?\[/ { group = $1; gsub(/[][#]/, "", group); place = NR }
	/^#?[a-z-]+ =/ {
		sub(/^#/, "", $1)
		key = group " " $1
		if (!(key in places)) places[key] = place
		if (places[key] == place) print key
	}
	' $sample
}

check() { # NUMBER WHAT FOUND: compares with the table
	# A key that is there twice is a difference as well.
	both=$(printf '%s\n' "$keys" "$3" | sort | uniq -c |
	    awk '$1 != 2 { print "# " $2, $3 }')
	twice=$(printf '%s\n' "$3" | sort | uniq -d | sed 's/^/# twice: /')
	if [ -z "$both$twice" ]; then
		echo "ok $1 - $2 has the keys of the table"
	else
		printf '%s\n' "$both" "$twice" | sed '/^$/d'
		echo "not ok $1 - $2 has the keys of the table"
	fi
}

keys=$(keys_of_table)
echo 1..3
if [ "$(printf '%s\n' "$keys" | wc -l)" -ge 40 ]; then
	echo 'ok 1 - the table can be read'
else
	echo 'not ok 1 - the table can be read'
fi
check 2 $page "$(keys_of_page)"
check 3 $sample "$(keys_of_sample)"
