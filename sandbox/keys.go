package sandbox

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/zap"
)

// minKeyBits is what RFC 7518 asks of a key for RS256.
const minKeyBits = 2048

// keyFile holds the public keys of a file that may change at any time.
type keyFile struct {
	path   string
	logger *zap.Logger

	mu      sync.Mutex
	content []byte // that the keys were read from
	keys    jwt.VerificationKeySet
	problem string // why the file cannot be used now, to log it once
}

func openKeyFile(path string, logger *zap.Logger) (*keyFile, error) {
	f := &keyFile{path: path, logger: logger}
	if err := f.read(); err != nil {
		return nil, fmt.Errorf("oauth: public_key_file: %w", err)
	}
	return f, nil
}

// current reads the file every time, which is cheap and sees each change: two versions may have the same time and size.
// While the file cannot be used, the keys that it had before stay valid.
func (f *keyFile) current() jwt.VerificationKeySet {
	f.mu.Lock()
	defer f.mu.Unlock()
	problem := ""
	if err := f.read(); err != nil {
		problem = err.Error()
		if problem != f.problem {
			f.logger.Error("The public keys of the Segment sandbox cannot be read again; the old ones stay in use",
				zap.String("public_key_file", f.path), zap.Error(err))
		}
	}
	f.problem = problem
	return f.keys
}

func (f *keyFile) read() error {
	content, err := os.ReadFile(f.path)
	if err != nil || f.content != nil && bytes.Equal(content, f.content) {
		return err
	}
	keys, err := parsePublicKeys(content)
	if err != nil {
		return err
	}
	f.content, f.keys = content, keys
	return nil
}

// parsePublicKeys reads all PEM blocks of a file. None may be wrong: a key that is left out in silence would only show
// when a client is turned away.
func parsePublicKeys(content []byte) (set jwt.VerificationKeySet, err error) {
	for rest := content; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		key, err := parsePublicKey(block)
		if err != nil {
			return set, fmt.Errorf("key %d: %w", len(set.Keys)+1, err)
		}
		set.Keys = append(set.Keys, key)
	}
	switch blocks := bytes.Count(content, []byte("-----BEGIN ")); {
	case blocks == 0:
		return set, errors.New("holds no key in PEM form")
	case blocks != len(set.Keys): // pem.Decode skips what it cannot read
		return set, errors.New("holds a PEM block that cannot be read")
	}
	return set, nil
}

func parsePublicKey(block *pem.Block) (*rsa.PublicKey, error) {
	var parsed any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		parsed, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		parsed, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return nil, fmt.Errorf("is a %q and not a PUBLIC KEY or RSA PUBLIC KEY", block.Type)
	}
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("is not an RSA key")
	}
	if bits := key.N.BitLen(); bits < minKeyBits {
		return nil, fmt.Errorf("has %d bits, needs %d or more", bits, minKeyBits)
	}
	return key, nil
}
