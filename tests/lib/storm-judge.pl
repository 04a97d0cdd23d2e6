#!/usr/bin/perl
# storm-judge.pl - compares what the storm's senders and its sink noted with
# what the desk says
#
# storm-judge.pl FOLDER < LOG
#
# LOG is what `ticket log --limit 0 --format=json` printed, FOLDER has the
# senders' notes (sent.*) and the sink's (letters).  Prints a line for each
# thing that must not be: how often it was seen, a tab, its name; and then the
# counts of what was, with "# " in front.  The first few of each kind are told
# on stderr.

use strict;
use warnings;
use JSON::PP;

my ($folder) = @ARGV;
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

sub take_event {
	my ($event) = @_;
	my ($ticket, $kind, $detail) = @{$event}{qw(ticket kind detail)};
	my $id = $detail->{message_id} // '';
	if ($kind eq 'created') {
		$opened{$ticket}++;
		$last = $ticket if $ticket > $last;
		problem('mail was convicted as poison', "ticket $ticket")
			if ($detail->{subject} // '') !~ /\Astorm /;
	} elsif ($kind eq 'message' && $id =~ /\A(.*)\@storm\.example\z/) {
		push @{$places{$1}}, $ticket;
	} elsif ($kind eq 'acknowledged') {
		push @{$acked{$ticket}}, $id;
	} elsif ($kind eq 'tag') {
		my $text = encode_json($detail);
		$marks{$1}++ while $text =~ /"mark-([\w-]+)"/g;
	}
}

while (my $line = <STDIN>) {
	next unless $line =~ /\A\{/;
	$line =~ s/,\n\z//;
	take_event(decode_json($line));
}

# ---- what the sink noted ----

my %letters;   # ticket -> Message-ID -> copies of its acknowledgement
my %answers;   # mark -> Message-ID -> copies
my %customers; # ticket -> who got the acknowledgement

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

sub judge_mail {
	my ($kind, $id, $ticket, $opening) = @_;
	$counts{"mails taken: $kind"}++;
	my @places = @{$places{$id} // []};
	problem('mail was taken and is in no ticket', $id) unless @places;
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
	my ($id) = @_;
	my $times = $marks{$id} // 0;
	problem('command was done twice, or not at all', "$id: $times")
		if $times != 1;
	my @mails = keys %{$answers{$id} // {}};
	problem('answer of an agent did not reach the customer', $id)
		unless @mails;
	problem('answer of an agent reached a customer in two different mails',
		"$id: @mails") if @mails > 1;
}

my %new; # ticket -> mails that opened it
for my $path (glob "$folder/sent.*") {
	open my $sent, '<', $path or die "$path: $!\n";
	while (my $line = <$sent>) {
		my ($kind, $id, $ticket, $opening) = split ' ', $line;
		if ($kind eq 'status') {
			problem('mail would have been bounced', "$id: $ticket");
			next;
		}
		judge_mail($kind, $id, $ticket, $opening);
		judge_command($id) if $kind eq 'command';
		$new{own_ticket($id)}++ if $kind eq 'new';
	}
}

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
print "$seen{$_}\t$_\n" for @problems;
print "# $_: $counts{$_}\n" for sort keys %counts;
