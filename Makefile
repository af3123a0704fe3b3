# run · test · check · bench, each doing its own set-up. Variables of `make run`: PORT, DATA, LISTEN; of `make bench`:
# CASES, SAMPLES; of `make bench-algo`: SAMPLES; of `make fuzz`: FUZZ_SECONDS.

# where rustup puts it, for shells that do not say so
export PATH := $(PATH):$(HOME)/.cargo/bin

PORT ?= 8080
DATA ?= data/demo
LISTEN ?= 127.0.0.1

.PHONY: help run check test failure bench bench-algo fuzz tools setup web stories

help:
	@echo 'make run     the demo city, on http://$(LISTEN):$(PORT) (PORT=, DATA=, LISTEN=)'
	@echo 'make check   format, lints and tests on SQLite: the daily one'
	@echo 'make bench   how fast it is, beside references, in bench/results.md (CASES=, SAMPLES=)'
	@echo 'make bench-algo  the cores beside their references, as a table (SAMPLES=)'
	@echo 'make fuzz    whatever is given to what parses, for FUZZ_SECONDS each'
	@echo 'make test    all of it: lints, tests on SQLite and PostgreSQL, the browser stories'
	@echo 'make failure the program and the database killed 30 times each in the middle of work (ROUNDS=)'

run: export PORT := $(PORT)
run: export DATA := $(DATA)
run: export LISTEN := $(LISTEN)
run: tools web
	cargo run --release -p linli-app -- serve --demo

check: tools web
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	scripts/tests.sh

# from cold nothing is won by building in steps
test: export CARGO_INCREMENTAL := 0
test: setup web
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	if command -v cargo-deny >/dev/null; then cargo deny check bans licenses sources; fi
	scripts/postgres.sh start
	LINLI_TEST_DATABASE_URL="$$(scripts/postgres.sh url)" scripts/tests.sh --doc
	$(MAKE) --no-print-directory stories

# Each on both databases; `make test` does three rounds.
ROUNDS ?= 30
failure: setup web
	scripts/postgres.sh start
	LINLI_TEST_DATABASE_URL="$$(scripts/postgres.sh url)" LINLI_ROUNDS=$(ROUNDS) \
		cargo test --release --locked -p linli-app --test failure -- --nocapture --test-threads 1

# The cities of a million cases take a few minutes to make and 8 GB each; they are kept in target/bench.
CASES ?= 10000,1000000
SAMPLES ?= $(LINLI_SAMPLES)
bench: export LINLI_PG_DURABLE := 1
bench: export LINLI_PG_PORT := 54330
bench: setup web
	cargo build --release --locked -p linli-bench
	scripts/postgres.sh start
	target/release/linli-bench run --cases $(CASES) --postgres "$$(scripts/postgres.sh url)" --out bench/results.md \
		$(if $(SAMPLES),--import $(SAMPLES)/messages/boston311_2015_sample.csv.xz projects/strength/maps/boston311.toml)
	scripts/postgres.sh pause

# The reference solvers come from PyPI, into a folder of their own. Two cores have an example `solve`, so each is
# built into a folder of its own.
CORES ?= text matching grid
bench-algo: tools
	for core in $(CORES); do \
		cargo build --release --locked -p linli-$$core --examples --target-dir target/bench-algo/$$core || exit 1; done
	test -x target/bench-algo/venv/bin/pip || python3 -m venv target/bench-algo/venv
	target/bench-algo/venv/bin/pip install --quiet --requirement scripts/bench_algo/requirements.txt
	target/bench-algo/venv/bin/python scripts/bench_algo $(or $(SAMPLES),../shared/data) target/bench-algo $(CORES)

export FUZZ_SECONDS ?= 60
fuzz: tools
	for core in $(CORES); do cargo test --release --locked -p linli-$$core -- --ignored || exit 1; done

# The browser stories alone, after `make setup`.
# Built as the tests are: with other features the libraries would be built once more.
stories: web
	cargo build --workspace --locked --bins --tests
	cd e2e && { cmp -s package-lock.json node_modules/.lock || { npm ci --include=dev --no-audit --no-fund && cp package-lock.json node_modules/.lock; }; }
	scripts/postgres.sh start
	node e2e/run.mjs

tools:
	scripts/setup.sh

setup:
	scripts/setup.sh --test

web:
	scripts/web.sh
