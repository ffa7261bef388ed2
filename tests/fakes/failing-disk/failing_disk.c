// Stands between a program and the C library (LD_PRELOAD) and makes the disk below one folder fail as a
// test wants it. The test and the program share a page of numbers, so that it can change at any moment.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

static int IsWatched(int handle) {
  if (!control) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

static int Fails(int handle) {
  if (!IsWatched(handle)) return 0;
  if (control->delay_us > 0) usleep((useconds_t)control->delay_us);
  const int64_t write = __atomic_add_fetch(&control->writes, 1, __ATOMIC_SEQ_CST);
  if (control->mode == kWell || write < control->at_write) return 0;
  if (control->mode == kKills) kill(getpid(), SIGKILL);
  errno = (int)control->error;
  return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int handle, const void* bytes, size_t count) {
  return Fails(handle) ? -1 : NEXT(write)(handle, bytes, count);
}
ssize_t pwrite(int handle, const void* bytes, size_t count, off_t at) {
  return Fails(handle) ? -1 : NEXT(pwrite)(handle, bytes, count, at);
}
ssize_t pwrite64(int handle, const void* bytes, size_t count, off64_t at) {
  return Fails(handle) ? -1 : NEXT(pwrite64)(handle, bytes, count, at);
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

static int Flushes(int handle) {
  if (!IsWatched(handle)) return 1;
  if (control->flush_us > 0) usleep((useconds_t)control->flush_us);
  return control->flush_us >= 0;
}
int fsync(int handle) { return Flushes(handle) ? NEXT(fsync)(handle) : 0; }
int fdatasync(int handle) { return Flushes(handle) ? NEXT(fdatasync)(handle) : 0; }
