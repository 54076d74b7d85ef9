/* floor - the least a one-core WebSocket server can do: epoll, raw frames, no validation.
 *
 * Build:  cc -O2 -o floor floor.c   (`python -m runtime` does it)
 * Run:    taskset -c 0 ./floor PORT [coalesce]
 * /echo sends each text frame back; /sub receives what /pub sends.  The answer to the handshake is
 * the constant one for the load generator's fixed key.  coalesce: frames that one read of the
 * publisher brings are sent to each subscriber with one send().
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct conn { int fd, kind, subidx; uint32_t nin, nout; uint8_t *in, *out; };
static struct conn **subs; static int nsubs, capsubs, ep, coalesce;
static uint8_t rb[1 << 18], ob[1 << 18];

static void arm(struct conn *c, int w, int op) { struct epoll_event e = {.events = EPOLLIN | (w ? EPOLLOUT : 0), .data.ptr = c}; epoll_ctl(ep, op, c->fd, &e); }
static void drop(struct conn *c) {
    if (c->kind == 2) { subs[c->subidx] = subs[--nsubs]; subs[c->subidx]->subidx = c->subidx; }
    close(c->fd); free(c->in); free(c->out); free(c);
}
static void put(struct conn *c, const uint8_t *b, size_t n) {
    if (!c->nout) {
        ssize_t k = send(c->fd, b, n, MSG_NOSIGNAL);
        if (k == (ssize_t)n) return;
        if (k < 0) { if (errno != EAGAIN) return; k = 0; }
        b += k; n -= k; arm(c, 1, EPOLL_CTL_MOD);
    }
    c->out = realloc(c->out, c->nout + n); memcpy(c->out + c->nout, b, n); c->nout += n;
}
static void flush(struct conn *c) {
    ssize_t k = send(c->fd, c->out, c->nout, MSG_NOSIGNAL);
    if (k < 0) return;
    memmove(c->out, c->out + k, c->nout - k); c->nout -= k;
    if (!c->nout) { free(c->out); c->out = NULL; arm(c, 0, EPOLL_CTL_MOD); }
}
static void cast(const uint8_t *b, size_t n) { for (int i = 0; i < nsubs; i++) put(subs[i], b, n); }
static int onread(struct conn *c) {
    size_t have = c->nin; if (have) memcpy(rb, c->in, have);
    ssize_t k = recv(c->fd, rb + have, sizeof rb - have, 0);
    if (k == 0 || (k < 0 && errno != EAGAIN)) { drop(c); return -1; }
    if (k < 0) return 0;
    have += k; uint8_t *p = rb, *e = rb + have, *o = ob;
    if (!c->kind) {
        if (!memmem(rb, have, "\r\n\r\n", 4)) goto keep;
        c->kind = !memcmp(rb, "GET /sub", 8) ? 2 : !memcmp(rb, "GET /pub", 8) ? 3 : 1;
        if (c->kind == 2) { if (nsubs == capsubs) subs = realloc(subs, (capsubs = capsubs ? capsubs * 2 : 64) * sizeof *subs); c->subidx = nsubs; subs[nsubs++] = c; }
        static const char ok[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        put(c, (const uint8_t *)ok, sizeof ok - 1);
        p = e;
    }
    while (e - p >= 6) {
        size_t n = p[1] & 127, h = 2;
        if (n == 126) { n = p[2] << 8 | p[3]; h = 4; }
        if ((size_t)(e - p) < h + 4 + n) break;
        uint8_t *m = p + h, *d = m + 4; int op = p[0] & 15;
        uint32_t mk; memcpy(&mk, m, 4); size_t i = 0; uint8_t *q = o;
        *q++ = 0x80 | op; if (n < 126) *q++ = n; else { *q++ = 126; *q++ = n >> 8; *q++ = n; }
        for (; i + 4 <= n; i += 4) { uint32_t v; memcpy(&v, d + i, 4); v ^= mk; memcpy(q + i, &v, 4); }
        for (; i < n; i++) q[i] = d[i] ^ m[i & 3];
        o = q + n; p += h + 4 + n;
        if (op == 8) { drop(c); return -1; }
        if (c->kind == 3 && !coalesce) { cast(ob, o - ob); o = ob; }
    }
    if (o != ob) { if (c->kind == 3) cast(ob, o - ob); else put(c, ob, o - ob); }
keep:
    c->nin = e - p;
    if (c->nin) { c->in = realloc(c->in, c->nin); memcpy(c->in, p, c->nin); } else if (c->in) { free(c->in); c->in = NULL; }
    return 0;
}
int main(int ac, char **av) {
    signal(SIGPIPE, SIG_IGN); coalesce = ac > 2;
    int l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one); setsockopt(l, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(av[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(l, (void *)&a, sizeof a) || listen(l, 4096)) { perror("bind"); return 1; }
    ep = epoll_create1(0); struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL}, ev[256]; epoll_ctl(ep, EPOLL_CTL_ADD, l, &e);
    for (;;) {
        int n = epoll_wait(ep, ev, 256, -1);
        for (int i = 0; i < n; i++) {
            struct conn *c = ev[i].data.ptr;
            if (!c) for (;;) {
                int fd = accept4(l, NULL, NULL, SOCK_NONBLOCK); if (fd < 0) break;
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                c = calloc(1, sizeof *c); c->fd = fd; arm(c, 0, EPOLL_CTL_ADD);
            } else { if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) if (onread(c)) continue; if (ev[i].events & EPOLLOUT && c->nout) flush(c); }
        }
    }
}
