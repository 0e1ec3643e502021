// Sends messages over HTTP keep-alive connections and measures how long the answers take: one thread, epoll, no
// allocation per message, so that it takes as little as it can of the cores that it shares with the server.
//
// Every "@MESSAGEID@" of the template is replaced by an identifier of the same 36 characters as a random UUID, drawn
// from the seed and the number of the message. Prints one line: see `report`.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { MARK_LENGTH = 11, ID_LENGTH = 36, MARKS = 8, ANSWER_LIMIT = 1 << 20, PROBES = 4096 };
static const char MARK[] = "@MESSAGEID@";

struct connection {
  int fd;
  bool busy, polls;
  uint64_t number;      // of the message under way
  double due, sent;     // when it should have been sent, and when it was
  char *request;        // head and body, identifiers filled in place
  size_t length, written;
  char *answer;
  size_t received;
};

// What became of a message is asked for until its delivery is done.
struct probe {
  uint64_t number;
  double sent, next;
};

static struct {
  const char *host, *path, *expect, *probe;
  int port, connections;
  uint64_t count, seed, probe_every;
  double seconds, rate, warmup;
} options = {.host = "127.0.0.1", .path = "/messages", .expect = "", .connections = 64, .seed = 1};

static char *pattern;
static size_t pattern_length, marks[MARKS], mark_count;
static struct connection *connections;
static int poller;
static double *latencies, *delays, *probed;
static uint64_t latency_count, probed_count, capacity, next_number, refused, failed, resent;
static uint64_t *again;  // refused messages that are to be sent once more, first in, first out
static double *again_at;
static uint64_t again_head, again_tail;
static struct probe probes[PROBES];
static int probe_head, probe_tail;
static char first_failure[300];

static void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(2);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

static void identifier(uint64_t number, char out[ID_LENGTH]) {
  static const char digits[] = "0123456789abcdef";
  uint64_t words[2] = {mix(options.seed * 0x100000001b3 + number * 2), mix(~options.seed + (number << 20) * 3)};
  for (int i = 0, bit = 0; i < ID_LENGTH; i++) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      out[i] = '-';
      continue;
    }
    out[i] = i == 14 ? '4' : digits[words[bit / 64] >> bit % 64 & 15];
    bit += 4;
  }
}

// The head and the body as one pattern, with the places of the identifiers.
static void read_template(const char *file) {
  FILE *in = fopen(file, "rb");
  if (!in) die(file);
  char *raw = malloc(ANSWER_LIMIT), *body = malloc(ANSWER_LIMIT * 2);
  size_t size = fread(raw, 1, ANSWER_LIMIT - 1, in), length = 0;
  fclose(in);
  size_t at[MARKS];
  for (size_t i = 0; i < size;) {
    if (size - i >= MARK_LENGTH && !memcmp(raw + i, MARK, MARK_LENGTH)) {
      if (mark_count == MARKS) {
        fprintf(stderr, "load: more than %d marks in %s\n", MARKS, file);
        exit(2);
      }
      at[mark_count++] = length;
      memset(body + length, '0', ID_LENGTH);
      length += ID_LENGTH;
      i += MARK_LENGTH;
    } else {
      body[length++] = raw[i++];
    }
  }
  pattern = malloc(length + 1024);
  int head = size == 0
    ? snprintf(pattern, 1024, "GET %s HTTP/1.1\r\nHost: %s:%d\r\n\r\n", options.path, options.host, options.port)
    : snprintf(pattern, 1024,
               "POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/xml\r\nContent-Length: %zu\r\n\r\n",
               options.path, options.host, options.port, length);
  memcpy(pattern + head, body, length);
  pattern_length = head + length;
  for (size_t i = 0; i < mark_count; i++) marks[i] = head + at[i];
  free(raw);
  free(body);
}

static void open_connection(struct connection *c) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port)};
  if (inet_pton(AF_INET, options.host, &address.sin_addr) != 1) die("bad host");
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address)) die("connect");
  int yes = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event)) die("epoll_ctl");
}

static void flush_request(struct connection *c) {
  while (c->written < c->length) {
    ssize_t n = write(c->fd, c->request + c->written, c->length - c->written);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) die("the server closed a connection");
    c->written += n;
  }
}

