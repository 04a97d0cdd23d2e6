/* lmtp-places.c - see server/lmtp-places.h */

#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "server/lmtp-places.h"

struct TdLmtpPlaces {
	guint all;
	guint one;
	guint taken;
	GHashTable *shares; /* peer -> how many */
};

TdLmtpPlaces *
td_lmtp_places_new(guint all, guint one)
{
	TdLmtpPlaces *places = g_new0(TdLmtpPlaces, 1);

	places->all = all;
	places->one = one;
	places->shares = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	return places;
}

void
td_lmtp_places_free(TdLmtpPlaces *places)
{
	if (places == NULL)
		return;
	g_hash_table_unref(places->shares);
	g_free(places);
}

static char *
peer_of_unix(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return g_strdup("unknown");
	return g_strdup_printf("uid %u", (guint)peer.uid);
}

/* Whoever has one address of a network has all of it. */
static char *
peer_of_inet6(const struct sockaddr_in6 *address)
{
	struct in6_addr network = address->sin6_addr;
	char text[INET6_ADDRSTRLEN];

	if (IN6_IS_ADDR_V4MAPPED(&network))
		inet_ntop(AF_INET, network.s6_addr + 12, text, sizeof(text));
	else {
		memset(network.s6_addr + 8, 0, 8);
		inet_ntop(AF_INET6, &network, text, sizeof(text));
	}
	return g_strdup(text);
}

char *
td_lmtp_peer(int fd)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	char text[INET_ADDRSTRLEN];

	memset(&address, 0, sizeof(address));
	if (getpeername(fd, (struct sockaddr *)&address, &size) < 0)
		return g_strdup("unknown");
	if (address.ss_family == AF_UNIX)
		return peer_of_unix(fd);
	if (address.ss_family == AF_INET6)
		return peer_of_inet6((const struct sockaddr_in6 *)&address);
	inet_ntop(AF_INET, &((const struct sockaddr_in *)&address)->sin_addr,
	    text, sizeof(text));
	return g_strdup(text);
}

static guint
share_of(const TdLmtpPlaces *places, const char *peer)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(places->shares, peer));
}

gboolean
td_lmtp_places_has_share(const TdLmtpPlaces *places, const char *peer)
{
	return share_of(places, peer) >= places->one;
}

gboolean
td_lmtp_places_take(TdLmtpPlaces *places, const char *peer)
{
	guint share = share_of(places, peer);

	if (places->taken >= places->all || share >= places->one)
		return FALSE;
	places->taken++;
	g_hash_table_replace(
	    places->shares, g_strdup(peer), GUINT_TO_POINTER(share + 1));
	return TRUE;
}

void
td_lmtp_places_leave(TdLmtpPlaces *places, const char *peer)
{
	guint share = share_of(places, peer);

	places->taken--;
	if (share == 1)
		g_hash_table_remove(places->shares, peer);
	else
		g_hash_table_replace(places->shares, g_strdup(peer),
		    GUINT_TO_POINTER(share - 1));
}
