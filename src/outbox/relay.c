/* relay.c - see outbox/relay.h */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <auth-client.h>
#include <glib.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <ticketd/error.h>

#include "outbox/relay.h"

/* The PLAIN plugin copies user and password into buffers of this size without
 * looking. */
#define CREDENTIAL_MAX 255u

void
td_relay_free(TdRelay *relay)
{
	if (relay == NULL)
		return;

	if (relay->password != NULL)
		explicit_bzero(relay->password, strlen(relay->password));
	SSL_CTX_free(relay->tls);
	g_free(relay->address);
	g_free(relay->host);
	g_free(relay->own_name);
	g_free(relay->tls_fault);
	g_free(relay->user);
	g_free(relay->password);
	g_free(relay);
}

/* ---- the server's name ---- */

/* libesmtp cuts at the first colon, so there is no way to give it an IPv6
 * literal; a name with an AAAA record works. */
static gboolean
set_address(TdRelay *relay, const TdConf *conf, GError **error)
{
	const char *colon = strchr(conf->smtp_server, ':');

	if (colon == NULL || colon == conf->smtp_server || colon[1] == '\0')
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s: [smtp] server: expected host:port, not \"%s\"",
		    conf->path, conf->smtp_server);
	if (strchr(colon + 1, ':') != NULL)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s: [smtp] server: an IPv6 address cannot be used, give "
		    "a host name instead of \"%s\"",
		    conf->path, conf->smtp_server);

	relay->address = g_strdup(conf->smtp_server);
	relay->host = g_strndup(conf->smtp_server, colon - conf->smtp_server);
	relay->loopback = g_ascii_strcasecmp(relay->host, "localhost") == 0 ||
	    (g_str_has_prefix(relay->host, "127.") &&
	        g_hostname_is_ip_address(relay->host));
	return TRUE;
}

/* ---- the password ---- */

static gboolean
fail_file(const TdConf *conf, const char *why, GError **error)
{
	return td_fail(error, TD_ERROR_CONFIG,
	    "%s: [smtp] password-file: %s: %s", conf->path,
	    conf->smtp_password_file, why);
}

/* Reads up to @size - 1 bytes of @path, which nobody but the owner may read. */
static gboolean
read_secret(const TdConf *conf, char *bytes, gsize size, GError **error)
{
	struct stat info;
	ssize_t count;
	int fd = open(conf->smtp_password_file, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return fail_file(conf, g_strerror(errno), error);
	if (fstat(fd, &info) == 0 &&
	    (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		close(fd);
		return fail_file(conf,
		    "other users can read it; run chmod 600 on it", error);
	}

	count = TEMP_FAILURE_RETRY(read(fd, bytes, size - 1));
	if (count == -1) {
		int problem = errno;

		close(fd);
		return fail_file(conf, g_strerror(problem), error);
	}
	close(fd);
	bytes[count] = '\0';
	return TRUE;
}

/* The first line of the file. */
static gboolean
read_password(TdRelay *relay, const TdConf *conf, GError **error)
{
	char bytes[CREDENTIAL_MAX + 3];
	gsize length;

	if (!read_secret(conf, bytes, sizeof(bytes), error))
		return FALSE;
	length = strcspn(bytes, "\r\n");
	bytes[length] = '\0';
	relay->password = g_strdup(bytes);
	explicit_bzero(bytes, sizeof(bytes));

	if (length == 0)
		return fail_file(conf, "its first line is empty", error);
	if (length > CREDENTIAL_MAX)
		return fail_file(
		    conf, "the password is longer than 255 bytes", error);
	return TRUE;
}

static gboolean
has_login_plugins(void)
{
	auth_context_t context;
	gboolean found;

	auth_client_init();
	context = auth_create_context();
	auth_set_mechanism_flags(context, AUTH_PLUGIN_PLAIN, 0);
	found = auth_set_mechanism(context, "PLAIN") ||
	    auth_set_mechanism(context, "LOGIN");
	auth_destroy_context(context);
	return found;
}

static gboolean
set_credentials(TdRelay *relay, const TdConf *conf, GError **error)
{
	if (conf->smtp_user == NULL)
		return TRUE;
	if (conf->smtp_password_file == NULL)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s: [smtp] user needs password-file", conf->path);
	if (strlen(conf->smtp_user) > CREDENTIAL_MAX)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s: [smtp] user is longer than 255 bytes", conf->path);
	if (relay->starttls == TD_STARTTLS_NONE && !relay->loopback)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s: [smtp] user: the password would go out in clear text, "
		    "set starttls = must",
		    conf->path);
	if (!has_login_plugins())
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s: [smtp] user: libesmtp does not find its plugins for "
		    "PLAIN and LOGIN",
		    conf->path);

	relay->user = g_strdup(conf->smtp_user);
	return read_password(relay, conf, error);
}

