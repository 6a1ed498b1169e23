package receiver

import (
	"net/http"

	"github.com/otel-segment/segmentexporter/internal/record"
)

// image is a GIF of one transparent pixel.
const image = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00" +
	",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// takePixel takes the message in the address of an image.
func (a *api) takePixel(r *http.Request, at *arrival) *answer {
	o := a.optionsOf(r, at)
	o.Type, o.UserAgent = at.parameter, r.UserAgent()
	query := r.URL.Query()
	result, err := record.Pixel(query, o)
	if err != nil {
		return unusable(err)
	}
	key := firstOf(basicUser(r), result.WriteKey, query.Get("writeKey"))
	source, no := a.sources.find(key)
	if no != nil {
		return no
	}
	return a.consume(r.Context(), &result, source, key)
}

// writePixel sends the image, whatever became of the message: a broken one in an e-mail helps nobody.
func writePixel(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/gif")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte(image))
}
