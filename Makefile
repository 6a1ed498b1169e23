PKG := segmentexporter
TOOL := go tool -modfile=internal/tools/go.mod
LINT := go tool -modfile=internal/tools/lint/go.mod
# Every module of the repository: the root, those with code beside it, and those of the tools.
SUBMODULES := examples/go internal/tools/dist sandbox schema test test/bench test/benchapps test/benchcollector test/compat test/kafka test/kubernetes test/libraries test/libraries/go test/parity test/sdks
MODULES := . $(SUBMODULES) internal/tools internal/tools/actionlint internal/tools/lint internal/tools/nfpm
# The race detector needs a C compiler on Linux; without one the tests run without it.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)
VERSION := $(shell sed -n 's/^const Version = "\(.*\)"/\1/p' internal/version/version.go)
BENCHTIME ?= 1s
BENCHCOUNT ?= 3
FUZZTIME ?= 1m
SUDO := $(if $(filter-out 0,$(shell id -u)),sudo)

# A workspace around the checkout must not change what is built.
export GOWORK := off

.PHONY: help
help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "%-17s %s\n", $$1, $$2}' Makefile

.PHONY: build
build: ## Build the collector: build/otelcol-segment
	@mkdir -p build
	@test -x build/otelcol-segment || echo "The first build takes several minutes."
	$(TOOL) builder --config builder-config.yaml --skip-strict-versioning=false
	@mv build/otelcol/otelcol-segment build/otelcol-segment

.PHONY: demo
demo: ## Run the collector, send one event of each type, show what arrived; ONCE=1 checks and ends, OAUTH=1 uses access tokens, LIBRARY=python or node a library of Segment's
	@# Not go run, which turns Ctrl-C into a failure. The ports are checked before the long build too.
	@mkdir -p build
	@go build -o build/demo ./cmd/demo
	@build/demo -check-ports $(if $(LIBRARY),-library $(LIBRARY))
	@$(MAKE) --no-print-directory build
	@build/demo $(if $(filter 1,$(ONCE)),-once) $(if $(filter 1,$(OAUTH)),-oauth) $(if $(LIBRARY),-library $(LIBRARY))

.PHONY: test
test: test-unit test-e2e ## Run the tests; the other test-... targets need more time or tools

.PHONY: test-unit
test-unit: ## Run the unit tests
	go test $(RACE) -shuffle=on ./...
	cd sandbox && go test $(RACE) -shuffle=on ./...
	@# What is said about allocations and costs does not hold with the race detector.
	$(if $(RACE),go test -shuffle=on ./oauth ./translate)

.PHONY: test-e2e
test-e2e: build ## Run the tests of the built collector
	cd test && go test $(RACE) -shuffle=on -count=1 ./e2e

.PHONY: test-faults
test-faults: build ## Kill the built collector, fill its disk and its queue, and let Segment fail
	cd test && go test $(RACE) -shuffle=on -count=1 -parallel 4 -timeout 8m ./faults

.PHONY: test-monitoring
test-monitoring: build ## Let the built collector go through faults: which alerts fire, and what the dashboard shows; needs prometheus
	cd test && go test $(RACE) -count=1 -parallel 10 ./monitoring

.PHONY: dashboard-picture
dashboard-picture: build ## Draw docs/images/dashboard.png from the queries of the dashboard; needs what test-ui and test-monitoring need
	cd test/ui && npm ci --ignore-scripts --no-audit --no-fund && node browser.js
	cd test/monitoring/picture && npm ci --ignore-scripts --no-audit --no-fund
	cd test && DASHBOARD_PICTURE=12s go test -count=1 -run 'TestDashboard$$' ./monitoring

.PHONY: test-compat
test-compat: ## Build a small collector on each line in test/compat/lines.txt, and let events wait in its queue on disk
	@# Not ./..., which would hold back what was built. A line that the machine has not seen takes minutes.
	cd test/compat && go test -count=1 -timeout 40m -v

.PHONY: test-schema
test-schema: ## Test the schema of the configuration, and try it in the language server of editors
	@node --version >/dev/null 2>&1 || { echo "make test-schema needs Node.js 20.19 or newer, with npm"; exit 1; }
	cd schema && go test $(RACE) -shuffle=on ./...
	cd schema/editor && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline && node --test --test-reporter=spec

