# pbrcalc. `make demo` and `make test` do all their own set-up on Debian 12.

PREFIX ?= /usr/local
DESTDIR ?=
CC = gcc
BUILD ?= build
OPTIMISE ?= -O2
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
HARDENING ?= -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=3 \
    $(if $(findstring x86_64,$(shell $(CC) -dumpmachine)),-fcf-protection)
CFLAGS ?= $(OPTIMISE) -g $(HARDENING)
LDFLAGS ?= -pie -Wl,-z,relro,-z,now,-z,noexecstack
LIBS = -lxlsxwriter -lcyaml -lyaml -lcsv -ljansson -lgsl -lgslcblas -lcrypto -lz -lgmp -lm

BUILD_PACKAGES = gcc libc6-dev make libgsl-dev libxlsxwriter-dev zlib1g-dev libcsv-dev \
    libcyaml-dev libyaml-dev libjansson-dev libssl-dev libgmp-dev
ANALYSERS = clang-tidy clang-format cppcheck
# Without a desktop's LibreOffice; one that is there already is left alone.
FUZZ_PACKAGES = clang-14 libclang-rt-14-dev
TEST_PACKAGES = libcmocka-dev python3 python3-numpy gnumeric valgrind clang mandoc git chromium \
    $(ANALYSERS) $(FUZZ_PACKAGES) strace pkgconf \
    $(if $(shell command -v soffice),,libreoffice-calc-nogui)

VERSION := $(shell sed -n 's/^\#define PBR_VERSION "\(.*\)"/\1/p' src/report/version.h)
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
CHANGES := $(if $(shell git status --porcelain 2>/dev/null | head -1),1,0)
BASE_FLAGS = -std=c17 -D_GNU_SOURCE -Isrc $(WARNINGS) \
    -ffile-prefix-map=$(CURDIR)=.

