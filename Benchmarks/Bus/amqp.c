// Publishes messages to RabbitMQ and measures how long their confirms take: one connection, a durable queue, persistent
// messages, a bounded number of them unconfirmed at a time. The counterpart of load.c; prints the same line.
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { ID_LENGTH = 36, MARK_LENGTH = 11, MARKS = 8, BODY_LIMIT = 1 << 20, WINDOW_LIMIT = 1024 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what) {
  fprintf(stderr, "amqp: %s\n", what);
  exit(2);
}

static void must(amqp_rpc_reply_t reply, const char *what) {
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) die(what);
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  if (argc != 7) die("usage: amqp PORT QUEUE-TYPE SECONDS WARMUP WINDOW TEMPLATE");
  double seconds = atof(argv[3]), warmup = atof(argv[4]);
  unsigned window = atoi(argv[5]);
  if (!window || window > WINDOW_LIMIT) die("the window is 1 to 1024");

  char *body = malloc(BODY_LIMIT), *raw = malloc(BODY_LIMIT);
  size_t marks[MARKS], mark_count = 0, length = 0;
  FILE *in = fopen(argv[6], "rb");
  if (!in) die("the template cannot be read");
  size_t size = fread(raw, 1, BODY_LIMIT / 8, in);
  fclose(in);
  for (size_t i = 0; i < size;) {
    if (size - i >= MARK_LENGTH && !memcmp(raw + i, "@MESSAGEID@", MARK_LENGTH) && mark_count < MARKS) {
      marks[mark_count++] = length;
      length += ID_LENGTH;
      i += MARK_LENGTH;
    } else {
      body[length++] = raw[i++];
    }
  }

  amqp_connection_state_t connection = amqp_new_connection();
  amqp_socket_t *socket = amqp_tcp_socket_new(connection);
  if (amqp_socket_open(socket, "127.0.0.1", atoi(argv[1]))) die("no connection");
  int yes = 1;
  setsockopt(amqp_get_sockfd(connection), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  must(amqp_login(connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"), "login");
  amqp_channel_open(connection, 1);
  must(amqp_get_rpc_reply(connection), "channel");
  amqp_bytes_t queue = amqp_cstring_bytes(argv[2]);
  amqp_table_entry_t type = {.key = amqp_cstring_bytes("x-queue-type"),
                             .value = {.kind = AMQP_FIELD_KIND_UTF8, .value.bytes = amqp_cstring_bytes(argv[2])}};
  amqp_queue_declare(connection, 1, queue, false, true, false, false, (amqp_table_t){1, &type});
  must(amqp_get_rpc_reply(connection), "queue");
  amqp_queue_purge(connection, 1, queue);
  must(amqp_get_rpc_reply(connection), "purge");
  amqp_confirm_select(connection, 1);
  must(amqp_get_rpc_reply(connection), "confirms");

  size_t capacity = (seconds + warmup) * 200000 + 1;
  double *latencies = malloc(capacity * sizeof *latencies), sent[WINDOW_LIMIT];
  bool open[WINDOW_LIMIT] = {false};
  uint64_t next = 1, oldest = 1, done = 0, before = 0, refused = 0;
  unsigned under_way = 0;
  double began = now(), measured = began, end = began + warmup + seconds;
  amqp_basic_properties_t properties = {
    ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG,
    .content_type = amqp_cstring_bytes("application/xml"),
    .delivery_mode = AMQP_DELIVERY_PERSISTENT};
  uint64_t tag = (uint64_t)time(NULL);
  while (true) {
    double time = now();
    if (!before && time - began >= warmup) {
      before = done + 1;
      measured = time;
    }
    if (time >= end && !under_way) break;
    // A confirm may settle several; the window is over numbers, so that the slots of the unsettled are never shared.
    while (time < end && next - oldest < window) {
      char id[ID_LENGTH + 1];
      snprintf(id, sizeof id, "%08" PRIx64 "-0000-4000-8000-%012" PRIx64, tag & 0xffffffff, next);
      for (size_t i = 0; i < mark_count; i++) memcpy(body + marks[i], id, ID_LENGTH);
      if (amqp_basic_publish(connection, 1, amqp_empty_bytes, queue, false, false, &properties,
                             (amqp_bytes_t){length, body}))
        die("publishing failed");
      open[next % WINDOW_LIMIT] = true;
      sent[next++ % WINDOW_LIMIT] = now();
      under_way++;
    }
    amqp_frame_t frame;
    amqp_maybe_release_buffers(connection);
    if (amqp_simple_wait_frame(connection, &frame)) die("the connection ended");
    if (frame.frame_type != AMQP_FRAME_METHOD) continue;
    uint64_t settled;
    bool several;
    if (frame.payload.method.id == AMQP_BASIC_ACK_METHOD) {
      amqp_basic_ack_t *ack = frame.payload.method.decoded;
      settled = ack->delivery_tag;
      several = ack->multiple;
    } else if (frame.payload.method.id == AMQP_BASIC_NACK_METHOD) {
      amqp_basic_nack_t *nack = frame.payload.method.decoded;
      settled = nack->delivery_tag;
      several = nack->multiple;
      refused++;
    } else {
      die("an unexpected method");
    }
    double arrived = now();
    for (uint64_t number = several ? oldest : settled; number <= settled; number++) {
      if (!open[number % WINDOW_LIMIT]) continue;
      open[number % WINDOW_LIMIT] = false;
      under_way--;
      if (done < capacity) latencies[done++] = arrived - sent[number % WINDOW_LIMIT];
    }
    while (oldest < next && !open[oldest % WINDOW_LIMIT]) oldest++;
  }
  double took = now() - measured;
  if (before) before--;
  uint64_t count = done - before;
  qsort(latencies + before, count, sizeof *latencies, ascending);
  double *sorted = latencies + before;
  printf("%" PRIu64 "\t%.3f\t%.3f\t%.3f\t%.3f\t0\t%" PRIu64 "\t0\t0\t0\t0\n", count, took,
         count ? sorted[count / 2] * 1000 : 0, count ? sorted[count * 99 / 100] * 1000 : 0,
         count ? sorted[count - 1] * 1000 : 0, refused);
  amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
  return refused ? 1 : 0;
}
