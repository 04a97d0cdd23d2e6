# profile.awk - the table of profile.sh
#
# awk -v mails=N -v title=TEXT -v ticks=N -v hertz=N -f profile.awk ROOMS SCRIPT
#
# ROOMS has a symbol and its room in each line; SCRIPT is what perf script prints
# of samples: a line with the thread's name and the period, in nanoseconds of
# CPU or in cycles, its stack, innermost first, and an empty line.

function count_sample() {
	if (owner == "")
		return
	if (owner == "kernel")
		owner = "the kernel: " (asked == "" ? "all else" : asked)
	owners[owner] += period
	threads[thread] += period
	all += period
	owner = asked = ""
}

# What a system call is for.
function kind_of(call) {
	if (call ~ /sync|write|truncate|open|close|stat|read|unlink/)
		return "files and flushes"
	if (call ~ /send|recv|accept|shutdown|sock/)
		return "sockets"
	if (call ~ /futex|poll|sched|nanosleep/)
		return "threads that wait and wake"
	if (call ~ /mmap|munmap|madvise|mprotect|brk/)
		return "memory"
	return "all else"
}

function library(path) {
	sub(/.*\//, "", path)
	sub(/-[0-9.]+\.so.*|\.so.*/, "", path)
	return path
}

FILENAME == ARGV[1] {
	if (!($1 in room))
		room[$1] = $2
	next
}

/^$/ {
	count_sample()
	next
}

/^[^\t ]/ {
	count_sample()
	thread = $0
	sub(/ +[0-9]+ *$/, "", thread)
	sub(/^pool-.*/, "pool", thread)
	sub(/ +$/, "", thread)
	period = $NF
	next
}

{
	file = $NF
	gsub(/[()]/, "", file)
	symbol = $2
	sub(/\+0x.*/, "", symbol)
	if (owner == "") {
		if (file ~ /kernel|\[kvm|\.ko/)
			owner = "kernel"
		else if (file ~ /\/ticketd$/)
			owner = "ticketd: " (symbol in room ? room[symbol] : "all else")
		else if (file ~ /^\[/)
			owner = "clocks"
		else
			owner = library(file)
	}
	if (owner == "kernel" && asked == "") {
		if (symbol ~ /^__(x64|arm64|se)_sys_/) {
			sub(/^__[a-z0-9]*_sys_/, "", symbol)
			asked = kind_of(symbol)
		} else if (symbol ~ /page_fault|do_mem_abort/) {
			asked = "memory"
		}
	}
}

function print_shares(shares, what, name, count, i, j, names) {
	for (name in shares)
		names[++count] = name
	for (i = 2; i <= count; i++)
		for (j = i; j > 1 &&
		    shares[names[j]] > shares[names[j - 1]]; j--) {
			name = names[j]
			names[j] = names[j - 1]
			names[j - 1] = name
		}
	for (i = 1; i <= count; i++)
		if (shares[names[i]] * 200 >= all)
			printf "  %-9s %-42s %5.1f %%\n", i == 1 ? what : "",
				names[i], 100 * shares[names[i]] / all
}

END {
	count_sample()
	printf "\n%s, %d mails", title, mails
	printf ": %.2f ms of CPU in the daemon for one\n",
		1000 * ticks / hertz / mails
	print_shares(owners, "by owner")
	print_shares(threads, "by thread")
}
