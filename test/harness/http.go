package harness

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Get returns the body of a page. An answer other than 2xx is an error.
func Get(url string) (string, error) {
	return request(http.MethodGet, url, "")
}

func request(method, url, body string) (string, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	return do(req)
}

func do(req *http.Request) (string, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	if resp.StatusCode/100 != 2 {
		return "", fmt.Errorf("%s %s: %s: %s", req.Method, req.URL, resp.Status, body)
	}
	return string(body), nil
}
