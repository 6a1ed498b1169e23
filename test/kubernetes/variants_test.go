package kubernetes

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

const (
	kustomizations = "../../deploy/kubernetes"
	helmValues     = "../../deploy/helm/values.yaml"
	// rendered is what the chart makes of the values.
	rendered = "testdata/helm.yaml"
)

// variant is something that a user installs.
type variant struct {
	name, folder string
	// components are those that the kustomizations have as comments.
	components bool
	// made are the Secrets that the user makes with kubectl.
	made []string
}

var variants = []variant{
	{name: "gateway", folder: "gateway"},
	{name: "gateway with components", folder: "gateway", components: true, made: []string{"segment-tls", "segment-oauth"}},
	{name: "kafka", folder: "kafka"},
	{name: "kafka with components", folder: "kafka", components: true, made: []string{"segment-tls", "segment-oauth"}},
	{name: "helm", made: []string{"segment-keys"}},
}

// examples are what a user could put into the files of secrets.
var examples = map[string]string{
	"SEGMENT_WRITE_KEY": "a-write-key", "KAFKA_BROKERS": "localhost:9092", "OAUTH_CLIENT_ID": "client", "OAUTH_KEY_ID": "key",
}

func (v variant) isHelm() bool { return v.folder == "" }

// build returns what `kubectl kustomize`, or the chart, writes. The edits are made to the copy of the user first.
func (v variant) build(t *testing.T, edits ...func(folder string)) manifest {
	t.Helper()
	if v.isHelm() {
		text, err := os.ReadFile(rendered)
		require.NoError(t, err)
		return decode(t, text)
	}
	folder := filepath.Join(v.copy(t), v.folder)
	for _, edit := range edits {
		edit(folder)
	}
	result, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	require.NoError(t, err)
	text, err := result.AsYaml()
	require.NoError(t, err)
	return decode(t, text)
}

var (
	componentComment = regexp.MustCompile(`(?m)^( *)# ( *- \S+/components/\S+|components:)$`)
	variableComment  = regexp.MustCompile(`(?m)^# (\w+=)$`)
	emptyVariable    = regexp.MustCompile(`(?m)^(\w+)=$`)
)

// copy does what docs/kubernetes.md tells the user to do: it fills the files of secrets, and takes the comments away.
func (v variant) copy(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.CopyFS(root, os.DirFS(kustomizations)))
	require.NoError(t, filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		require.NoError(t, err)
		target, isExample := strings.CutSuffix(path, ".example")
		isKustomization := filepath.Base(path) == "kustomization.yaml"
		if !isExample && !isKustomization {
			return nil
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		text := string(data)
		if v.components {
			text = componentComment.ReplaceAllString(text, "$1$2")
			text = variableComment.ReplaceAllString(text, "$1")
		}
		if isExample {
			text = emptyVariable.ReplaceAllStringFunc(text, func(line string) string {
				value := examples[strings.TrimSuffix(line, "=")]
				require.NotEmpty(t, value, "%s: %s has no value here", path, line)
				return line + value
			})
		}
		return os.WriteFile(target, []byte(text), 0o600)
	}))
	return root
}
