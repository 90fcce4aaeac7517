package clients

import (
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestPlacementGroupsSpreadServers(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	made := must(client.PlacementGroup.Create(ctx, hcloud.PlacementGroupCreateOpts{
		Name: "spread", Type: hcloud.PlacementGroupTypeSpread,
	}))(t)
	group := made.PlacementGroup
	server := newServer(t, ctx, client, "spreads")
	_, _, err := client.Server.AddToPlacementGroup(ctx, server, group)
	refused(t, err, hcloud.ErrorCode("server_not_stopped"))
	done(t, ctx, client, must(client.Server.Poweroff(ctx, server))(t))
	done(t, ctx, client, must(client.Server.AddToPlacementGroup(ctx, server, group))(t))
	now := must(client.Server.GetByID(ctx, server.ID))(t)
	equal(t, "placement group", now.PlacementGroup.ID, group.ID)
	group = must(client.PlacementGroup.GetByName(ctx, "spread"))(t)
	equal(t, "servers", len(group.Servers), 1)
	done(t, ctx, client, must(client.Server.RemoveFromPlacementGroup(ctx, server))(t))
	must(client.PlacementGroup.Update(ctx, group, hcloud.PlacementGroupUpdateOpts{Name: "spread-renamed"}))(t)
	_, err = client.PlacementGroup.Delete(ctx, group)
	gone(t, nil, err)
}
