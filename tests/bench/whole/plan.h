/*
 * The plan of a load: what it is made of, and how it is read from a file, one order a line.
 *
 *   target ADDRESS PORT      where to connect
 *   window N                 connections that may be opening at a time
 *   seconds S                how long new messages are sent
 *   messages N               and at most so many of all senders; 0 is any number
 *   interval MICROSECONDS    from one message of a sender to the next; 0 is as soon as may be
 *   expect MESSAGES SENDERS  ends as soon as each receiver has that many, of so many senders
 *   ready MARK               what a receiver is answered when it listens
 *   greeted MARK             what a sender is answered to its greeting
 *   ack MARK                 what a sender is answered to a message
 *   receiver ROOM HELLO      one that says HELLO and listens
 *   sender ROOM HELLO<tab>MESSAGE
 *
 * In marks and the like, \r, \n, \t and \\ stand for those bytes. Each %%%%%%%%%%%% of a message
 * becomes four digits of its sender and eight of its number, counted from 0. A text that receivers
 * are to find is ^, those digits, and as many x as make it `text_bytes` long.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  text_bytes = 120,
  serial_bytes = 12,
  conns_max = 20000,
  rooms_max = 2000,
  senders_max = 1000,
  line_bytes_max = 65536,
  mark_bytes_max = 64,
  holes_max = 4,
};

#define HOLE "%%%%%%%%%%%%"

struct text {
  char *bytes;
  size_t length;
};

enum state { waiting, connecting, greeting, live };

struct conn {
  int fd;
  int room;
  /* Its number among the senders; -1 is a receiver. */
  int sender;
  enum state state;
  struct text hello;
  /* What was read and may be the beginning of something. */
  char kept[text_bytes];
  size_t kept_bytes;
  /* Of a receiver: the number that comes next from each sender, and what came in which order. */
  uint32_t *next;
  uint64_t order;
  uint64_t got;
  /* Of a sender. */
  struct text message;
  size_t holes[holes_max];
  int holes_count;
  uint32_t number;
  int in_flight, acked;
  int missing;
  uint64_t due_ns;
};

static struct conn conns[conns_max];
static int conns_count, senders[senders_max], senders_count, receivers_of[rooms_max];
static struct sockaddr_in target = {.sin_family = AF_INET};
static struct text ready_mark, greeted_mark, ack_mark;
static double seconds;
static uint64_t interval_ns, messages_max, expected;
static int window = 256, known_senders;

static void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  printf("{\"fault\":\"");
  vprintf(format, values);
  printf("\"}\n");
  exit(1);
}

static struct text unescaped(const char *from, const char *end) {
  struct text text = {malloc((size_t)(end - from) + 1), 0};
  for (; from < end; from++) {
    char byte = *from;
    if (byte == '\\' && from + 1 < end) {
      from++;
      byte = *from == 'r' ? '\r' : *from == 'n' ? '\n' : *from == 't' ? '\t' : *from;
    }
    text.bytes[text.length++] = byte;
  }
  return text;
}

static struct text mark_of(const char *from) {
  struct text mark = unescaped(from, from + strlen(from));
  if (mark.length == 0 || mark.length > mark_bytes_max) fail("a mark has 1 to 64 bytes");
  return mark;
}

static void add_conn(char *order, int is_sender) {
  if (conns_count == conns_max) fail("more connections than %d", conns_max);
  struct conn *conn = &conns[conns_count];
  char *rest;
  conn->room = (int)strtol(order, &rest, 10);
  if (conn->room < 0 || conn->room >= rooms_max) fail("a room above %d", rooms_max);
  if (*rest == ' ') rest++;
  conn->sender = -1;
  if (is_sender) {
    if (senders_count == senders_max) fail("more senders than %d", senders_max);
    char *tab = strchr(rest, '\t');
    if (tab == NULL) fail("a sender without a message");
    conn->hello = unescaped(rest, tab);
    conn->message = unescaped(tab + 1, tab + 1 + strlen(tab + 1));
    char *from = conn->message.bytes, *end = from + conn->message.length, *hole;
    while ((hole = memmem(from, (size_t)(end - from), HOLE, serial_bytes)) != NULL) {
      if (conn->holes_count == holes_max) fail("more serials in a message than %d", holes_max);
      conn->holes[conn->holes_count++] = (size_t)(hole - conn->message.bytes);
      from = hole + serial_bytes;
    }
    conn->sender = senders_count;
    senders[senders_count++] = conns_count;
  } else {
    conn->hello = unescaped(rest, rest + strlen(rest));
    receivers_of[conn->room]++;
  }
  conns_count++;
}

static char *after(char *line, const char *word) {
  size_t length = strlen(word);
  return strncmp(line, word, length) == 0 && line[length] == ' ' ? line + length + 1 : NULL;
}

static void read_plan(const char *path) {
  static char line[line_bytes_max];
  FILE *file = fopen(path, "r");
  if (file == NULL) fail("cannot read %s: %s", path, strerror(errno));
  while (fgets(line, sizeof line, file) != NULL) {
    char *rest;
    line[strcspn(line, "\n")] = 0;
    if ((rest = after(line, "target")) != NULL) {
      char *space = strchr(rest, ' ');
      if (space == NULL) fail("a target has an address and a port");
      *space = 0;
      target.sin_port = htons((uint16_t)atoi(space + 1));
      if (inet_pton(AF_INET, rest, &target.sin_addr) != 1) fail("no address of IPv4: %s", rest);
    } else if ((rest = after(line, "window")) != NULL) window = atoi(rest);
    else if ((rest = after(line, "seconds")) != NULL) seconds = atof(rest);
    else if ((rest = after(line, "messages")) != NULL) messages_max = strtoull(rest, NULL, 10);
    else if ((rest = after(line, "interval")) != NULL)
      interval_ns = strtoull(rest, NULL, 10) * 1000;
    else if ((rest = after(line, "expect")) != NULL) {
      expected = strtoull(rest, &rest, 10);
      known_senders = atoi(rest);
      if (known_senders < 0 || known_senders > senders_max) fail("senders above %d", senders_max);
    } else if ((rest = after(line, "ready")) != NULL) ready_mark = mark_of(rest);
    else if ((rest = after(line, "greeted")) != NULL) greeted_mark = mark_of(rest);
    else if ((rest = after(line, "ack")) != NULL) ack_mark = mark_of(rest);
    else if ((rest = after(line, "receiver")) != NULL) add_conn(rest, 0);
    else if ((rest = after(line, "sender")) != NULL) add_conn(rest, 1);
    else fail("no such order: %s", line);
  }
  fclose(file);
}
