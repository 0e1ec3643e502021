/* What the peers written in C share: the file in memory, the clocks, the options, and the line per round. */
#ifndef PEER_H
#define PEER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  char *bytes;
  size_t count;
} Input;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static Input read_whole(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail(path, "cannot be opened");
  if (fseek(file, 0, SEEK_END) != 0) fail(path, "cannot be measured");
  long size = ftell(file);
  if (size <= 0 || size > 0x7fffffff) fail(path, "must have 1 byte to 2 GiB");
  rewind(file);
  Input input = {malloc((size_t)size + 1), (size_t)size};
  if (input.bytes == NULL) fail(path, "does not fit into memory");
  if (fread(input.bytes, 1, input.count, file) != input.count) fail(path, "cannot be read");
  input.bytes[input.count] = 0;
  fclose(file);
  return input;
}

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int rounds_from(const char *text) {
  int rounds = atoi(text);
  if (rounds < 1 || rounds > 1000) fail("ROUNDS", "must be a number from 1 to 1000");
  return rounds;
}

/* What one round found: elements counted, or -1 where the round only judged. */
typedef long (*Round)(const Input *input, void *context);

/* One round to warm up, then `rounds` that are printed: peer, CPU seconds, wall seconds, bytes, elements or "valid". */
static void measure(const char *peer, int rounds, const Input *input, Round round, void *context) {
  for (int number = 0; number <= rounds; number++) {
    double processor = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
    long found = round(input, context);
    processor = seconds(CLOCK_PROCESS_CPUTIME_ID) - processor;
    wall = seconds(CLOCK_MONOTONIC) - wall;
    if (number == 0) continue;
    printf("%s\t%.6f\t%.6f\t%zu\t", peer, processor, wall, input->count);
    if (found < 0) printf("valid\n"); else printf("%ld elements\n", found);
    fflush(stdout);
  }
}

#endif