SOURCES := $(sort $(wildcard src/*/*.c))
LIBRARY_SOURCES := $(filter-out src/command/%,$(SOURCES))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/%.o)
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:src/%.c=$(BUILD)/%.o)
COMMAND_OBJECTS := $(filter $(BUILD)/command/%,$(OBJECTS))

.PHONY: all demo test bench bench-growth install clean packages test-packages

all: $(BUILD)/pbrcalc

# Says what it installs; does nothing where everything is there.
define install_missing
@missing=""; for p in $(1); do \
    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' \
    || missing="$$missing $$p"; done; \
if [ -n "$$missing" ]; then \
    as_root=""; [ "$$(id -u)" = 0 ] || as_root=sudo; \
    echo "installing$$missing"; \
    $$as_root apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends $$missing \
    >/dev/null; fi
endef

packages:
	$(call install_missing,$(BUILD_PACKAGES))

test-packages:
	$(call install_missing,$(BUILD_PACKAGES) $(TEST_PACKAGES))

$(BUILD)/libpbrcalc.a: $(LIBRARY_OBJECTS)
	@rm -f $@
	$(AR) rcsD $@ $^

$(BUILD)/pbrcalc: $(COMMAND_OBJECTS) $(BUILD)/libpbrcalc.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(COMMAND_OBJECTS) $(BUILD)/libpbrcalc.a $(LIBS)

# The rooms that every row of an extract goes through.
$(BUILD)/base/%.o $(BUILD)/input/%.o $(BUILD)/measure/%.o: OPTIMISE := $(OPTIMISE:-O2=-O3)

$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(BASE_FLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Only what prints the commit is built anew when it changes.
STAMP := $(BUILD)/commit-$(COMMIT)-$(CHANGES)
$(STAMP):
	@mkdir -p $(BUILD) && rm -f $(BUILD)/commit-* && touch $@
$(BUILD)/report/manifest.o $(BUILD)/command/main.o: $(STAMP)
$(BUILD)/report/manifest.o $(BUILD)/command/main.o: \
    BASE_FLAGS += -DPBR_COMMIT='"$(COMMIT)"' -DPBR_LOCAL_CHANGES=$(CHANGES)

-include $(OBJECTS:.o=.d)

clean:
	rm -rf $(BUILD) demo

# --- the demonstration -----------------------------------------------------------------------------
DEMO = demo
TR = contracts/transforming-rehabilitation

demo: packages
	@$(MAKE) --no-print-directory all >/dev/null
	@rm -rf $(DEMO) && mkdir $(DEMO)
	@echo "making a synthetic national extract: two quarters, 21 areas"
	@$(BUILD)/pbrcalc synth --contract $(TR) --seed 2015 --cohorts 2015Q4,2016Q1 --quiet \
	    --out $(DEMO)/extract
	@echo "settling the quarters and the contract year"; echo; begun=$$(date +%s%N); \
	$(BUILD)/pbrcalc settle --contract $(TR) --cohort $(DEMO)/extract/cohort.csv \
	    --reoffences $(DEMO)/extract/reoffences.csv --snapshot 2018-03-31 \
	    --cohorts 2015Q4,2016Q1,2015/16 --first-of-year --as-at 2018-04-20 \
	    --out $(DEMO)/settlement && \
	echo "it took $$(( ($$(date +%s%N) - begun) / 1000000 )) milliseconds" && \
	echo && echo "open $(DEMO)/settlement/settlement.xlsx, or a provider's schedule:" && \
	ls $(DEMO)/settlement/schedules | sed 's|^|  $(DEMO)/settlement/schedules/|'

# --- installing ------------------------------------------------------------------------------------
# Public headers keep their rooms, under include/pbrcalc; pbrcalc.pc says where.
ROOMS = base input contract measure audit settle derive compare whatif qa verify report explain
SHARE = $(DESTDIR)$(PREFIX)/share

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(SHARE)/man/man1 $(SHARE)/pbrcalc
	install -m 755 $(BUILD)/pbrcalc $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(BUILD)/libpbrcalc.a $(DESTDIR)$(PREFIX)/lib/
	for room in $(ROOMS); do install -d $(DESTDIR)$(PREFIX)/include/pbrcalc/$$room && \
	    install -m 644 src/$$room/*.h $(DESTDIR)$(PREFIX)/include/pbrcalc/$$room/ || exit 1; done
	install -m 644 include/pbrcalc.h $(DESTDIR)$(PREFIX)/include/pbrcalc/
	printf '%s\n' 'Name: pbrcalc' 'Description: settlement of payment-by-results contracts' \
	    'Version: $(VERSION)' 'Cflags: -I$(PREFIX)/include/pbrcalc' \
	    'Libs: -L$(PREFIX)/lib -lpbrcalc $(LIBS)' > $(DESTDIR)$(PREFIX)/lib/pkgconfig/pbrcalc.pc
	install -m 644 docs/pbrcalc.1 $(SHARE)/man/man1/
	cp -R contracts $(SHARE)/pbrcalc/

# --- tests ---------------------------------------------------------------------------------------
# tests/unit/test_*.c are cmocka programs; tests/checks/* are scripts that use the program as a user
# would; tests/cases/* are folders with a command and what must come out of it.
UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS := $(UNIT_SOURCES:tests/unit/%.c=$(BUILD)/tests/%)

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libpbrcalc.a
	@mkdir -p $(@D)
	$(CC) $(BASE_FLAGS) -Itests/unit $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< \
	    $(BUILD)/libpbrcalc.a -lcmocka $(LIBS)

-include $(UNIT_TESTS:=.d)

.PHONY: unit-tests
unit-tests: $(UNIT_TESTS)

# Benchmarks are programs of their own with all but the main of the commands.
BENCH_OBJECTS := $(filter-out $(BUILD)/command/main.o,$(COMMAND_OBJECTS))

$(BUILD)/bench/%: tests/bench/%.c $(BENCH_OBJECTS) $(BUILD)/libpbrcalc.a
	@mkdir -p $(@D)
	$(CC) $(BASE_FLAGS) $(CFLAGS) $(LDFLAGS) -pthread -MMD -MP -o $@ $< $(BENCH_OBJECTS) \
	    $(BUILD)/libpbrcalc.a $(LIBS)

-include $(BUILD)/bench/settlements.d

# DuckDB comes from npm, where there is one; without it the rest is measured.
DUCKDB = @duckdb/node-api
DUCKDB_VERSION = 1.5.6-r.1
DUCKDB_FOLDER = $(BUILD)/bench/node_modules/$(DUCKDB)

$(DUCKDB_FOLDER):
	@mkdir -p $(BUILD)/bench
	@! command -v npm >/dev/null || npm install --silent --no-audit --no-fund --prefix $(BUILD)/bench \
	    $(DUCKDB)@$(DUCKDB_VERSION) || echo "DuckDB cannot be installed here, and is left out"

BENCH = PBRCALC=$(CURDIR)/$(BUILD)/pbrcalc tests/bench/bench.py \
    $$(test -d $(DUCKDB_FOLDER) && echo --duckdb $(CURDIR)/$(DUCKDB_FOLDER))

# How time and memory grow to ten million starts: ten minutes, and 4 GB in the folder for temporary files.
bench-growth: packages $(DUCKDB_FOLDER)
	@$(MAKE) --no-print-directory all >/dev/null
	@$(BENCH) --growth --runs 3

bench: packages $(DUCKDB_FOLDER)
	$(call install_missing,python3 python3-numpy r-base-core)
	@$(MAKE) --no-print-directory all $(BUILD)/bench/settlements >/dev/null
	@export PBRCALC=$(CURDIR)/$(BUILD)/pbrcalc; status=0; \
	$(BENCH) || status=1; \
	tests/bench/ten_years.py || status=1; \
	tests/bench/whatif.py || status=1; \
	tests/bench/settlements.py $(BUILD)/bench/settlements || status=1; \
	exit $$status

# --- fuzzing ---------------------------------------------------------------------------------------
# tests/fuzz/README.md. `make fuzz SECONDS=600` feeds each target for so long, `make fuzz TARGETS="csv
# metrics"` those alone; `make fuzz-smoke` feeds each for 15 seconds, as `make test` does.
FUZZ_BUILD = $(BUILD)/fuzz
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
TARGETS ?= $(FUZZ_TARGETS)
SECONDS ?= 60
FUZZ_SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_MAKE = $(MAKE) -j$(shell nproc) --no-print-directory BUILD=$(FUZZ_BUILD) CC=clang-14 OPTIMISE=-O1 \
    HARDENING="$(FUZZ_SANITIZE) -fsanitize=fuzzer-no-link -DPBR_READ_BYTES=128" LDFLAGS=

$(BUILD)/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/support.c $(BENCH_OBJECTS) $(BUILD)/libpbrcalc.a
	$(CC) $(BASE_FLAGS) -Itests/fuzz $(CFLAGS) -fsanitize=fuzzer,address,undefined -MMD -MP -o $@ $< \
	    tests/fuzz/support.c $(BENCH_OBJECTS) $(BUILD)/libpbrcalc.a $(LIBS)

-include $(wildcard $(BUILD)/fuzz_*.d)

.PHONY: fuzz-build fuzz fuzz-smoke
fuzz-build: packages
	$(call install_missing,$(FUZZ_PACKAGES))
	@$(FUZZ_MAKE) $(FUZZ_TARGETS:%=$(FUZZ_BUILD)/fuzz_%) >/dev/null

fuzz: fuzz-build
	@FUZZ_BUILD=$(FUZZ_BUILD) tests/fuzz/run $(SECONDS) $(TARGETS)

fuzz-smoke: fuzz-build
	@FUZZ_BUILD=$(FUZZ_BUILD) tests/fuzz/run 15 $(FUZZ_TARGETS)

test: test-packages
	$(MAKE) all unit-tests
	BUILD=$(BUILD) CC=$(CC) tests/run

# --- analysis --------------------------------------------------------------------------------------
# What tests/checks/analyse.sh does in every test run; and with clang-tidy through functions, which
# takes many minutes.
.PHONY: analyse analyse-deep
analyse: test-packages
	CC=$(CC) tests/checks/analyse.sh

analyse-deep: test-packages
	CC=$(CC) tests/checks/analyse.sh deep

# --- soak ------------------------------------------------------------------------------------------
# Hours where `make test` takes minutes: signals, failing calls, random worlds, slips in the code.
# Each says how far it is, and what it came to.
SEED ?= 1
KILLS ?= 1000
FAILURES ?= 500
WORLDS ?= 1000000
SAMPLE ?= 200
.PHONY: soak mutation
soak: test-packages
	$(MAKE) all unit-tests
	PBRCALC=$(CURDIR)/$(BUILD)/pbrcalc tests/checks/killed.py $(KILLS) $(SEED)
	PBRCALC=$(CURDIR)/$(BUILD)/pbrcalc tests/checks/failing_calls.py $(FAILURES) $(SEED)
	PBR_CASES=$(WORLDS) $(BUILD)/tests/test_mechanism_properties
	$(MAKE) mutation

# Slips in src/measure and src/settle, one at a time, that the tests must see.
mutation: test-packages
	$(MAKE) BUILD=$(BUILD)/mutation CFLAGS='-O1 -fPIC -fsanitize=address' \
		LDFLAGS=-fsanitize=address all
	MUTATION_BUILD=$(BUILD)/mutation tests/mutation/mutation.py --sample $(SAMPLE) --seed $(SEED)

# --- coverage --------------------------------------------------------------------------------------
.PHONY: coverage
coverage: test-packages
	$(call install_missing,gcovr)
	BUILD=$(BUILD) tests/coverage
