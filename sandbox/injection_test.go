package sandbox

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.uber.org/zap"
)

func (s sandbox) faults() (faults []fault) {
	status, answer, _ := s.do(http.MethodGet, "/api/faults", "")
	require.Equal(s.t, 200, status)
	require.NoError(s.t, json.Unmarshal([]byte(answer), &faults))
	return faults
}

func (s sandbox) setFaults(list string) {
	status, answer, _ := s.do(http.MethodPut, "/api/faults", list)
	require.Equal(s.t, 200, status, answer)
}

// upload returns the status, 0 when the connection was closed without an answer.
func (s sandbox) upload(body string, headers ...string) int {
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/v1/batch", io.NopCloser(strings.NewReader(body)))
	require.NoError(s.t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestFaultsAPI(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	_, answer, header := s.do(http.MethodGet, "/api/faults", "")
	assert.Equal(t, "[]\n", answer)
	assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))

	status, answer, _ := s.do(http.MethodPut, "/api/faults", `[{"status":429,"headers":{"Retry-After":"2"},"times":2},{"latency":"1.5s","path":"/token"}]`)
	assert.Equal(t, 200, status)
	want := `[{"id":1,"status":429,"headers":{"Retry-After":"2"},"times":2,"probability":1,"hits":0},` +
		`{"id":2,"path":"/token","latency":"1.5s","probability":1,"hits":0}]`
	assert.JSONEq(t, want, answer)
	_, answer, _ = s.do(http.MethodGet, "/api/faults", "")
	assert.JSONEq(t, want, answer)

	status, answer, _ = s.do(http.MethodPost, "/api/faults", `{"drop_connection":true}`)
	assert.Equal(t, 201, status)
	assert.JSONEq(t, `{"id":3,"drop_connection":true,"probability":1,"hits":0}`, answer)
	assert.Equal(t, 429, s.upload(batch(track("1", ""))))
	assert.Len(t, s.faults(), 3)
	assert.Equal(t, 1, s.faults()[0].Times)
	assert.Equal(t, 1, s.faults()[0].Hits)

	for id, want := range map[string]int{"2": 204, "9": 404, "0": 404, "x": 404} {
		status, _, _ = s.do(http.MethodDelete, "/api/faults/"+id, "")
		assert.Equal(t, want, status, id)
	}
	assert.Len(t, s.faults(), 2)
	status, _, _ = s.do(http.MethodDelete, "/api/faults", "")
	assert.Equal(t, 204, status)
	assert.Empty(t, s.faults())
	assert.Equal(t, 200, s.upload(batch(track("1", ""))))

	for _, method := range []string{http.MethodPut, http.MethodPost} {
		status, answer, _ = s.do(method, "/api/faults", strings.Repeat(" ", maxFaultBytes+1))
		assert.Equal(t, 400, status)
		assert.Contains(t, answer, "too large")
	}
	status, answer, _ = s.do(http.MethodPut, "/api/faults", `[{"status":500},{"status":7}]`)
	assert.Equal(t, 400, status)
	assert.Contains(t, answer, "faults[1]: status: must be from 200 to 599, not 7")
	assert.Empty(t, s.faults(), "all or nothing")
	for range maxFaults {
		s.do(http.MethodPost, "/api/faults", `{"status":500}`)
	}
	status, answer, _ = s.do(http.MethodPost, "/api/faults", `{"status":500}`)
	assert.Equal(t, 400, status)
	assert.Contains(t, answer, "no more than 100 faults")
}

