# peers.awk - the table of peers.sh
#
# Reads its files names, flushes and results, in this order; prints the median of
# the rounds, and what ticketd aims at.

function sort_numbers(list, count,	i, j, held) {
	for (i = 2; i <= count; i++) {
		held = list[i]
		for (j = i - 1; j >= 1 && list[j] > held; j--)
			list[j + 1] = list[j]
		list[j + 1] = held
	}
}

# Of a figure in all rounds that have it.
function median(key, column,	list, count, i) {
	count = 0
	for (i = 1; i <= rounds; i++)
		if ((key, i, column) in found)
			list[++count] = found[key, i, column]
	sort_numbers(list, count)
	return count == 0 ? "-" : count % 2 ? list[(count + 1) / 2] \
	    : (list[count / 2] + list[count / 2 + 1]) / 2
}

# Of the rounds' own ratios: a machine that drifts drifts for both.
function median_ratio(key, to, column,	list, count, i) {
	count = 0
	for (i = 1; i <= rounds; i++)
		if ((key, i, column) in found && (to, i, column) in found &&
		    found[to, i, column] > 0)
			list[++count] = found[key, i, column] / \
			    found[to, i, column]
	sort_numbers(list, count)
	return count == 0 ? "-" : count % 2 ? list[(count + 1) / 2] \
	    : (list[count / 2] + list[count / 2 + 1]) / 2
}

function show(format, value) {
	return value == "-" ? "-" : sprintf(format, value)
}

function print_row(key,	reference) {
	reference = "ticketd-" section[key]
	printf "%-36s %8s %6s %8s %6s %8s %5s %7s %7s\n", text[key],
	    show("%.0f", median(key, "rate")),
	    show("%.2f", median_ratio(key, reference, "rate")),
	    show("%.2f", median(key, "cpu")),
	    show("%.2f", median_ratio(key, reference, "cpu")),
	    key in flushes ? flushes[key] : "-",
	    show("%.0f", median(key, "mib")),
	    show("%.1f", median(key, "p50")), show("%.1f", median(key, "p99"))
}

# One line: what it should be and is.  @least: else at most.
function print_aim(what, aim, value, least, format,	word) {
	if (value == "-")
		word = "not measured"
	else if (least ? value >= aim : value <= aim)
		word = "met"
	else
		word = "not met"
	printf "%-48s %s %8s %10s   %s\n", what, least ? ">=" : "<=",
	    sprintf(format, aim), show(format, value), word
}

function most_memory(	i, key, value, most) {
	most = 0
	for (i = 1; i <= count; i++) {
		key = order[i]
		value = median(key, "mib")
		if (section[key] != "program" || key ~ /ticketd|deliver/)
			most = value != "-" && value > most ? value : most
	}
	return most
}

function print_aims(	many) {
	print ""
	print "Aims, with the outbox paused unless it says otherwise"
	print_aim("through pipe(8), share of its ceiling", 0.90,
	    median_ratio("ticketd-pipe", "pipe-empty", "rate"), 1, "%.2f")
	print_aim("through lmtp(8), share of its ceiling", 0.95,
	    median_ratio("ticketd-lmtp8", "lmtp-sink", "rate"), 1, "%.2f")
	print_aim("LMTP over 64, tickets/s", 3000,
	    median("ticketd-lmtp", "rate"), 1, "%.0f")
	print_aim("  1500/s offered, 99th percentile, ms", 25,
	    median("offered-paused", "p99"), 0, "%.1f")
	print_aim("  the same, outbox running", 25,
	    median("offered-running", "p99"), 0, "%.1f")
	print_aim("  a flush takes 5 ms, tickets/s", 1500,
	    median("lmtp-slow", "rate"), 1, "%.0f")
	print_aim("CPU by LMTP (the daemon alone), times procmail's", 1,
	    median_ratio("ticketd-lmtp", "procmail", "cpu"), 0, "%.2f")
	print_aim("CPU by ticket-deliver, times procmail's", 1,
	    median_ratio("ticketd-program", "procmail", "cpu"), 0, "%.2f")
	print_aim("  the same, outbox running", 1,
	    median_ratio("deliver-running", "procmail", "cpu"), 0, "%.2f")
	print_aim("CPU of Request Tracker, times ticketd's", 200,
	    median_ratio("tracker", "ticketd-program", "cpu"), 1, "%.0f")
	print_aim("most memory, MiB", 64, most_memory(), 0, "%.0f")
	print "With a million tickets: make bench-large."
}

FILENAME == ARGV[1] {
	split($0, part, "\t")
	order[++count] = part[1]
	section[part[1]] = part[2]
	text[part[1]] = part[3]
	next
}

FILENAME == ARGV[2] {
	flushes[$1] = $2
	next
}

{
	rounds = $2 > rounds ? $2 : rounds
	known[$1] = 1
	found[$1, $2, "rate"] = $3
	found[$1, $2, "cpu"] = $4
	if ($5 != "-")
		found[$1, $2, "mib"] = $5
	if ($6 != "-") {
		found[$1, $2, "p50"] = $6
		found[$1, $2, "p99"] = $7
	}
}

END {
	printf "%-36s %8s %6s %8s %6s %8s %5s %7s %7s\n", "", "mails/s", "x",
	    "CPU ms", "x", "flushes", "MiB", "ms", "99% ms"
	for (i = 1; i <= count; i++)
		if (order[i] in known)
			print_row(order[i])
	print_aims()
}
