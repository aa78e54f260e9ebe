# pbrcalc. `make demo` and `make test` do all their own set-up on Debian 12.

PREFIX ?= /usr/local
DESTDIR ?=
CC = gcc
BUILD ?= build
OPTIMISE ?= -O2
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
HARDENING ?= -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2
CFLAGS ?= $(OPTIMISE) -g $(HARDENING)
LDFLAGS ?= -pie -Wl,-z,relro,-z,now
LIBS = -lxlsxwriter -lcyaml -lyaml -lcsv -ljansson -lgsl -lgslcblas -lcrypto -lz -lgmp -lm

BUILD_PACKAGES = gcc libc6-dev make libgsl-dev libxlsxwriter-dev zlib1g-dev libcsv-dev \
    libcyaml-dev libyaml-dev libjansson-dev libssl-dev libgmp-dev
TEST_PACKAGES = libcmocka-dev python3 gnumeric valgrind clang git

COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
CHANGES := $(if $(shell git status --porcelain 2>/dev/null | head -1),1,0)
BASE_FLAGS = -std=c17 -D_DEFAULT_SOURCE -D_XOPEN_SOURCE=700 -Isrc $(WARNINGS) \
    -ffile-prefix-map=$(CURDIR)/=

SOURCES := $(sort $(wildcard src/*/*.c))
LIBRARY_SOURCES := $(filter-out src/command/%,$(SOURCES))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/%.o)
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:src/%.c=$(BUILD)/%.o)
COMMAND_OBJECTS := $(filter $(BUILD)/command/%,$(OBJECTS))

.PHONY: all demo test bench install clean packages test-packages

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

test: test-packages
	$(MAKE) all unit-tests
	BUILD=$(BUILD) CC=$(CC) tests/run
