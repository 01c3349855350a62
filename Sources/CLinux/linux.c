#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

int firn_set_parent_death_signal(int signal) {
  return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0);
}

ssize_t firn_fgetxattr(int fd, const char *name, void *value, size_t size) {
  return fgetxattr(fd, name, value, size);
}

ssize_t firn_lgetxattr(const char *path, const char *name, void *value, size_t size) {
  return lgetxattr(path, name, value, size);
}

ssize_t firn_llistxattr(const char *path, char *list, size_t size) {
  return llistxattr(path, list, size);
}

int firn_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags) {
  return fsetxattr(fd, name, value, size, flags);
}

int firn_statfs_type(const char *path, uint64_t *type) {
  struct statfs buffer;
  if (statfs(path, &buffer) != 0) return -1;
  *type = (uint64_t)buffer.f_type;
  return 0;
}

uint32_t firn_major(uint64_t device) { return major(device); }
uint32_t firn_minor(uint64_t device) { return minor(device); }
uint64_t firn_makedev(uint32_t major, uint32_t minor) { return makedev(major, minor); }

int firn_umount2(const char *target, int flags) { return umount2(target, flags); }

int firn_mount(const char *source, const char *target, const char *type, unsigned long flags,
               const char *data) {
  return mount(source, target, type, flags, data);
}

int firn_openat(int directory, const char *path, int flags, uint32_t mode) {
  return openat(directory, path, flags, (mode_t)mode);
}

int firn_open_directory(int directory, const char *path) {
  return openat(directory, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int firn_set_close_on_exec(int fd, int on) { return fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0); }

static _Thread_local void *thread_value;

void *firn_thread_value(void) { return thread_value; }

void firn_set_thread_value(void *value) { thread_value = value; }

// Sockets.
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static int unix_address(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address->sun_path, path);
  return 0;
}

int firn_bind_unix(int socket, const char *path) {
  struct sockaddr_un address;
  if (unix_address(path, &address) != 0) return -1;
  return bind(socket, (struct sockaddr *)&address, sizeof address);
}

int firn_connect_unix(int socket, const char *path, int64_t microseconds) {
  struct sockaddr_un address;
  struct timeval limit = {.tv_sec = microseconds / 1000000, .tv_usec = microseconds % 1000000};
  if (unix_address(path, &address) != 0) return -1;
  if (setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0) return -1;
  return connect(socket, (struct sockaddr *)&address, sizeof address);
}

int firn_bind_loopback(int socket, int version6, uint16_t port) {
  int on = 1;
  // A port that a server used a moment ago is free.
  if (setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) return -1;
  if (version6) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port),
                                   .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    return bind(socket, (struct sockaddr *)&address, sizeof address);
  }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port),
                                .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  return bind(socket, (struct sockaddr *)&address, sizeof address);
}

uint16_t firn_socket_port(int socket) {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  if (getsockname(socket, &address.any, &size) != 0) return 0;
  if (address.any.sa_family == AF_INET) return ntohs(address.v4.sin_port);
  return address.any.sa_family == AF_INET6 ? ntohs(address.v6.sin6_port) : 0;
}

int firn_accept_nonblocking(int socket) { return accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int firn_socket_user(int socket, uint32_t *user) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
  // An internet socket has no such peer: its ids are all ones.
  if (size != sizeof peer || peer.uid == (uid_t)-1) return -1;
  *user = peer.uid;
  return 0;
}

// Signals and descriptors, for SignalWaiter and DescriptorPassing.
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t signal_pipe = -1;

static void write_signal(int signal) {
  int saved = errno;
  unsigned char byte = (unsigned char)signal;
  ssize_t ignored = write(signal_pipe, &byte, 1);
  (void)ignored;
  errno = saved;
}

int firn_catch_signal(int signal, int fd) {
  struct sigaction action = {.sa_handler = write_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  signal_pipe = fd;
  return sigaction(signal, &action, NULL);
}

int firn_release_signal(int signal) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  return sigaction(signal, &action, NULL);
}

int firn_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

static void do_nothing(int signal) { (void)signal; }

int firn_let_signal_interrupt(int signal) {
  struct sigaction action = {.sa_handler = do_nothing};
  sigemptyset(&action.sa_mask);
  return sigaction(signal, &action, NULL);
}

int firn_receive_descriptor(int socket) {
  char byte;
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec vector = {&byte, 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control,
                           .msg_controllen = sizeof control};
  ssize_t count;
  do count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  if (count < 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
      header->cmsg_len != CMSG_LEN(sizeof(int))) {
    errno = ENODATA;
    return -1;
  }
  int fd;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

int firn_set_file_system_ids(uid_t user, gid_t group) {
  setfsgid(group);
  setfsuid(user);
  // An id that is not valid changes nothing and makes both say what holds now.
  return (uid_t)setfsuid((uid_t)-1) == user && (gid_t)setfsgid((gid_t)-1) == group ? 0 : -1;
}

// Messages, and what outlives a process.
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sched.h>

int firn_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

static int named_socket(const char *name, size_t length, struct sockaddr_un *address,
                        socklen_t *size) {
  memset(address, 0, sizeof *address);
  if (length + 1 > sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path + 1, name, length);
  *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
  return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static int closing(int fd, int result) {
  if (result == 0) return fd;
  int saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

int firn_listen(const char *name, size_t length) {
  struct sockaddr_un address;
  socklen_t size;
  int fd = named_socket(name, length, &address, &size);
  if (fd < 0) return -1;
  int result = bind(fd, (struct sockaddr *)&address, size);
  return closing(fd, result == 0 ? listen(fd, 4) : result);
}

int firn_connect(const char *name, size_t length) {
  struct sockaddr_un address;
  socklen_t size;
  int fd = named_socket(name, length, &address, &size);
  if (fd < 0) return -1;
  return closing(fd, connect(fd, (struct sockaddr *)&address, size));
}

int firn_accept(int socket) {
  return accept4(socket, NULL, NULL, SOCK_CLOEXEC);
}

int firn_peer_user(int socket, uid_t *user) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
  *user = peer.uid;
  return 0;
}

int firn_send_message(int socket, const void *bytes, size_t count, int fd) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec vector = {(void *)bytes, count};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  if (fd >= 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
  }
  ssize_t result;
  do result = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (result < 0 && errno == EINTR);
  return result < 0 ? -1 : 0;
}

ssize_t firn_receive_message(int socket, void *bytes, size_t room, int *fd, int waits) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec vector = {bytes, room};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control,
                           .msg_controllen = sizeof control};
  *fd = -1;
  ssize_t count;
  do count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
  while (count < 0 && errno == EINTR);
  if (count < 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(int)))
    memcpy(fd, CMSG_DATA(header), sizeof *fd);
  return count;
}

void firn_block_signals(void) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
}

// Without the wrapper of glibc 2.34, so that older ones will do; Linux 5.9.
static int close_numbers(unsigned first, unsigned last) {
  if (first > last) return 0;
  return (int)syscall(SYS_close_range, first, last, 0);
}

int firn_hold_descriptor(int fd, int done) {
  unsigned low = (unsigned)(fd < done ? fd : done), high = (unsigned)(fd < done ? done : fd);
  if (unshare(CLONE_FILES) != 0) return -1;
  if (low > 0 && close_numbers(0, low - 1) != 0) return -1;
  if (close_numbers(low + 1, high - 1) != 0 || close_numbers(high + 1, ~0U) != 0) return -1;
  unsigned char byte = 1;
  ssize_t ignored = write(done, &byte, 1);
  (void)ignored;
  close(done);
  for (;;) pause();
}
