package oauth

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/internal/strictconf"
)

// Config is the `oauth` section of the exporter.
type Config struct {
	// ClientID is the id of the OAuth application in Segment. Required.
	ClientID string `mapstructure:"client_id"`

	// KeyID is the id that Segment gave to the public key. Required.
	KeyID string `mapstructure:"key_id"`

	// PrivateKeyFile is the path of the private key: RSA of 2048 bits or more, as PKCS#8 or PKCS#1 PEM, not encrypted. A
	// file that has changed is read again. Exactly one of it and PrivateKey is required.
	PrivateKeyFile string `mapstructure:"private_key_file"`

	// PrivateKey is the private key itself, in the same form.
	PrivateKey configopaque.String `mapstructure:"private_key"`

	// Scope is the OAuth scope of the tokens. Default: tracking_api:write.
	Scope string `mapstructure:"scope"`

	// ClientConfig is the HTTP client of the token requests. `endpoint` is the authorization server; `/token` is added to
	// its path unless it is there. Defaults: endpoint by region, timeout 15s, no keepalive.
	ClientConfig confighttp.ClientConfig `mapstructure:",squash"`

	// unfilled are settings that were there without a value when the section was decoded.
	unfilled strictconf.Unfilled

	// prevent unkeyed literal initialization
	_ struct{}
}

// NewDefaultConfig returns the defaults named at each field. The endpoint is empty: the region decides.
func NewDefaultConfig() Config {
	// Token requests are hours apart; a connection that is kept would only outlive the shutdown.
	client := httpclient.WithoutKeepAlives(confighttp.NewDefaultClientConfig())
	client.Timeout = 15 * time.Second
	return Config{Scope: "tracking_api:write", ClientConfig: client}
}

// Unmarshal refuses keys that do not exist, and lets Validate refuse those without a value.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	c.unfilled = strictconf.TakeUnfilled(conf, c, "client_id", "key_id", "private_key", "private_key_file", "scope", "endpoint")
	if conf.Get("keepalive") != nil {
		// A section that is off has lost its defaults.
		c.ClientConfig.Keepalive = configoptional.Default(confighttp.NewDefaultKeepaliveClientConfig())
	}
	return strictconf.Unmarshal(conf, c)
}

// Validate reports every problem that can be seen without reading the file of the key.
func (c *Config) Validate() error {
	return errors.Join(
		c.unfilled.Err(),
		c.required("client_id", c.ClientID),
		c.required("key_id", c.KeyID),
		c.validateKey(),
		c.required("scope", c.Scope),
		httpclient.ValidateEndpoint(c.ClientConfig.Endpoint, "/token", "the client is known by its key"),
		httpclient.Validate(c.ClientConfig),
		c.validateHeaders(),
	)
}

func (c *Config) required(key, value string) error {
	if strings.TrimSpace(value) == "" && !c.unfilled.Has(key) {
		return errors.New(key + ": must be set")
	}
	return nil
}

func (c *Config) validateKey() error {
	switch inline := strings.TrimSpace(string(c.PrivateKey)) != ""; {
	case c.unfilled.Has("private_key", "private_key_file"):
		return nil
	case inline && c.PrivateKeyFile != "":
		return errors.New("private_key: must not be set beside private_key_file")
	case inline:
		_, err := parseInline(string(c.PrivateKey))
		return err
	case c.PrivateKeyFile == "":
		return errors.New("private_key_file: must be set, or private_key")
	default:
		return nil
	}
}

// validateHeaders finds headers that only a token request cannot have.
func (c *Config) validateHeaders() error {
	var errs []error
	for name := range c.ClientConfig.Headers.Iter {
		switch http.CanonicalHeaderKey(name) {
		case "Accept":
			errs = append(errs, fmt.Errorf("headers::%s: must not be set, the answer has to be JSON", name))
		case "Authorization":
			// A server of the user's own, or a proxy in front of it, may want a login.
			if c.ClientConfig.Endpoint == "" {
				errs = append(errs, fmt.Errorf("headers::%s: must not be set, Segment knows the client by its key", name))
			}
		}
	}
	return errors.Join(errs...)
}

// authorizationServer is the endpoint as it is the audience of an assertion: without a trailing slash and without /token.
func authorizationServer(endpoint string) string {
	return strings.TrimRight(strings.TrimSuffix(strings.TrimRight(endpoint, "/"), "/token"), "/")
}
