/* sandbox-fixture.h - a desk to close up, and what can be tried from inside */

#ifndef TESTS_SANDBOX_FIXTURE_H
#define TESTS_SANDBOX_FIXTURE_H

#include <ticketd/conf.h>

/* A desk, and a folder that is none of its business. */
typedef struct {
	char *top;
	char *store;
	char *run;
	char *outside;
	TdConf *conf;
} Place;

void open_place(Place *place, gconstpointer unused);
void close_place(Place *place, gconstpointer unused);

/* Attempts: 0, or the number of the error that the system gave. */
typedef int (*Attempt)(const Place *place);

int read_system(const Place *place);
int read_outside(const Place *place);
int write_outside(const Place *place);
int remove_outside(const Place *place);
int empty_outside(const Place *place);
int move_outside(const Place *place);
int read_own(const Place *place);
int write_own(const Place *place);
int write_conf(const Place *place);
int read_conf(const Place *place);
int make_socket_in_run(const Place *place);
int run_system(const Place *place);
int run_gpg(const Place *place);
int run_written(const Place *place);
int fork_once(const Place *place);
int make_tcp(const Place *place);
int make_netlink(const Place *place);
int make_datagram(const Place *place);
int connect_to_agent(const Place *place);
int connect_to_smtp(const Place *place);
int connect_elsewhere(const Place *place);
int bind_tcp(const Place *place);
int map_writable_code(const Place *place);
int make_user_namespace(const Place *place);
int call_unknown(const Place *place);
int trace_itself(const Place *place);
int mount_something(const Place *place);
int unshare_user(const Place *place);
int signal_parent(const Place *place);
int convert_charset(const Place *place);
int load_zone(const Place *place);

#endif
