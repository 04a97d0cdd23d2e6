# Preload.pm - writes and reads the files that tell preload.so what to do
#
#	my $preload = Preload->new($path);    # made if it is not there
#	$preload->arm('write:3:EIO');         # or arm() to count alone
#	$preload->disarm;
#	$preload->count('write'), $preload->failed, $preload->counts
#
# What the fields are stands in preload.c, which is asked for the names of the
# calls, too.

package Preload;

use strict;
use warnings;
use Errno ();
use Fcntl ();
use File::Basename ();

use constant { ARMED => 0, FAILED => 6, COUNTERS => 16, FIELDS => 64 };
use constant KILL => -9;

my @names = read_names(File::Basename::dirname(__FILE__) . '/preload.c');

# They stand in the order of their numbers.
sub read_names {
	my ($path) = @_;
	open my $source, '<', $path or die "$path: $!\n";
	my $text = join '', <$source>;
	my ($table) = $text =~ /call_names\[N_CALLS\] = \{(.*?)\};/s
		or die "$path: no names of calls\n";
	return $table =~ /"(\w+)"/g;
}

sub call_number {
	my ($name) = @_;
	my ($number) = grep { $names[$_] eq $name } 1 .. $#names;
	return $number // die "there is no call $name in preload.c\n";
}

sub error_number {
	my ($name) = @_;
	return KILL if $name eq 'KILL';
	return $name if $name =~ /^\d+$/;
	no strict 'refs';
	return &{"Errno::$name"}();
}

sub new {
	my ($class, $path) = @_;
	my $mask = umask 0;
	sysopen my $file, $path, Fcntl::O_RDWR() | Fcntl::O_CREAT(), 0666
		or die "$path: $!\n";
	umask $mask;
	return bless { file => $file, path => $path }, $class;
}

sub put {
	my ($self, $field, @values) = @_;
	my $bytes = pack 'q*', @values;
	sysseek $self->{file}, 8 * $field, 0;
	(syswrite $self->{file}, $bytes) == length $bytes
		or die "$self->{path}: $!\n";
}

sub get {
	my ($self, $field) = @_;
	sysseek $self->{file}, 8 * $field, 0;
	my $size = sysread $self->{file}, my $bytes, 8;
	return $size && $size == 8 ? unpack 'q', $bytes : 0;
}

# CALL:N:ERRNO[:COUNT[:short|drop]]
sub arm {
	my ($self, $fault) = @_;
	my ($call, $first, $error, $count, $short) = split /:/, $fault // '';
	$self->put(ARMED, (0) x FIELDS);
	$self->put(ARMED + 1, call_number($call), $first, $count // 1,
		error_number($error), { short => 1, drop => 2 }->{$short // ''} // 0)
		if defined $call;
	$self->put(ARMED, 1);
}

sub disarm {
	my ($self) = @_;
	$self->put(ARMED, 0);
}

sub failed {
	my ($self) = @_;
	return $self->get(FAILED);
}

sub count {
	my ($self, $call) = @_;
	return $self->get(COUNTERS + call_number($call));
}

# Of all calls that were made: name => how often.
sub counts {
	my ($self) = @_;
	return map { $_ => $self->count($_) } grep { $self->count($_) }
		@names[1 .. $#names];
}

1;
