/*
 * The load of the benchmark: opens connections, sends messages on some of them, and sees that the
 * others get each of them, whole and in order. Its argument is the file of its plan.
 *
 * A sender has one message in flight: from sending it until it was answered and all receivers of
 * its room have it. When all are ready it says so, in a line of JSON, and waits for a line of
 * input; when all is done it says what came of it. Whatever goes wrong ends it, with a line that
 * says what.
 */
#define _GNU_SOURCE
#include "plan.h"
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  frame_head_bytes = 1 + serial_bytes,
  read_bytes = 1 << 18,
  events_at_once = 512,
  latencies_max = 4000000,
  stall_seconds = 15,
};

static int poller;
static char buffer[text_bytes + read_bytes], filler[text_bytes];
static uint32_t latencies[latencies_max];
static size_t latencies_count;
static uint64_t deliveries, sent, messages, complete;
static int opening, opened, next_to_open, in_flight;
/* The times of the monotonic clock at which this and that happened. */
static uint64_t start_ns, first_ns, opened_ns, go_ns, progress_ns, now_ns;

/* The last that was read, such as the answer that was none of those expected. */
static void fail_with(const char *what, const char *bytes, size_t length) {
  char shown[200];
  size_t count = 0;
  for (size_t at = 0; at < length && count < sizeof shown - 1; at++) {
    char byte = bytes[at];
    shown[count++] = byte < ' ' || byte > '~' || byte == '"' || byte == '\\' ? '.' : byte;
  }
  shown[count] = 0;
  fail("%s: %s", what, shown);
}

static uint64_t clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void watch(struct conn *conn, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = conn};
  if (epoll_ctl(poller, operation, conn->fd, &event) != 0) fail("epoll: %s", strerror(errno));
}

static void write_all(struct conn *conn, struct text text) {
  ssize_t written = send(conn->fd, text.bytes, text.length, MSG_NOSIGNAL);
  if (written == (ssize_t)text.length) return;
  fail("cannot write: %s", written < 0 ? strerror(errno) : "the server does not read");
}

static void open_conn(struct conn *conn) {
  conn->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (conn->fd < 0) fail("cannot open a socket: %s", strerror(errno));
  int yes = 1;
  setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(conn->fd, (struct sockaddr *)&target, sizeof target) != 0 && errno != EINPROGRESS)
    fail("cannot connect: %s", strerror(errno));
  conn->state = connecting;
  opening++;
  watch(conn, EPOLL_CTL_ADD, EPOLLOUT);
}

static void open_more(void) {
  while (opening < window && next_to_open < conns_count) open_conn(&conns[next_to_open++]);
}

static void is_ready(struct conn *conn) {
  conn->state = live;
  progress_ns = now_ns;
  opening--;
  if (opened++ == 0) first_ns = now_ns;
  if (opened == conns_count) opened_ns = now_ns;
}

static void greet(struct conn *conn) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) fail("cannot connect: %s", strerror(error));
  watch(conn, EPOLL_CTL_MOD, EPOLLIN);
  conn->state = greeting;
  if (conn->hello.length > 0) write_all(conn, conn->hello);
  else is_ready(conn);
}

static void put_digits(char *to, uint32_t value, int digits) {
  for (int at = digits - 1; at >= 0; at--, value /= 10) to[at] = (char)('0' + value % 10);
}

/* Whether there is time and need for one more. */
static int goes_on(void) {
  return now_ns < go_ns + (uint64_t)(seconds * 1e9) && (messages_max == 0 || sent < messages_max);
}

static void send_next(struct conn *conn, uint64_t due_ns) {
  for (int at = 0; at < conn->holes_count; at++) {
    char *hole = conn->message.bytes + conn->holes[at];
    put_digits(hole, (uint32_t)conn->sender, 4);
    put_digits(hole + 4, conn->number, 8);
  }
  conn->due_ns = due_ns;
  conn->missing = receivers_of[conn->room];
  conn->acked = ack_mark.length == 0;
  conn->in_flight = 1;
  in_flight++;
  sent++;
  write_all(conn, conn->message);
}

/* When all have a message and it was answered; the next one may follow. */
static void settle(struct conn *conn) {
  if (!conn->in_flight || !conn->acked || conn->missing > 0) return;
  uint64_t micros = (now_ns - conn->due_ns) / 1000;
  if (latencies_count < latencies_max) latencies[latencies_count++] = (uint32_t)micros;
  conn->in_flight = 0;
  in_flight--;
  conn->number++;
  messages++;
  progress_ns = now_ns;
  if (interval_ns == 0 && goes_on()) send_next(conn, now_ns);
}

