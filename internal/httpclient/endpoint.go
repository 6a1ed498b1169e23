package httpclient

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// ValidateEndpoint says what is wrong with the base URL of an API; an empty one is valid, because it has a default. For the
// error it needs the path that is added to the URL, and login, which says how the client is known without a user in the URL.
// The error repeats nothing that can be a secret.
func ValidateEndpoint(endpoint, path, login string) error {
	if endpoint == "" {
		return nil
	}
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return errors.New("endpoint: must be an http:// or https:// URL")
	case u.User != nil:
		return errors.New("endpoint: must have no user or password, " + login)
	case strings.ContainsAny(endpoint, "?#"):
		return fmt.Errorf("endpoint: must have neither query nor fragment, because %s is added to its path", path)
	}
	return nil
}
