package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
)

func TestNoCollector(t *testing.T) {
	err := demo{collector: filepath.Join(t.TempDir(), "none"), out: io.Discard}.run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("the error does not say what to do: %v", err)
	}
}
