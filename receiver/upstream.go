package receiver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// fetchTimeout is shorter than what libraries wait for settings.
	fetchTimeout = 5 * time.Second
	// fetchPause is how long nothing is fetched after a failure.
	fetchPause = 10 * time.Second
	// maxSettings is far more than the settings of a source with many destinations.
	maxSettings = 4 << 20
)

// upstream fetches settings from Segment, and keeps them.
type upstream struct {
	base    string
	apiHost string
	maxAge  time.Duration
	// client makes no spans: they would have the write key in the URL.
	client *http.Client
	log    *limitedLog

	mu     sync.Mutex
	copies map[string]*settingsCopy // by source
}

// settingsCopy are the settings of a source.
type settingsCopy struct {
	// fetching is a lock, held by the request that fetches. It is a channel, so that a request waits for it no longer than its
	// context lasts.
	fetching chan struct{}

	mu    sync.Mutex
	body  []byte // nil until there are some
	until time.Time
	old   bool // they could not be fetched again
}

func newUpstream(cfg *SettingsConfig, apiHost string, log *limitedLog) *upstream {
	return &upstream{
		base:    strings.TrimRight(cfg.Upstream, "/"),
		apiHost: apiHost,
		maxAge:  cfg.MaxAge,
		client: &http.Client{
			Transport: http.DefaultTransport.(*http.Transport).Clone(),
			Timeout:   fetchTimeout,
			// The key goes to the server that is configured, and to no other.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		log:    log,
		copies: map[string]*settingsCopy{},
	}
}

// get returns the settings of a source. They are nil when it failed.
func (u *upstream) get(ctx context.Context, source, key string) ([]byte, settingsOutcome) {
	c := u.copyOf(source)
	if body, outcome, fresh := c.current(); fresh {
		return body, outcome
	}
	select {
	case c.fetching <- struct{}{}:
	default:
		// Another request fetches them. Nobody waits for it who can have the old ones.
		if body, outcome, _ := c.current(); body != nil {
			return body, outcome
		}
		select {
		case c.fetching <- struct{}{}:
		case <-ctx.Done():
			return nil, settingsFailed
		}
	}
	defer func() { <-c.fetching }()
	if body, outcome, fresh := c.current(); fresh {
		return body, outcome
	}
	body, err := u.fetch(ctx, key)
	if err != nil {
		u.log.settings(source, err)
		c.keepOld()
		body, outcome, _ := c.current()
		return body, outcome
	}
	c.set(body, u.maxAge)
	return body, settingsFetched
}

func (u *upstream) copyOf(source string) *settingsCopy {
	u.mu.Lock()
	defer u.mu.Unlock()
	c := u.copies[source]
	if c == nil {
		c = &settingsCopy{fetching: make(chan struct{}, 1)}
		u.copies[source] = c
	}
	return c
}

// current returns the settings, nil if there are none, and whether nothing is to be fetched now: they are not old enough, or a
// fetch has just failed.
func (c *settingsCopy) current() (body []byte, outcome settingsOutcome, fresh bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.body == nil:
		outcome = settingsFailed
	case c.old:
		outcome = settingsStale
	default:
		outcome = settingsCached
	}
	return c.body, outcome, time.Now().Before(c.until)
}

func (c *settingsCopy) set(body []byte, maxAge time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.body, c.until, c.old = body, time.Now().Add(maxAge), false
}

func (c *settingsCopy) keepOld() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until, c.old = time.Now().Add(fetchPause), true
}

// fetch asks Segment. Others wait for the answer too, so it does not end with the request that asks. The error has no key in it.
func (u *upstream) fetch(ctx context.Context, key string) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, u.base+"/v1/projects/"+key+"/settings", http.NoBody)
	if err != nil {
		return nil, errors.New("settings::upstream cannot be used")
	}
	resp, err := u.client.Do(req)
	if err != nil {
		// The error of the client has the URL, and in it the key.
		if inner := errors.Unwrap(err); inner != nil {
			err = inner
		}
		return nil, fmt.Errorf("settings::upstream cannot be reached: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("settings::upstream has answered with status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxSettings+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("settings::upstream cannot be read: %w", err)
	case len(body) > maxSettings:
		return nil, fmt.Errorf("settings::upstream has answered with more than %d bytes", maxSettings)
	}
	return u.redirect(body, key)
}

type members = map[string]json.RawMessage

// redirect sets in the settings of Segment where the messages go, and turns the telemetry of the libraries off.
func (u *upstream) redirect(body []byte, key string) ([]byte, error) {
	var all members
	if err := json.Unmarshal(body, &all); err != nil || all == nil {
		return nil, errors.New("settings::upstream has not answered with a JSON object")
	}
	err := errors.Join(
		change(all, "integrations", func(integrations members) error {
			return change(integrations, "Segment.io", func(segment members) error {
				if segment["apiKey"] == nil {
					segment["apiKey"] = quote(key)
				}
				segment["apiHost"] = quote(u.apiHost)
				return nil
			})
		}),
		change(all, "metrics", func(metrics members) error {
			metrics["sampleRate"] = json.RawMessage("0")
			return nil
		}),
	)
	if err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

// change changes the members of the object at a key, and leaves the text of all others as it is.
func change(object members, key string, to func(members) error) error {
	var inner members
	if object[key] != nil {
		if err := json.Unmarshal(object[key], &inner); err != nil {
			return fmt.Errorf("settings::upstream has answered with settings whose %s is no object", key)
		}
	}
	if inner == nil {
		inner = members{}
	}
	if err := to(inner); err != nil {
		return err
	}
	var err error
	object[key], err = json.Marshal(inner)
	return err
}

func quote(s string) json.RawMessage {
	quoted, _ := json.Marshal(s) // a string can always be encoded
	return quoted
}
