package receiver

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// arrival is what is known of a request before the server of the Collector handles it.
type arrival struct {
	received  time.Time
	route     *route
	parameter string // the type of a pixel, or the write key of settings
	body      *wireBody
	encoded   bool // the body has a Content-Encoding
}

type arrivalKey struct{}

// arrivalOf returns what [arrive] has kept.
func arrivalOf(ctx context.Context) *arrival {
	return ctx.Value(arrivalKey{}).(*arrival)
}

// arrive keeps what the server of the Collector changes or hides, and hides from it what must not get into its spans: they have
// the path, and that of settings has a write key in it. Paths that are not known may have one too.
func arrive(r *router, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		// The time is taken before the body is read: `sentAt` is written before the body is sent, and the less time there is
		// between the two, the less is taken for a wrong clock.
		a := &arrival{received: time.Now()}
		a.route, a.parameter = r.find(req.URL.Path)
		a.encoded = req.Header.Get("Content-Encoding") != ""
		a.body = &wireBody{ReadCloser: req.Body}

		req = req.WithContext(context.WithValue(req.Context(), arrivalKey{}, a))
		if req.Body != http.NoBody {
			req.Body = a.body
		}
		path := "/"
		if a.route != &other {
			path, req.Pattern = a.route.name, a.route.name
		}
		req.URL = &url.URL{Path: path, RawQuery: req.URL.RawQuery}
		req.RequestURI = req.URL.RequestURI()
		next.ServeHTTP(w, req)
	})
}

// wireBody is a body before decompression. It counts its bytes, and keeps the error of the connection, which a decompressor may
// hide.
type wireBody struct {
	io.ReadCloser
	bytes int64
	err   error
}

// Read implements io.Reader.
func (b *wireBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.bytes += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}
