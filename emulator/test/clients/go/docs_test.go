package clients

import (
	"context"
	"os"
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

// The lines in the middle are those of docs/clients.md; docs.test.ts compares them.
func TestTheExampleOfTheDocsListsServers(t *testing.T) {
	ctx, other := connect(t, "HCLOUD")
	newServer(t, ctx, other, "listed")

	client := hcloud.NewClient(
		hcloud.WithEndpoint(os.Getenv("HCLOUD_ENDPOINT")),
		hcloud.WithToken(os.Getenv("HCLOUD_TOKEN")),
	)
	servers, err := client.Server.All(context.Background())

	gone(t, nil, err)
	equal(t, "has servers", len(servers) > 0, true)
}