func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	const refused = `{"success":false,"code":"injected_fault","message":"this is a fault that was asked for",` +
		`"error":{"code":"injected_fault","message":"this is a fault that was asked for"}}`
	for _, tt := range []struct {
		fault       string
		status      int
		answer      string
		contentType string
	}{
		{`"status":503`, 503, refused, "application/json"},
		{`"status":202`, 202, `{"success":true}`, "application/json"},
		{`"status":204`, 204, ``, "application/json"},
		{`"status":500,"body":"oh no"`, 500, `oh no`, "text/plain; charset=utf-8"},
		{`"status":500,"body":"{\"a\": 1}"`, 500, `{"a": 1}`, "application/json"},
		{`"status":502,"body":"<h1>","headers":{"content-type":"text/html"}`, 502, `<h1>`, "text/html"},
		{`"status":302,"headers":{"X-A":"b"}`, 302, refused, "application/json"},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t)
			s.setFaults(`[{` + tt.fault + `}]`)
			status, answer, header := s.do(http.MethodPost, "/v1/batch", batch(track("1", "")))
			assert.Equal(t, tt.status, status)
			assert.Equal(t, tt.answer, answer)
			assert.Equal(t, tt.contentType, header.Get("Content-Type"))
			assert.Empty(t, s.messages("").Messages)
			assert.Equal(t, 1, s.stats().FaultsInjected)
			assert.Equal(t, map[string]int{strconv.Itoa(tt.status): 1}, s.stats().Requests)
		})
	}
}

func TestFaultsComeBeforeTheChecks(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	s.setFaults(`[{"status":500,"only_if_contains":"poison"},{"status":503,"times":1}]`)
	assert.Equal(t, 503, s.upload("no JSON"))
	assert.Equal(t, 400, s.upload("no JSON"))
	status, _, _ := s.do(http.MethodPost, "/v1/batch", zipped(t, batch(track("1", `,"a":"poison"`))), "Content-Encoding", "gzip")
	assert.Equal(t, 500, status)
	assert.Equal(t, 500, s.upload("poison"+strings.Repeat(" ", 600_000)))
	assert.Equal(t, 400, s.upload(strings.Repeat(" ", 600_000)+"poison"), "is not kept so far")
	stats := s.stats()
	assert.Equal(t, map[string]int{"400": 2, "500": 2, "503": 1}, stats.Requests)
	assert.Equal(t, 3, stats.FaultsInjected)
	assert.EqualValues(t, 600_006, stats.LargestBodyBytes)
}

// TestFaultsOfAllForms of a path, whichever one the fault names.
func TestFaultsOfAllForms(t *testing.T) {
	t.Parallel()
	for _, named := range []string{"/v1/import", "/import/"} {
		s := startSandbox(t)
		s.setFaults(`[{"path":"` + named + `","status":503}]`)
		for path, want := range map[string]int{"/v1/import": 503, "/v1/import/": 503, "/import": 503, "/v1/batch": 200} {
			status, _, _ := s.do(http.MethodPost, path, batch(track("1", "")))
			assert.Equal(t, want, status, path)
		}
	}
}

func TestDroppedConnections(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	s.setFaults(`[{"drop_connection":true,"times":1},{"drop_connection":true,"after_delivery":true,"times":2}]`)
	assert.Zero(t, s.upload(batch(track("1", ""))))
	assert.Empty(t, s.messages("").Messages)
	assert.Zero(t, s.upload(batch(track("1", ""))))
	assert.Zero(t, s.upload("no JSON"))
	assert.Equal(t, 200, s.upload(batch(track("1", ""))))
	got := s.messages("").Messages
	require.Len(t, got, 1)
	assert.Equal(t, 2, got[0].Attempt)
	stats := s.stats()
	assert.Equal(t, map[string]int{"200": 1, dropped: 3}, stats.Requests)
	assert.Equal(t, 3, stats.FaultsInjected)
	assert.Equal(t, 1, stats.Duplicates)
}

