package image

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// requireValidSBOM asks the schema of CycloneDX, of which the module that writes the SBOM has a copy.
func requireValidSBOM(t *testing.T, sbom []byte) {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go")
	list.Dir = filepath.Join(root, "internal", "tools", "dist")
	dir, err := list.Output()
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	const site = "http://cyclonedx.org/schema/"
	for name, file := range map[string]string{
		"bom-1.6.schema.json":  "bom-1.6.schema.json",
		"spdx.schema.json":     "spdx.schema.json",
		"jsf-0.82.schema.json": "jsf-0.82.schemax.json",
	} {
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "schema", file))
		require.NoError(t, err)
		parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, compiler.AddResource(site+name, parsed))
	}
	schema, err := compiler.Compile(site + "bom-1.6.schema.json")
	require.NoError(t, err)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(sbom))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(parsed))
}
