package image

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/version"
)

// TestArchive looks into the image of each platform.
func TestArchive(t *testing.T) {
	t.Parallel()
	needContainers(t)
	first := buildArchive(t)
	second := buildArchive(t)
	require.Equal(t, sha256.Sum256(first), sha256.Sum256(second), "two builds of the same commit")

	a := readArchive(t, first)
	for architecture, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		t.Run(architecture, func(t *testing.T) {
			p := a.image(t, architecture)
			assertFiles(t, p.files)
			assertConfig(t, p.config)
			assertStatic(t, p.files["otelcol-segment"].content, machine)
			assertStatic(t, p.files["healthcheck"].content, machine)
			assertCertificates(t, p.files["etc/ssl/certs/ca-certificates.crt"].content)
			assertSBOM(t, p.files, architecture)
			if architecture == runtime.GOARCH {
				var local []struct{ RootFS struct{ Layers []string } }
				inspect(t, "image", theImage, &local)
				assert.Equal(t, p.config.RootFS.DiffIDs, local[0].RootFS.Layers, "the image that the other tests run")
			}
		})
	}
}

func assertFiles(t *testing.T, files map[string]file) {
	t.Helper()
	found := map[string]string{}
	for name, f := range files {
		found[name] = fmt.Sprintf("%s %d:%d", f.header.FileInfo().Mode(), f.header.Uid, f.header.Gid)
	}
	folder, readable := "drwxr-xr-x 0:0", "-r--r--r-- 0:0"
	assert.Equal(t, map[string]string{
		"otelcol-segment":                       "-r-xr-xr-x 0:0",
		"healthcheck":                           "-r-xr-xr-x 0:0",
		"etc":                                   folder,
		"etc/otelcol-segment":                   folder,
		"etc/otelcol-segment/config.yaml":       readable,
		"etc/ssl":                               folder,
		"etc/ssl/certs":                         folder,
		"etc/ssl/certs/ca-certificates.crt":     readable,
		"usr":                                   folder,
		"usr/share":                             folder,
		"usr/share/doc":                         folder,
		"usr/share/doc/otelcol-segment":         folder,
		"usr/share/doc/otelcol-segment/LICENSE": readable,
		"usr/share/doc/otelcol-segment/licenses.txt":             readable,
		"usr/share/doc/otelcol-segment/otelcol-segment.cdx.json": readable,
		"var":                     folder,
		"var/lib":                 folder,
		"var/lib/otelcol-segment": "drwx------ 10001:10001",
	}, found)
}

func assertConfig(t *testing.T, c config) {
	t.Helper()
	assert.Equal(t, "10001:10001", c.Config.User)
	assert.Equal(t, []string{"/otelcol-segment"}, c.Config.Entrypoint)
	require.Len(t, c.Config.Env, 1)
	assert.Regexp(t, "^PATH=", c.Config.Env[0])
	assert.Len(t, c.Config.ExposedPorts, 5)

	commit := strings.Split(git(t, "log", "-1", "--format=%H %ct"), " ")
	at, err := strconv.ParseInt(commit[1], 10, 64)
	require.NoError(t, err)
	created := time.Unix(at, 0).UTC().Format(time.RFC3339)
	assert.Equal(t, created, c.Created)
	assert.Regexp(t, "^"+commit[0]+"(-dirty)?$", c.Config.Labels["org.opencontainers.image.revision"])
	delete(c.Config.Labels, "org.opencontainers.image.revision")
	assert.Equal(t, map[string]string{
		"org.opencontainers.image.title":       "otelcol-segment",
		"org.opencontainers.image.description": "OpenTelemetry Collector with the Segment exporter",
		"org.opencontainers.image.version":     version.Version,
		"org.opencontainers.image.created":     created,
		"org.opencontainers.image.licenses":    "Apache-2.0",
		"org.opencontainers.image.source":      "https://github.com/otel-segment/segmentexporter",
	}, c.Config.Labels)
	for _, step := range c.History {
		assert.NotRegexp(t, `(?i)key|secret|token|passw`, step.CreatedBy)
	}
}

