# On a fresh Debian 12 or 13: `make demo` proves an example on throwaway hosts,
# `make test` passes the tests. Both install what they need first (as root, or by sudo).
SHELL := /bin/sh
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PACKAGES := bind9-utils ca-certificates debian-archive-keyring iproute2 mmdebstrap nix-bin \
            openssh-client python3 python3-venv systemd-container
PYTHON ?= python3
VENV := .venv
PEERS := $(VENV)/peers
JUDGES := $(VENV)/judges
SPEC ?= examples/pair/mail.yaml

.PHONY: demo test lint bench setup lock clean

demo: setup
	$(SUDO) $(VENV)/bin/mailctl rehearse $(SPEC)

test: setup lint
	$(SUDO) $(VENV)/bin/python -m pytest

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# Prints how fast we are, each figure beside a floor or a peer measured in the same run.
bench: setup $(PEERS)/.ready
	$(VENV)/bin/python tests/benchmarks/start_up.py
	$(VENV)/bin/python tests/benchmarks/load_100k_users.py
	$(VENV)/bin/python tests/benchmarks/plan_100k_users.py
	$(VENV)/bin/python tests/benchmarks/dns_1000_domains.py
	$(SUDO) $(VENV)/bin/python tests/benchmarks/apply_10_hosts.py $(PEERS)
	$(SUDO) $(VENV)/bin/python tests/benchmarks/users_100k.py

# pyinfra and Ansible, which only the benchmarks need, and rsync for them
$(PEERS)/.ready: tests/benchmarks/peers.lock $(VENV)/.ready
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends rsync
	$(PYTHON) -m venv --clear $(PEERS)
	$(PEERS)/bin/pip install -q --disable-pip-version-check --require-hashes -r $<
	touch $@

setup: $(VENV)/.ready $(JUDGES)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	$(SUDO) apt-get update -q
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(PACKAGES)
	$(PYTHON) -m venv --clear $(VENV)
	$(VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(VENV)/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation --editable .
	# the test suite of RFC 7208 comes with pyspf's sources
	sed -n '/^pyspf==/,/# via/p' requirements.lock > $(VENV)/suites.lock
	$(VENV)/bin/pip download -q --disable-pip-version-check --require-hashes --no-deps \
	    --no-binary :all: -r $(VENV)/suites.lock -d $(VENV)/suites
	touch $@

# sslyze, which judges the TLS of rehearsed hosts; it wants an older cryptography than we have
$(JUDGES)/.ready: tests/rehearsal/judges.lock $(VENV)/.ready
	$(PYTHON) -m venv --clear $(JUDGES)
	$(JUDGES)/bin/pip install -q --disable-pip-version-check --require-hashes -r $<
	touch $@

# Rewrites the lock for every supported Python; uv is needed only here.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --extra rehearse --group dev pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header tests/benchmarks/peers.in -o tests/benchmarks/peers.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header tests/rehearsal/judges.in -o tests/rehearsal/judges.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
