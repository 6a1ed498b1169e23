//go:build linux

package monitoring

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pictureTime is how long each trouble takes for the picture of the documents, which is drawn then; 0 for none.
func pictureTime(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("DASHBOARD_PICTURE")
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err, "DASHBOARD_PICTURE")
	return d
}

// drawPicture draws the first rows of the dashboard with what its queries have returned, by panel and query.
func drawPicture(t *testing.T, results map[int][][]series, begin, end time.Time) {
	t.Helper()
	data, err := json.Marshal(map[string]any{"begin": begin.Unix(), "end": end.Unix(), "results": results})
	require.NoError(t, err)
	path := filepath.Join("..", "..", "build", "dashboard.json")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join("picture", "draw.js"), dashboardFile, path, "3",
		filepath.Join("..", "..", "docs", "images", "dashboard.png"))
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", text)
}
