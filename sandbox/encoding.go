package sandbox

import (
	"context"
	"net/http"
)

type encodingKey struct{}

// keepEncoding remembers the Content-Encoding of a request, which the server removes when it has decompressed the body.
func keepEncoding(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if encoding := r.Header.Get("Content-Encoding"); encoding != "" {
			r = r.WithContext(context.WithValue(r.Context(), encodingKey{}, encoding))
		}
		next.ServeHTTP(w, r)
	})
}

// checkEncoding reports what the server can decompress and Segment cannot.
func (u *upload) checkEncoding(ctx context.Context) {
	if encoding, _ := ctx.Value(encodingKey{}).(string); encoding != "" && encoding != "gzip" {
		u.violations = append(u.violations,
			violation{"Content-Encoding", ownText(encoding) + ": Segment takes gzip only"})
	}
}
