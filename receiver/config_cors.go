package receiver

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.uber.org/zap"
)

// neededHeaders are what analytics.js sends: without Authorization nothing arrives, without X-Retry-Count no retry does.
var neededHeaders = []string{"Authorization", "X-Retry-Count"}

func newDefaultCORS() confighttp.CORSConfig {
	cors := confighttp.NewDefaultCORSConfig()
	cors.AllowedOrigins = []string{"*"}
	cors.AllowedHeaders = []string{"Authorization", "Content-Type", "X-Retry-Count", "Cache-Control"}
	// Otherwise a page of another origin does not see it.
	cors.ExposedHeaders = []string{"Retry-After"}
	// Without it browsers ask again after 5 seconds.
	cors.MaxAge = 7200
	return cors
}

// warnOfCORS tells of settings with which browsers refuse to send, in the page and without a trace here.
func warnOfCORS(server *confighttp.ServerConfig, logger *zap.Logger) {
	if !server.CORS.HasValue() {
		return
	}
	allowed := server.CORS.Get().AllowedHeaders
	if slices.Contains(allowed, "*") {
		return
	}
	for _, header := range neededHeaders {
		if !slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(a, header) }) {
			logger.Warn("cors::allowed_headers lacks a header that analytics.js sends: browsers will not send what has it",
				zap.String("header", header))
		}
	}
}