static void start(struct connection *c, uint64_t number, double due) {
  char id[ID_LENGTH];
  identifier(number, id);
  for (size_t i = 0; i < mark_count; i++) memcpy(c->request + marks[i], id, ID_LENGTH);
  c->busy = true;
  c->number = number;
  c->due = due;
  c->sent = now();
  c->length = pattern_length;
  c->written = c->received = 0;
  flush_request(c);
}

static void ask(struct connection *c, uint64_t number) {
  char id[ID_LENGTH];
  identifier(number, id);
  c->length = snprintf(c->request, 1024, "GET /messages?messageID=%.*s HTTP/1.1\r\nHost: %s:%d\r\n\r\n", ID_LENGTH, id,
                       options.host, options.port);
  c->busy = true;
  c->number = number;
  c->written = c->received = 0;
  flush_request(c);
}

// The length of the whole answer; 0 while it is not known.
static size_t answer_length(struct connection *c, int *status) {
  c->answer[c->received] = 0;
  char *end = strstr(c->answer, "\r\n\r\n");
  if (!end) return 0;
  *status = c->received > 12 ? atoi(c->answer + 9) : 0;
  for (char *line = c->answer; line && line < end; line = strstr(line, "\r\n")) {
    while (*line == '\r' || *line == '\n') line++;
    if (!strncasecmp(line, "content-length:", 15)) return end + 4 - c->answer + strtoul(line + 15, NULL, 10);
  }
  fprintf(stderr, "load: an answer without Content-Length:\n%.300s\n", c->answer);
  exit(2);
}

static void settle_probe(struct connection *c) {
  struct probe p = probes[probe_head++ % PROBES];
  const char *delivery = strstr(c->answer, options.probe);
  const char *state = delivery ? strstr(delivery, "\"state\":\"") : NULL;
  if (state && !strncmp(state + 9, "done", 4)) {
    probed[probed_count++] = now() - p.sent;
  } else {
    p.next = now() + 0.004;
    probes[probe_tail++ % PROBES] = p;
  }
}

static void finish(struct connection *c, int status) {
  c->busy = false;
  if (c->polls) {
    settle_probe(c);
    return;
  }
  if (status == 503) {
    refused++;
    again[again_tail % capacity] = c->number;
    again_at[again_tail++ % capacity] = now() + 1;
    return;
  }
  if (status / 100 != 2 || !strstr(c->answer, options.expect)) {
    if (!failed++) snprintf(first_failure, sizeof first_failure, "%s", c->answer);
    return;
  }
  double end = now();
  latencies[latency_count] = end - c->sent;
  delays[latency_count++] = end - c->due;
  if (options.probe && c->number % options.probe_every == 0 && probe_tail - probe_head < PROBES)
    probes[probe_tail++ % PROBES] = (struct probe){c->number, c->sent, 0};
}

static void read_answer(struct connection *c) {
  while (true) {
    ssize_t n = read(c->fd, c->answer + c->received, ANSWER_LIMIT - 1 - c->received);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) die("the server closed a connection");
    c->received += n;
    int status = 0;
    size_t length = answer_length(c, &status);
    if (length >= ANSWER_LIMIT) die("an answer is too large");
    if (length && c->received >= length) finish(c, status);
  }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double quantile(double *values, uint64_t count, double part) {
  if (!count) return 0;
  qsort(values, count, sizeof *values, ascending);
  uint64_t at = part * count;
  return values[at < count ? at : count - 1] * 1000;
}

static void parse(int argc, char **argv) {
  static const struct option names[] = {
    {"port", 1, 0, 'p'},   {"path", 1, 0, 'u'},    {"connections", 1, 0, 'c'}, {"count", 1, 0, 'n'},
    {"seconds", 1, 0, 's'}, {"rate", 1, 0, 'r'},   {"seed", 1, 0, 'S'},        {"expect", 1, 0, 'e'},
    {"warmup", 1, 0, 'w'}, {"probe", 1, 0, 'P'},   {"probe-every", 1, 0, 'E'}, {0}};
  for (int o; (o = getopt_long(argc, argv, "", names, NULL)) != -1;) switch (o) {
      case 'p': options.port = atoi(optarg); break;
      case 'u': options.path = optarg; break;
      case 'c': options.connections = atoi(optarg); break;
      case 'n': options.count = strtoull(optarg, NULL, 10); break;
      case 's': options.seconds = atof(optarg); break;
      case 'r': options.rate = atof(optarg); break;
      case 'S': options.seed = strtoull(optarg, NULL, 10); break;
      case 'e': options.expect = optarg; break;
      case 'w': options.warmup = atof(optarg); break;
      case 'P': options.probe = optarg; break;
      case 'E': options.probe_every = strtoull(optarg, NULL, 10); break;
      default: exit(2);
    }
  if (optind + 1 != argc || !options.port || (!options.count && options.seconds <= 0)) {
    fprintf(stderr, "usage: load --port N (--count N | --seconds S) [--warmup S] [--rate R] [--connections C]\n"
                    "  [--path P] [--expect TEXT] [--seed N] [--probe TEXT --probe-every N] TEMPLATE\n");
    exit(2);
  }
  if (!options.probe_every) options.probe_every = 1;
}

