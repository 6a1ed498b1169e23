package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	messagesURL = "http://" + sandboxAddress + "/api/messages"
	recordsURL  = "http://" + sandboxAddress + "/api/records"
)

// received is what the demo shows of an entry of the sandbox's /api/messages.
type received struct {
	Violations []violation `json:"violations"`
	Message    struct {
		Type        string `json:"type"`
		Event       string `json:"event"`
		Name        string `json:"name"`
		UserID      string `json:"userId"`
		AnonymousID string `json:"anonymousId"`
		MessageID   string `json:"messageId"`
		Traits      struct {
			Name string `json:"name"`
		} `json:"traits"`
	} `json:"message"`
}

type violation struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

func fetchMessages(ctx context.Context) ([]received, error) {
	list, err := fetch[struct {
		Messages []received `json:"messages"`
	}](ctx, messagesURL)
	return list.Messages, err
}

func fetch[T any](ctx context.Context, url string) (answer T, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return answer, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("%s answered %s", url, response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return answer, fmt.Errorf("%s: %w", url, err)
	}
	return answer, nil
}

// waitForMessages returns the messages when there are enough, or fewer of them at the deadline, which judge reports.
func waitForMessages(ctx context.Context, wanted int, timeout time.Duration) ([]received, error) {
	deadline := time.Now().Add(timeout)
	for {
		messages, err := fetchMessages(ctx)
		if err != nil || len(messages) >= wanted || time.Now().After(deadline) {
			return messages, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(pollInterval):
		}
	}
}
