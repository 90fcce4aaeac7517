// Package unflushed is a Traefik middleware that takes the service behind it the means to flush.
//
// Traefik's failover looks at an answer's status before it passes anything on, but it passes flushes
// on at once: an error without a Content-Length, which Go's proxy flushes, reaches the visitor as an
// empty 200 before the fallback is asked (3.7.6). Nothing is held back: what is written flows on as
// it fills the connection's buffer. Traefik interprets this (Yaegi).
package unflushed

import (
	"context"
	"net/http"
)

// Config is empty.
type Config struct{}

// CreateConfig gives an empty one.
func CreateConfig() *Config { return &Config{} }

// writer has what http.ResponseWriter asks for, and no more.
type writer struct{ answer http.ResponseWriter }

func (w *writer) Header() http.Header             { return w.answer.Header() }
func (w *writer) Write(piece []byte) (int, error) { return w.answer.Write(piece) }
func (w *writer) WriteHeader(status int)          { w.answer.WriteHeader(status) }

// New makes the middleware.
func New(_ context.Context, next http.Handler, _ *Config, _ string) (http.Handler, error) {
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		next.ServeHTTP(&writer{answer}, request)
	}), nil
}
