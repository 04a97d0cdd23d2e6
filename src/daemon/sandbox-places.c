/* sandbox-places.c - which files and ports are open to whom */

#include "config.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#include "daemon/sandbox.h"

#define DNS 53

/* What the C library, its name services and OpenSSL read when they feel like
 * it; all of it is public, or closed by its mode. */
static const char *const of_the_system[] = {
	"/etc",
	"/usr",
	"/lib",
	"/lib32",
	"/lib64",
	"/proc/sys",
	"/sys/devices/system/cpu",
	"/dev/urandom",
	"/dev/random",
	/* Where names of users and hosts come from. */
	"/run/systemd/resolve",
	"/run/systemd/userdb",
	"/run/NetworkManager",
	"/run/resolvconf",
	"/run/nscd",
	"/var/lib/sss",
};

/* They name places for libraries, by a path. */
static const char *const variables[] = { "TZDIR", "LOCPATH", "GCONV_PATH",
	"SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF" };

/* What a helper runs, and where it looks for it (server/helper.c). */
static const char *const tools[] = { "gpg", "gpgsm", "gpgconf" };
static const char *const tool_folders[] = { "/usr/local/bin", "/usr/bin",
	"/bin" };

/* ---- of all ---- */

/* The folder of the file, for files are often replaced by new ones of that
 * name; the root, which is everything, is not meant. */
static void
add_folder_of(TdPlaces *places, const char *path, TdReach reach)
{
	g_autofree char *folder = g_path_get_dirname(path);

	td_places_add(places, g_str_equal(folder, "/") ? path : folder, reach);
}

/* The same of what it is a link to. */
static void
add_folders_of(TdPlaces *places, const char *path, TdReach reach)
{
	char *real = realpath(path, NULL);

	add_folder_of(places, path, reach);
	if (real != NULL)
		add_folder_of(places, real, reach);
	free(real);
}

/* A search for leaks looks at the process as others would. */
static void
add_itself(TdPlaces *places)
{
#ifdef TD_SANITIZED
	td_places_add(places, "/proc", TD_REACH_READ);
#else
	(void)places;
#endif
}

/* Of the authorities that a mail server may name; on some systems a link to
 * where nothing else is open. */
static void
add_certificates(TdPlaces *places)
{
	td_places_add(places, X509_get_default_cert_dir(), TD_REACH_READ);
	add_folders_of(places, X509_get_default_cert_file(), TD_REACH_READ);
}

static void
add_system(TdPlaces *places)
{
	for (gsize i = 0; i < G_N_ELEMENTS(of_the_system); i++)
		td_places_add(places, of_the_system[i], TD_REACH_READ);
	for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
		if (g_getenv(variables[i]) != NULL)
			td_places_add(
			    places, g_getenv(variables[i]), TD_REACH_READ);
	add_folders_of(places, "/etc/resolv.conf", TD_REACH_READ);
	add_certificates(places);
	td_places_add(places, "/dev/null", TD_REACH_USE);
	/* Who starts a program looks there for files to close. */
	td_places_add(places, "/proc", TD_REACH_LIST);
	add_itself(places);
}

/* ---- libraries ---- */

typedef void (*LibraryFunc)(TdPlaces *places, const char *path);

typedef struct {
	TdPlaces *places;
	LibraryFunc library;
	LibraryFunc loader; /* of programs, ld.so(8) */
} Libraries;

/* Called by dl_iterate_phdr(3). */
static int
look_at_library(
    struct dl_phdr_info *info, size_t size G_GNUC_UNUSED, void *data)
{
	const Libraries *libraries = data;

	if (info->dlpi_name != NULL && *info->dlpi_name == '/')
		libraries->library(libraries->places, info->dlpi_name);
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type == PT_INTERP && libraries->loader != NULL)
			libraries->loader(libraries->places,
			    (const char *)(info->dlpi_addr + part->p_vaddr));
	}
	return 0;
}

/* Wherever this system keeps its libraries: we have some of them open. */
static void
add_libraries(TdPlaces *places, LibraryFunc library, LibraryFunc loader)
{
	Libraries libraries = { places, library, loader };

	dl_iterate_phdr(look_at_library, &libraries);
}

static void
add_library(TdPlaces *places, const char *path)
{
	/* Open anyway, on almost every system. */
	if (!g_str_has_prefix(path, "/usr/") && !g_str_has_prefix(path, "/lib"))
		add_folders_of(places, path, TD_REACH_READ);
}

