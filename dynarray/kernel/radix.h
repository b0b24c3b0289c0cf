// Radix sort of one width of keys, most significant digit first: included once for each, with KEY and WIDTH set.
// The keys are unsigned here; radix.c has turned signed numbers and floats into such.

#define JOIN2(a, b) a##_##b
#define JOIN(a, b) JOIN2(a, b)
#define NAME(a) JOIN(a, KEY)

// insertion copies n keys in order from "from" to "to", which may be the same.
static void NAME(insertion)(const KEY *from, KEY *to, size_t n) {
	for (size_t i = 0; i < n; i++) {
		KEY x = from[i];
		size_t j = i;
		for (; j > 0 && to[j - 1] > x; j--)
			to[j] = to[j - 1];
		to[j] = x;
	}
}

// varying has the bits set in which keys differ.
CLONES static KEY NAME(varying)(const KEY *a, size_t n) {
	KEY bits = 0, first = a[0];
	for (size_t i = 0; i < n; i++)
		bits |= a[i] ^ first;
	return bits;
}

// msd sorts the n keys of a, with b as scratch of the same size; the result is to be in b if over is set, else in a. The keys
// are dealt out by the topmost digit in which they differ, then each bucket by the next. With hardly more buckets than keys, the
// rest is a matter of a few comparisons: one insertion sort over all buckets together.
static void NAME(msd)(KEY *a, KEY *b, size_t n, int over) {
	if (n <= SMALL) {
		NAME(insertion)(a, over ? b : a, n);
		return;
	}
	KEY differ = NAME(varying)(a, n);
	if (differ == 0) {
		if (over)
			memcpy(b, a, n * sizeof *a);
		return;
	}
	int top = WIDTH - LEADING(differ), digit = digit_of(n);
	if (digit > top)
		digit = top;
	int shift = top - digit;
	uint32_t end[(size_t)1 << digit];
	size_t buckets = (size_t)1 << digit, mask = buckets - 1;
	memset(end, 0, sizeof end);
	for (size_t i = 0; i < n; i++)
		end[(a[i] >> shift) & mask]++;
	uint32_t sum = 0, most = 0;
	for (size_t d = 0; d < buckets; d++) {
		uint32_t count = end[d];
		most = count > most ? count : most;
		end[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		b[end[(a[i] >> shift) & mask]++] = a[i];
	// Now b has the keys, and end is where each bucket ends.
	if (shift == 0) {
		if (!over)
			memcpy(a, b, n * sizeof *a);
		return;
	}
	if (most > SMALL) {
		uint32_t start = 0, done = 0; // what lies before done is where it is to be
		for (size_t d = 0; d < buckets; start = end[d++]) {
			if (end[d] - start <= SMALL)
				continue;
			NAME(insertion)(b + done, (over ? b : a) + done, start - done);
			done = end[d];
			NAME(msd)(b + start, a + start, done - start, !over);
		}
		NAME(insertion)(b + done, (over ? b : a) + done, n - done);
		return;
	}
	NAME(insertion)(b, over ? b : a, n);
}

// turn makes signed numbers of floats, in the same order, and back: the bits below the sign are turned over where it is set.
// Without floats, it makes unsigned numbers of signed ones, and back.
CLONES static void NAME(turn)(KEY *a, size_t n, int floats) {
	const KEY sign = (KEY)1 << (WIDTH - 1);
	if (floats)
		for (size_t i = 0; i < n; i++)
			a[i] ^= (KEY)((KEY)0 - (KEY)(a[i] >> (WIDTH - 1))) & (KEY)~sign;
	else
		for (size_t i = 0; i < n; i++)
			a[i] ^= sign;
}

// flag sorts in place where scratch for all keys would be too much: American flag sort. It permutes the keys into 256 buckets
// and goes on with each of them, here or, once they fit the scratch, in msd. depth bounds the work on keys that are hard to
// tell apart: each call takes eight bits.
static void NAME(flag)(KEY *a, size_t n, KEY *scratch, size_t room) {
	if (n <= room) {
		NAME(msd)(a, scratch, n, 0);
		return;
	}
	KEY differ = NAME(varying)(a, n);
	if (differ == 0)
		return;
	int top = WIDTH - LEADING(differ), digit = top < 8 ? top : 8, shift = top - digit;
	size_t buckets = (size_t)1 << digit, mask = buckets - 1, next[256] = {0}, end[256];
	for (size_t i = 0; i < n; i++)
		next[(a[i] >> shift) & mask]++;
	size_t sum = 0;
	for (size_t d = 0; d < buckets; d++) {
		size_t count = next[d];
		next[d] = sum;
		end[d] = sum += count;
	}
	for (size_t d = 0; d < buckets; d++)
		while (next[d] < end[d]) {
			KEY x = a[next[d]];
			for (size_t at = (x >> shift) & mask; at != d; at = (x >> shift) & mask) {
				KEY y = a[next[at]];
				a[next[at]++] = x;
				x = y;
			}
			a[next[d]++] = x;
		}
	size_t start = 0;
	for (size_t d = 0; d < buckets && shift > 0; start = end[d++])
		NAME(flag)(a + start, end[d] - start, scratch, room);
}

// sort sorts all, and returns 0 if there was no memory for it. The keys come as numbers without a sign.
static int NAME(sort)(KEY *a, size_t n) {
	KEY few[STACK / sizeof(KEY)], *scratch = few;
	size_t room = n < SCRATCH / sizeof(KEY) ? n : SCRATCH / sizeof(KEY);
	if (room > STACK / sizeof(KEY)) {
		scratch = malloc(room * sizeof(KEY));
		if (scratch == NULL)
			return 0;
	}
	NAME(flag)(a, n, scratch, room);
	if (scratch != few)
		free(scratch);
	return 1;
}

#undef NAME
#undef JOIN
#undef JOIN2
