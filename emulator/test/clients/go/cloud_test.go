// Package clients drives the emulator with hcloud-go, the client library that nobody here wrote.
// Every answer is compared with the library's schema on the way: see strict_test.go.
package clients

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

// connect opens the cloud that PREFIX_ENDPOINT and PREFIX_TOKEN name: HCLOUD answers at once,
// SLOW takes its time, LIMITED allows few requests.
func connect(t *testing.T, prefix string, options ...hcloud.ClientOption) (context.Context, *hcloud.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	options = append([]hcloud.ClientOption{
		hcloud.WithEndpoint(os.Getenv(prefix + "_ENDPOINT")),
		hcloud.WithHetznerEndpoint(os.Getenv(prefix + "_ENDPOINT")), // of storage boxes
		hcloud.WithToken(os.Getenv(prefix + "_TOKEN")),
		hcloud.WithPollOpts(hcloud.PollOpts{BackoffFunc: hcloud.ConstantBackoff(10 * time.Millisecond)}),
		hcloud.WithHTTPClient(&http.Client{Transport: strict{t}}),
	}, options...)
	return ctx, hcloud.NewClient(options...)
}

// must returns what a call made, or ends the test: must(client.Server.Create(ctx, opts))(t).
func must[T any](value T, _ *hcloud.Response, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// done waits for actions, which must end well.
func done(t *testing.T, ctx context.Context, client *hcloud.Client, actions ...*hcloud.Action) {
	t.Helper()
	if err := client.Action.WaitFor(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// acts returns a function that waits for the action of a call: act(client.Server.Reset(ctx, server)).
func acts(t *testing.T, ctx context.Context, client *hcloud.Client) func(*hcloud.Action, *hcloud.Response, error) {
	return func(action *hcloud.Action, response *hcloud.Response, err error) {
		t.Helper()
		done(t, ctx, client, must(action, response, err)(t))
	}
}

// gone ends the test unless something was deleted without an error.
func gone(t *testing.T, _ *hcloud.Response, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, not %v", what, got, want)
	}
}

// refused expects an error of the API with this code.
func refused(t *testing.T, err error, code hcloud.ErrorCode) hcloud.Error {
	t.Helper()
	var found hcloud.Error
	if !hcloud.IsError(err, code) {
		t.Fatalf("got %v, not the error %s", err, code)
	}
	found, _ = err.(hcloud.Error)
	return found
}

// publicKey is a new one, as OpenSSH writes it.
func publicKey(t *testing.T) string {
	t.Helper()
	key, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var blob []byte
	for _, part := range [][]byte{[]byte("ssh-ed25519"), key} {
		blob = binary.BigEndian.AppendUint32(blob, uint32(len(part)))
		blob = append(blob, part...)
	}
	return fmt.Sprintf("ssh-ed25519 %s test", base64.StdEncoding.EncodeToString(blob))
}

// newServer makes a server that lasts as long as the test.
func newServer(t *testing.T, ctx context.Context, client *hcloud.Client, name string) *hcloud.Server {
	t.Helper()
	made := must(client.Server.Create(ctx, hcloud.ServerCreateOpts{
		Name:       name,
		ServerType: &hcloud.ServerType{Name: "cx23"},
		Image:      &hcloud.Image{Name: "debian-12"},
		Location:   &hcloud.Location{Name: "fsn1"},
	}))(t)
	done(t, ctx, client, append(made.NextActions, made.Action)...)
	t.Cleanup(func() {
		deleted, _, err := client.Server.DeleteWithResult(ctx, made.Server)
		if err != nil {
			t.Error(err)
			return
		}
		done(t, ctx, client, deleted.Action)
	})
	return made.Server
}

// freePort is one above 1024, which a load balancer may open without root, that nothing listens on.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