/* ---- TLS ---- */

/* Keeps what OpenSSL has against a certificate; libesmtp would say no more than
 * "Client error". */
static int
note_verdict(int accepted, X509_STORE_CTX *chain)
{
	if (!accepted) {
		SSL *ssl = X509_STORE_CTX_get_ex_data(
		    chain, SSL_get_ex_data_X509_STORE_CTX_idx());
		TdRelay *relay = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

		g_free(relay->tls_fault);
		relay->tls_fault = g_strdup(X509_verify_cert_error_string(
		    X509_STORE_CTX_get_error(chain)));
	}
	return accepted;
}

/* Names the server we want (SNI, RFC 6066 section 3) just before the handshake:
 * libesmtp does not, and some servers then show a certificate of nobody. */
static void
name_server(const SSL *ssl, int where, int unused G_GNUC_UNUSED)
{
	const TdRelay *relay;

	if ((where & SSL_CB_HANDSHAKE_START) == 0)
		return;
	relay = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	if (!g_hostname_is_ip_address(relay->host))
		SSL_set_tlsext_host_name((SSL *)ssl, relay->host);
}

static void
set_verification(TdRelay *relay)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(relay->tls);

	X509_VERIFY_PARAM_set_hostflags(
	    param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (g_hostname_is_ip_address(relay->host))
		X509_VERIFY_PARAM_set1_ip_asc(param, relay->host);
	else
		X509_VERIFY_PARAM_set1_host(param, relay->host, 0);
	SSL_CTX_set_verify(relay->tls, SSL_VERIFY_PEER, note_verdict);
}

/* libesmtp looks for a client certificate below $HOME, and gives TLS up where
 * it is not allowed to look: HOME is root's in many a daemon.  Then it is made
 * to look where there is nothing. */
static void
lead_away_from_home(void)
{
	const char *home = g_getenv("HOME");
	g_autofree char *path = NULL;
	struct stat info;

	if (home == NULL || g_getenv("XDG_CONFIG_DIR") != NULL)
		return;
	path = g_build_filename(
	    home, ".config", "libesmtp", "private", "x.pem", NULL);
	if (stat(path, &info) == -1 && errno != ENOENT)
		g_setenv("XDG_CONFIG_DIR", "/nonexistent", TRUE);
}

/* TLS 1.2 and no other.  After the handshake of 1.3 a server sends tickets;
 * libesmtp takes them, when they are there before it has sent EHLO, for an
 * answer to that, and waits for the answer with EHLO still unsent. */
static gboolean
set_tls(TdRelay *relay, const TdConf *conf, GError **error)
{
	relay->starttls = conf->smtp_starttls;
	if (relay->starttls == TD_STARTTLS_NONE)
		return TRUE;

	lead_away_from_home();
	/* No clean-up of OpenSSL at exit: a session that was given up may still
	 * be inside of it then. */
	OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL);
	ERR_clear_error();
	relay->tls = SSL_CTX_new(TLS_client_method());
	if (relay->tls == NULL ||
	    !SSL_CTX_set_min_proto_version(relay->tls, TLS1_2_VERSION) ||
	    !SSL_CTX_set_max_proto_version(relay->tls, TLS1_2_VERSION) ||
	    !SSL_CTX_set_default_verify_paths(relay->tls))
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s: [smtp] starttls: TLS cannot be set up: %s", conf->path,
		    ERR_reason_error_string(ERR_get_error()));

	SSL_CTX_set_app_data(relay->tls, relay);
	SSL_CTX_set_info_callback(relay->tls, name_server);
	if (relay->starttls == TD_STARTTLS_MUST)
		set_verification(relay);
	return TRUE;
}

TdRelay *
td_relay_new(const TdConf *conf, GError **error)
{
	g_autoptr(TdRelay) relay = g_new0(TdRelay, 1);

	relay->own_name = g_strdup(conf->domain);
	relay->timeout_ms = CLAMP(conf->smtp_timeout, 1, 86400) * 1000;
	if (!set_address(relay, conf, error) || !set_tls(relay, conf, error) ||
	    !set_credentials(relay, conf, error))
		return NULL;
	return g_steal_pointer(&relay);
}
