package oauth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
)

// startWith starts a source with a key in a file, and with the same key in the configuration.
func startWith(t *testing.T, content string) (fromFile, inline error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	telemetry := componenttest.NewNopTelemetrySettings()
	start := func(cfg Config) error {
		s := New(Settings{Config: cfg, Telemetry: telemetry})
		return s.Start(t.Context(), componenttest.NewNopHost())
	}
	return start(Config{PrivateKeyFile: file}), start(Config{PrivateKey: configopaque.String(content)})
}

func TestGoodKeys(t *testing.T) {
	t.Parallel()
	pkcs8, err := x509.MarshalPKCS8PrivateKey(testKey())
	require.NoError(t, err)
	for name, content := range map[string]string{
		"PKCS#1":             pkcs1(testKey()),
		"PKCS#8":             pemOf("PRIVATE KEY", pkcs8),
		"text around it":     "Bag Attributes\n\n" + pkcs1(testKey()) + "\n\n",
		"Windows line ends":  strings.ReplaceAll(pkcs1(testKey()), "\n", "\r\n"),
		"no line end at all": strings.TrimSpace(pkcs1(testKey())),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fromFile, inline := startWith(t, content)
			require.NoError(t, fromFile)
			assert.NoError(t, inline)
		})
	}
}

// TestBadKeys are refused at the start, and one in the configuration before that.
func TestBadKeys(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	sec1, err := x509.MarshalECPrivateKey(ec)
	require.NoError(t, err)
	ecPKCS8, err := x509.MarshalPKCS8PrivateKey(ec)
	require.NoError(t, err)
	public, err := x509.MarshalPKIXPublicKey(testKey().Public())
	require.NoError(t, err)
	der := x509.MarshalPKCS1PrivateKey(testKey())
	encrypted := pem.EncodeToMemory(&pem.Block{
		Type: "RSA PRIVATE KEY", Bytes: der,
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"},
	})
	const kind = "must be a PRIVATE KEY (PKCS#8) or an RSA PRIVATE KEY (PKCS#1), not another kind of PEM"
	const noPEM = "must be PEM, starting with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----"
	for name, c := range map[string]struct{ content, expected string }{
		"EC":                {pemOf("EC PRIVATE KEY", sec1), kind},
		"EC as PKCS#8":      {pemOf("PRIVATE KEY", ecPKCS8), "must be an RSA key"},
		"small":             {pkcs1(newKey(1024)), "must have 2048 bits or more, not 1024"},
		"encrypted PKCS#1":  {string(encrypted), "must not be encrypted"},
		"encrypted PKCS#8":  {pemOf("ENCRYPTED PRIVATE KEY", der), "must not be encrypted"},
		"public key":        {pemOf("PUBLIC KEY", public), kind},
		"empty":             {"", noPEM},
		"no PEM":            {base64.StdEncoding.EncodeToString(der), noPEM},
		"cut off":           {pkcs1(testKey())[:800], noPEM},
		"damaged PKCS#1":    {pemOf("RSA PRIVATE KEY", der[:len(der)/2]), "the content of RSA PRIVATE KEY is damaged"},
		"damaged PKCS#8":    {pemOf("PRIVATE KEY", der[1:]), "the content of PRIVATE KEY is damaged"},
		"PKCS#1 as PKCS#8":  {pemOf("PRIVATE KEY", der), "the content of PRIVATE KEY is damaged"},
		"factors are wrong": {pemOf("RSA PRIVATE KEY", flipped(der, 400)), "the content of RSA PRIVATE KEY is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fromFile, inline := startWith(t, c.content)
			require.EqualError(t, fromFile, "private_key_file: "+c.expected)
			require.EqualError(t, inline, "private_key: "+c.expected)
			if c.content != "" {
				cfg := loadConfig(t, "minimal", nil)
				cfg.PrivateKey, cfg.PrivateKeyFile = configopaque.String(c.content), ""
				assert.EqualError(t, confmap.Validate(&cfg), "private_key: "+c.expected)
			}
		})
	}
}

func flipped(der []byte, at int) []byte {
	der = append([]byte(nil), der...)
	der[at] ^= 1
	return der
}

func TestNoKeyFile(t *testing.T) {
	t.Parallel()
	s := New(Settings{Config: Config{PrivateKeyFile: filepath.Join(t.TempDir(), "none.pem")}})
	err := s.Start(t.Context(), componenttest.NewNopHost())
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "private_key_file: ")
	assert.NoError(t, s.Shutdown(t.Context()))
}

// TestKeyRotation changes the file as a user would, and asks for a new token after each change.
func TestKeyRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "key.pem")
		write := func(content string) {
			// Another file under the same name, as mounted secrets change.
			require.NoError(t, os.WriteFile(file+".new", []byte(content), 0o600))
			require.NoError(t, os.Rename(file+".new", file))
		}
		older, newer := testKey(), newKey(2048)
		write(pkcs1(older))
		server := &authServer{}
		r := newRig(t, server, func(cfg *Config) { cfg.PrivateKey, cfg.PrivateKeyFile = "", file })
		assertion := func() string {
			r.Invalidate(r.wantToken(t))
			return server.forms[server.count()-1].Get("client_assertion")
		}
		verify(t, assertion(), older)
		parsed := r.requester.keys.key
		assertion()
		assert.Same(t, parsed, r.requester.keys.key, "a file that is the same is not parsed again")

		write(pkcs1(newer))
		verify(t, assertion(), newer)
		assert.Empty(t, r.logs.All())

		const message = "The private key cannot be read again; the one that was read before stays in use"
		for _, bad := range []string{"garbage " + strings.Repeat("SECRET", 9), pkcs1(newer)[:400]} {
			write(bad)
			verify(t, assertion(), newer)
			verify(t, assertion(), newer)
			entries := r.logs.TakeAll()
			require.Len(t, entries, 1, "logged once for each content")
			assert.Equal(t, message, entries[0].Message)
			assert.Contains(t, entries[0].ContextMap()["error"], "private_key_file: must be PEM")
			assert.NotContains(t, entries[0].ContextMap()["error"], "SECRET")
		}
		require.NoError(t, os.Remove(file))
		verify(t, assertion(), newer)
		verify(t, assertion(), newer)
		require.Equal(t, 1, r.logs.FilterMessage(message).Len())
		r.logs.TakeAll()

		write(pkcs1(older))
		verify(t, assertion(), older)
		time.Sleep(day)
		assert.Empty(t, r.logs.All())
	})
}
