#!/usr/bin/perl
# storm-judge.pl - compares what the storm's senders and its sink noted with
# what the desk says
#
# storm-judge.pl FOLDER [BEFORE] < LOG
#
# LOG is what `ticket log --limit 0 --format=json` printed, FOLDER has the
# senders' notes (sent.*) and the sink's (letters).  Prints a line for each
# thing that must not be: how often it was seen, a tab, its name; and then the
# counts of what was, with "# " in front.  The first few of each kind are told
# on stderr.
#
# With BEFORE the log is that of a desk made of a backup, and BEFORE has those
# of the senders' notes that were there when the backup began.  What they tell
# of must be there; of what was sent later some may be, once and in the ticket
# that was named.  Letters of lost tickets prove nothing.

use strict;
use warnings;

my ($folder, $before) = @ARGV;
my @problems = (
	'mail was taken and is in no ticket',
	'mail is in two tickets, or twice in one',
	'mail came to another ticket than the one it belongs to',
	'answer to the mail server names another ticket',
	'number is missing, or was given twice',
	'ticket was opened without a mail that was taken',
	'ticket has no acknowledgement, or two',
	'acknowledgement never arrived',
	'acknowledgement arrived that the desk does not know',
	'command was done twice, or not at all',
	'answer of an agent did not reach the customer',
	'answer of an agent reached a customer in two different mails',
	'mail would have been bounced',
	'mail was convicted as poison',
);
# What was on its way when a backup was made is held where it is restored.
my @later = ('acknowledgement never arrived',
	'answer of an agent did not reach the customer');
my %seen = map { $_ => 0 } @problems;
my %counts;

sub problem {
	my ($name, $text) = @_;
	die "no such problem: $name" unless exists $seen{$name};
	print STDERR "$name: $text\n" if ++$seen{$name} <= 5;
}

# ---- what the desk says ----

my %places;    # Message-ID of a mail of ours -> the tickets it is in
my %opened;    # ticket -> events that opened it
my %acked;     # ticket -> Message-IDs of its acknowledgements
my %marks;     # tag -> how often it was set
my $last = 0;

# The value of a text in one line of JSON: quotes in texts have a backslash, so
# this finds no text within a text.  None that is looked for has any.
sub text {
	my ($line, $name) = @_;
	return $line =~ /"$name":"([^"\\]*)"/ ? $1 : '';
}

sub take_event {
	my ($line) = @_;
	my ($ticket) = $line =~ /\A\{"ticket":(\d+),/
		or die "no event: $line";
	my $kind = text($line, 'kind') || die "no kind: $line";
	my $id = text($line, 'message_id');
	if ($kind eq 'created') {
		$opened{$ticket}++;
		$last = $ticket if $ticket > $last;
		problem('mail was convicted as poison', "ticket $ticket")
			if text($line, 'subject') !~ /\Astorm /;
	} elsif ($kind eq 'message' && $id =~ /\A(.*)\@storm\.example\z/) {
		push @{$places{$1}}, $ticket;
	} elsif ($kind eq 'acknowledged') {
		push @{$acked{$ticket}}, $id;
	} elsif ($kind eq 'tag') {
		$marks{$1}++ while $line =~ /"mark-([\w-]+)"/g;
	}
}

while (my $line = <STDIN>) {
	take_event($line) if $line =~ /\A\{/;
}
die "an empty log\n" unless $last;

# ---- what the sink noted ----

my %letters;   # ticket -> Message-ID -> copies of its acknowledgement
my %answers;   # mark -> Message-ID -> copies

open my $notes, '<', "$folder/letters" or die "$folder/letters: $!\n";
while (my $line = <$notes>) {
	chomp $line;
	my ($to, $id, $ticket, $auto, undef, $mark) = split /\t/, $line;
	$counts{'letters arrived'}++;
	$answers{$mark}{$id}++ if $mark ne '-' && $to =~ /\.example\.net\z/;
	next unless $auto =~ /\Aauto-replied/;
	$counts{'copies of an acknowledgement'}++ if $letters{$ticket}{$id}++;
}

# ---- what the senders noted ----

sub own_ticket {
	my ($opening) = @_;
	return $opening if $opening =~ /\A\d+\z/;
	return ($places{$opening} // [0])->[0];
}

# $sure: it must be there.
sub judge_mail {
	my ($sure, $kind, $id, $ticket, $opening) = @_;
	my @places = @{$places{$id} // []};
	$counts{"mails taken: $kind"}++ if $sure;
	$counts{'mails taken later, and there'}++ if !$sure && @places;
	problem('mail was taken and is in no ticket', $id)
		if $sure && !@places;
	problem('mail is in two tickets, or twice in one', "$id: @places")
		if @places > 1;
	return unless @places;
	problem('mail came to another ticket than the one it belongs to',
		"$id: $places[0]") if $places[0] != own_ticket($opening);
	problem('answer to the mail server names another ticket',
		"$id: $ticket, is in $places[0]")
		if $ticket ne '-' && $ticket != $places[0];
}

sub judge_command {
	my ($sure, $id) = @_;
	my $times = $marks{$id} // 0;
	problem('command was done twice, or not at all', "$id: $times")
		if $times > 1 || ($sure && $times == 0);
	my @mails = keys %{$answers{$id} // {}};
	problem('answer of an agent did not reach the customer', $id)
		unless @mails;
	problem('answer of an agent reached a customer in two different mails',
		"$id: @mails") if @mails > 1;
}

sub each_note {
	my ($take, @paths) = @_;
	for my $path (@paths) {
		open my $sent, '<', $path or die "$path: $!\n";
		while (my $line = <$sent>) {
			$take->(split ' ', $line);
		}
	}
}

my %sure; # ID of a mail that was taken before the backup began
each_note(sub { $sure{$_[1]} = 1 }, $before) if defined $before;

my %new; # ticket -> mails that opened it
each_note(sub {
	my ($kind, $id, $ticket, $opening) = @_;
	if ($kind eq 'status') {
		problem('mail would have been bounced', "$id: $ticket");
		return;
	}
	my $sure = !defined $before || $sure{$id};
	judge_mail($sure, $kind, $id, $ticket, $opening);
	judge_command($sure, $id) if $kind eq 'command';
	$new{own_ticket($id)}++ if $kind eq 'new';
}, glob "$folder/sent.*");

# ---- tickets ----

for my $ticket (1 .. $last) {
	my @ids = @{$acked{$ticket} // []};
	problem('number is missing, or was given twice', $ticket)
		if ($opened{$ticket} // 0) != 1;
	problem('ticket was opened without a mail that was taken', $ticket)
		if ($new{$ticket} // 0) != 1;
	problem('ticket has no acknowledgement, or two', "$ticket: @ids")
		if @ids != 1;
	problem('acknowledgement never arrived', "$ticket")
		for grep { !$letters{$ticket}{$_} } @ids;
	my %known = map { $_ => 1 } @ids;
	problem('acknowledgement arrived that the desk does not know',
		"$ticket: $_") for grep { !$known{$_} } keys %{$letters{$ticket}};
}

$counts{tickets} = $last;
delete @seen{@later} if defined $before;
print "$seen{$_}\t$_\n" for grep { exists $seen{$_} } @problems;
print "# $_: $counts{$_}\n" for sort keys %counts;
