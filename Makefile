# make demo   see it work, from nothing, in under 90 seconds
# make test   run every test; 5 minutes on 2 cores is the aim, see bench/NOTES.md
#
# Both install what is missing on a Debian or Ubuntu with Go: a C compiler, and for the tests a Chromium.
# As root or with sudo they install it themselves; else they say what to install.

GO ?= go
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

# Without cgo: all that reads other processes, and the structures.
NOCGO := . ./cgo ./cgo/tracefmt ./cgo/malloctrace ./cgo/leaktest ./diagnose/... ./dynarray/... ./hashmap/... ./orderedmap/... ./bench/...
# The structures, for keys of all kinds, with their checks compiled in. Not ordertest's own tests: see RACE.
STRUCTURES := ./hashmap/... ./orderedmap ./orderedmap/bplustree ./orderedmap/btree ./orderedmap/nodesearch
# Under the race detector, and with its checks of pointers: ordertest's own tests read each structure from several goroutines,
# and hold it, built as its users build it, against the suites; malloctrace is called from several. The page and the
# profiles, for which a server and all of pprof would be compiled once more, are in make race.
# The tests that look at other processes from outside do so at ordinary builds, as their users have them: they stand in
# test-plain.
RACE := ./orderedmap/ordertest ./cgo/malloctrace
# What needs no plain run after the others.
TESTED := $(STRUCTURES) ./orderedmap/ordertest
# What has files of its own for builds without cgo and depends on no package of the standard library that has: those, net/http
# with them, would be compiled once more. All of NOCGO is in make cross.
PURE := ./cgo/cdemo ./dynarray/... ./hashmap/... ./orderedmap/...

# From an empty build cache two thirds of make test are compilation, so nothing is compiled or vetted twice that need not be:
# go vet has seen every package before its tests run. What is compiled for a test alone goes without tables for debuggers, a
# sixth of the compiler's work, and what is compiled only to see that it compiles is not optimised.
LEAN := -dwarf=false

RUNS := innards-runs/demo
README := innards-runs/readme

.PHONY: build demo test compiler browser test-static test-invariants test-race test-plain cross race peers asan lint fuzz bench-leak bench-hang scoreboard jsonv2 cxx readme clean

build: compiler
	$(GO) build -o bin/innards .

# $(call install,what for,Debian packages)
install = if ! command -v apt-get >/dev/null; then \
	    echo "make: $(1) is missing, and there is no apt-get here: install it by hand (on Debian: $(2))" >&2; exit 1; \
	  elif [ "$$(id -u)" = 0 ]; then sudo=; \
	  elif sudo -n true 2>/dev/null; then sudo='sudo -n'; \
	  else echo "make: $(1) is missing: run 'sudo apt-get install $(2)', then this again" >&2; exit 1; fi; \
	  echo "make: installing $(2)" >&2; \
	  log=$$(mktemp); \
	  if ! { $$sudo apt-get update && \
	         $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(2); } >"$$log" 2>&1; \
	  then tail -n 5 "$$log" >&2; echo "make: apt-get could not install $(2) (whole log: $$log)" >&2; exit 1; fi; \
	  rm -f "$$log"

# A compiler without the headers of libc compiles nothing, so it is tried and not only looked for.
compiler:
	@cc=$$($(GO) env CC); \
	if ! printf '#include <stdlib.h>\nint main(void) { return 0; }\n' | $$cc -x c -o /dev/null - 2>/dev/null; \
	then $(call install,a C compiler,gcc libc6-dev); fi

# Ubuntu has no Chromium package that runs without snap: there the browser tests are skipped, with a word, unless another
# Chromium or Chrome is on the PATH.
browser:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null && [ -x "$$(command -v apt-get)" ] && \
	    grep -qs '^ID=debian' /etc/os-release; then $(call install,a browser,chromium); fi

# An innards that has found something exits with 1. That is what the demo is for.
found = || [ $$? = 1 ]

demo: build
	@echo; echo "1. Hand-built hash maps against Go's own"; echo
	@bin/innards bench hashmap --quick --profile --out $(RUNS)/bench
	@echo; echo "2. A child that leaks C memory: which line of Go?"; echo
	@bin/innards demo cstring --out $(RUNS)/leak $(found)
	@echo; echo "3. A child that hangs: who waits for whom, and where was each lock taken?"; echo
	@bin/innards demo lock-cycle --out $(RUNS)/hang $(found)
	@echo; echo "The evidence lies in $(RUNS). To look at it in pprof's own web UI:"
	@echo; echo "    bin/innards ui $(RUNS)/bench $(RUNS)/leak $(RUNS)/hang"; echo

