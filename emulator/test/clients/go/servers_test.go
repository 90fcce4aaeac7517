package clients

import (
	"strings"
	"testing"
	"time"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestServersAreMadeReadChangedAndDeleted(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	key := must(client.SSHKey.Create(ctx, hcloud.SSHKeyCreateOpts{Name: "servers", PublicKey: publicKey(t)}))(t)
	made := must(client.Server.Create(ctx, hcloud.ServerCreateOpts{
		Name:       "servers",
		ServerType: &hcloud.ServerType{Name: "cx23"},
		Image:      &hcloud.Image{Name: "docker-ce"},
		Location:   &hcloud.Location{Name: "nbg1"},
		SSHKeys:    []*hcloud.SSHKey{key},
		UserData:   "#cloud-config\n{}\n",
		Labels:     map[string]string{"tier": "web"},
		PublicNet:  &hcloud.ServerCreatePublicNet{EnableIPv4: true, EnableIPv6: true},
	}))(t)
	equal(t, "the root password", made.RootPassword, "")
	done(t, ctx, client, append(made.NextActions, made.Action)...)

	server := must(client.Server.GetByName(ctx, "servers"))(t)
	equal(t, "status", server.Status, hcloud.ServerStatusRunning)
	equal(t, "location", server.Location.Name, "nbg1")
	equal(t, "server type", server.ServerType.Name, "cx23")
	equal(t, "image", server.Image.Name, "docker-ce")
	equal(t, "label", server.Labels["tier"], "web")
	equal(t, "has an IPv4 address", server.PublicNet.IPv4.IP.To4() != nil, true)
	equal(t, "has an IPv6 network", server.PublicNet.IPv6.Network != nil, true)
	equal(t, "traffic", server.IncludedTraffic, 20*1<<40)

	server = must(client.Server.Update(ctx, server, hcloud.ServerUpdateOpts{Name: "renamed"}))(t)
	equal(t, "name", server.Name, "renamed")
	found := must(client.Server.List(ctx, hcloud.ServerListOpts{
		ListOpts: hcloud.ListOpts{LabelSelector: "tier in (web,db)"},
		Status:   []hcloud.ServerStatus{hcloud.ServerStatusRunning},
	}))(t)
	equal(t, "found", len(found), 1)

	deleted := must(client.Server.DeleteWithResult(ctx, server))(t)
	done(t, ctx, client, deleted.Action)
	equal(t, "is gone", must(client.Server.GetByID(ctx, server.ID))(t) == nil, true)
	_, err := client.SSHKey.Delete(ctx, key)
	gone(t, nil, err)
}

func TestServersObeyTheirActions(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	server := newServer(t, ctx, client, "obeys")
	status := func(want hcloud.ServerStatus) {
		t.Helper()
		equal(t, "status", must(client.Server.GetByID(ctx, server.ID))(t).Status, want)
	}
	act := acts(t, ctx, client)
	act(client.Server.Reboot(ctx, server))
	act(client.Server.Reset(ctx, server))
	status(hcloud.ServerStatusRunning)
	act(client.Server.Shutdown(ctx, server))
	status(hcloud.ServerStatusOff)
	act(client.Server.ChangeType(ctx, server, hcloud.ServerChangeTypeOpts{
		ServerType: &hcloud.ServerType{Name: "cx33"}, UpgradeDisk: true,
	}))
	act(client.Server.Poweroff(ctx, server))
	act(client.Server.Poweron(ctx, server))
	status(hcloud.ServerStatusRunning)
	act(client.Server.EnableBackup(ctx, server, ""))
	act(client.Server.ChangeDNSPtr(ctx, server, server.PublicNet.IPv4.IP.String(), hcloud.Ptr("obeys.example.org")))
	act(client.Server.ChangeProtection(ctx, server, hcloud.ServerChangeProtectionOpts{
		Delete: hcloud.Ptr(true), Rebuild: hcloud.Ptr(true),
	}))
	now := must(client.Server.GetByID(ctx, server.ID))(t)
	equal(t, "server type", now.ServerType.Name, "cx33")
	equal(t, "disk", now.PrimaryDiskSize, 80)
	equal(t, "backup window", now.BackupWindow, "22-02")
	equal(t, "pointer", now.PublicNet.IPv4.DNSPtr, "obeys.example.org")
	_, _, err := client.Server.DeleteWithResult(ctx, server)
	refused(t, err, hcloud.ErrorCodeProtected)
	act(client.Server.DisableBackup(ctx, server))
	act(client.Server.ChangeProtection(ctx, server, hcloud.ServerChangeProtectionOpts{
		Delete: hcloud.Ptr(false), Rebuild: hcloud.Ptr(false),
	}))
}

func TestServersAreWatched(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	server := newServer(t, ctx, client, "watched")
	metrics := must(client.Server.GetMetrics(ctx, server, hcloud.ServerGetMetricsOpts{
		Types: []hcloud.ServerMetricType{hcloud.ServerMetricCPU, hcloud.ServerMetricNetwork},
		Start: time.Now().Add(-time.Minute), End: time.Now(),
	}))(t)
	equal(t, "has the processors' series", metrics.TimeSeries["cpu"] != nil, true)
	console := must(client.Server.RequestConsole(ctx, server))(t)
	done(t, ctx, client, console.Action)
	equal(t, "has an address", strings.HasPrefix(console.WSSURL, "ws"), true)
	isos := must(client.ISO.List(ctx, hcloud.ISOListOpts{Architecture: []hcloud.Architecture{hcloud.ArchitectureX86}}))(t)
	done(t, ctx, client, must(client.Server.AttachISO(ctx, server, isos[0]))(t))
	equal(t, "ISO", must(client.Server.GetByID(ctx, server.ID))(t).ISO.Name, isos[0].Name)
	equal(t, "the same one", must(client.ISO.GetByID(ctx, isos[0].ID))(t).Name, isos[0].Name)
	done(t, ctx, client, must(client.Server.DetachISO(ctx, server))(t))
}

func TestServersAreMadeWithVolumesAndNetworks(t *testing.T) {
	network := newNetwork(t, "furnished")
	ctx, client := connect(t, "HCLOUD")
	volume := must(client.Volume.Create(ctx, hcloud.VolumeCreateOpts{
		Name: "furnished", Size: 10, Location: &hcloud.Location{Name: "fsn1"},
	}))(t)
	done(t, ctx, client, volume.Action)
	made := must(client.Server.Create(ctx, hcloud.ServerCreateOpts{
		Name:       "furnished",
		ServerType: &hcloud.ServerType{Name: "cx23"},
		Image:      &hcloud.Image{Name: "debian-12"},
		Location:   &hcloud.Location{Name: "fsn1"},
		Volumes:    []*hcloud.Volume{volume.Volume},
		Networks:   []*hcloud.Network{network},
		PublicNet:  &hcloud.ServerCreatePublicNet{},
	}))(t)
	equal(t, "has a root password", made.RootPassword != "", true)
	done(t, ctx, client, append(made.NextActions, made.Action)...)
	server := must(client.Server.GetByID(ctx, made.Server.ID))(t)
	equal(t, "volume", server.Volumes[0].ID, volume.Volume.ID)
	equal(t, "network", server.PrivateNet[0].Network.ID, network.ID)
	equal(t, "has no IPv4 address", server.PublicNet.IPv4.IsUnspecified(), true)
	done(t, ctx, client, must(client.Server.DeleteWithResult(ctx, server))(t).Action)
	_, err := client.Volume.Delete(ctx, volume.Volume)
	gone(t, nil, err)
}
