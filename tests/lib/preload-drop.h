/* preload-drop.h - what was written since the last flush that succeeded, to be
 * taken back when one fails; part of preload.c */

typedef struct Written Written;

struct Written {
	Written *next; /* written before this */
	dev_t device;
	ino_t inode;
	off_t offset;
	size_t size;
	unsigned char former[]; /* Zeros behind the former end. */
};

static Written *all_written;
static pthread_mutex_t written_lock = PTHREAD_MUTEX_INITIALIZER;

/* Of what is done here nothing is counted, and nothing fails. */
static void
begin_drop(void)
{
	pthread_mutex_lock(&written_lock);
	within_drop = 1;
}

static void
end_drop(int saved)
{
	within_drop = 0;
	pthread_mutex_unlock(&written_lock);
	errno = saved;
}

static int
is_of(const Written *written, const struct stat *status)
{
	return written->device == status->st_dev &&
	    written->inode == status->st_ino;
}

/* Before @size bytes are written at @offset, -1: where the file stands. */
static void
note_write(int fd, off_t offset, size_t size)
{
	int saved = errno;
	struct stat status;
	Written *written;

	if (!is_watched(0) || control[FIELD_SHORT] != SHORT_DROP ||
	    !fd_is_under(fd)) {
		errno = saved;
		return;
	}
	begin_drop();
	written = fstat(fd, &status) == 0 && S_ISREG(status.st_mode)
	    ? __libc_calloc(1, sizeof(*written) + size)
	    : NULL;
	if (written) {
		written->device = status.st_dev;
		written->inode = status.st_ino;
		written->offset = offset < 0 ? lseek(fd, 0, SEEK_CUR) : offset;
		written->size = size;
		if (pread(fd, written->former, size, written->offset) < 0)
			give_up("a file to be written");
		written->next = all_written;
		all_written = written;
	}
	end_drop(saved);
}

/* After a flush of @fd; with @lost it failed: the disk has what was there
 * before, and that is what will be read. */
static void
note_flush(int fd, int lost)
{
	int saved = errno;
	Written **at = &all_written;
	struct stat status;

	if (!is_watched(0) || control[FIELD_SHORT] != SHORT_DROP)
		return;
	begin_drop();
	if (fstat(fd, &status) != 0)
		memset(&status, 0, sizeof(status));
	while (*at) {
		Written *written = *at;

		if (!is_of(written, &status)) {
			at = &written->next;
			continue;
		}
		if (lost &&
		    pwrite(fd, written->former, written->size,
		        written->offset) != (ssize_t)written->size)
			give_up("a file to be taken back");
		*at = written->next;
		free(written);
	}
	end_drop(saved);
}
