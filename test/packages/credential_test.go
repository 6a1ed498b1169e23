package packages

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestCredential uploads with OAuth. Only root can read the file of the key, of which systemd makes a credential of the service,
// as docs/install.md shows it.
func TestCredential(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join(root, "docs", "install.md"))
	require.NoError(t, err)
	const load, use = "LoadCredential=oauth.pem:/etc/otelcol-segment/oauth.pem", "private_key_file: ${env:CREDENTIALS_DIRECTORY}/oauth.pem"
	require.Contains(t, string(guide), load)
	require.Contains(t, string(guide), use)

	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	publicFile := filepath.Join(t.TempDir(), "public.pem")
	require.NoError(t, os.WriteFile(publicFile, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), 0o600))
	segment := harness.NewSandbox(t, `extensions: {segment_sandbox: {oauth: {public_key_file: "`+publicFile+`", client_id: client, key_id: key}}}`)

	m := boot(t)
	m.sh(t, install)
	c := configure(t, m, segment)
	m.write(t, "/etc/otelcol-segment/oauth.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	m.run(t, "chmod", "600", "/etc/otelcol-segment/oauth.pem")
	m.run(t, "mkdir", "/etc/systemd/system/"+service+".d")
	m.write(t, "/etc/systemd/system/"+service+".d/oauth.conf", "[Service]\n"+load+"\n")
	endpoint := "    endpoint: " + segment.URL + "\n"
	m.write(t, configPath, strings.Replace(m.run(t, "cat", configPath), endpoint,
		endpoint+"    oauth:\n      client_id: client\n      key_id: key\n      endpoint: "+segment.URL+"\n      "+use+"\n", 1))
	m.run(t, "systemctl", "daemon-reload")
	m.run(t, "systemctl", "start", service)
	c.waitReady(t)
	segment.WaitFor(t, c.send(t, 10))
	require.Equal(t, map[string]int{"200": 1}, segment.Stats(t).TokenRequests)
}
