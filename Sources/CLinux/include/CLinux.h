// What Glibc's Swift module does not show: variadics, GNU calls and headers outside the module map.
// Each function says why Swift cannot call the original.
#ifndef FIRN_CLINUX_H
#define FIRN_CLINUX_H

#include <stdint.h>
#include <sys/types.h>

/// prctl(2) is variadic. Asks for `signal` when the parent dies. Returns 0 or -1 with errno.
int firn_set_parent_death_signal(int signal);

/// <sys/xattr.h> is not in the Glibc module.
ssize_t firn_fgetxattr(int fd, const char *name, void *value, size_t size);
ssize_t firn_lgetxattr(const char *path, const char *name, void *value, size_t size);
ssize_t firn_llistxattr(const char *path, char *list, size_t size);
int firn_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags);

/// <sys/vfs.h> statfs(2): the Glibc module shows only statvfs, which hides the magic number.
/// Writes the file-system type magic (statfs(2), f_type). Returns 0 or -1 with errno.
int firn_statfs_type(const char *path, uint64_t *type);

/// <sys/sysmacros.h> defines these as macros.
uint32_t firn_major(uint64_t device);
uint32_t firn_minor(uint64_t device);
uint64_t firn_makedev(uint32_t major, uint32_t minor);

/// <sys/mount.h> is not in the Glibc module.
int firn_umount2(const char *target, int flags);
int firn_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data);

/// <sys/fsuid.h> is not in the Glibc module. Sets group, then user, of this thread (setfsuid(2));
/// returns 0, or -1 when the kernel refused.
int firn_set_file_system_ids(uid_t user, gid_t group);

/// open(2) is variadic: Swift has an overlay on some platforms only.
int firn_openat(int directory, const char *path, int flags, uint32_t mode);

/// O_PATH is a GNU flag. Opens a directory below another to look names up in it, close-on-exec, and
/// never through a symbolic link as the last part. Returns it or -1 with errno.
int firn_open_directory(int directory, const char *path);

/// fcntl(2) is variadic.
int firn_set_close_on_exec(int fd, int on);

/// A variable of each thread, which Swift has not; at first NULL.
void *firn_thread_value(void);
void firn_set_thread_value(void *value);

/// Addresses of sockets are cast between types that Swift does not let alias.
/// bind(2) to a name in the file system, and to 127.0.0.1 or ::1. Return 0 or -1 with errno.
int firn_bind_unix(int socket, const char *path);
int firn_bind_loopback(int socket, int version6, uint16_t port);
/// connect(2) to a name in the file system; waits so long for it (SO_SNDTIMEO).
int firn_connect_unix(int socket, const char *path, int64_t microseconds);
/// The port a socket is bound to (getsockname(2)); 0 when it has none.
uint16_t firn_socket_port(int socket);
/// accept4(2) is a GNU call. Never blocks, close-on-exec.
int firn_accept_nonblocking(int socket);
/// struct ucred is GNU's. Who is at the other end (SO_PEERCRED). Returns 0, or -1.
int firn_socket_user(int socket, uint32_t *user);

/// A handler may only call what signal-safety(7) lists, which Swift code cannot promise.
/// From now on `signal` writes its number as one byte to `fd`. All caught signals share one `fd`.
int firn_catch_signal(int signal, int fd);
/// Gives a signal back its default action.
int firn_release_signal(int signal);
/// Makes `signal` interrupt blocking calls (EINTR) and do nothing else.
int firn_let_signal_interrupt(int signal);

/// pipe2(2) is a GNU call. Both ends are close-on-exec.
int firn_pipe(int ends[2]);

/// The CMSG_* macros of recvmsg(2). Receives one descriptor (SCM_RIGHTS), close-on-exec.
/// Returns it or -1 with errno; ENODATA when the message or the end of the stream came without one.
int firn_receive_descriptor(int socket);

/// memfd_create(2) is a GNU call. Makes an empty file in memory, close-on-exec. Returns it or -1 with errno.
int firn_memory_file(const char *name);

/// sockaddr_un and <sys/un.h>'s abstract names need casts that Swift has not. `name` is an abstract
/// name (unix(7)) of `length` bytes. Returns a SOCK_SEQPACKET socket, close-on-exec, or -1 with errno.
int firn_listen(const char *name, size_t length);
int firn_connect(const char *name, size_t length);
/// accept4(2) is a GNU call. Returns a close-on-exec socket or -1 with errno.
int firn_accept(int socket);
/// `struct ucred` is a GNU type. Writes the effective user of the other end. Returns 0 or -1 with errno.
int firn_peer_user(int socket, uid_t *user);

/// The CMSG_* macros. Sends one message with a descriptor, or without one when `fd` is negative; a
/// reader that is gone is EPIPE, never a signal, and one that does not read is EAGAIN.
/// Returns 0 or -1 with errno.
int firn_send_message(int socket, const void *bytes, size_t count, int fd);
/// Receives one message and the descriptor that came with it, close-on-exec, or -1.
/// Returns the count of bytes, 0 at the end, or -1 with errno; EAGAIN where it may not wait.
ssize_t firn_receive_message(int socket, void *bytes, size_t room, int *fd, int waits);

/// unshare(2) and close_range(2) are GNU calls, and what follows must not allocate.
/// Gives the calling thread open files of its own, of which it keeps `fd` alone; writes one byte to
/// `done` when that is so, and sleeps until the process ends. Returns -1 with errno when it fails.
int firn_hold_descriptor(int fd, int done);

/// sigfillset(3) and friends on one thread: blocks all signals of the calling thread that a process
/// may get from others.
void firn_block_signals(void);

#endif
