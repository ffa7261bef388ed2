// Stands between a program and the C library (LD_PRELOAD) and makes the disk below one folder fail
// as a test wants it. The test and the program share a page of numbers, so that it can change at
// any moment.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum Mode { kWell, kFails, kKills };

struct Control {
  int64_t mode;
  int64_t writes;    // counted here
  int64_t at_write;  // the first write, from 1, that fails or kills
  int64_t error;     // of a write that fails, and all after it
  int64_t delay_us;  // of each write
  int64_t flush_us;  // of each flush; below 0 flushes do nothing
};

static volatile struct Control* control;
static char folder[4096];

__attribute__((constructor)) static void Begin(void) {
  const char* file = getenv("CHATGLM_TEST_DISK_CONTROL");
  const char* watched = getenv("CHATGLM_TEST_DISK_FOLDER");
  if (!file || !watched) return;
  const int handle = open(file, O_RDWR | O_CLOEXEC);
  if (handle < 0) return;
  void* page = mmap(NULL, sizeof(struct Control), PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
  close(handle);
  if (page == MAP_FAILED) return;
  strncpy(folder, watched, sizeof folder - 1);
  control = page;
}

static int IsWatchedPath(const char* path) {
  return control && strncmp(path, folder, strlen(folder)) == 0;
}

static int IsWatched(int handle) {
  if (!control) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return IsWatchedPath(path);
}

// 0 when a write goes well, 1 for the first that fails, 2 for the next one.
static int64_t FailsNow(void) {
  if (control->delay_us > 0) usleep((useconds_t)control->delay_us);
  const int64_t write = __atomic_add_fetch(&control->writes, 1, __ATOMIC_SEQ_CST);
  if (control->mode == kWell || write < control->at_write) return 0;
  if (control->mode == kKills) kill(getpid(), SIGKILL);
  errno = (int)control->error;
  return write - control->at_write + 1;
}

static int64_t Fails(int handle) { return IsWatched(handle) ? FailsNow() : 0; }
static int FailsAt(const char* path) { return IsWatchedPath(path) && FailsNow(); }

// How many of some bytes are taken, below 0 when none: a disk that becomes full takes a part.
static ssize_t Taken(int handle, size_t count) {
  const int64_t failing = Fails(handle);
  if (failing == 0) return (ssize_t)count;
  return failing == 1 && control->error == ENOSPC && count > 1 ? (ssize_t)(count / 2) : -1;
}

// What a full disk still does: it takes no room.
static int FailsToRemove(const char* path) {
  const int fails = FailsAt(path);
  return fails && control->error != ENOSPC;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int handle, const void* bytes, size_t count) {
  const ssize_t taken = Taken(handle, count);
  return taken < 0 ? -1 : NEXT(write)(handle, bytes, (size_t)taken);
}
ssize_t pwrite(int handle, const void* bytes, size_t count, off_t at) {
  const ssize_t taken = Taken(handle, count);
  return taken < 0 ? -1 : NEXT(pwrite)(handle, bytes, (size_t)taken, at);
}
ssize_t pwrite64(int handle, const void* bytes, size_t count, off64_t at) {
  const ssize_t taken = Taken(handle, count);
  return taken < 0 ? -1 : NEXT(pwrite64)(handle, bytes, (size_t)taken, at);
}
ssize_t writev(int handle, const struct iovec* parts, int count) {
  return Fails(handle) ? -1 : NEXT(writev)(handle, parts, count);
}
ssize_t pwritev(int handle, const struct iovec* parts, int count, off_t at) {
  return Fails(handle) ? -1 : NEXT(pwritev)(handle, parts, count, at);
}
int ftruncate(int handle, off_t size) { return Fails(handle) ? -1 : NEXT(ftruncate)(handle, size); }
int ftruncate64(int handle, off64_t size) {
  return Fails(handle) ? -1 : NEXT(ftruncate64)(handle, size);
}
int fallocate(int handle, int mode, off_t at, off_t size) {
  return Fails(handle) ? -1 : NEXT(fallocate)(handle, mode, at, size);
}
int posix_fallocate(int handle, off_t at, off_t size) {
  return Fails(handle) ? errno : NEXT(posix_fallocate)(handle, at, size);
}

// A new name needs room in its folder as well. A file that is there is opened whatever the disk
// says.
#define OPEN(name)                                                             \
  int name(const char* path, int flags, ...) {                                 \
    va_list rest;                                                              \
    va_start(rest, flags);                                                     \
    const mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;          \
    va_end(rest);                                                              \
    if ((flags & O_CREAT) && IsWatchedPath(path) && access(path, F_OK) != 0) { \
      if (FailsNow()) return -1;                                               \
    }                                                                          \
    return NEXT(name)(path, flags, mode);                                      \
  }
OPEN(open)
OPEN(open64)

int rename(const char* from, const char* to) { return FailsAt(to) ? -1 : NEXT(rename)(from, to); }
int mkdir(const char* path, mode_t mode) { return FailsAt(path) ? -1 : NEXT(mkdir)(path, mode); }
int unlink(const char* path) { return FailsToRemove(path) ? -1 : NEXT(unlink)(path); }
int rmdir(const char* path) { return FailsToRemove(path) ? -1 : NEXT(rmdir)(path); }

static int Flushes(int handle) {
  if (!IsWatched(handle)) return 1;
  if (control->flush_us > 0) usleep((useconds_t)control->flush_us);
  return control->flush_us >= 0;
}
int fsync(int handle) { return Flushes(handle) ? NEXT(fsync)(handle) : 0; }
int fdatasync(int handle) { return Flushes(handle) ? NEXT(fdatasync)(handle) : 0; }