static int64_t digits_at(const char *from, int count) {
  int64_t value = 0;
  for (int at = 0; at < count; at++) {
    if (from[at] < '0' || from[at] > '9') return -1;
    value = value * 10 + (from[at] - '0');
  }
  return value;
}

static void take_frame(struct conn *conn, const char *frame) {
  int64_t sender = digits_at(frame + 1, 4), number = digits_at(frame + 5, 8);
  size_t filler_bytes = text_bytes - frame_head_bytes;
  if (sender < 0 || number < 0 || memcmp(frame + frame_head_bytes, filler, filler_bytes) != 0)
    fail_with("a text that was not sent so", frame, text_bytes);
  if (sender >= known_senders) fail("a message of sender %d, whom nobody knows", (int)sender);
  if (conn->next[sender] != (uint32_t)number)
    fail("message %u of sender %d was due, and %d came", conn->next[sender], (int)sender,
         (int)number);
  conn->next[sender]++;
  conn->order = (conn->order ^ (uint64_t)(sender << 32 | number)) * 0x9e3779b97f4a7c15u;
  conn->got++;
  deliveries++;
  progress_ns = now_ns;
  if (expected > 0) {
    if (conn->got == expected) complete++;
    if (conn->got > expected) fail("more messages came than %d", (int)expected);
    return;
  }
  struct conn *from = &conns[senders[sender]];
  if (from->room != conn->room) fail("a message of another room came");
  if (!from->in_flight || from->number != (uint32_t)number)
    fail("a message came that is not in flight");
  if (--from->missing < 0) fail("a message came twice");
  settle(from);
}

/* Gives what is left: the beginning of a text, or nothing. */
static const char *take_frames(struct conn *conn, const char *from, const char *end) {
  const char *frame;
  while ((frame = memchr(from, '^', (size_t)(end - from))) != NULL) {
    if (end - frame < text_bytes) return frame;
    take_frame(conn, frame);
    from = frame + text_bytes;
  }
  return end;
}

static const char *find_mark(const char *from, const char *end, struct text mark) {
  const char *found = memmem(from, (size_t)(end - from), mark.bytes, mark.length);
  return found == NULL ? NULL : found + mark.length;
}

/* Of a mark that has not come whole. */
static const char *mark_rest(const char *from, const char *end, struct text mark) {
  return end - from < (ptrdiff_t)mark.length ? from : end - (mark.length - 1);
}

static const char *take_acks(struct conn *conn, const char *from, const char *end) {
  const char *found;
  while ((found = find_mark(from, end, ack_mark)) != NULL) {
    if (!conn->in_flight || conn->acked)
      fail_with("an answer to nothing", from, (size_t)(end - from));
    conn->acked = 1;
    progress_ns = now_ns;
    settle(conn);
    from = found;
  }
  return mark_rest(from, end, ack_mark);
}

static void take(struct conn *conn, const char *from, const char *end) {
  if (conn->state == greeting) {
    struct text mark = conn->sender < 0 ? ready_mark : greeted_mark;
    const char *found = find_mark(from, end, mark);
    if (found == NULL) from = mark_rest(from, end, mark);
    else {
      from = found;
      is_ready(conn);
    }
  }
  if (conn->state == live && conn->sender < 0) from = take_frames(conn, from, end);
  else if (conn->state == live && ack_mark.length > 0) from = take_acks(conn, from, end);
  else if (conn->state == live) from = end;
  conn->kept_bytes = (size_t)(end - from);
  memcpy(conn->kept, from, conn->kept_bytes);
}

static void read_conn(struct conn *conn) {
  char *from = buffer + text_bytes - conn->kept_bytes;
  memcpy(from, conn->kept, conn->kept_bytes);
  ssize_t bytes = read(conn->fd, buffer + text_bytes, read_bytes);
  if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (bytes <= 0)
    fail_with(bytes == 0 ? "the server closed a connection after" : strerror(errno), conn->kept,
              conn->kept_bytes);
  take(conn, from, buffer + text_bytes + bytes);
}