.PHONY: test-ui
test-ui: ## Drive the page of the sandbox in a headless Chromium; LOAD_SECONDS sets how long the load lasts
	@node --version >/dev/null 2>&1 || { echo "make test-ui needs Node.js 20.19 or newer, with npm"; exit 1; }
	cd test/ui && npm ci --ignore-scripts --no-audit --no-fund && node browser.js
	@$(MAKE) --no-print-directory build
	cd test/ui && node --test --test-concurrency=1 --test-reporter=spec

.PHONY: test-sdks
test-sdks: build ## Run the example of each language; a missing toolchain is skipped, unless CI is set
	@# Not ./..., which would hold the summary back.
	cd test/sdks && go test -count=1 -timeout 30m

.PHONY: test-parity
test-parity: build ## Compare with Segment's own libraries for Python and Node, which are installed under build/
	@# Without a package name, go test shows what was compared and what was skipped.
	cd test/parity && go test $(RACE) -count=1

.PHONY: test-libraries
test-libraries: build ## Let Segment's own libraries upload with and without the gateway; LIBRARIES_OUTAGE=60s, LIBRARIES_MESSAGES=1000000
	@# Without a package name, go test shows what was compared and what was skipped.
	cd test/libraries && go test $(RACE) -count=1 -timeout 15m

.PHONY: test-kafka
test-kafka: build build/kafka/fetched ## Agents, a real Apache Kafka and gateways, which are killed; KAFKA_TORTURE sets how long the last test takes
	cd test/kafka && go test $(RACE) -count=1 -timeout 15m

# The broker, in the versions of the POM. It is not built again while that is the same.
build/kafka/fetched: test/kafka/pom.xml
	@mvn -version >/dev/null 2>&1 || { echo "make test-kafka needs Java and Maven"; exit 1; }
	@rm -rf build/kafka && mkdir -p build/kafka
	mvn -q -B --strict-checksums -f test/kafka/pom.xml dependency:copy-dependencies -DoutputDirectory="$(CURDIR)/build/kafka/lib"
	@touch $@

.PHONY: test-kubernetes
test-kubernetes: build ## Build the manifests, read them as strictly as a cluster does, and start the collector as a pod would start it
	cd test/kubernetes && go test -shuffle=on -count=1 .

.PHONY: test-image
test-image: ## Run the container image in podman, and deploy/compose.yaml in podman-compose; without them it is skipped, unless CI is set
	@$(MAKE) --no-print-directory image-files PLATFORMS="linux_amd64 linux_arm64"
	cd test && go test -count=1 ./image

.PHONY: test-packages
test-packages: HOST := linux_$(shell go env GOHOSTARCH)
test-packages: ## Install the packages on a Debian that runs systemd, and build a release twice
	@$(MAKE) --no-print-directory -j3 build/packages/debian.tar release PLATFORMS=$(HOST)
	@# A test that waits for the machine of another needs no core.
	cd test && go test -count=1 -parallel 4 -timeout 15m ./packages

# A small Debian.
build/packages/debian.tar:
	@command -v mmdebstrap >/dev/null || { echo "make test-packages needs Linux, mmdebstrap and systemd-nspawn"; exit 1; }
	@mkdir -p build/packages
	$(SUDO) mmdebstrap --variant=apt --include=systemd-sysv,dbus,ca-certificates,rpm --quiet \
		--customize-hook='echo 127.0.0.1 localhost > "$$1/etc/hosts"' bookworm $@.part.tar
	@mv $@.part.tar $@

.PHONY: fuzz
fuzz: ## Run each fuzz test for FUZZTIME
	@# On a busy machine the fuzzer can fail at the end of its time with "context deadline exceeded". A real failure is kept in
	@# testdata, and fails the second time too.
	@for p in exporter translate internal/record oauth receiver sandbox; do cd "$(CURDIR)/$$p" || exit 1; for f in $$(go test -list '^Fuzz' . | grep '^Fuzz'); do \
		fuzz="go test -run ^$$ -fuzz ^$$f\$$ -fuzztime $(FUZZTIME) -fuzzminimizetime 20x ."; \
		echo "$$p $$f"; $$fuzz || $$fuzz || exit 1; done; done

