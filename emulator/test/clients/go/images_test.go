package clients

import (
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestSnapshotsBecomeServers(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	server := newServer(t, ctx, client, "pictured")
	made := must(client.Server.CreateImage(ctx, server, &hcloud.ServerCreateImageOpts{
		Type: hcloud.ImageTypeSnapshot, Description: hcloud.Ptr("as it is"), Labels: map[string]string{"of": "go"},
	}))(t)
	done(t, ctx, client, made.Action)
	image := must(client.Image.GetByID(ctx, made.Image.ID))(t)
	equal(t, "status", image.Status, hcloud.ImageStatusAvailable)
	equal(t, "server", image.CreatedFrom.ID, server.ID)

	rebuilt := must(client.Server.RebuildWithResult(ctx, server, hcloud.ServerRebuildOpts{Image: image}))(t)
	done(t, ctx, client, rebuilt.Action)
	equal(t, "image", must(client.Server.GetByID(ctx, server.ID))(t).Image.ID, image.ID)
	image = must(client.Image.Update(ctx, image, hcloud.ImageUpdateOpts{Description: hcloud.Ptr("as it was")}))(t)
	equal(t, "description", image.Description, "as it was")
	done(t, ctx, client, must(client.Image.ChangeProtection(ctx, image, hcloud.ImageChangeProtectionOpts{Delete: hcloud.Ptr(true)}))(t))
	_, err := client.Image.Delete(ctx, image)
	refused(t, err, hcloud.ErrorCodeProtected)
	done(t, ctx, client, must(client.Image.ChangeProtection(ctx, image, hcloud.ImageChangeProtectionOpts{Delete: hcloud.Ptr(false)}))(t))
	_, err = client.Image.Delete(ctx, image)
	gone(t, nil, err)
}

func TestServersAreRescued(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	server := newServer(t, ctx, client, "rescued")
	rescue := must(client.Server.EnableRescue(ctx, server, hcloud.ServerEnableRescueOpts{Type: hcloud.ServerRescueTypeLinux64}))(t)
	done(t, ctx, client, rescue.Action)
	equal(t, "has a password", rescue.RootPassword != "", true)
	equal(t, "rescue", must(client.Server.GetByID(ctx, server.ID))(t).RescueEnabled, true)
	done(t, ctx, client, must(client.Server.DisableRescue(ctx, server))(t))
	reset := must(client.Server.ResetPassword(ctx, server))(t)
	done(t, ctx, client, reset.Action)
	equal(t, "has a new password", reset.RootPassword != "", true)
}
