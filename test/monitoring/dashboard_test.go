//go:build linux

package monitoring

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// board is what the tests need of a dashboard.
type board struct {
	SchemaVersion int     `json:"schemaVersion"`
	Panels        []panel `json:"panels"`
	Templating    struct {
		List []variable `json:"list"`
	} `json:"templating"`
}

type panel struct {
	ID          int    `json:"id"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	GridPos     struct{ X, Y, W, H int }
	Targets     []struct {
		Expr         string `json:"expr"`
		LegendFormat string `json:"legendFormat"`
		Instant      bool   `json:"instant"`
	} `json:"targets"`
}

type variable struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	Definition string `json:"definition"`
	AllValue   string `json:"allValue"`
}

func readDashboard(t *testing.T) (data []byte, b board) {
	t.Helper()
	data, err := os.ReadFile(dashboardFile)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &b))
	return data, b
}

// TestDashboardFile is one that Grafana can read, in the form in which it is easy to compare.
func TestDashboardFile(t *testing.T) {
	t.Parallel()
	data, b := readDashboard(t)
	var tidy bytes.Buffer
	require.NoError(t, json.Indent(&tidy, bytes.TrimSpace(data), "", "  "))
	assert.Equal(t, tidy.String()+"\n", string(data), "indent it by two spaces")

	plugins.RegisterDefaultPlugins()
	var known dashboard.Dashboard //nolint:staticcheck // Older Grafanas cannot read the new schema, and new ones can read this.
	// Without a mistake it is an empty list of errors, and not nil.
	mistakes, _ := errors.AsType[cog.BuildErrors](known.UnmarshalJSONStrict(data))
	assert.Empty(t, mistakes)
	assert.EqualValues(t, dashboard.NewDashboard().SchemaVersion, b.SchemaVersion, "the version of the schema that Grafana has today")

	ids := map[int]bool{}
	used := [24][]bool{}
	for _, p := range b.Panels {
		assert.False(t, ids[p.ID], "%s: the id is there twice", p.Title)
		ids[p.ID] = true
		if p.Type != "row" {
			assert.NotEmpty(t, p.Description, p.Title)
			assert.NotEmpty(t, p.Targets, p.Title)
		}
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				for len(used[x]) <= y {
					used[x] = append(used[x], false)
				}
				assert.False(t, used[x][y], "%s lies on another panel", p.Title)
				used[x][y] = true
			}
		}
	}
}

// TestDashboard runs the queries of all panels against a Prometheus that has scraped two collectors with much trouble. Each has to
// return something. The alerts are evaluated there too.
func TestDashboard(t *testing.T) {
	t.Parallel()
	harness.NeedTools(t, "prometheus")
	_, b := readDashboard(t)
	each := pictureTime(t)
	begin := time.Now()
	p := troubledRun(t, max(each, 2*time.Second))
	end := time.Now()

	values := p.variables(t, b.Templating.List, end.Sub(begin))
	results := map[int][][]series{}
	for _, panel := range b.Panels {
		for _, target := range panel.Targets {
			expr := replaced(target.Expr, values)
			all := p.query(t, expr, begin, end, target.Instant)
			results[panel.ID] = append(results[panel.ID], all)
			assert.True(t, slices.ContainsFunc(all, series.hasNumber), "%s: no data: %s", panel.Title, expr)
			for _, label := range regexp.MustCompile(`{{(\w+)}}`).FindAllStringSubmatch(target.LegendFormat, -1) {
				assert.True(t, slices.ContainsFunc(all, func(s series) bool { return s.Metric[label[1]] != "" }),
					"%s: no series has the label %s: %s", panel.Title, label[1], expr)
			}
		}
	}
	p.checkRules(t)
	if each > 0 {
		drawPicture(t, results, begin, end)
	}
}

func (s series) hasNumber() bool {
	for _, value := range append(s.Values, s.Value) {
		if text, is := value[1].(string); is && text != "NaN" {
			return true
		}
	}
	return false
}

// variables are the values that Grafana has for All.
func (p prometheus) variables(t *testing.T, list []variable, length time.Duration) map[string]string {
	t.Helper()
	values := map[string]string{
		// As Grafana does it: four scrapes at least.
		"__rate_interval": (4 * scrapeInterval).String(),
		"__range":         length.Round(time.Second).String(),
	}
	query := regexp.MustCompile(`^label_values\((.*), (\w+)\)$`)
	for _, v := range list {
		if v.Type != "query" {
			continue
		}
		match := query.FindStringSubmatch(v.Definition)
		require.NotNil(t, match, v.Definition)
		var found []string
		p.get(t, "/api/v1/label/"+match[2]+"/values", url.Values{"match[]": {replaced(match[1], values)}}, &found)
		require.NotEmpty(t, found, v.Name)
		values[v.Name] = v.AllValue
		if v.AllValue == "" {
			values[v.Name] = "(" + strings.Join(found, "|") + ")"
		}
	}
	return values
}

// replaced has the variables replaced, the longest name first.
func replaced(text string, values map[string]string) string {
	names := slices.Sorted(maps.Keys(values))
	slices.Reverse(names)
	for _, name := range names {
		text = strings.ReplaceAll(text, "$"+name, values[name])
	}
	return text
}

// checkRules fails for a rule that cannot be evaluated, and for an annotation that cannot be filled in.
func (p prometheus) checkRules(t *testing.T) {
	t.Helper()
	var data struct {
		Groups []struct {
			Rules []struct {
				Name      string `json:"name"`
				Health    string `json:"health"`
				LastError string `json:"lastError"`
				Alerts    []struct {
					Annotations map[string]string `json:"annotations"`
				} `json:"alerts"`
			} `json:"rules"`
		} `json:"groups"`
	}
	p.get(t, "/api/v1/rules", nil, &data)
	active := 0
	for _, group := range data.Groups {
		for _, rule := range group.Rules {
			assert.Equal(t, "ok", rule.Health, "%s: %s", rule.Name, rule.LastError)
			for _, alert := range rule.Alerts {
				active++
				for name, text := range alert.Annotations {
					assert.NotRegexp(t, `error|no value|{{|on \.| of \.|  `, text, "%s: %s", rule.Name, name)
				}
			}
		}
	}
	assert.Greater(t, active, 5)
}
