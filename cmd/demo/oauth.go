package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// overlay is merged over config/demo.yaml: the sandbox gives out access tokens, and the exporter asks it for them.
const overlay = `extensions:
  segment_sandbox:
    oauth:
      public_key_file: %q
exporters:
  segment:
    oauth:
      client_id: demo-client
      key_id: demo-key
      private_key_file: %q
      endpoint: http://%s
`

// writeOAuth makes a folder with a key pair and a configuration that uses it, and returns the path of the configuration.
func writeOAuth() (config string, err error) {
	folder, err := os.MkdirTemp("", "segment-demo-")
	if err != nil {
		return "", err
	}
	config = filepath.Join(folder, "oauth.yaml")
	private, public := filepath.Join(folder, "private.pem"), filepath.Join(folder, "public.pem")
	err = writeKeys(private, public)
	if err == nil {
		err = os.WriteFile(config, fmt.Appendf(nil, overlay, public, private, sandboxAddress), 0o600)
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(folder))
	}
	return config, nil
}

func writeKeys(private, public string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	privateDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	publicDER, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(private, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: privateDER}), 0o600),
		os.WriteFile(public, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER}), 0o600),
	)
}
