package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteOAuth(t *testing.T) {
	config, err := writeOAuth()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(config)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })

	private, err := x509.ParsePKCS8PrivateKey(readPEM(t, filepath.Join(folder, "private.pem"), "PRIVATE KEY"))
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.ParsePKIXPublicKey(readPEM(t, filepath.Join(folder, "public.pem"), "PUBLIC KEY"))
	if err != nil {
		t.Fatal(err)
	}
	if key := private.(*rsa.PrivateKey); key.N.BitLen() != 2048 || !key.PublicKey.Equal(public) {
		t.Error("the keys are no pair of 2048 bits")
	}
	content, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`public_key_file: "` + folder + `/public.pem"`, `private_key_file: "` + folder + `/private.pem"`, "endpoint: http://localhost:9100\n",
	} {
		if !strings.Contains(string(content), want) {
			t.Errorf("%s is not in:\n%s", want, content)
		}
	}
}

func readPEM(t *testing.T, path, blockType string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(content)
	if block == nil || block.Type != blockType || len(rest) > 0 {
		t.Fatalf("%s is no %s", path, blockType)
	}
	return block.Bytes
}
