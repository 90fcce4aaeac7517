// Package hold is a Traefik middleware that lets requests wait while a file is there, so long and no
// longer: host/release/hold.sh puts it there while a database restarts, or the VM boots. Traefik interprets it (Yaegi).
package hold

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strconv"
	"time"
)

// Config is what the middleware's file says.
type Config struct {
	File    string `json:"file,omitempty"`
	Seconds string `json:"seconds,omitempty"`
}

// CreateConfig gives an empty one.
func CreateConfig() *Config { return &Config{} }

// New makes the middleware.
func New(_ context.Context, next http.Handler, config *Config, _ string) (http.Handler, error) {
	seconds, err := strconv.Atoi(config.Seconds)
	if err != nil || config.File == "" {
		return nil, errors.New("hold needs a file, and seconds")
	}
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		deadline := time.Now().Add(time.Duration(seconds) * time.Second)
		for time.Now().Before(deadline) && request.Context().Err() == nil {
			if _, err := os.Stat(config.File); err != nil {
				next.ServeHTTP(answer, request)
				return
			}
			time.Sleep(100 * time.Millisecond) // not select: Yaegi takes one request's for another's
		}
		answer.Header().Set("Retry-After", "5")
		answer.Header().Set("Cache-Control", "no-store")
		http.Error(answer, "This service restarts. Try again in some seconds.", http.StatusServiceUnavailable)
	}), nil
}
