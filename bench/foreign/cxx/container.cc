// One container of C++ under the work that another process sends: the keys first, then how often to do it. Which container
// it is, a macro says: the parent compiles this once for each. Times are of this thread's processor time.
//
//   argv   KEY OP LEN BATCH FIRST   or   about   or   cold LEN
//   stdin  two lists of keys (LEN is how many of the first are live), then lines: "build", "run PASSES", "weigh TIMES"
//   stdout "ready", then a line for each of stdin: "built", "ran NANOSECONDS CHECKSUM COUNT", "weighs BYTES"

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifndef __linux__
#include <chrono>
#endif

using Word = std::uint64_t;

struct Pair {
    Word a, b;
    bool operator==(const Pair &other) const { return a == other.a && b == other.b; }
    bool operator<(const Pair &other) const { return a != other.a ? a < other.a : b < other.b; }
};

#if defined(ABSL_FLAT_HASH_MAP)
#include <absl/base/config.h>
#include <absl/container/flat_hash_map.h>
template <class H> H AbslHashValue(H state, const Pair &p) { return H::combine(std::move(state), p.a, p.b); }
template <class K> using Map = absl::flat_hash_map<K, Word>;
#define LIBRARY "Abseil " + std::to_string(ABSL_LTS_RELEASE_VERSION)
#elif defined(ABSL_BTREE_MAP)
#include <absl/base/config.h>
#include <absl/container/btree_map.h>
template <class K> using Map = absl::btree_map<K, Word>;
#define LIBRARY "Abseil " + std::to_string(ABSL_LTS_RELEASE_VERSION)
#define ORDERED
#elif defined(BOOST_UNORDERED_MAP)
#include <boost/functional/hash.hpp>
#include <boost/unordered_map.hpp>
#include <boost/version.hpp>
std::size_t hash_value(const Pair &p) {
    std::size_t seed = 0;
    boost::hash_combine(seed, p.a);
    boost::hash_combine(seed, p.b);
    return seed;
}
template <class K> using Map = boost::unordered_map<K, Word>;
#define LIBRARY "Boost " + std::to_string(BOOST_VERSION / 100000) + "." + std::to_string(BOOST_VERSION / 100 % 1000)
#elif defined(STD_UNORDERED_MAP)
#include <functional>
#include <unordered_map>
// The standard library has no hash of a pair: this is the one that people write.
template <> struct std::hash<Pair> {
    std::size_t operator()(const Pair &p) const {
        std::size_t seed = std::hash<Word>{}(p.a);
        return seed ^ (std::hash<Word>{}(p.b) + 0x9e3779b97f4a7c15 + (seed << 6) + (seed >> 2));
    }
};
template <class K> using Map = std::unordered_map<K, Word>;
#elif defined(STD_MAP)
#include <map>
template <class K> using Map = std::map<K, Word>;
#define ORDERED
#elif defined(STD_VECTOR)
#include <algorithm>
#else
#error "which container?"
#endif

#ifndef LIBRARY
#define LIBRARY "libstdc++ " + std::to_string(_GLIBCXX_RELEASE)
#endif

