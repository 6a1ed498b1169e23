package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// Making keys is slow, so the tests share them.
var keyOne, keyTwo = sync.OnceValue(makeKey), sync.OnceValue(makeKey)

func makeKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, minKeyBits)
	if err != nil {
		panic(err)
	}
	return key
}

func pkix(tb testing.TB, key any) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	require.NoError(tb, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func pkcs1(key *rsa.PublicKey) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(key)}))
}

func writeFile(tb testing.TB, path, content string) {
	require.NoError(tb, os.WriteFile(path, []byte(content), 0o600))
}

func TestParsePublicKeys(t *testing.T) {
	t.Parallel()
	one, two := pkix(t, &keyOne().PublicKey), pkcs1(&keyTwo().PublicKey)
	for content, want := range map[string][]*rsa.PublicKey{
		one:       {&keyOne().PublicKey},
		two:       {&keyTwo().PublicKey},
		one + two: {&keyOne().PublicKey, &keyTwo().PublicKey},
		"# old\n" + two + "\n# new\n" + one + "end": {&keyTwo().PublicKey, &keyOne().PublicKey},
	} {
		set, err := parsePublicKeys([]byte(content))
		require.NoError(t, err)
		require.Len(t, set.Keys, len(want))
		for i, key := range want {
			assert.True(t, key.Equal(set.Keys[i]))
		}
	}
}

func TestParsePublicKeysRefuses(t *testing.T) {
	t.Parallel()
	one := pkix(t, &keyOne().PublicKey)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	private := string(pem.EncodeToMemory(&pem.Block{
		Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(keyOne()),
	}))
	for _, tt := range []struct{ name, content, want string }{
		{"empty", "", "holds no key in PEM form"},
		{"text", "key", "holds no key in PEM form"},
		{"private", one + private, `key 2: is a "RSA PRIVATE KEY" and not a PUBLIC KEY or RSA PUBLIC KEY`},
		{"small", pkix(t, &small.PublicKey), "key 1: has 1024 bits, needs 2048 or more"},
		{"other kind", pkix(t, &curve.PublicKey), "key 1: is not an RSA key"},
		{"cut off", one[:len(one)/2], "holds a PEM block that cannot be read"},
		{"second cut off", one + one[:len(one)/2], "holds a PEM block that cannot be read"},
		{"no PKIX", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte{1}})), "key 1: "},
		{"no PKCS#1", string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: []byte{1}})), "key 1: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := parsePublicKeys([]byte(tt.content))
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestKeyFileMustBeGoodAtTheStart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.pem")
	writeFile(t, path, "")
	_, err := openKeyFile(path, zap.NewNop())
	assert.EqualError(t, err, "oauth: public_key_file: holds no key in PEM form")
}

func TestKeyFileIsReadAgain(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.InfoLevel)
	path := filepath.Join(t.TempDir(), "keys.pem")
	writeFile(t, path, pkix(t, &keyOne().PublicKey))
	file, err := openKeyFile(path, zap.New(core))
	require.NoError(t, err)
	holds := func(key *rsa.PrivateKey) bool {
		keys := file.current().Keys
		return len(keys) == 1 && key.PublicKey.Equal(keys[0])
	}
	assert.True(t, holds(keyOne()))

	writeFile(t, path, pkix(t, &keyTwo().PublicKey))
	assert.True(t, holds(keyTwo()))
	assert.Zero(t, logs.Len())

	writeFile(t, path, "broken")
	assert.True(t, holds(keyTwo()))
	assert.True(t, holds(keyTwo()))
	require.Equal(t, 1, logs.Len(), "logged once")
	assert.Equal(t, zapcore.ErrorLevel, logs.All()[0].Level)
	assert.Equal(t, "holds no key in PEM form", logs.All()[0].ContextMap()["error"])

	require.NoError(t, os.Remove(path))
	assert.True(t, holds(keyTwo()))
	assert.Equal(t, 2, logs.Len())

	writeFile(t, path, pkix(t, &keyTwo().PublicKey))
	assert.True(t, holds(keyTwo()))
	writeFile(t, path, "broken")
	assert.True(t, holds(keyTwo()))
	assert.Equal(t, 3, logs.Len(), "mended in between, so logged again")

	writeFile(t, path, pkix(t, &keyOne().PublicKey))
	assert.True(t, holds(keyOne()))
	assert.Equal(t, 3, logs.Len())
}
