#ifndef CUNIX_H
#define CUNIX_H

#include <spawn.h>
#include <sys/types.h>

/* The few calls of glibc that need _GNU_SOURCE, which Swift's Glibc module is read without. */

/* The user at the other end of a unix socket (SO_PEERCRED, unix(7)); -1: not known. */
long cunix_peer_uid(int descriptor);

/* accept4(2) with SOCK_CLOEXEC. */
int cunix_accept(int descriptor);

/* pipe2(2) with O_CLOEXEC. */
int cunix_pipe(int ends[2]);

/* Closes every descriptor from `first` on in the child. */
int cunix_spawn_closefrom(posix_spawn_file_actions_t *actions, int first);

/* Starts the child in a session of its own, all signals at their defaults and none blocked. */
int cunix_spawn_setsid(posix_spawnattr_t *attributes);

#endif
