package clients

import (
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestVolumesAreMadeAttachedGrownAndDeleted(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	server := newServer(t, ctx, client, "volumes")
	made := must(client.Volume.Create(ctx, hcloud.VolumeCreateOpts{
		Name: "volumes", Size: 10, Server: server, Format: hcloud.Ptr("ext4"), Automount: hcloud.Ptr(true),
	}))(t)
	done(t, ctx, client, append(made.NextActions, made.Action)...)
	volume := must(client.Volume.GetByName(ctx, "volumes"))(t)
	equal(t, "server", volume.Server.ID, server.ID)
	equal(t, "format", *volume.Format, "ext4")

	_, err := client.Volume.Delete(ctx, volume)
	refused(t, err, hcloud.ErrorCodeResourceInUse)
	done(t, ctx, client, must(client.Volume.Detach(ctx, volume))(t))
	done(t, ctx, client, must(client.Volume.Resize(ctx, volume, 20))(t))
	done(t, ctx, client, must(client.Volume.AttachWithOpts(ctx, volume, hcloud.VolumeAttachOpts{Server: server}))(t))
	done(t, ctx, client, must(client.Volume.Detach(ctx, volume))(t))
	done(t, ctx, client, must(client.Volume.ChangeProtection(ctx, volume, hcloud.VolumeChangeProtectionOpts{Delete: hcloud.Ptr(true)}))(t))
	_, err = client.Volume.Delete(ctx, volume)
	refused(t, err, hcloud.ErrorCodeProtected)
	done(t, ctx, client, must(client.Volume.ChangeProtection(ctx, volume, hcloud.VolumeChangeProtectionOpts{Delete: hcloud.Ptr(false)}))(t))

	volume = must(client.Volume.Update(ctx, volume, hcloud.VolumeUpdateOpts{Name: "grown"}))(t)
	equal(t, "size", volume.Size, 20)
	_, err = client.Volume.Delete(ctx, volume)
	gone(t, nil, err)
	equal(t, "is gone", must(client.Volume.GetByID(ctx, volume.ID))(t) == nil, true)
}