int main(int argc, char **argv) {
  parse(argc, argv);
  read_template(argv[optind]);
  capacity = options.count ? options.count : (uint64_t)((options.warmup + options.seconds) * 200000) + 1;
  latencies = malloc(capacity * sizeof *latencies);
  delays = malloc(capacity * sizeof *delays);
  probed = malloc((capacity / options.probe_every + 2) * sizeof *probed);
  again = malloc(capacity * sizeof *again);
  again_at = malloc(capacity * sizeof *again_at);
  int total = options.connections + (options.probe != NULL);
  connections = calloc(total, sizeof *connections);
  if (!latencies || !delays || !probed || !again || !again_at || !connections) die("memory");
  poller = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < total; i++) {
    struct connection *c = connections + i;
    c->request = malloc(pattern_length + 1024);
    c->answer = malloc(ANSWER_LIMIT);
    memcpy(c->request, pattern, pattern_length);
    c->polls = i == options.connections;
    open_connection(c);
  }

  double began = now(), measured = began, last = began + options.warmup + options.seconds;
  uint64_t before = 0;
  bool is_warm = options.warmup <= 0;
  while (true) {
    double time = now();
    if (!is_warm && time - began >= options.warmup) {
      is_warm = true;
      measured = time;
      before = latency_count;
    }
    bool over = options.count ? next_number >= options.count && again_head == again_tail : time >= last;
    int busy = 0;
    for (int i = 0; i < options.connections; i++) {
      struct connection *c = connections + i;
      if (!c->busy && !over) {
        if (again_head < again_tail && again_at[again_head % capacity] <= time) {
          resent++;
          start(c, again[again_head++ % capacity], time);
        } else if ((!options.count || next_number < options.count) && next_number < capacity &&
                   (options.rate <= 0 || began + next_number / options.rate <= time)) {
          double due = options.rate > 0 ? began + next_number / options.rate : time;
          start(c, next_number++, due);
        }
      }
      busy += c->busy;
    }
    if (options.probe) {
      struct connection *c = connections + options.connections;
      if (!c->busy && probe_head < probe_tail && probes[probe_head % PROBES].next <= time)
        ask(c, probes[probe_head % PROBES].number);
      busy += c->busy || probe_head < probe_tail;
    }
    over = options.count ? next_number >= options.count && again_head == again_tail : time >= last;
    if (over && !busy) break;
    struct epoll_event events[128];
    int n = epoll_wait(poller, events, 128, options.rate > 0 || options.probe || again_head < again_tail ? 1 : 100);
    for (int i = 0; i < n; i++) {
      struct connection *c = events[i].data.ptr;
      if (c->busy) {
        if (events[i].events & EPOLLOUT) flush_request(c);
        read_answer(c);
      } else if (events[i].events & (EPOLLHUP | EPOLLERR)) {
        die("the server closed a connection");
      }
    }
  }
  double seconds = now() - measured;
  uint64_t done = latency_count - before;
  double p50 = quantile(latencies + before, done, 0.5), p99 = quantile(latencies + before, done, 0.99);
  double worst = done ? latencies[latency_count - 1] * 1000 : 0, late = quantile(delays + before, done, 0.99);
  printf("%llu\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%llu\t%llu\t%llu\t%.3f\t%.3f\n", (unsigned long long)done, seconds, p50,
         p99, worst, late, (unsigned long long)refused, (unsigned long long)failed, (unsigned long long)probed_count,
         quantile(probed, probed_count, 0.5), quantile(probed, probed_count, 0.99));
  if (!failed) return 0;
  fprintf(stderr, "load: %llu answers were not as expected; the first:\n%s\n", (unsigned long long)failed,
          first_failure);
  return 1;
}
