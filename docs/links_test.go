package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documents are all that people read.
func documents(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.md", "docs/*.md", "sandbox/README.md", "examples/*/README.md"} {
		matches, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		require.NoError(t, err)
		require.NotEmpty(t, matches, pattern)
		files = append(files, matches...)
	}
	return files
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	code    = regexp.MustCompile("(?ms)^ *```.*?\n *```$")
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// TestLinks follows every link that stays in the repository, to its heading too.
func TestLinks(t *testing.T) {
	t.Parallel()
	followed := 0
	for _, file := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(readText(t, file), ""), -1) {
			if strings.Contains(match[1], "://") {
				continue
			}
			followed++
			path, anchor, hasAnchor := strings.Cut(match[1], "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), filepath.FromSlash(path))
			}
			if _, err := os.Stat(target); err != nil {
				assert.Failf(t, "a link leads nowhere", "%s: %v", file, err)
				continue
			}
			if hasAnchor && !anchors(readText(t, target))[anchor] {
				assert.Failf(t, "a link leads to no heading", "%s: %s", file, match[1])
			}
		}
	}
	assert.Greater(t, followed, 100)
}

// anchors are those that GitHub gives to the headings.
func anchors(document string) map[string]bool {
	all := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(code.ReplaceAllString(document, ""), -1) {
		anchor := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
				return unicode.ToLower(r)
			default:
				return -1
			}
		}, match[1])
		unique := anchor
		for i := 1; all[unique]; i++ {
			unique = fmt.Sprintf("%s-%d", anchor, i)
		}
		all[unique] = true
	}
	return all
}