func TestTokenFaults(t *testing.T) {
	t.Parallel()
	a := newAuthTest(t, nil)
	faults, err := parseFaults([]byte(`[{"path":"/token","status":429,"headers":{"Retry-After":"2"},"times":1},{"path":"/token","drop_connection":true,"times":1},
		{"path":"*","drop_connection":true,"after_delivery":true,"times":2}]`), nil)
	require.NoError(t, err)
	a.api.faults.replace(faults)
	assertion := form(sign(t, claims(testURL)))
	w := a.postToken(assertion)
	assert.Equal(t, 429, w.Code)
	assert.Equal(t, "2", w.Header().Get("Retry-After"))
	assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	assert.JSONEq(t, `{"error":"injected_fault","error_description":"this is a fault that was asked for"}`, w.Body.String())
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { a.postToken(assertion) })
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { a.postToken(assertion) })
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { a.postToken(assertion) })
	assert.Contains(t, a.postToken(assertion).Body.String(), "jti: was used before")
	assert.Equal(t, map[string]int{"429": 1, dropped: 3, "401": 1}, a.api.store.statistics().TokenRequests)
	assert.Equal(t, 4, a.api.store.statistics().FaultsInjected)
	a.token()
}

func TestLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, err := newAPI(testConfig(), zap.NewNop())
		require.NoError(t, err)
		for _, tt := range []struct {
			fault   string
			timeout time.Duration // of the client
			want    string
			waited  time.Duration
		}{
			{`{"latency":"1h"}`, 2 * time.Hour, "200", time.Hour},
			{`{"latency":"1m","status":500}`, 2 * time.Hour, "500", time.Minute},
			{`{"latency":"1m","drop_connection":true}`, 2 * time.Hour, dropped, time.Minute},
			{`{"latency":"1h"}`, time.Second, dropped, time.Second},
			{`{"latency":"1h","status":500}`, time.Second, dropped, time.Second},
			{`{"latency":"1h","drop_connection":true,"after_delivery":true}`, time.Second, dropped, time.Second},
		} {
			a.store.reset()
			f, err := parseFault([]byte(tt.fault), nil)
			require.NoError(t, err)
			a.faults.replace([]fault{f})
			ctx, cancel := context.WithTimeout(t.Context(), tt.timeout)
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/batch", strings.NewReader(batch(track("1", ""))))
			began := time.Now()
			func() {
				defer func() {
					if failure := recover(); failure != nil {
						assert.Equal(t, http.ErrAbortHandler, failure)
						assert.Equal(t, dropped, tt.want)
					}
				}()
				a.routes().ServeHTTP(httptest.NewRecorder(), r)
			}()
			cancel()
			assert.Equal(t, tt.waited, time.Since(began), tt.fault)
			assert.Equal(t, map[string]int{tt.want: 1}, a.store.statistics().Requests, tt.fault)
			records, _ := a.store.since(0)
			assert.Len(t, records, map[string]int{"200": 1}[tt.want])
		}
	})
}

// TestLatencyOutlivesTimeouts has timeouts of the server that are over before the answer.
func TestLatencyOutlivesTimeouts(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	cfg.ServerConfig.WriteTimeout, cfg.ServerConfig.ReadTimeout = time.Second, time.Second
	s := runSandbox(t, cfg)
	s.setFaults(`[{"latency":"1200ms"}]`)
	assert.Equal(t, 200, s.upload(batch(track("1", ""))))
	assert.Equal(t, map[string]int{"200": 1}, s.stats().Requests)
}

// TestShutdownEndsLatency has a body that the server has not read to its end too: then it does not see that the
// connection is closed.
func TestShutdownEndsLatency(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"body": zipped(t, batch()), "broken body": zipped(t, batch())[:20] + strings.Repeat("x", 1<<20)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ext := newExtension(testConfig(), componenttest.NewNopTelemetrySettings())
			require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
			s := sandbox{t, "http://" + ext.listener.Addr().String()}
			s.setFaults(`[{"latency":"1h"}]`)
			answered := make(chan int)
			go func() { answered <- s.upload(body, "Content-Encoding", "gzip") }()
			require.Eventually(t, func() bool { return s.stats().FaultsInjected == 1 }, 10*time.Second, time.Millisecond)
			require.NoError(t, ext.Shutdown(t.Context()))
			assert.Zero(t, <-answered)
		})
	}
}
