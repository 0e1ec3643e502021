// A disk that fails: loaded before the C library (LD_PRELOAD) it makes writes and syncs of the files in one folder fail
// while it is told to, and does to the data what disks do then.
//
// TORTURE_FOLDER names the folder, TORTURE_CONTROL a file of `struct control` that the test keeps mapped as well.
// FULL: what would make a file grow is written as far as the room goes, then ENOSPC; overwriting goes on working.
// SYNC: fsync and fdatasync fail with EIO, and what was written since the last sync is gone: the kernel marks the pages
// clean and may drop them, so that the next reader sees what was on the disk before.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NONE, FULL, SYNC };
struct control {
  int32_t mode, percent;  // of the syncs that fail
  int64_t room;           // bytes that files may still grow by
  uint64_t seed, failed_writes, failed_syncs, lost_bytes;
};

// A write that no sync has made durable yet, and what was there before.
struct unsynced {
  struct unsynced *earlier;
  dev_t device;
  ino_t inode;
  off_t offset, size;  // of the file before
  size_t length;
  char before[];
};

static struct control *control;
static const char *folder;
static size_t folder_length;
static struct unsynced *newest;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fsync)(int), (*real_fdatasync)(int);

__attribute__((constructor)) static void prepare(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  folder = getenv("TORTURE_FOLDER");
  const char *path = getenv("TORTURE_CONTROL");
  if (!folder || !path) return;
  folder_length = strlen(folder);
  int file = open(path, O_RDWR | O_CLOEXEC);
  void *mapped = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) {
    fprintf(stderr, "torture: %s cannot be mapped\n", path);
    _exit(99);
  }
  close(file);
  control = mapped;
}

static int is_ours(int fd) {
  if (!control || fd < 3) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  // The index of the log (-shm) lives in memory: no sync is ever asked of it.
  return n > (ssize_t)folder_length && !strncmp(path, folder, folder_length) && path[folder_length] == '/' &&
    !(n > 4 && !strncmp(path + n - 4, "-shm", 4));
}

static uint64_t chance(void) {
  uint64_t x = __atomic_add_fetch(&control->seed, 0x9e3779b97f4a7c15, __ATOMIC_RELAXED);
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return (x ^ x >> 31) % 100;
}

// Keeps what a write is about to cover.
static void remember(int fd, off_t offset, size_t length) {
  struct stat file;
  if (fstat(fd, &file)) return;
  size_t kept = offset < file.st_size ? (size_t)(file.st_size - offset) : 0;
  if (kept > length) kept = length;
  struct unsynced *one = malloc(sizeof *one + kept);
  if (!one) return;
  *one = (struct unsynced){newest, file.st_dev, file.st_ino, offset, file.st_size, kept};
  // Files that are open for writing only are logs of somebody else's.
  if (kept && pread(fd, one->before, kept, offset) != (ssize_t)kept) {
    free(one);
    return;
  }
  newest = one;
}

// Forgets what has become durable, or takes it back.
static void settle(int fd, int is_lost) {
  struct stat file;
  if (fstat(fd, &file)) return;
  for (struct unsynced **at = &newest; *at;) {
    struct unsynced *one = *at;
    if (one->device != file.st_dev || one->inode != file.st_ino) {
      at = &one->earlier;
      continue;
    }
    if (is_lost) {
      if (one->length) (void)!real_pwrite(fd, one->before, one->length, one->offset);
      if (ftruncate(fd, one->size)) perror("torture: ftruncate");
      control->lost_bytes += one->length;
    }
    *at = one->earlier;
    free(one);
  }
}

static ssize_t put(int fd, const void *bytes, size_t length, off_t offset) {
  pthread_mutex_lock(&lock);
  struct stat file;
  ssize_t result = -1;
  if (control->mode == FULL && !fstat(fd, &file) && offset + (off_t)length > file.st_size) {
    int64_t growth = offset + (int64_t)length - file.st_size;
    if (growth > control->room) {
      control->failed_writes++;
      int64_t fits = (int64_t)length - (growth - control->room);
      control->room = 0;
      if (fits <= 0) {
        pthread_mutex_unlock(&lock);
        errno = ENOSPC;
        return -1;
      }
      length = fits;
    } else {
      control->room -= growth;
    }
  }
  if (control->percent) remember(fd, offset, length);
  result = real_pwrite(fd, bytes, length, offset);
  pthread_mutex_unlock(&lock);
  return result;
}

static int sync_or_fail(int fd, int (*real)(int)) {
  if (!is_ours(fd)) return real(fd);
  pthread_mutex_lock(&lock);
  int result = -1;
  if (control->mode == SYNC && (int)chance() < control->percent) {
    control->failed_syncs++;
    settle(fd, 1);
    errno = EIO;
  } else {
    result = real(fd);
    if (!result) settle(fd, 0);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  return is_ours(fd) ? put(fd, bytes, length, offset) : real_pwrite(fd, bytes, length, offset);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!real_write) prepare();
  if (!is_ours(fd)) return real_write(fd, bytes, length);
  off_t offset = lseek(fd, 0, SEEK_CUR);
  ssize_t n = offset < 0 ? real_write(fd, bytes, length) : put(fd, bytes, length, offset);
  if (offset >= 0 && n > 0) lseek(fd, offset + n, SEEK_SET);
  return n;
}

int fsync(int fd) { return sync_or_fail(fd, real_fsync); }
int fdatasync(int fd) { return sync_or_fail(fd, real_fdatasync); }

static int reserve(int fd) {
  if (!is_ours(fd) || control->mode != FULL) return 0;
  control->failed_writes++;
  return ENOSPC;
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  static int (*real)(int, int, off64_t, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "fallocate64");
  if (reserve(fd)) {
    errno = ENOSPC;
    return -1;
  }
  return real(fd, mode, offset, length);
}
int posix_fallocate64(int fd, off64_t offset, off64_t length) {
  static int (*real)(int, off64_t, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "posix_fallocate64");
  return reserve(fd) ? ENOSPC : real(fd, offset, length);
}
