// Package bounded is a Traefik middleware that ends requests whose body is too large, or takes too long.
//
// Traefik's own buffering middleware limits the size too, but it takes all of a body before it passes anything on,
// and its time-outs are an entry point's, for all environments. Here a body flows on as it comes. The answer is left
// alone: an interpreted program (Yaegi) that wrapped it would take streams the means to flush.
package bounded

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// Config says how much; 0 is any.
type Config struct {
	Bytes   int64 `json:"bytes,omitempty"`
	Seconds int64 `json:"seconds,omitempty"`
}

// CreateConfig gives one that bounds nothing.
func CreateConfig() *Config { return &Config{} }

var errTooLarge = errors.New("the request's body is too large")

type body struct {
	from  io.ReadCloser
	left  int64
	bound bool
	done  func()
}

func (b *body) Read(piece []byte) (int, error) {
	n, err := b.from.Read(piece)
	b.left -= int64(n)
	if b.bound && b.left < 0 {
		b.done()
		return 0, errTooLarge
	}
	if err != nil {
		b.done()
	}
	return n, err
}

func (b *body) Close() error {
	b.done()
	return b.from.Close()
}

// New makes the middleware.
func New(_ context.Context, next http.Handler, config *Config, _ string) (http.Handler, error) {
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if config.Bytes > 0 && request.ContentLength > config.Bytes {
			answer.Header().Set("Connection", "close") // what it still sends is not read
			http.Error(answer, http.StatusText(http.StatusRequestEntityTooLarge), http.StatusRequestEntityTooLarge)
			return
		}
		if request.Body == nil || request.ContentLength == 0 {
			next.ServeHTTP(answer, request)
			return
		}
		done := func() {}
		if config.Seconds > 0 {
			bounded, cancel := context.WithCancel(request.Context())
			timer := time.AfterFunc(time.Duration(config.Seconds)*time.Second, cancel)
			done = func() { timer.Stop() }
			request = request.WithContext(bounded)
			defer cancel()
		}
		request.Body = &body{request.Body, config.Bytes, config.Bytes > 0, done}
		next.ServeHTTP(answer, request)
	}), nil
}
