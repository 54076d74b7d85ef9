/* load - WebSocket load generator on raw sockets and epoll, loopback only. `python -m runtime` builds and runs it.
 *
 * Build:  cc -O2 -o load load.c
 * Run:    taskset -c 1 ./load -m echo -p 9000 -u /echo -n 50 -d 5 -f payload.json -k SERVERPID
 *         taskset -c 1 ./load -m sub  -p 9000 -u /sub -U /pub -n 1000 -d 5 -W 2 -f payload.json
 *
 * -m echo   every active connection sends a message and counts what comes back
 * -m sub    n subscribers plus one publisher connection; counts deliveries
 * -n N      connections         -A N   of these, only N send (echo)
 * -I N      messages in flight on each connection, closed loop (echo, default 1)
 * -r R      open loop: R sends/s in all, latency counted from the time a send was due
 * -W N      closed loop publisher: at most N messages not yet delivered to all (sub)
 * -B        those N together, and the next ones when all have them (sub)
 * -w S -d S warm-up and measured seconds
 * -f FILE   message template; holds "ts=" and 16 hex digits, replaced by the send time, and may hold the number
 *           1000000000, replaced by a greater one in each message: a request's ref
 * -F FILE   the same for the publisher, where it says something else
 * -p PORTS  comma separated; client process i takes the i-th of them
 * -e        instead each connection takes the next of them
 * -Q PORT   where the publisher connects, when it is not where the first process's subscribers do (sub)
 * -P N      fork N client processes (a process has a limit on open files)
 * -k PIDS   server pids, comma separated: CPU and resident memory are read for them
 * -K PIDS   of what serves the servers, a Redis say: its CPU is told apart
 * -o TEXT   message to send after the handshake (Socket.IO "40"); further ones go after a frame that begins with 40
 *           %ID and %TOKEN in it become the connection's number and its line of the file of -t
 * -t FILE   tokens, one a line
 * -s TEXT   subprotocol to ask for
 * -j        the publisher says its opening messages too, and is ready like a subscriber
 * -J        the same, one after the other's answer
 * -S N      frames to skip before a connection counts as ready
 * -c N      handshakes under way at once (default 128)   -x TEXT  an extra request header line
 * -z        replies are compressed: do not look for the send time in them (echo: depth 1 only; sub: no latency)
 * -H S      keep the connections open S seconds without traffic before measuring
 * While connections are made it looks for what has come every 200 microseconds instead of waiting in epoll: each write of
 * the server would have to wake it up, which no client on another machine asks of a server's processor.
 * Client connections come from 127.0.1.1, 127.0.1.2, ... (20,000 from each).
 * The handshake uses a fixed key.  One line of JSON is printed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SUB_BITS 6
#define BUCKETS (48 << SUB_BITS)
#define MAXP 8
#define RB (1 << 20)
#define NAP 200  /* microseconds; see above */

enum { CONNECTING, SHAKING, OPENING, READY, DEAD };
struct conn { int fd; uint8_t st, pub; int skip; int inflight; uint32_t nleft; uint8_t *left; uint64_t at; };
struct shared {
    volatile int go, stop;
    volatile uint64_t t0, t1;
    struct { volatile uint64_t ready, all, recv, sent, closed, errs, dropped, bytes; double cpu; uint64_t hist[BUCKETS]; } p[MAXP];
};
static struct shared *sh;
static const char *mode = "echo", *path = "/echo", *pubpath = "/pub", *xhdr = "", *subproto = NULL;
static int ports[MAXP] = {9000}, nports = 1, port = 9000, pubport = 0, evenly = 0, heard = 0, bursts = 0, joins = 0, first = 0, nconn = 1, nactive = -1, depth = 1, window = 0, nproc = 1, nskip = 0, maxshake = 128, nopen = 0, blind = 0;
static double rate = 0, warm = 1, dur = 5, hold = 0;
static const char *openmsg[8]; static char **tokens; static int ntokens;
static char *tmpl; static size_t tlen, tsoff;
static const uint8_t MASK[4] = {0x5a, 0xc3, 0x17, 0x9e};

