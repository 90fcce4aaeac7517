// Package maintenance is a Traefik middleware that answers every request itself: 503, when to try
// again, and a page that cli/maintenance-page.ts has rendered. With a status of its own it shows just
// the page: so host/previews/overview shows the list of previews. Traefik interprets it (Yaegi).
package maintenance

import (
	"context"
	"net/http"
	"strconv"
	"strings"
)

// Config is what the middleware's file says.
type Config struct {
	Status     string `json:"status,omitempty"`
	RetryAfter string `json:"retryAfter,omitempty"`
	HTML       string `json:"html,omitempty"`
	Problem    string `json:"problem,omitempty"`
}

// CreateConfig gives an empty one.
func CreateConfig() *Config { return &Config{} }

// New makes the middleware. What comes after it is never called.
func New(_ context.Context, _ http.Handler, config *Config, _ string) (http.Handler, error) {
	status, err := strconv.Atoi(config.Status)
	if err == nil {
		return showPage(status, config.HTML), nil
	}
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		kind, body := "text/html; charset=utf-8", config.HTML
		if prefersJSON(request.Header.Get("Accept")) {
			kind, body = "application/problem+json", config.Problem
		}
		answer.Header().Set("Content-Type", kind)
		answer.Header().Set("Retry-After", config.RetryAfter)
		answer.Header().Set("Cache-Control", "no-store")
		answer.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		answer.Header().Set("Vary", "Accept")
		answer.Header().Set("X-Onebox-Maintenance", "on")
		answer.WriteHeader(http.StatusServiceUnavailable)
		_, _ = answer.Write([]byte(body))
	}), nil
}

// showPage: headers come from the file that names the middleware.
func showPage(status int, page string) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		answer.Header().Set("Content-Type", "text/html; charset=utf-8")
		answer.WriteHeader(status)
		_, _ = answer.Write([]byte(page))
	})
}

// prefersJSON: JSON is asked for by name, and the page is not, or less so.
func prefersJSON(accept string) bool {
	page, data := 0.0, 0.0
	for _, part := range strings.Split(strings.ToLower(accept), ",") {
		kind, parameters, _ := strings.Cut(part, ";")
		weight := 1.0
		if _, q, found := strings.Cut(strings.ReplaceAll(parameters, " ", ""), "q="); found {
			weight, _ = strconv.ParseFloat(q, 64)
		}
		switch strings.TrimSpace(kind) {
		case "text/html":
			page = weight
		case "application/json", "application/problem+json":
			if weight > data {
				data = weight
			}
		}
	}
	return data > page
}
