package oauth

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"go.uber.org/zap"
)

// keys holds the private key. A key from a file is read again when the content of the file has changed.
type keys struct {
	file   string // "" when the key is in the configuration
	logger *zap.Logger
	key    *rsa.PrivateKey
	// seen is the hash of the content that was parsed last, with or without success.
	seen [sha256.Size]byte
	// complaint is the error that was logged last, so that it is logged once.
	complaint string
}

// load reads the key at the start, from the file or from the text in the configuration.
func (k *keys) load(inline string) error {
	if k.file != "" {
		return k.read()
	}
	var err error
	k.key, err = parseInline(inline)
	return err
}

func parseInline(content string) (*rsa.PrivateKey, error) {
	key, err := parseKey([]byte(content))
	if err != nil {
		return nil, fmt.Errorf("private_key: %w", err)
	}
	return key, nil
}

// current is the key to sign with now. A new key that cannot be used is logged, and the old one stays in use.
func (k *keys) current() *rsa.PrivateKey {
	if k.file == "" {
		return k.key
	}
	err := k.read()
	switch {
	case err == nil:
		k.complaint = ""
	case err.Error() != k.complaint:
		k.complaint = err.Error()
		k.logger.Error("The private key cannot be read again; the one that was read before stays in use", zap.Error(err))
	}
	return k.key
}

// read parses the file if its content is new. The content is compared and not the time of the file, which has a coarse
// clock, and which tells nothing about a link in its path that points elsewhere now.
func (k *keys) read() error {
	content, err := os.ReadFile(k.file)
	if err != nil {
		return fmt.Errorf("private_key_file: %w", err)
	}
	sum := sha256.Sum256(content)
	if sum == k.seen {
		return nil
	}
	k.seen = sum
	key, err := parseKey(content)
	if err != nil {
		return fmt.Errorf("private_key_file: %w", err)
	}
	k.key = key
	return nil
}

// minKeyBits is the smallest key that RS256 allows (RFC 7518 section 3.3).
const minKeyBits = 2048

// parseKey reads PKCS#8 and PKCS#1 PEM. The errors of the decoders are left out: they repeat pieces of what they read.
func parseKey(content []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, errors.New("must be PEM, starting with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----")
	}
	_, encrypted := block.Headers["DEK-Info"]
	var parsed any
	var err error
	switch {
	case encrypted || block.Type == "ENCRYPTED PRIVATE KEY":
		return nil, errors.New("must not be encrypted")
	case block.Type == "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case block.Type == "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		return nil, errors.New("must be a PRIVATE KEY (PKCS#8) or an RSA PRIVATE KEY (PKCS#1), not another kind of PEM")
	}
	if err != nil {
		return nil, fmt.Errorf("the content of %s is damaged", block.Type)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("must be an RSA key")
	}
	if bits := key.N.BitLen(); bits < minKeyBits {
		return nil, fmt.Errorf("must have %d bits or more, not %d", minKeyBits, bits)
	}
	return key, nil
}