static void
add_loader_folder(TdPlaces *places, const char *path)
{
	add_folders_of(places, path, TD_REACH_RUN);
}

static void
add_program(TdPlaces *places, const char *path)
{
	td_places_add(places, path, TD_REACH_RUN);
}

/* iconv(3) keeps its charsets beside the C library. */
static void
add_charsets(TdPlaces *places, const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *charsets = g_build_filename(folder, "gconv", NULL);

	td_places_add(places, charsets, TD_REACH_READ);
}

/* ---- the desk ---- */

/* Folders, for a package may be upgraded while we run, and what we write is in
 * none of them. */
static void
add_programs(TdPlaces *places)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	const char *named = g_getenv("TICKETD_PROGRAM");

	if (self != NULL)
		add_folder_of(places, self, TD_REACH_RUN);
	if (named != NULL && *named == '/')
		add_folders_of(places, named, TD_REACH_RUN);
	td_places_add(places, TD_SBINDIR, TD_REACH_RUN);
	for (gsize i = 0; i < G_N_ELEMENTS(tool_folders); i++)
		td_places_add(places, tool_folders[i], TD_REACH_RUN);
}

static void
add_files(TdPlaces *places, GStrv files)
{
	for (gsize i = 0; files != NULL && files[i] != NULL; i++)
		add_folders_of(places, files[i], TD_REACH_READ);
}

static void
add_named(TdPlaces *places, const TdConf *conf)
{
	add_folders_of(places, conf->path, TD_REACH_READ);
	if (conf->templates != NULL)
		td_places_add(places, conf->templates, TD_REACH_READ);
	if (conf->canned != NULL)
		td_places_add(places, conf->canned, TD_REACH_READ);
	if (conf->smtp_password_file != NULL)
		td_places_add(places, conf->smtp_password_file, TD_REACH_READ);
	for (guint i = 0; i < conf->calendars->len; i++) {
		const TdCalendar *calendar = g_ptr_array_index(
		    conf->calendars, i);

		add_files(places, calendar->holiday_files);
		add_files(places, calendar->opening_files);
	}
}

static void
add_port(GArray *ports, const char *address)
{
	guint16 port = (guint16)g_ascii_strtoull(
	    strrchr(address, ':') + 1, NULL, 10);

	g_array_append_val(ports, port);
}

static void
add_sockets(TdPlaces *places, const TdConf *conf)
{
	const char *notify = g_getenv("NOTIFY_SOCKET");
	const guint16 dns = DNS;

	td_places_add(places, conf->run, TD_REACH_SOCKETS);
	for (gsize i = 0; conf->lmtp_sockets[i] != NULL; i++)
		add_folder_of(places, conf->lmtp_sockets[i], TD_REACH_SOCKETS);
	for (gsize i = 0; conf->lmtp_listen[i] != NULL; i++)
		add_port(places->bind, conf->lmtp_listen[i]);
	add_port(places->connect, conf->smtp_server);
	/* Answers too long for UDP. */
	g_array_append_val(places->connect, dns);
	places->abstract = notify != NULL && *notify == '@';
}

void
td_places_of_desk(TdPlaces *places, const TdConf *conf)
{
	add_system(places);
	add_libraries(places, add_library, add_loader_folder);
	add_programs(places);
	add_named(places, conf);
	add_sockets(places, conf);
	td_places_add(places, conf->store, TD_REACH_OWN);
}

/* ---- the others ---- */

void
td_places_of_parser(TdPlaces *places)
{
	add_libraries(places, add_charsets, NULL);
	td_places_add(places, "/usr/share/zoneinfo", TD_REACH_READ);
	td_places_add(places, "/etc/localtime", TD_REACH_READ);
	add_itself(places);
}

void
td_places_of_verifier(TdPlaces *places, const char *scratch)
{
	add_system(places);
	add_libraries(places, add_library, add_program);
	for (gsize i = 0; i < G_N_ELEMENTS(tools); i++) {
		for (gsize j = 0; j < G_N_ELEMENTS(tool_folders); j++) {
			g_autofree char *path = g_build_filename(
			    tool_folders[j], tools[i], NULL);

			td_places_add(places, path, TD_REACH_RUN);
		}
	}
	td_places_add(places, scratch, TD_REACH_OWN);
}