test: compiler browser test-static test-invariants test-race test-plain

test-static:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not gofmt-ed:" $$unformatted >&2; exit 1; fi
	$(GO) vet ./...
	CGO_ENABLED=0 $(GO) build -gcflags='innards/...=-N -l $(LEAN)' -o /dev/null $(PURE)

test-invariants:
	$(GO) test -vet=off -tags invariants -gcflags=$(LEAN) $(STRUCTURES)

test-race:
	$(GO) test -vet=off -race -gcflags=all=$(LEAN) $(RACE)

test-plain:
	$(GO) test -vet=off $$($(GO) list ./... | grep -vxF "$$($(GO) list $(TESTED))")

# Not part of make test: slower, or in need of tools that are not on every machine.
cross:
	CGO_ENABLED=0 $(GO) vet $(NOCGO)
	GOARCH=arm64 CGO_ENABLED=0 $(GO) vet $(NOCGO)
	GOARCH=386 CGO_ENABLED=0 $(GO) vet ./hashmap/... ./orderedmap/...
	GOARCH=386 CGO_ENABLED=0 $(GO) test ./hashmap/...
	CGO_ENABLED=0 $(GO) test ./dynarray/...
	$(GO) vet -tags invariants $(STRUCTURES) ./dynarray/...

# What else shares memory between goroutines: the page, and the profiles of a benchmark. The page's browser tests are left out:
# the race detector would have to compile a browser driver of its own.
race: test-race
	$(GO) test -vet=off -race -gcflags=all=$(LEAN) ./bench/measure ./diagnose/web

# Other people's structures beside ours: a module of its own, which fetches them.
peers:
	cd bench/peers && $(GO) vet ./... && $(GO) test ./...

# dynarray under all that watches memory: the address sanitizer, the race detector, cgo's own checks, guard pages.
# Python's own memory is not under test.
asan:
	$(GO) test -asan -skip 'Python|NumPy|Inlining' ./dynarray/...
	$(GO) test -race -skip 'Python|NumPy|Inlining' ./dynarray/...
	GOEXPERIMENT=cgocheck2 $(GO) test -skip 'Python|NumPy|Inlining' ./dynarray/...
	$(GO) test -tags guard ./dynarray/...

# encoding/json/v2 calls other methods of the ordered maps.
jsonv2:
	GOEXPERIMENT=jsonv2 $(GO) test -run 'JSON|Like|Format|Log' ./orderedmap

lint:
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run

FUZZTIME ?= 1m
fuzz:
	@for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; done; done

# What tracing costs a program that does nothing but allocate.
bench-leak: compiler
	$(GO) test -run '^$$' -bench Tracing -benchtime 1x ./cgo

# What a look at a hang costs, beside a dump of all stacks over HTTP and a debugger; what being watched costs; how fast dumps are
# read; whether goroutines are lost among others that never rest. The debugger is fetched, and goes again.
bench-hang: compiler
	@tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	  GOBIN=$$tools $(GO) install github.com/go-delve/delve/cmd/dlv@v1.27.2 || echo "make: no debugger to compare with" >&2; \
	  PATH=$$tools:$$PATH $(GO) test -run '^$$' -bench 'Hang$$' -benchtime 9x ./diagnose
	$(GO) test -run '^$$' -bench HangWatched -benchtime 20x ./diagnose
	$(GO) test -run '^$$' -bench Parse -benchtime 30x ./diagnose/goroutine
	$(GO) test -count=1 -run Churn -v ./diagnose/inspect

# Real concurrency bugs (those that come with Go's sources): does each verdict name the fault, and the right holder?
scoreboard:
	$(GO) test -count=1 -tags scoreboard -run Scoreboard -v -parallel 2 -timeout 20m ./diagnose/scoreboard

# What the C++ containers in a benchmark take.
cxx:
	@if ! command -v g++ >/dev/null || ! command -v pkg-config >/dev/null || ! pkg-config --exists absl_flat_hash_map; then \
	  $(call install,C++ and its containers,g++ pkg-config libabsl-dev libboost-dev); fi

# The tables of the README, from runs on this machine, half an hour: the ordered maps among the rivals of their table.
readme: build cxx
	bin/innards bench hashmap --out $(README)/hashmap
	bin/innards bench dynarray --out $(README)/dynarray
	cd bench/peers && $(GO) run . orderedmap --count 9 --out ../../$(README)/orderedmap \
	  --impl builtin,orderedmap,linked,sorted,wk8,btree-tidwall,btree-google
	bin/innards bench readme README.md $(README)/hashmap $(README)/orderedmap $(README)/dynarray

clean:
	rm -rf bin innards-runs