.PHONY: bench
bench: ## Run the benchmarks beside their rulers; BENCHTIME and BENCHCOUNT set how long
	@mkdir -p build
	go test -run '^$$' -bench . -benchtime $(BENCHTIME) ./exporter ./translate ./oauth
	cd sandbox && go test -run '^$$' -bench . -benchtime $(BENCHTIME) .
	cd test/bench && go test -run '^$$' -bench . -benchtime $(BENCHTIME) -count $(BENCHCOUNT) . | tee "$(CURDIR)/build/bench.txt"
	@$(TOOL) benchstat build/bench.txt

.PHONY: bench-collector
bench-collector: $(if $(OTELCOL_SEGMENT),,build) ## Measure the built collector beside otlp_http; BENCH_EVENTS, BENCH_COUNT, BENCH_CHECK=1 fails on a missed target
	@# Without a package name, go test shows the table.
	cd test/benchcollector && go test -count=1 -timeout 30m

.PHONY: bench-apps
bench-apps: ## Measure what an event costs the application, beside Segment's own libraries; BENCH_EVENTS, BENCH_COUNT
	@# Without a package name, go test shows the table.
	cd test/benchapps && go test -count=1 -timeout 40m

.PHONY: bench-kafka
bench-kafka: build build/kafka/fetched ## Measure what an event costs agents and gateways; BENCH_CHECK=1 fails on a missed target
	cd test/kafka && KAFKA_SPEED=1 go test -count=1 -timeout 15m -run TestSpeed -v

# What a release is built for.
PLATFORMS := linux_amd64 linux_arm64 darwin_amd64 darwin_arm64 windows_amd64 windows_arm64

.PHONY: binaries
binaries: $(addprefix binary-,$(PLATFORMS)) ## Build the collector for every platform: build/release/OS_ARCH/otelcol-segment

# One platform, with the flags of the builder, and the same whatever git and GOFLAGS say. The source is what make build generates.
binary-%: build
	@os=$(word 1,$(subst _, ,$*)) && arch=$(word 2,$(subst _, ,$*)) && cd build/otelcol && \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -tags timetzdata -buildvcs=false -ldflags='-s -w' \
			-o "../release/$*/otelcol-segment$$([ $$os != windows ] || echo .exe)" .

# The platform of this machine, unless PLATFORMS is on the command line.
IMAGE_PLATFORMS = $(if $(filter command,$(firstword $(origin PLATFORMS))),$(PLATFORMS),linux_$(shell go env GOARCH))

.PHONY: image
image: image-files ## Build the container image; PLATFORMS="linux_amd64 linux_arm64" makes an archive of several in build/release/
	deploy/build-image.sh $(VERSION) $(IMAGE_PLATFORMS)

# What the image is made of: build/image.
.PHONY: image-files
image-files: $(addprefix image-files-,$(IMAGE_PLATFORMS))
	@mkdir -p build/image/folders/var/lib build/image/queue/otelcol-segment && cp LICENSE deploy/config.yaml build/image/
	go -C internal/tools/dist run ./certificates > build/image/ca-certificates.crt

image-files-%: binary-% sbom-%
	@mkdir -p build/image/$*
	@cp $(addprefix build/release/$*/,otelcol-segment otelcol-segment.cdx.json licenses.txt) build/image/$*/
	CGO_ENABLED=0 GOOS=$(word 1,$(subst _, ,$*)) GOARCH=$(word 2,$(subst _, ,$*)) \
		go build -trimpath -buildvcs=false -ldflags='-s -w' -o build/image/$*/healthcheck ./cmd/healthcheck

# What a binary is made of: build/release/OS_ARCH/otelcol-segment.cdx.json, and the texts of all licenses in licenses.txt.
sbom-%: build build-sbom
	build/sbom -version $(VERSION) -platform $* -folder build/release/$*

.PHONY: build-sbom
build-sbom:
	@go -C internal/tools/dist build -o "$(CURDIR)/build/sbom" ./sbom

# Of the commit, and of everything in a release, so that each build of it has the same bytes.
TIME = $(shell git log -1 --format=%ct)
FILES := LICENSE deploy/packages/README.txt config

