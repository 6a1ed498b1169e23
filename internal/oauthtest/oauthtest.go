// Package oauthtest makes configurations for tests with access tokens.
package oauthtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"sync"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-segment/segmentexporter/oauth"
)

// NewConfig is a complete `oauth` section for the authorization server at a URL. All of them have one key.
func NewConfig(endpoint string) oauth.Config {
	cfg := oauth.NewDefaultConfig()
	cfg.ClientID, cfg.KeyID = "client", "key"
	cfg.PrivateKey = configopaque.String(privateKey())
	cfg.ClientConfig.Endpoint = endpoint
	return cfg
}

// privateKey is made once, because that takes long.
var privateKey = sync.OnceValue(func() string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
})
