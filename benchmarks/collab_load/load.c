/* Clients of the collab example on raw sockets and epoll, loopback only: one process, thousands of connections.
 *
 *   cc -O2 -o load load.c
 *   ./load PORT SECONDS OPENERS EDITS CURSORS PID
 *
 * OPENERS is a file with a line for each connection: how it greets, a tab, how it joins its document, a tab, its
 * address. The first line of a document is its first editor. EDITS in all documents together a second, sent by the
 * connections in turn; CURSORS senders (the first connections) each move 20 times a second.
 *
 * Every message carries when it was due (CLOCK_MONOTONIC in microseconds, modulo 9,000,000, plus 1,000,000): an edit as
 * the text it puts in, a cursor as its place. Latency is from that moment to the arrival at each receiver. Of the process PID
 * the processor's time is taken meanwhile. Prints JSON.
 *
 * Once all have joined it naps for half a millisecond whenever nothing has come, instead of waiting in epoll: each write
 * of the server would have to wake it up, which on one machine costs the server's processor as much as the write itself,
 * and which no client of another machine asks of it. Arrivals are noted so much later at most.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define MOST 20000
#define BUCKETS 9000 /* milliseconds */
#define WRAP 9000000u
#define OPENING 64 /* handshakes at once */
#define NAP 500 /* microseconds; see above */

enum { SHAKING = 1, JOINING, READY, DEAD };
struct conn {
    int fd, state;
    char *hello, *join, *address;
    unsigned char *left;
    size_t kept, room;
    unsigned ref;
    unsigned long revision; /* of the newest edit that was heard */
    uint64_t burst; /* when the last group of cursors came */
};
struct kind { uint64_t received, slots[BUCKETS], longest; };

static struct conn conns[MOST];
static struct kind edits, cursors;
static int count, ep, ready, started, opening, dead, measuring;
static uint64_t errors, bytes, writes_of_cursors, resyncs;
static char first_error[200];

static uint64_t micros(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000ull + t.tv_nsec / 1000;
}