static uint64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
static int bucket(uint64_t v) {
    if (v < (2u << SUB_BITS)) return (int)v;
    int e = 63 - __builtin_clzll(v) - SUB_BITS;
    int b = (e << SUB_BITS) + (int)(v >> e);
    return b < BUCKETS ? b : BUCKETS - 1;
}
static double unbucket(int b) {
    if (b < (2 << SUB_BITS)) return b;
    int e = (b >> SUB_BITS) - 1;
    return (double)((uint64_t)((b & ((1 << SUB_BITS) - 1)) + (1 << SUB_BITS)) << e);
}
static size_t frame(uint8_t *o, const char *s, size_t n) {
    size_t h = 2;
    o[0] = 0x81;
    if (n < 126) o[1] = 0x80 | n;
    else if (n < 65536) { o[1] = 0x80 | 126; o[2] = n >> 8; o[3] = n; h = 4; }
    else { o[1] = 0x80 | 127; for (int i = 0; i < 8; i++) o[2 + i] = (uint64_t)n >> (56 - 8 * i); h = 10; }
    memcpy(o + h, MASK, 4); h += 4;
    for (size_t i = 0; i < n; i++) o[h + i] = s[i] ^ MASK[i & 3];
    return h + n;
}
static uint8_t *fr; static size_t frlen, froff, refoff; static uint64_t refs;  /* pre-masked message, offsets of its time digits and its number */
static int me, ep, ncon, nshaking, nextc; static struct conn *C;

static int push(int fd, const void *b, size_t n) {
    const uint8_t *q = b;
    while (n) {
        ssize_t k = send(fd, q, n, MSG_NOSIGNAL);
        if (k < 0) {
            if (errno != EAGAIN) return -1;
            if (q == b) return 1;
            struct pollfd pf = {fd, POLLOUT, 0}; poll(&pf, 1, 1000); continue;
        }
        q += k; n -= k;
    }
    return 0;
}
static void fire(struct conn *c, uint64_t due) {
    static const char hx[] = "0123456789abcdef";
    uint8_t *t = fr + froff;
    for (int i = 0; i < 16; i++) t[i] = hx[(due >> (60 - 4 * i)) & 15] ^ MASK[(tsoff + i) & 3];
    if (refoff) { uint64_t v = 1000000000ull + ++refs % 8000000000ull; for (int i = 9; i >= 0; i--, v /= 10) fr[frlen - tlen + refoff + i] = ('0' + v % 10) ^ MASK[(refoff + i) & 3]; }
    int r = push(c->fd, fr, frlen);
    if (r == 1) { sh->p[me].dropped++; return; }
    if (r) { sh->p[me].errs++; return; }
    c->at = due; c->inflight++; sh->p[me].sent++;
}
static void text(struct conn *c, const char *s) {
    uint8_t b[4096]; char m[4000]; size_t n = 0; int id = first + (int)(c - C);
    for (; *s && n < sizeof m - 1; ) {
        if (!strncmp(s, "%ID", 3)) { n += snprintf(m + n, sizeof m - n, "%d", id); s += 3; }
        else if (!strncmp(s, "%TOKEN", 6) && ntokens) { n += snprintf(m + n, sizeof m - n, "%s", tokens[id % ntokens]); s += 6; }
        else m[n++] = *s++;
        if (n >= sizeof m) { fprintf(stderr, "an opening message is too long\n"); _exit(1); }
    }
    push(c->fd, b, frame(b, m, n));
}

