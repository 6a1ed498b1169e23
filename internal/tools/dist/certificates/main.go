// Command certificates prints the root certificates of Mozilla as PEM. They come with a Go module, so that go.sum fixes them and two
// builds have the same, whatever the machine has installed.
package main

import (
	"bufio"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

func main() {
	if err := write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "certificates:", err)
		os.Exit(1)
	}
}

func write(file *os.File) error {
	out := bufio.NewWriter(file)
	for root := range bundle.Roots() {
		// Mozilla trusts such a root only in part, which PEM cannot say.
		if root.Constraint != nil {
			continue
		}
		cert, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "# %s\n# SHA-256 %x\n", cert.Subject, sha256.Sum256(root.Certificate))
		if err := pem.Encode(out, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return err
		}
	}
	return out.Flush()
}
