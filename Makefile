# Each target is one line, and CI runs the same lines. `make run` on a fresh machine is enough to begin.
.PHONY: run build test check-imports format lint demo soak fuzz bench clean
DATA ?= ./demarc-data

run: ; @Scripts/install-build-tools && swift build -c release --product demarc && exec .build/release/demarc serve --data $(DATA) $(ARGS)
build: ; @Scripts/install-build-tools && swift build -c release --product demarc
test: ; @Scripts/install-build-tools && Scripts/install-test-tools && Scripts/check-imports && Scripts/test
check-imports: ; @Scripts/check-imports
format: ; @swift format --in-place --recursive Sources Tests Benchmarks/Sources Benchmarks/Tests Package.swift
lint: ; @swift format lint --strict --recursive Sources Tests Benchmarks/Sources Benchmarks/Tests Package.swift
demo: ; @Scripts/install-test-tools && Scripts/demo
soak: ; @Scripts/install-test-tools && Scripts/soak $(ONLY) $(AMOUNT)
fuzz: ; @Scripts/fuzz $(or $(SECONDS),3600) $(ONLY)
bench: ; @Benchmarks/run $(or $(ONLY),all)
clean: ; @swift package clean
