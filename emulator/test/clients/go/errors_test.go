package clients

import (
	"strings"
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestWrongTokensAreRefused(t *testing.T) {
	ctx, client := connect(t, "HCLOUD", hcloud.WithToken(strings.Repeat("x", 64)))
	_, _, err := client.Server.List(ctx, hcloud.ServerListOpts{})
	refused(t, err, hcloud.ErrorCodeUnauthorized)
}

func TestWrongInputNamesItsFields(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	_, _, err := client.Volume.Create(ctx, hcloud.VolumeCreateOpts{
		Name: "small", Size: 1, Location: &hcloud.Location{Name: "fsn1"},
	})
	found := refused(t, err, hcloud.ErrorCodeInvalidInput)
	details, known := found.Details.(hcloud.ErrorDetailsInvalidInput)
	equal(t, "has details", known, true)
	equal(t, "field", details.Fields[0].Name, "size")
}

func TestErrorsCarryTheCorrelationOfTheirAnswer(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	_, err := client.Volume.Delete(ctx, &hcloud.Volume{ID: 42})
	found := refused(t, err, hcloud.ErrorCodeNotFound)
	correlation := found.Response().Header.Get("X-Correlation-Id")
	equal(t, "is in the text", correlation != "" && strings.Contains(err.Error(), correlation), true)
}

func TestNamesAreUnique(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	newServer(t, ctx, client, "unique")
	_, _, err := client.Server.Create(ctx, hcloud.ServerCreateOpts{
		Name: "unique", ServerType: &hcloud.ServerType{Name: "cx23"}, Image: &hcloud.Image{Name: "debian-12"},
	})
	refused(t, err, hcloud.ErrorCodeUniquenessError)
}

func TestTooManyRequestsAreLimited(t *testing.T) {
	ctx, client := connect(t, "LIMITED", hcloud.WithRetryOpts(hcloud.RetryOpts{}))
	for range 100 {
		_, response, err := client.Location.List(ctx, hcloud.LocationListOpts{})
		if err != nil {
			refused(t, err, hcloud.ErrorCodeRateLimitExceeded)
			equal(t, "remaining", response.Meta.Ratelimit.Remaining, 0)
			return
		}
	}
	t.Error("100 requests were answered")
}
