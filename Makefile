# The commands everyone uses. Each installs the Debian packages it misses (as
# root, or with sudo) and says what it does.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BUILD_PACKAGES := libncurses-dev libyaml-dev libsqlite3-dev libssl-dev zlib1g-dev libexpat1-dev
TEST_PACKAGES := git tmux shellcheck jq python3 openssh-client openssh-server openssl python3-dkim knot knot-dnsutils spf-tools-perl nftables
RELEASE := .build/release/mailconsole
# Arguments of the benchmark, e.g. `make bench BENCH="--quick triage"`.
BENCH :=

.PHONY: help run build test torture lab lab-down lab-smoke lab-test lab-soak deploy-check bench format lint packages test-packages clean

help: ## show these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: build ## open the console on the bundled tabletop site
	@# On the bundled site everybody may play the person on call.
	@MAILCONSOLE_OPERATOR=$${MAILCONSOLE_OPERATOR:-tomas} exec $(RELEASE)

build: packages ## build the release binary (no Swift toolchain needed to run it)
	@echo "Building mailconsole (release; a few minutes the first time)."
	@swift build -c release --static-swift-stdlib --product mailconsole --quiet

test: packages test-packages ## format, lint and every test that needs no cluster
	@echo "Checking format, scripts and runbooks, then running the tests."
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks
	scripts/lint-shell
	swift build --build-tests
	.build/debug/mailconsole lint
	scripts/run-tests

torture: packages test-packages ## the long runs: 1,000 kills, a fault at every call, 500 tampered bundles, 1 GB of output, 1,000,000 reads of noise
	swift build --build-tests
	MAILCONSOLE_KILL_ROUNDS=1000 MAILCONSOLE_FAULTS=all MAILCONSOLE_BUNDLE_TAMPERINGS=500 MAILCONSOLE_FLOOD_MB=1024 \
	  MAILCONSOLE_FUZZ_EVENTS=1000000 MAILCONSOLE_EXERCISES=all MAILCONSOLE_WORLD_SEEDS=1000 \
	  swift test --skip-build --no-parallel \
	  --filter 'KillTests|BundleTests|FullDiskTests|CrashTests|FaultTests|PowerCutTests|OutputFloodTests|InputFuzzTests|ExerciseCommandTests|ExerciseWorldTests'

lab: ## bring up the lab: a real Kubernetes node and a small internet
	@deploy/lab/lab up

lab-down: ## take the lab down; nothing is left behind
	@deploy/lab/lab down

lab-smoke: packages test-packages lab ## node up, the console deploys the mail pod, one message in and one out
	swift build --build-tests
	MAILCONSOLE_LAB_TESTS=1 swift test --skip-build --no-parallel --filter LabTests.DeployTests
	deploy/lab/lab smoke

lab-test: packages test-packages lab ## everything the lab proves, area by area; ONLY=area runs one: deploy/lab/areas names them
	swift build --build-tests
	deploy/lab/areas $(ONLY)

deploy-check: ## deploy/ without a cluster: schemas, policy scanner, the tests of what ships
	deploy/checks/run

lab-soak: lab ## half an hour of steady mail through the lab; MAILCONSOLE_SOAK_MINUTES and _RATE shorten it
	deploy/lab/lab deploy
	deploy/lab/lab test -m soak deploy/tests

bench: packages test-packages ## measure the budgets of the design and print them side by side
	@echo "Building the benchmark (release)."
	@swift build -c release --static-swift-stdlib --quiet
	@.build/release/mailconsole-bench $(BENCH)

format: ## format all Swift sources in place
	swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

packages:
	@scripts/require-packages $(BUILD_PACKAGES)

test-packages:
	@scripts/require-packages $(TEST_PACKAGES)

clean: ## remove what was built
	rm -rf .build