func assertStatic(t *testing.T, content []byte, machine elf.Machine) {
	t.Helper()
	binary, err := elf.NewFile(bytes.NewReader(content))
	require.NoError(t, err)
	assert.Equal(t, machine, binary.Machine)
	for _, part := range binary.Progs {
		assert.NotEqual(t, elf.PT_INTERP, part.Type, "it needs a loader, which is not in the image")
	}
}

// assertCertificates reads the bundle as Go and OpenSSL do.
func assertCertificates(t *testing.T, bundle []byte) {
	t.Helper()
	subjects := map[string]bool{}
	for {
		var block *pem.Block
		if block, bundle = pem.Decode(bundle); block == nil {
			break
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
		assert.True(t, cert.IsCA, cert.Subject)
		assert.True(t, cert.NotAfter.After(time.Now()), "%s ended %s: update x509roots in internal/tools/dist", cert.Subject, cert.NotAfter)
		subjects[cert.Subject.CommonName] = true
	}
	assert.Greater(t, len(subjects), 100)
	// Of the authorities of large clouds, and so of Segment's servers.
	for _, name := range []string{"Amazon Root CA 1", "GTS Root R1", "ISRG Root X1", "DigiCert Global Root G2"} {
		assert.True(t, subjects[name], name)
	}
}

// assertSBOM compares the SBOM with what the binary itself says of its modules.
func assertSBOM(t *testing.T, files map[string]file, architecture string) {
	t.Helper()
	const folder = "usr/share/doc/otelcol-segment/"
	text := files[folder+"otelcol-segment.cdx.json"].content
	var bom struct {
		SerialNumber string `json:"serialNumber"`
		Metadata     struct {
			Timestamp string    `json:"timestamp"`
			Component component `json:"component"`
		} `json:"metadata"`
		Components []component `json:"components"`
	}
	require.NoError(t, json.Unmarshal(text, &bom))
	requireValidSBOM(t, text)
	assert.Empty(t, bom.SerialNumber+bom.Metadata.Timestamp, "two builds are the same")
	assert.Equal(t, "otelcol-segment", bom.Metadata.Component.Name)
	assert.Equal(t, "v"+version.Version, bom.Metadata.Component.Version)
	assert.Contains(t, bom.Metadata.Component.PURL, "goarch="+architecture)

	info, err := buildinfo.Read(bytes.NewReader(files["otelcol-segment"].content))
	require.NoError(t, err)
	want := map[string]bool{"std " + info.GoVersion: true}
	licenses := string(files[folder+"licenses.txt"].content)
	for _, m := range info.Deps {
		moduleVersion := m.Version
		if m.Replace != nil && strings.HasPrefix(m.Replace.Path, "../..") {
			moduleVersion = "v" + version.Version
		} else if m.Replace != nil {
			moduleVersion = m.Replace.Version
		}
		want[m.Path+" "+moduleVersion] = true
		assert.Contains(t, licenses, "\n"+m.Path+" ", "licenses.txt")
	}
	found := map[string]bool{}
	for _, c := range bom.Components {
		found[c.Name+" "+c.Version] = true
		require.NotEmpty(t, c.Evidence.Licenses, c.Name)
		assert.NotEmpty(t, c.Evidence.Licenses[0].License.ID, c.Name)
	}
	assert.Equal(t, want, found)
	for _, text := range []string{
		"the Go standard library", "Apache License", "Mozilla Public License", "Redistributions in binary form",
		"Stephen L. Moshier", // of what gonum.org/v1/gonum has from elsewhere
	} {
		assert.Contains(t, licenses, text)
	}
}

type component struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	PURL     string `json:"purl"`
	Evidence struct {
		Licenses []struct {
			License struct {
				ID string `json:"id"`
			} `json:"license"`
		} `json:"licenses"`
	} `json:"evidence"`
}

func git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}
