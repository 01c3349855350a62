# Firn. `make demo` and `make check` install what they need; everything else is for developers.

BUILD_PACKAGES = libfuse3-dev fuse3 libsquashfs-dev libzstd-dev liblz4-dev zlib1g-dev libisal-dev \
	liblzma-dev liblzo2-dev libssl-dev libxxhash-dev pkg-config
RUN_PACKAGES = podman runc uidmap skopeo umoci docker-registry debootstrap attr libcap2-bin strace
CHECK_PACKAGES = $(RUN_PACKAGES) squashfs-tools squashfs-tools-ng squashfuse mandoc \
	apache2-utils openssl sudo xz-utils zstd lz4 jq python3
BENCH_PACKAGES = $(CHECK_PACKAGES) casync fio hyperfine python3-pip

SWIFT ?= swift
FUZZ_SECONDS ?= 180
TORTURE_SECONDS ?= 300
RELEASE_FLAGS = -c release --static-swift-stdlib
PREFIX ?= /usr/local
export SWIFT_BACKTRACE = enable=no

.PHONY: all build release install check lint test demo fuzz torture clean build-packages check-packages \
	bench-packages bench-store bench-import bench-dedup bench-serve bench-podman

all: release

build: build-packages
	$(SWIFT) build

# The binary that people use: optimised, needs no Swift on the machine.
release: build-packages
	$(SWIFT) build $(RELEASE_FLAGS) --product firn
	$(SWIFT) build $(RELEASE_FLAGS) --product firn-node

install: release
	install -D -m 0755 .build/release/firn $(DESTDIR)$(PREFIX)/bin/firn
	install -D -m 0755 .build/release/firn-node $(DESTDIR)$(PREFIX)/bin/firn-node
	for page in man/*.[1-8]; do \
		install -D -m 0644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; \
	done

# Everything CI runs: peers installed, format and manuals checked, every test run, none skipped.
check: build-packages check-packages lint
	.ci/check-tests

lint:
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests
	mandoc -T lint -W warning man/*.[1-8]

test: build-packages
	$(SWIFT) test

demo: build-packages
	.ci/install-packages $(RUN_PACKAGES)
	.ci/demo

# Minutes of libFuzzer over the SquashFS reader; FUZZ_SECONDS=600 for longer.
fuzz: build-packages
	Tests/Fuzz/ReaderFuzz/run $(FUZZ_SECONDS)

# Minutes of importers, removers, readers and a collector on one store, killed at random moments.
torture: build-packages check-packages
	FIRN_TORTURE_SECONDS=$(TORTURE_SECONDS) MODULES='IntegrationTests\.TortureTests' .ci/check-tests

bench-packages:
	.ci/install-packages $(BENCH_PACKAGES)
bench-import: release bench-packages
	benchmarks/import/run
bench-dedup: release bench-packages
	benchmarks/dedup/run
bench-store: build-packages
	benchmarks/store/run
bench-serve: release bench-packages
	benchmarks/serve/run
bench-podman: release bench-packages
	benchmarks/podman/run

build-packages:
	.ci/install-packages $(BUILD_PACKAGES)
check-packages:
	.ci/install-packages $(CHECK_PACKAGES)

clean:
	rm -rf .build
