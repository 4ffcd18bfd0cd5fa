#define _GNU_SOURCE
#include "cunix.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int cunix_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int cunix_pidfd(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cunix_termination_descriptor(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0) return -1;
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

static void become(char *const argv[], const int streams[3], int gate, int failure) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  char word;
  ssize_t count;
  do {
    count = read(gate, &word, 1);
  } while (count < 0 && errno == EINTR);
  // Nobody says go any more: the program must not begin.
  if (count != 1) _exit(0);
  for (int number = 0; number < 3; number++) {
    if (dup2(streams[number], number) < 0) goto failed;
  }
  execvp(argv[0], argv);
failed:
  word = (char)errno;
  count = write(failure, &word, 1);
  _exit(127);
}

pid_t cunix_spawn_held(char *const argv[], const int streams[3], int *gate, int *failure) {
  int gates[2] = {-1, -1}, failures[2] = {-1, -1};
  if (pipe2(gates, O_CLOEXEC) != 0) return -1;
  pid_t pid = pipe2(failures, O_CLOEXEC) == 0 ? fork() : -1;
  if (pid == 0) {
    setsid();
    close(gates[1]);
    become(argv, streams, gates[0], failures[1]);
  }
  int error = errno;
  // The group must exist before anybody signals it.
  for (int count = 0; pid > 0 && getpgid(pid) != pid && count < 20000; count++) usleep(50);
  close(gates[0]);
  close(failures[1]);
  if (pid < 0) {
    close(gates[1]);
    close(failures[0]);
  } else {
    *gate = gates[1];
    *failure = failures[0];
  }
  errno = error;
  return pid;
}

int cunix_reap(pid_t pid, int *status, int *signal_number) {
  int raw;
  pid_t found;
  do {
    found = waitpid(pid, &raw, 0);
  } while (found < 0 && errno == EINTR);
  if (found != pid) return -1;
  *signal_number = WIFSIGNALED(raw) ? WTERMSIG(raw) : 0;
  *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 0;
  return 0;
}