[[noreturn]] static void fail(const std::string &what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

// now is the time of the clock that the parent has, too.
static Word now() {
#ifdef __linux__
    timespec t;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0) fail("no clock of the thread");
    return Word(t.tv_sec) * 1000000000 + Word(t.tv_nsec);
#else
    return Word(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
#endif
}

// unknown makes the compiler take memory for changed, so that it does not merge one pass with the next.
static void unknown() { asm volatile("" ::: "memory"); }

static void read(void *into, std::size_t bytes) {
    if (bytes > 0 && std::fread(into, 1, bytes, stdin) != bytes) fail("the keys end early");
}

static Word readWord() {
    Word w;
    read(&w, sizeof w);
    return w;
}

// Keys is a list of keys as it came. Strings lie in one arena, as those of the parent do, and are views into it.
template <class K> struct Keys {
    std::vector<K> all;
    std::vector<char> arena;

    Keys() {
        all.resize(readWord());
        if constexpr (std::is_same_v<K, std::string_view>) {
            std::vector<std::uint32_t> lengths(all.size());
            read(lengths.data(), lengths.size() * sizeof lengths[0]);
            std::size_t total = 0;
            for (auto length : lengths) total += length;
            arena.resize(total);
            read(arena.data(), total);
            std::size_t at = 0;
            for (std::size_t i = 0; i < all.size(); at += lengths[i++]) all[i] = {arena.data() + at, lengths[i]};
        } else {
            read(all.data(), all.size() * sizeof all[0]);
        }
    }
};

// allocated is how many bytes malloc has given out, with what it keeps beside each piece. It costs the timed work nothing, as a
// counting allocator would. 0 is where the C library does not say.
[[maybe_unused]] static Word allocated() {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
#else
    return 0;
#endif
}

struct Answer {
    Word nanoseconds = 0, checksum = 0, count = 0;
};

struct Job {
    std::string op;
    std::size_t len, batch;
    Word first; // value of the first key
};

#ifndef STD_VECTOR

template <class K> class Work {
    Job job;
    Keys<K> live, asked; // of churn: the ring as it is inserted, and as it is deleted
    Map<K> map;
    std::size_t oldest = 0; // of the ring

    std::vector<Map<K>> many; // one for each pass that uses its map up

    void fresh() { map = Map<K>(); }

    void fill(Map<K> &map) {
        for (std::size_t i = 0; i < job.len; i++) map[live.all[i]] = job.first + i;
    }

    void fill() { fill(map); }

    void get(std::size_t picks, Answer &a) {
        Word sum = 0, found = 0; // in registers, as those of the parent's loop
        for (const K *key = asked.all.data(), *end = key + picks; key != end; ++key) {
            if (auto it = map.find(*key); it != map.end()) {
                sum += it->second;
                found++;
            }
        }
        a.checksum += sum;
        a.count += found;
    }

    void iterate(Answer &a) {
        Word sum = 0, entries = 0;
        for (const auto &entry : map) {
            sum += entry.second;
            entries++;
        }
        a.checksum += sum;
        a.count += entries;
    }

    void churn() {
        const std::size_t size = live.all.size();
        std::size_t entering = (oldest + job.len) % size;
        for (std::size_t i = 0; i < job.batch; i++) {
            map.erase(asked.all[oldest + i]);
            map[live.all[entering]] = job.first + entering;
            if (++entering == size) entering = 0;
        }
        oldest = (oldest + job.batch) % size;
    }

    void update() {
        Word value = job.first;
        for (const K &key : asked.all) map[key] = value++;
    }

#ifdef ORDERED
    void range(Answer &a) {
        Word sum = 0, entries = 0;
        for (const K &start : asked.all) {
            auto it = map.lower_bound(start);
            for (std::size_t left = job.batch; left > 0 && it != map.end(); --left, ++it) {
                sum += it->second;
                entries++;
            }
        }
        a.checksum += sum;
        a.count += entries;
    }

    // spend has each pass take everything out of a map of its own; count is what is left.
    template <class F> Answer spend(std::size_t passes, F empty) {
        many = std::vector<Map<K>>(passes);
        for (auto &full : many) fill(full);
        Answer a = timed(passes, [this, &empty, next = std::size_t(0)](Answer &a) mutable { empty(many[next++], a); });
        for (auto &left : many) a.count += left.size();
        many = {};
        return a;
    }
#endif

    void set() {
        fresh();
#ifndef ORDERED
        if (job.op == "set-presized") map.reserve(job.len);
#endif
        fill();
    }

    // timed does the work of so many passes.
    template <class F> Answer timed(std::size_t passes, F pass) {
        Answer a;
        Word start = now();
        for (; passes > 0; passes--) {
            pass(a);
            unknown();
        }
        a.nanoseconds = now() - start;
        return a;
    }

    Answer whole(Answer a) { // the checksum is of what the map holds
        iterate(a);
        return a;
    }

  public:
    explicit Work(Job j) : job(std::move(j)) { build(); }

    void build() {
        oldest = 0;
        fresh();
        if (job.op.rfind("set", 0) == 0) return;
        fill();
        if (job.op == "churn")
            for (std::size_t passes = job.len / job.batch + 1; passes > 0; passes--) churn();
    }

    Answer run(std::size_t passes) {
        const std::string &op = job.op;
        Answer warm;
        if (op.rfind("get", 0) == 0) {
            get(job.batch, warm);
            return timed(passes, [this](Answer &a) { get(asked.all.size(), a); });
        }
        if (op == "iterate") {
            iterate(warm);
            return timed(passes, [this](Answer &a) { iterate(a); });
        }
        if (op.rfind("set", 0) == 0) {
            Answer a = whole(timed(passes, [this](Answer &) { set(); }));
            fresh();
            return a;
        }
        if (op == "churn") return whole(timed(passes, [this](Answer &) { churn(); }));
        if (op == "update") return whole(timed(passes, [this](Answer &) { update(); }));
#ifdef ORDERED
        if (op == "range") {
            range(warm);
            return timed(passes, [this](Answer &a) { range(a); });
        }
        if (op == "delete")
            return spend(passes, [this](Map<K> &full, Answer &a) {
                Word deleted = 0;
                for (const K &key : asked.all) deleted += full.erase(key);
                a.checksum += deleted;
            });
        if (op == "pop-front")
            return spend(passes, [](Map<K> &full, Answer &a) {
                Word sum = 0;
                for (auto it = full.begin(); it != full.end(); it = full.erase(it)) sum += it->second;
                a.checksum += sum;
            });
#endif
        fail("no operation " + op);
    }

    // weigh is what so many maps take that grow from empty.
    Word weigh(std::size_t times) {
        many.reserve(times);
        Word before = allocated();
        for (many.resize(times); times > 0; times--) fill(many[times - 1]);
        Word after = allocated();
        many = {};
        return after - before;
    }
};

#else

template <class T> class Work {
    Job job;
    Keys<T> values, unused;
    std::vector<T> v;
    std::vector<std::vector<T>> many; // one for each pass that uses its array up

    static Word bits(T x) {
        Word w;
        static_assert(sizeof w == sizeof x);
        std::memcpy(&w, &x, sizeof w);
        return w;
    }

    // check sums up what the array holds, each element weighed by its place.
    static void check(const std::vector<T> &v, Answer &a) {
        a.count = v.size();
        for (std::size_t i = 0; i < v.size(); i++) a.checksum += (i + 1) * bits(v[i]);
    }

    void load() {
        v = {};
        v.reserve(job.len + job.len / 8 + 1024);
        v.insert(v.end(), values.all.begin(), values.all.end());
    }

    template <class F> Word timed(std::size_t passes, F pass) {
        Word start = now();
        for (std::size_t i = 0; i < passes; i++) {
            pass(i);
            unknown();
        }
        return now() - start;
    }

  public:
    explicit Work(Job j) : job(std::move(j)) { build(); }

    void build() { load(); }

    Answer run(std::size_t passes) {
        Answer a;
        if (job.op == "append") {
            v = {};
            a.nanoseconds = timed(passes, [this](std::size_t) {
                std::vector<T>().swap(v);
                for (T x : values.all) v.push_back(x);
            });
            check(v, a);
            std::vector<T>().swap(v);
        } else if (job.op == "insert-middle") {
            load();
            T last = values.all.back();
            a.nanoseconds = timed(passes, [this, last](std::size_t) {
                for (std::size_t i = 0; i < job.batch; i++) v.insert(v.begin() + std::ptrdiff_t(v.size() / 2), last);
            });
            check(v, a);
        } else if (job.op == "sum") {
            T sum = 0;
            a.nanoseconds = timed(passes, [this, &sum](std::size_t) {
                T pass = 0;
                for (T x : v) pass += x;
                sum = pass;
            });
            a.checksum = bits(sum);
            a.count = v.size();
        } else if (job.op == "sort") {
            many.assign(passes, values.all);
            a.nanoseconds = timed(passes, [this](std::size_t i) { std::sort(many[i].begin(), many[i].end()); });
            check(many.back(), a);
            many.clear();
        } else {
            fail("no operation " + job.op);
        }
        return a;
    }

    Word weigh(std::size_t) { fail("an array weighs what its elements do"); }
};

#endif

template <class K> static int serve(Job job) {
    Work<K> work(std::move(job));
    std::puts("ready");
    std::fflush(stdout);
    char line[64];
    while (std::fgets(line, sizeof line, stdin)) {
        unsigned long long passes, times;
        if (std::strcmp(line, "build\n") == 0) {
            work.build();
            std::puts("built");
        } else if (std::sscanf(line, "run %llu", &passes) == 1 && passes > 0) {
            Answer a = work.run(passes);
            std::printf("ran %llu %llu %llu\n", (unsigned long long)a.nanoseconds, (unsigned long long)a.checksum,
                        (unsigned long long)a.count);
        } else if (std::sscanf(line, "weigh %llu", &times) == 1 && times > 0) {
            std::printf("weighs %llu\n", (unsigned long long)work.weigh(times));
        } else {
            fail("what is " + std::string(line));
        }
        std::fflush(stdout);
    }
    return 0;
}

// cold appends n integers to memory that realloc doubles, in this process that has used none yet, and says how many nanoseconds
// of processor time each took, page faults included.
static int cold(std::size_t n) {
    std::clock_t start = std::clock();
    std::int64_t *elements = nullptr;
    std::size_t length = 0, capacity = 0;
    for (std::size_t i = 0; i < n; i++) {
        if (length == capacity) {
            capacity = capacity == 0 ? 8 : 2 * capacity;
            void *moved = std::realloc(elements, capacity * sizeof *elements);
            if (moved == nullptr) fail("no memory");
            elements = static_cast<std::int64_t *>(moved);
        }
        elements[length++] = static_cast<std::int64_t>(i);
    }
    double took = 1e9 / CLOCKS_PER_SEC * static_cast<double>(std::clock() - start);
    std::printf("%g\n", took / static_cast<double>(n));
    // No free: the process ends here.
    return n > 0 && elements[n / 2] == static_cast<std::int64_t>(n / 2) ? 0 : 1; // so that they have to be written
}

int main(int argc, char **argv) {
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN); // to the whole group: the parent ends this one
    if (argc == 2 && std::strcmp(argv[1], "about") == 0) {
        std::puts((LIBRARY).c_str());
        return 0;
    }
    if (argc == 3 && std::strcmp(argv[1], "cold") == 0) return cold(std::strtoull(argv[2], nullptr, 10));
    if (argc != 6) fail("usage: KEY OP LEN BATCH FIRST, or about, or cold LEN");
    std::string key = argv[1];
    Job job{argv[2], std::strtoull(argv[3], nullptr, 10), std::strtoull(argv[4], nullptr, 10), std::strtoull(argv[5], nullptr, 10)};
#ifdef STD_VECTOR
    if (key == "int64") return serve<std::int64_t>(job);
    if (key == "float64") return serve<double>(job);
#else
    if (key == "uint64") return serve<Word>(job);
    if (key == "string") return serve<std::string_view>(job);
#ifndef ORDERED
    if (key == "pair") return serve<Pair>(job);
#endif
#endif
    fail("no kind of key " + key);
}