.PHONY: release
release: ## Build all that a release has: build/release
	@mkdir -p build/release && rm -f build/release/*.*
	@$(MAKE) --no-print-directory $(PLATFORMS:%=archive-%) $(patsubst %,packages-%,$(filter linux_%,$(PLATFORMS)))
	@cd build/release && LC_ALL=C sha256sum otelcol-segment[-_]* > checksums.txt
	@awk '/^## /{p = $$2 == "$(VERSION)"; next} p' CHANGELOG.md | sed '/./,$$!d' > build/release/release-notes.md

# The binary with what belongs to it: a .zip for Windows, and a .tar.gz for all others.
archive-%: binary-% sbom-%
	@name=otelcol-segment_$(VERSION)_$* && in="$(CURDIR)/build/release/$*" && \
		case $* in windows_*) kind=zip exe=.exe ;; *) kind=tar.gz exe= ;; esac && \
		go -C internal/tools/dist run ./archive -out "$(CURDIR)/build/release/$$name.$$kind" -folder $$name -time $(TIME) $(FILES:%="$(CURDIR)/%") \
			"$$in/otelcol-segment$$exe" "$$in/otelcol-segment.cdx.json" "$$in/licenses.txt"

# The packages for Debian and for RPM.
packages-%: binary-% sbom-%
	@for kind in deb rpm; do PLATFORM=$* ARCH=$(word 2,$(subst _, ,$*)) VERSION=$(VERSION) SOURCE_DATE_EPOCH=$(TIME) \
		go tool -modfile=internal/tools/nfpm/go.mod nfpm package --config deploy/packages/nfpm.yaml \
			--packager $$kind --target build/release/ || exit 1; done

.PHONY: licenses
licenses: $(addprefix sbom-,$(PLATFORMS)) ## Fail when something that is linked has a license that is not in internal/tools/dist/sbom/allowed.go

.PHONY: verify
verify: build ## Fail when a module on this machine is not what go.sum says
	@for m in $(MODULES) build/otelcol; do (cd $$m && go mod verify >/dev/null) || { echo "in $$m"; exit 1; }; done

.PHONY: lint
lint: ## Run golangci-lint, go vet among its linters, over every module with code, and actionlint over the workflows
	go tool -modfile=internal/tools/actionlint/go.mod actionlint
	@# A tag can be moved to another commit.
	@! grep -n 'uses: ' .github/workflows/*.yml | grep -vE '@[0-9a-f]{40} # v' || { echo "actions are pinned by their commits"; exit 1; }
	$(LINT) golangci-lint run ./...
	@for m in $(SUBMODULES); do (cd $$m && \
		go tool -modfile="$(CURDIR)/internal/tools/lint/go.mod" golangci-lint run --config "$(CURDIR)/.golangci.yml" ./...) || exit 1; done

.PHONY: fmt
fmt: ## Format the code
	$(LINT) golangci-lint fmt ./...

.PHONY: generate
generate: ## Write the files that mdatagen makes, and the schema of the configuration
	@# mdatagen takes the package name from the name of the folder, which is not ours to choose: hence the link.
	@d=$$(mktemp -d) && trap 'rm -rf "$$d"' EXIT && ln -s "$(CURDIR)" "$$d/$(PKG)" && \
		$(TOOL) mdatagen "$$d/$(PKG)/metadata.yaml" && \
		$(TOOL) mdatagen "$$d/$(PKG)/receiver/metadata.yaml" && \
		$(TOOL) mdatagen "$$d/$(PKG)/sandbox/metadata.yaml"
	cd schema && go run .

.PHONY: check
check: generate ## Fail when generated files or go.mod files are not up to date
	@for m in $(MODULES); do (cd $$m && go mod tidy -diff) || exit 1; done
	@git diff --exit-code -- . && test -z "$$(git ls-files --others --exclude-standard)" || \
		{ git status --short; echo "files are not committed, or make generate changed them"; exit 1; }

.PHONY: samples
samples: build ## Let the collector validate the sample configurations
	@for f in config/*.yaml; do echo "validate $$f"; \
		SEGMENT_WRITE_KEY=sample QUEUE_DIRECTORY=build TLS_CERT=cert.pem TLS_KEY=key.pem \
		WEB_KEY=web IOS_KEY=ios DEFAULT_KEY=default DEAD_LETTERS=build/dead-letters.jsonl API_HOST=events.example.com/v1 \
		KAFKA_BROKERS=localhost:9092 INSTANCE=sample STORE_DIRECTORY=build \
		build/otelcol-segment validate --feature-gates=+extension.healthcheck.useComponentStatus --config "$$f" || exit 1; done