static double processor(const char *pid) { /* seconds that a process has used */
    char name[64], text[2048];
    unsigned long user = 0, system = 0;
    snprintf(name, sizeof name, "/proc/%s/stat", pid);
    FILE *file = fopen(name, "r");
    if (!file) return 0;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    char *after = strrchr(text, ')');
    if (after) sscanf(after + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

static void die(struct conn *c) {
    if (c->state == READY) ready--;
    else if (c->state) opening--;
    if (c->state != DEAD) { c->state = DEAD; dead++; close(c->fd); }
}

static void put(struct conn *c, const unsigned char *data, size_t size) {
    while (size) {
        ssize_t n = send(c->fd, data, size, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            struct pollfd p = {c->fd, POLLOUT, 0};
            poll(&p, 1, 1000);
        } else if (n < 0) { die(c); return; }
        else { data += n; size -= n; }
    }
}

static void say(struct conn *c, const char *text) { /* one masked text frame; the mask is zero */
    static unsigned char out[70000];
    size_t n = strlen(text), head = 2;
    out[0] = 0x81;
    if (n < 126) out[1] = 0x80 | n;
    else { out[1] = 0x80 | 126; out[2] = n >> 8; out[3] = n; head = 4; }
    memset(out + head, 0, 4);
    memcpy(out + head + 4, text, n);
    put(c, out, head + 4 + n);
}

static void open_one(int port) {
    struct conn *c = &conns[started++];
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char text[300];
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c->fd, (void *)&a, sizeof a)) { perror("connect"); exit(1); }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->state = SHAKING;
    opening++;
    int n = snprintf(text, sizeof text,
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: rtgen.v1.json\r\n\r\n", port);
    put(c, (unsigned char *)text, n);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
}

static void took(struct kind *k, const unsigned char *text, size_t n, const char *mark, uint64_t now) {
    unsigned char *at = memmem(text, n, mark, strlen(mark));
    if (!at || !measuring) return;
    uint64_t then = strtoul((char *)at + strlen(mark), NULL, 10) - 1000000;
    uint64_t late = (now % WRAP + WRAP - then) % WRAP;
    k->received++;
    k->slots[late / 1000 < BUCKETS ? late / 1000 : BUCKETS - 1]++;
    if (late > k->longest) k->longest = late;
}

static void heard(struct conn *c, unsigned char *text, size_t n, uint64_t now) {
    static const char edited[] = "[\"document.edited\"", moved[] = "[\"document.cursorMoved\"";
    if (n > sizeof moved && !memcmp(text, moved, sizeof moved - 1)) {
        took(&cursors, text, n, "\"head\":", now);
        if (measuring && now - c->burst > 50000) writes_of_cursors++;
        c->burst = now;
    } else if (n > sizeof edited && !memcmp(text, edited, sizeof edited - 1)) {
        char *revision = strstr((char *)text, "\"revision\":");
        if (revision) c->revision = strtoul(revision + 11, NULL, 10);
        took(&edits, text, n, "\"text\":\"", now);
    }
    else if (!memcmp(text, "[\"$ping\"", 8)) {
        char answer[64];
        snprintf(answer, sizeof answer, "[\"$pong\",%.*s", (int)(n - 9), text + 9);
        say(c, answer);
    } else if (!memcmp(text, "[\"$welcome\"", 11)) say(c, c->join);
    else if (!memcmp(text, "[\"$joined\"", 10)) { if (c->state == JOINING) { c->state = READY; opening--; ready++; } }
    else if (!memcmp(text, "[\"$error\"", 9)) {
        if (!errors++) snprintf(first_error, sizeof first_error, "%.*s", (int)(n < 150 ? n : 150), text);
    } else if (!memcmp(text, "[\"$resync\"", 10)) resyncs++;
}

static void arrived(struct conn *c) {
    static unsigned char in[1 << 20];
    memcpy(in, c->left, c->kept);
    ssize_t got = recv(c->fd, in + c->kept, sizeof in - c->kept - 1, MSG_DONTWAIT);
    if (got <= 0) { if (!(got < 0 && errno == EAGAIN)) die(c); return; }
    uint64_t now = micros();
    size_t have = c->kept + got, at = 0;
    bytes += got;
    in[have] = 0;
    if (c->state == SHAKING) {
        unsigned char *end = memmem(in, have, "\r\n\r\n", 4);
        if (end) { at = end + 4 - in; c->state = JOINING; say(c, c->hello); }
    }
    while (c->state > SHAKING && c->state != DEAD && have - at >= 2) {
        size_t n = in[at + 1] & 127, head = 2;
        if (n == 126) { if (have - at < 4) break; n = in[at + 2] << 8 | in[at + 3]; head = 4; }
        else if (n == 127) { if (have - at < 10) break; n = (size_t)in[at + 6] << 24 | in[at + 7] << 16 | in[at + 8] << 8 | in[at + 9]; head = 10; }
        if (have - at < head + n) break;
        int kind = in[at] & 15;
        if (kind == 8) { fprintf(stderr, "closed: %d\n", in[at + head] << 8 | in[at + head + 1]); die(c); return; }
        unsigned char after = in[at + head + n];
        in[at + head + n] = 0;
        heard(c, in + at + head, n, now);
        in[at + head + n] = after;
        at += head + n;
    }
    c->kept = have - at;
    if (c->kept > c->room) c->left = realloc(c->left, c->room = c->kept);
    memcpy(c->left, in + at, c->kept);
}

static unsigned stamp(uint64_t due) { return due % WRAP + 1000000; }

static void edit(struct conn *c, uint64_t due) {
    char text[500];
    c->ref++;
    snprintf(text, sizeof text,
        "[\"document.edit\",%u,\"%s\",{\"id\":\"00000000-0000-4000-8000-%012x\",\"base\":%lu,\"operations\":"
        "[{\"kind\":\"insert\",\"at\":0,\"text\":\"%u\"}]}]", c->ref + 10, c->address, c->ref, c->revision, stamp(due));
    say(c, text);
}

static void move(struct conn *c, uint64_t due) {
    char text[300];
    snprintf(text, sizeof text, "[\"document.moveCursor\",0,\"%s\",{\"anchor\":0,\"head\":%u}]", c->address, stamp(due));
    say(c, text);
}

static double percentile(struct kind *k, double part) { /* milliseconds, the upper edge of the slot */
    uint64_t seen = 0;
    for (int i = 0; i < BUCKETS; i++) if ((seen += k->slots[i]) >= part * k->received && seen) return i + 1;
    return -1;
}

static void tell(const char *name, struct kind *k, uint64_t sent) {
    printf("\"%s\":{\"sent\":%lu,\"received\":%lu,\"p50\":%.0f,\"p99\":%.0f,\"longest\":%.1f},", name, sent, k->received,
        percentile(k, 0.5), percentile(k, 0.99), k->longest / 1000.0);
}

int main(int argc, char **argv) {
    if (argc != 7) return 2;
    int port = atoi(argv[1]), movers = atoi(argv[5]);
    double used = 0, seconds = atof(argv[2]), rate = atof(argv[4]);
    FILE *file = fopen(argv[3], "r");
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, file) > 0 && count < MOST) {
        char *text = strdup(strtok(line, "\n"));
        conns[count].hello = strtok(text, "\t");
        conns[count].join = strtok(NULL, "\t");
        conns[count++].address = strtok(NULL, "\t");
    }
    ep = epoll_create1(0);
    static struct epoll_event events[512];
    uint64_t begin = micros(), joined = 0, start = 0, stop = 0, due_edit = 0, due_move = 0, edits_sent = 0, moves_sent = 0;
    uint64_t edit_step = rate > 0 ? 1e6 / rate : 0, move_step = movers ? 50000 / movers : 0;
    int turn = 0, mover = 0;
    for (;;) {
        while (started < count && opening < OPENING) open_one(port);
        uint64_t now = micros();
        if (!joined && ready + dead == count) {
            joined = now;
            start = now + 3000000; /* what joining has left behind calms down; it moves already */
            stop = start + (uint64_t)(seconds * 1e6);
            due_edit = due_move = now + 1000000;
        }
        if (joined) {
            if (!measuring && now >= start) { measuring = 1; used = processor(argv[6]); }
            if (now >= stop + 500000) break; /* what was sent last has arrived */
            while (now < stop && edit_step && due_edit <= now) {
                struct conn *c = &conns[turn++ % count];
                if (c->state == READY) { edit(c, due_edit); if (measuring) edits_sent++; }
                due_edit += edit_step;
            }
            while (now < stop && move_step && due_move <= now) {
                struct conn *c = &conns[mover++ % movers];
                if (c->state == READY) { move(c, due_move); if (measuring) moves_sent++; }
                due_move += move_step;
            }
        } else if (now - begin > 120000000) { fprintf(stderr, "only %d of %d have joined\n", ready, count); return 1; }
        int n = epoll_wait(ep, events, 512, joined ? 0 : 1);
        if (!n && joined) usleep(NAP);
        for (int i = 0; i < n; i++) {
            struct conn *c = events[i].data.ptr;
            if (c->state != DEAD) arrived(c);
        }
    }
    printf("{");
    tell("edits", &edits, edits_sent);
    tell("cursors", &cursors, moves_sent);
    printf("\"joined\":%d,\"joining\":%.2f,\"groups\":%lu,\"errors\":%lu,\"resyncs\":%lu,\"bytes\":%lu,\"lost\":%d,\"busy\":%.2f}\n", ready,
        (joined - begin) / 1e6, writes_of_cursors, errors, resyncs, bytes, dead, (processor(argv[6]) - used) / (seconds + 0.5));
    if (errors) fprintf(stderr, "%s\n", first_error);
    return 0;
}