static void start_one(void) {
    struct conn *c = &C[nextc]; int id = nextc++;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) { perror("socket"); _exit(1); }
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET};
    a.sin_addr.s_addr = htonl(0x7f000101 + me * 16 + id / 20000);
    if (bind(c->fd, (void *)&a, sizeof a)) { perror("bind"); _exit(1); }
    a.sin_addr.s_addr = htonl(0x7f000001); a.sin_port = htons(c->pub && pubport ? pubport : evenly ? ports[id % nports] : port);
    connect(c->fd, (void *)&a, sizeof a);
    c->st = CONNECTING; nshaking++;
    struct epoll_event e = {.events = EPOLLOUT, .data.u32 = id};
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
}
static void ready(struct conn *c) { c->st = READY; sh->p[me].ready++; }
static void died(struct conn *c) {
    if (c->st == DEAD) return;
    if (c->st < READY) nshaking -= (c->st <= OPENING);
    c->st = DEAD; close(c->fd); sh->p[me].closed++;
}
static uint64_t tsread(const uint8_t *p, size_t n) {
    static size_t hint;
    const uint8_t *q = NULL;
    if (hint && hint + 19 <= n && !memcmp(p + hint, "ts=", 3)) q = p + hint;
    else if ((q = memmem(p, n, "ts=", 3))) hint = q - p;
    if (!q || q + 19 > p + n) return 0;
    uint64_t v = 0; q += 3;
    for (int i = 0; i < 16; i++) { uint8_t ch = q[i]; v = v << 4 | (ch <= '9' ? ch - '0' : ch - 'a' + 10); }
    return v;
}
/* one whole frame */
static void got(struct conn *c, int op, const uint8_t *p, size_t n, uint64_t t) {
    if (op == 9) { uint8_t b[160]; size_t k = frame(b, (const char *)p, n < 125 ? n : 125); b[0] = 0x8a; push(c->fd, b, k); return; }
    if (op == 8) { died(c); return; }
    if (op == 10) return;
    if (n == 1 && p[0] == '2') { text(c, "3"); return; }
    if (n > 8 && n < 64 && !memcmp(p, "[\"$ping\"", 8)) { char b[64]; memcpy(b, p, n); b[n] = 0; b[4] = 'o'; text(c, b); return; }
    if (c->st == OPENING) {
        if (!joins && n >= 2 && p[0] == '4' && p[1] == '0') for (int i = 1; i < nopen; i++) text(c, openmsg[i]);
        if (--c->skip == 0) { nshaking--; ready(c); }
        return;
    }
    if (c->pub) return;
    uint64_t ts = blind ? (c->at ? c->at : t) : tsread(p, n);
    if (!ts) return;
    c->inflight--;
    sh->p[me].all++;
    if (t >= sh->t0 && t < sh->t1) { sh->p[me].recv++; sh->p[me].hist[bucket(t > ts ? t - ts : 0)]++; }
    if (mode[0] == 'e' && rate == 0 && !sh->stop && sh->go) fire(c, t);
}
static uint8_t rbuf[RB];
static void readable(struct conn *c) {
    size_t have = c->nleft;
    if (have) memcpy(rbuf, c->left, have);
    ssize_t k = recv(c->fd, rbuf + have, (have > 65536 ? RB - have : 65536), 0);
    if (k == 0 || (k < 0 && errno != EAGAIN)) { died(c); return; }
    if (k < 0) return;
    have += k; sh->p[me].bytes += k;
    uint8_t *p = rbuf, *e = rbuf + have;
    uint64_t t = now();
    if (c->st == SHAKING) {
        uint8_t *x = memmem(p, have, "\r\n\r\n", 4);
        if (x) {
            if (memcmp(p, "HTTP/1.1 101", 12)) { fprintf(stderr, "handshake refused: %.80s\n", p); sh->p[me].errs++; died(c); return; }
            p = x + 4;
            if (nopen) text(c, openmsg[0]);
            if (joins) for (int i = 1; i < nopen; i++) text(c, openmsg[i]);
            c->skip = nskip;
            if (nskip && (joins || heard || !c->pub)) c->st = OPENING;
            else { nshaking--; ready(c); }
        }
    }
    while (c->st >= OPENING && c->st != DEAD && e - p >= 2) {
        size_t n = p[1] & 127, h = 2;
        if (n == 126) { if (e - p < 4) break; n = p[2] << 8 | p[3]; h = 4; }
        else if (n == 127) { if (e - p < 10) break; n = 0; for (int i = 0; i < 8; i++) n = n << 8 | p[2 + i]; h = 10; }
        if ((size_t)(e - p) < h + n) break;
        got(c, p[0] & 15, p + h, n, t);
        p += h + n;
    }
    c->nleft = c->st == DEAD ? 0 : e - p;
    if (c->nleft) { c->left = realloc(c->left, c->nleft); memcpy(c->left, p, c->nleft); }
    else if (c->left) { free(c->left); c->left = NULL; }
}
static void writable(struct conn *c, int id) {
    int err = 0; socklen_t l = sizeof err;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
    if (err) { sh->p[me].errs++; died(c); return; }
    char b[1024];
    int n = snprintf(b, sizeof b, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s%s%s\r\n", c->pub ? pubpath : path, port, xhdr, *xhdr ? "\r\n" : "",
        subproto ? "Sec-WebSocket-Protocol: " : "", subproto ? subproto : "", subproto ? "\r\n" : "");
    c->st = SHAKING;
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = id};
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
    push(c->fd, b, n);
}
static const char *pubfile;
static void template(const char *file) {
    FILE *h = fopen(file, "r"); if (!h) { perror(file); exit(2); }
    tmpl = malloc(1 << 20); tlen = fread(tmpl, 1, 1 << 20, h); fclose(h);
    while (tlen && tmpl[tlen - 1] == '\n') tlen--;
    char *q = memmem(tmpl, tlen, "ts=", 3); if (!q) { fprintf(stderr, "no ts= in template\n"); exit(2); }
    tsoff = q + 3 - tmpl; fr = malloc(tlen + 16); frlen = frame(fr, tmpl, tlen); froff = frlen - tlen + tsoff;
    q = memmem(tmpl, tlen, "1000000000", 10); refoff = q ? q - tmpl : 0;
}
static void read_tokens(const char *file) {
    FILE *h = fopen(file, "r"); if (!h) { perror(file); exit(2); }
    char *line = NULL; size_t room = 0; ssize_t n;
    while ((n = getline(&line, &room, h)) > 0) {
        if (line[n - 1] == '\n') line[n - 1] = 0;
        tokens = realloc(tokens, (ntokens + 1) * sizeof *tokens); tokens[ntokens++] = strdup(line);
    }
    free(line); fclose(h);
}
static void child(int id, int mine) {
    me = id; ep = epoll_create1(0); ncon = mine; port = ports[id % nports];
    first = id * (nconn / nproc + 2); refs = (uint64_t)id * 500000000ull;
    int sub = mode[0] == 's';
    int haspub = sub && id == 0;
    if (haspub && pubfile) template(pubfile);
    C = calloc(ncon + 1, sizeof *C);
    if (haspub) C[ncon].pub = 1;
    int total = ncon + haspub;
    static struct epoll_event ev[1024];
    uint64_t due = 0, step = 0; int started = 0, rr = 0, act = nactive < 0 || nactive > ncon ? ncon : nactive;
    struct rusage r0 = {0}, r1; int meas = 0;
    for (;;) {
        while (nextc < total && nshaking < maxshake) start_one();
        uint64_t t = now();
        if (sh->go && !started) {
            started = 1;
            if (rate > 0) { step = (uint64_t)(1e9 / (rate / (sub ? 1 : nproc))); due = t + step * (id + 1) / (nproc + 1); }
            else if (!sub) for (int i = 0; i < act; i++) if (C[i].st == READY) for (int k = 0; k < depth; k++) fire(&C[i], now());
        }
        if (started && !meas && t >= sh->t0) { meas = 1; getrusage(RUSAGE_SELF, &r0); }
        if (meas == 1 && t >= sh->t1) {
            meas = 2; getrusage(RUSAGE_SELF, &r1);
            sh->p[me].cpu = (r1.ru_utime.tv_sec - r0.ru_utime.tv_sec) + (r1.ru_stime.tv_sec - r0.ru_stime.tv_sec)
                + ((r1.ru_utime.tv_usec - r0.ru_utime.tv_usec) + (r1.ru_stime.tv_usec - r0.ru_stime.tv_usec)) / 1e6;
        }
        if (sh->stop) _exit(0);
        int wait_ns = 50000000;
        if (started && t < sh->t1 && (!sub || haspub)) {
            if (rate > 0) {
                while (due <= t) {
                    struct conn *c = sub ? &C[ncon] : &C[rr++ % act];
                    if (c->st == READY) fire(c, due);
                    due += step;
                }
                wait_ns = due - t < 50000000 ? (int)(due - t) : 50000000;
            } else if (sub) {
                uint64_t rec = 0; for (int i = 0; i < nproc; i++) rec += sh->p[i].all;
                uint64_t whole = rec / nconn, most = !bursts || whole >= sh->p[0].sent ? whole + window : 0;
                while (sh->p[0].sent < most && C[ncon].st == READY) {
                    uint64_t before = sh->p[0].sent; fire(&C[ncon], now()); if (sh->p[0].sent == before) break;
                }
            }
        }
        if (!started) { usleep(NAP); wait_ns = 0; }
        struct timespec ts = {0, wait_ns};
        int n = epoll_pwait2(ep, ev, 1024, &ts, NULL);
        for (int i = 0; i < n; i++) {
            struct conn *c = &C[ev[i].data.u32];
            if (c->st == DEAD) continue;
            if (c->st == CONNECTING) writable(c, ev[i].data.u32);
            else readable(c);
        }
    }
}
static int pids[16], npids, beside[16], nbeside;
static double cpu_of(int pid) {
    char f[64], b[2048]; snprintf(f, sizeof f, "/proc/%d/stat", pid);
    int d = open(f, O_RDONLY); if (d < 0) return 0; int n = read(d, b, sizeof b - 1); close(d); if (n <= 0) return 0; b[n] = 0;
    char *q = strrchr(b, ')'); unsigned long u, s; if (!q || sscanf(q + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &u, &s) != 2) return 0;
    return (double)(u + s) / sysconf(_SC_CLK_TCK);
}
static double cpu_all(void) { double x = 0; for (int i = 0; i < npids; i++) x += cpu_of(pids[i]); return x; }
static double cpu_beside(void) { double x = 0; for (int i = 0; i < nbeside; i++) x += cpu_of(beside[i]); return x; }
static long rss_all(void) {
    long t = 0;
    for (int i = 0; i < npids; i++) {
        char f[64], b[256]; snprintf(f, sizeof f, "/proc/%d/status", pids[i]);
        FILE *h = fopen(f, "r"); if (!h) continue; long v;
        while (fgets(b, sizeof b, h)) if (sscanf(b, "VmRSS: %ld", &v) == 1) t += v;
        fclose(h);
    }
    return t;
}
static long tcp_mem(void) {  /* kernel memory for TCP socket buffers, pages */
    FILE *h = fopen("/proc/net/sockstat", "r"); char b[256]; long v = 0; if (!h) return 0;
    while (fgets(b, sizeof b, h)) { char *q = strstr(b, "mem "); if (!strncmp(b, "TCP:", 4) && q) v = atol(q + 4); }
    fclose(h); return v;
}
static void sleep_until(uint64_t t) { struct timespec s = {t / 1000000000ull, t % 1000000000ull}; clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &s, NULL); }
int main(int ac, char **av) {
    const char *file = NULL; int o;
    while ((o = getopt(ac, av, "m:p:Q:u:U:n:A:I:r:W:w:d:f:F:P:k:K:o:S:c:x:H:zejJBs:t:")) != -1) switch (o) {
        case 'm': mode = optarg; break; case 'p': nports = 0; for (char *q = strtok(optarg, ","); q && nports < MAXP; q = strtok(NULL, ",")) ports[nports++] = atoi(q); break; case 'u': path = optarg; break; case 'U': pubpath = optarg; break;
        case 'n': nconn = atoi(optarg); break; case 'A': nactive = atoi(optarg); break; case 'I': depth = atoi(optarg); break; case 'r': rate = atof(optarg); break;
        case 'W': window = atoi(optarg); break; case 'w': warm = atof(optarg); break; case 'd': dur = atof(optarg); break; case 'f': file = optarg; break; case 'F': pubfile = optarg; break; case 'j': joins = 1; break; case 's': subproto = optarg; break; case 't': read_tokens(optarg); break;
        case 'P': nproc = atoi(optarg); break; case 'S': nskip = atoi(optarg); break; case 'c': maxshake = atoi(optarg); break; case 'x': xhdr = optarg; break;
        case 'H': hold = atof(optarg); break; case 'z': blind = 1; break; case 'o': openmsg[nopen++] = optarg; break;
        case 'k': for (char *q = strtok(optarg, ","); q; q = strtok(NULL, ",")) pids[npids++] = atoi(q); break;
        case 'K': for (char *q = strtok(optarg, ","); q; q = strtok(NULL, ",")) beside[nbeside++] = atoi(q); break;
        case 'Q': pubport = atoi(optarg); break; case 'e': evenly = 1; break; case 'J': heard = 1; break; case 'B': bursts = 1; break;
        default: return 2;
    }
    if (!file) { fprintf(stderr, "no -f\n"); return 2; }
    template(file);
    if (window == 0 && mode[0] == 's' && rate == 0) window = 2;
    sh = mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    long rss0 = rss_all(), tm0 = tcp_mem(); double c00 = cpu_all(); uint64_t tc = now();
    int kids[MAXP];
    for (int i = 0; i < nproc; i++) { int mine = nconn / nproc + (i < nconn % nproc); if (!(kids[i] = fork())) child(i, mine); }
    uint64_t want = nconn + (mode[0] == 's'), rdy = 0; uint64_t last = now(), lastr = 0;
    for (;;) {
        rdy = 0; uint64_t gone = 0; for (int i = 0; i < nproc; i++) rdy += sh->p[i].ready, gone += sh->p[i].closed;
        if (rdy >= want) break;
        if (rdy != lastr) { lastr = rdy; last = now(); }
        if (now() - last > 8000000000ull || gone > 500) { fprintf(stderr, "only %lu of %lu ready, %lu closed\n", rdy, want, gone); break; }
        usleep(2000);
    }
    double conn_s = (now() - tc) / 1e9, conn_cpu = cpu_all() - c00;
    usleep(300000 + (useconds_t)(hold * 1e6));
    long rss1 = rss_all(), tm1 = tcp_mem();
    uint64_t t = now(); sh->t0 = t + (uint64_t)(warm * 1e9); sh->t1 = sh->t0 + (uint64_t)(dur * 1e9); sh->go = 1;
    sleep_until(sh->t0); double c0 = cpu_all(), b0 = cpu_beside(); sleep_until(sh->t1); double c1 = cpu_all(), b1 = cpu_beside();
    long rss2 = rss_all();
    usleep(300000); sh->stop = 1;
    static uint64_t hist[BUCKETS]; uint64_t recv_ = 0, sent = 0, closed = 0, errs = 0, drop = 0; double ccpu = 0;
    for (int i = 0; i < nproc; i++) {
        int st; waitpid(kids[i], &st, 0); recv_ += sh->p[i].recv; sent += sh->p[i].sent; closed += sh->p[i].closed; errs += sh->p[i].errs; drop += sh->p[i].dropped; ccpu += sh->p[i].cpu;
        for (int b = 0; b < BUCKETS; b++) hist[b] += sh->p[i].hist[b];
    }
    double pc[5] = {0.5, 0.9, 0.99, 0.999, 1.0}, pv[5]; uint64_t acc = 0; int k = 0;
    for (int b = 0; b < BUCKETS && k < 5; b++) { acc += hist[b]; while (k < 5 && recv_ && acc >= (uint64_t)(pc[k] * recv_ + 0.5)) pv[k++] = unbucket(b) / 1e3; }
    while (k < 5) pv[k++] = -1;
    printf("{\"mode\":\"%s\",\"conns\":%d,\"ready\":%lu,\"connect_s\":%.3f,\"conn_per_s\":%.0f,\"conn_cpu_us\":%.1f,\"recv\":%lu,\"secs\":%.2f,\"rate\":%.0f,"
        "\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,\"srv_us_per_msg\":%.2f,\"beside_us_per_msg\":%.2f,\"srv_util\":%.3f,\"cli_util\":%.3f,"
        "\"rss0_kb\":%ld,\"rss1_kb\":%ld,\"rss2_kb\":%ld,\"b_per_conn\":%.0f,\"tcpmem_pages\":%ld,\"closed\":%lu,\"errs\":%lu,\"dropped\":%lu,\"sent\":%lu}\n",
        mode, nconn, rdy, conn_s, rdy / conn_s, rdy ? conn_cpu * 1e6 / rdy : 0, recv_, dur, recv_ / dur, pv[0], pv[1], pv[2], pv[3], pv[4],
        recv_ ? (c1 - c0) * 1e6 / recv_ : 0, recv_ ? (b1 - b0) * 1e6 / recv_ : 0, (c1 - c0) / dur, ccpu / dur, rss0, rss1, rss2, nconn ? (rss1 - rss0) * 1024.0 / nconn : 0, tm1 - tm0, closed, errs, drop, sent);
    return 0;
}
