package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/version"
)

// archive is an OCI archive with several platforms.
type archive struct{ blobs map[string][]byte }

type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Platform  struct {
		OS           string `json:"os"`
		Architecture string `json:"architecture"`
	} `json:"platform"`
}

// platformImage is the image of one platform, with its only layer.
type platformImage struct {
	config config
	files  map[string]file
}

type config struct {
	Created      string `json:"created"`
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Config       struct {
		User         string              `json:"User"`
		Env          []string            `json:"Env"`
		Entrypoint   []string            `json:"Entrypoint"`
		Cmd          []string            `json:"Cmd"`
		ExposedPorts map[string]struct{} `json:"ExposedPorts"`
		Labels       map[string]string   `json:"Labels"`
	} `json:"config"`
	RootFS struct {
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
	History []struct {
		CreatedBy string `json:"created_by"`
	} `json:"history"`
}

type file struct {
	header  *tar.Header
	content []byte
}

// buildArchive builds both platforms of Linux, and returns the file.
func buildArchive(t *testing.T) []byte {
	t.Helper()
	require.NoError(t, buildImage("linux_amd64", "linux_arm64"))
	content, err := os.ReadFile(filepath.Join(root, "build", "release", "otelcol-segment-"+version.Version+".oci.tar"))
	require.NoError(t, err)
	return content
}

func readArchive(t *testing.T, content []byte) archive {
	t.Helper()
	a := archive{blobs: map[string][]byte{}}
	for name, f := range readTar(t, bytes.NewReader(content)) {
		a.blobs[name] = f.content
	}
	return a
}

// image finds that of a platform.
func (a archive) image(t *testing.T, architecture string) platformImage {
	t.Helper()
	var layout, index struct {
		Manifests []descriptor `json:"manifests"`
	}
	require.NoError(t, json.Unmarshal(a.blobs["index.json"], &layout))
	require.Len(t, layout.Manifests, 1)
	a.read(t, layout.Manifests[0], &index)
	for _, d := range index.Manifests {
		if d.Platform.OS == "linux" && d.Platform.Architecture == architecture {
			return a.platform(t, d)
		}
	}
	require.FailNow(t, "no image", architecture)
	return platformImage{}
}

func (a archive) platform(t *testing.T, d descriptor) platformImage {
	t.Helper()
	var manifest struct {
		Config descriptor   `json:"config"`
		Layers []descriptor `json:"layers"`
	}
	a.read(t, d, &manifest)
	require.Len(t, manifest.Layers, 1)
	var p platformImage
	a.read(t, manifest.Config, &p.config)
	unzipped, err := gzip.NewReader(bytes.NewReader(a.blob(t, manifest.Layers[0])))
	require.NoError(t, err)
	p.files = readTar(t, unzipped)
	return p
}

func (a archive) read(t *testing.T, d descriptor, into any) {
	t.Helper()
	require.NoError(t, json.Unmarshal(a.blob(t, d), into))
}

func (a archive) blob(t *testing.T, d descriptor) []byte {
	t.Helper()
	content, ok := a.blobs["blobs/"+strings.ReplaceAll(d.Digest, ":", "/")]
	require.True(t, ok, d.Digest)
	return content
}

func readTar(t *testing.T, r io.Reader) map[string]file {
	t.Helper()
	files := map[string]file{}
	for reader := tar.NewReader(r); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		content, err := io.ReadAll(reader)
		require.NoError(t, err)
		files[strings.Trim(strings.TrimPrefix(header.Name, "./"), "/")] = file{header, content}
	}
}
