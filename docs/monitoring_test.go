package docs_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// ours is where the alerts and the dashboard find the documents.
const ours = "https://github.com/otel-segment/segmentexporter/blob/main/docs/"

// TestMonitoringNamesWhatExists looks up the metrics and the documents that the alerts and the dashboard name.
func TestMonitoringNamesWhatExists(t *testing.T) {
	t.Parallel()
	metrics := map[string]bool{}
	for _, name := range found(readText(t, filepath.Join(root, "documentation.md"))+
		readText(t, filepath.Join(root, "receiver", "documentation.md")), `(?m)^### (otelcol_[a-z_]+)$`) {
		metrics[name] = true
	}
	// The Collector's own, as operations.md has them.
	for _, name := range found(readText(t, "operations.md"), `\b(otelcol_[a-z_]+)`) {
		metrics[name] = true
	}
	suffix := regexp.MustCompile(`_(bucket|sum|count)$`)
	for _, file := range []string{"prometheus/alerts.yaml", "grafana/segment.json"} {
		text := readText(t, filepath.Join(root, "deploy", filepath.FromSlash(file)))
		names := found(text, `\b(otelcol_[a-z_]+)`)
		require.NotEmpty(t, names)
		for _, name := range names {
			assert.True(t, metrics[suffix.ReplaceAllString(name, "")], "%s: there is no metric %s", file, name)
		}
		links := found(text, regexp.QuoteMeta(ours)+`([^"\s]+)`)
		require.NotEmpty(t, links)
		for _, link := range links {
			document, anchor, hasAnchor := strings.Cut(link, "#")
			if known := anchors(readText(t, document)); hasAnchor {
				assert.True(t, known[anchor], "%s: a link leads to no heading: %s", file, link)
			}
		}
	}
}

// TestEveryAlertHasARunbook under its own name.
func TestEveryAlertHasARunbook(t *testing.T) {
	t.Parallel()
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert       string            `yaml:"alert"`
				Annotations map[string]string `yaml:"annotations"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(readText(t, filepath.Join(root, "deploy", "prometheus", "alerts.yaml"))), &file))
	var alerts []string
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			alerts = append(alerts, rule.Alert)
			assert.Equal(t, ours+"alerts.md#"+strings.ToLower(rule.Alert), rule.Annotations["runbook_url"], rule.Alert)
		}
	}
	assert.Equal(t, alerts, found(readText(t, "alerts.md"), `(?m)^## (Segment\w+)$`), "the headings, in the order of the file")
	assert.ElementsMatch(t, alerts, found(readText(t, "operations.md"), `\[(Segment\w+)\]\(alerts\.md#`))
}
