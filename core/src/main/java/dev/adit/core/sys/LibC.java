package dev.adit.core.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The C library, as far as it is used; names and arguments as in section 2 of the manual. Public
 * only because jnr-ffi implements it from a class loader of its own; nobody outside this package
 * uses it.
 */
public interface LibC {
  /** Loaded with this class. */
  LibC C = LibraryLoader.create(LibC.class).option(LibraryOption.LoadNow, false).load("c");

  Runtime RUNTIME = Runtime.getRuntime(C);

  /** The null pointer: one for all, since some call takes it for each batch of packets. */
  Pointer NONE = Pointer.wrap(RUNTIME, 0);

  int open(String path, int flags);

  int close(int fd);

  long read(int fd, Pointer buffer, long count);

  long write(int fd, Pointer buffer, long count);

  int ioctl(int fd, long request, Pointer argument);

  int fcntl(int fd, int command, long argument);

  int socket(int domain, int type, int protocol);

  int connect(int fd, Pointer address, int length);

  int bind(int fd, Pointer address, int length);

  int listen(int fd, int backlog);

  int accept4(int fd, Pointer address, Pointer length, int flags);

  int getsockname(int fd, Pointer address, Pointer length);

  int getsockopt(int fd, int level, int name, Pointer value, Pointer length);

  int setsockopt(int fd, int level, int name, Pointer value, int length);

  int shutdown(int fd, int how);

  long send(int fd, Pointer buffer, long length, int flags);

  long recv(int fd, Pointer buffer, long length, int flags);

  long sendto(int fd, Pointer buffer, long length, int flags, Pointer address, int addressLength);

  int recvmmsg(int fd, Pointer messages, int count, int flags, Pointer timeout);

  int sendmmsg(int fd, Pointer messages, int count, int flags);

  int epoll_create1(int flags);

  int epoll_ctl(int epoll, int operation, int fd, Pointer event);

  int epoll_wait(int epoll, Pointer events, int most, int timeoutMillis);

  int poll(Pointer fds, long count, int timeoutMillis);

  int eventfd(int initial, int flags);

  int timerfd_create(int clock, int flags);

  int timerfd_settime(int fd, int flags, Pointer value, Pointer old);

  int if_nametoindex(String name);

  int setns(int fd, int type);

  int umask(int mask);

  int prctl(int option, long a, long b, long c, long d);

  int setsid();

  int geteuid();

  int isatty(int fd);

  int tcgetattr(int fd, Pointer settings);

  int tcsetattr(int fd, int when, Pointer settings);

  int setgroups(long count, Pointer groups);

  int setresgid(int real, int effective, int saved);

  int setresuid(int real, int effective, int saved);

  int socketpair(int domain, int type, int protocol, Pointer pair);

  int posix_spawnp(
      Pointer pid,
      String file,
      Pointer actions,
      Pointer attributes,
      Pointer arguments,
      Pointer environment);

  int posix_spawn_file_actions_init(Pointer actions);

  int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  /** Since glibc 2.34. */
  int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int from);

  int posix_spawn_file_actions_destroy(Pointer actions);

  int posix_spawnattr_init(Pointer attributes);

  int posix_spawnattr_setflags(Pointer attributes, short flags);

  int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

  int posix_spawnattr_destroy(Pointer attributes);

  int sigfillset(Pointer signals);

  int waitpid(int pid, Pointer status, int options);

  int kill(int pid, int signal);

  int nanosleep(Pointer time, Pointer left);

  int clock_gettime(int clock, Pointer time);

  /** {@code errno} of the last call of this thread. */
  static Errno errno() {
    return Errno.of(RUNTIME.getLastError());
  }

  /**
   * Native memory, zeroed, in native order, freed with the object; copied from and to by the JVM
   * itself.
   */
  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** Where such memory begins; valid as long as the buffer is. */
  static Pointer pointer(ByteBuffer direct) {
    return Pointer.wrap(RUNTIME, direct);
  }

  /** Native memory, zeroed, freed with the object. */
  static Pointer allocate(int bytes) {
    return Memory.allocateDirect(RUNTIME, bytes, true);
  }
}