static uint64_t cpu_micros(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
         (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Reads and writes what can be read and written, for at most that long. */
static void turn(int timeout_ms, int *told) {
  static struct epoll_event events[events_at_once];
  int count = epoll_wait(poller, events, events_at_once, timeout_ms);
  now_ns = clock_ns();
  if (in_flight > 0 && now_ns - progress_ns > stall_seconds * 1000000000ull) {
    for (int at = 0; at < senders_count; at++) {
      struct conn *conn = &conns[senders[at]];
      if (conn->in_flight)
        fail("no news; message %u of sender %d %s, missing with %d", conn->number, at,
             conn->acked ? "was answered" : "was not answered", conn->missing);
    }
  }
  for (int at = 0; at < count; at++) {
    struct conn *conn = events[at].data.ptr;
    now_ns = clock_ns();
    if (conn == NULL) *told = 1;
    else if (conn->state == connecting) greet(conn);
    else read_conn(conn);
  }
}

/* Until all are ready and, where they expect something, have it. */
static void open_all(void) {
  uint64_t wanted = expected > 0 ? (uint64_t)conns_count : 0;
  progress_ns = start_ns = clock_ns();
  while (opened < conns_count || complete < wanted) {
    open_more();
    turn(1000, &(int){0});
    if (now_ns < progress_ns + stall_seconds * 1000000000ull) continue;
    for (int at = 0; at < conns_count; at++) {
      struct conn *conn = &conns[at];
      if (conn->state != live) fail_with("no greeting; the last was", conn->kept, conn->kept_bytes);
    }
    fail("%d of %d have what they expect", (int)complete, conns_count);
  }
}

static void wait_for_go(void) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  int told = 0;
  if (epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0)
    fail("epoll: %s", strerror(errno));
  while (!told) turn(1000, &told);
  epoll_ctl(poller, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
}

static void send_each(uint64_t due_ns) {
  for (int at = 0; at < senders_count && goes_on(); at++) send_next(&conns[senders[at]], due_ns);
}

static void send_all(void) {
  int told;
  uint64_t due_ns = go_ns = progress_ns = now_ns = clock_ns();
  if (interval_ns == 0) send_each(now_ns);
  while (in_flight > 0 || (interval_ns > 0 && senders_count > 0 && goes_on())) {
    if (interval_ns > 0 && in_flight == 0 && now_ns >= due_ns) {
      send_each(due_ns);
      due_ns += interval_ns;
    }
    turn(interval_ns > 0 ? 1 : 1000, &told);
  }
}

/* Whether all receivers of a room got its messages in the same order, whoever sent them. */
static int is_one_order(void) {
  static uint64_t orders[rooms_max];
  static char seen[rooms_max];
  for (int at = 0; at < conns_count; at++) {
    struct conn *conn = &conns[at];
    if (conn->sender >= 0) continue;
    if (seen[conn->room] && orders[conn->room] != conn->order) return 0;
    seen[conn->room] = 1;
    orders[conn->room] = conn->order;
  }
  return 1;
}

int main(int count, char **arguments) {
  if (count != 2) fail("tell me the file of a plan");
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  setvbuf(stdout, NULL, _IOLBF, 0);
  memset(filler, 'x', sizeof filler);
  read_plan(arguments[1]);
  if (expected == 0) known_senders = senders_count;
  if (ready_mark.length == 0) ready_mark = mark_of("\n");
  if (greeted_mark.length == 0) greeted_mark = mark_of("\n");
  for (int at = 0; at < conns_count; at++)
    if (conns[at].sender < 0) conns[at].next = calloc((size_t)known_senders + 1, sizeof(uint32_t));
  poller = epoll_create1(0);
  open_all();
  printf("{\"opened\":%d,\"firstMicros\":%ju,\"allMicros\":%ju}\n", opened,
         (uintmax_t)(first_ns - start_ns) / 1000, (uintmax_t)(opened_ns - start_ns) / 1000);
  uint64_t cpu_before = 0;
  if (expected > 0) go_ns = start_ns;
  else {
    wait_for_go();
    cpu_before = cpu_micros();
    send_all();
  }
  uint64_t cpu = cpu_micros() - cpu_before;
  printf("{\"messages\":%ju,\"deliveries\":%ju,\"micros\":%ju,\"cpuMicros\":%ju,",
         (uintmax_t)messages, (uintmax_t)deliveries, (uintmax_t)(progress_ns - go_ns) / 1000,
         (uintmax_t)cpu);
  printf("\"oneOrder\":%s,\"latencyMicros\":[", is_one_order() ? "true" : "false");
  for (size_t at = 0; at < latencies_count; at++) printf(at == 0 ? "%u" : ",%u", latencies[at]);
  printf("]}\n");
  return 0;
}
