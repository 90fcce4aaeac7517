package clients

import (
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestPrimaryIPsMoveFromServerToServer(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	made := must(client.PrimaryIP.Create(ctx, hcloud.PrimaryIPCreateOpts{
		Name: "moves", Type: hcloud.PrimaryIPTypeIPv4, Location: "fsn1", AutoDelete: hcloud.Ptr(false),
		Labels: map[string]string{"moves": ""},
	}))(t)
	ip := made.PrimaryIP
	equal(t, "assignee type", ip.AssigneeType, "unassigned")

	for _, name := range []string{"moves-a", "moves-b"} {
		server := newServer(t, ctx, client, name)
		done(t, ctx, client, must(client.Server.Poweroff(ctx, server))(t))
		own := must(client.PrimaryIP.GetByID(ctx, server.PublicNet.IPv4.ID))(t)
		done(t, ctx, client, must(client.PrimaryIP.Unassign(ctx, own.ID))(t))
		_, err := client.PrimaryIP.Delete(ctx, own)
		gone(t, nil, err)
		done(t, ctx, client, must(client.PrimaryIP.Assign(ctx, hcloud.PrimaryIPAssignOpts{
			ID: ip.ID, AssigneeID: server.ID, AssigneeType: "server",
		}))(t))
		now := must(client.Server.GetByID(ctx, server.ID))(t)
		equal(t, "address", now.PublicNet.IPv4.IP.String(), ip.IP.String())
		_, err = client.PrimaryIP.Delete(ctx, ip)
		refused(t, err, hcloud.ErrorCode("must_be_unassigned"))
		done(t, ctx, client, must(client.PrimaryIP.Unassign(ctx, ip.ID))(t))
	}

	done(t, ctx, client, must(client.PrimaryIP.ChangeDNSPtr(ctx, hcloud.PrimaryIPChangeDNSPtrOpts{
		ID: ip.ID, IP: ip.IP.String(), DNSPtr: "moves.example.org",
	}))(t))
	done(t, ctx, client, must(client.PrimaryIP.ChangeProtection(ctx, hcloud.PrimaryIPChangeProtectionOpts{ID: ip.ID, Delete: true}))(t))
	_, err := client.PrimaryIP.Delete(ctx, ip)
	refused(t, err, hcloud.ErrorCodeProtected)
	done(t, ctx, client, must(client.PrimaryIP.ChangeProtection(ctx, hcloud.PrimaryIPChangeProtectionOpts{ID: ip.ID}))(t))
	changed := must(client.PrimaryIP.Update(ctx, ip, hcloud.PrimaryIPUpdateOpts{Name: "moved", AutoDelete: hcloud.Ptr(true)}))(t)
	equal(t, "name", changed.Name, "moved")
	found := must(client.PrimaryIP.GetByIP(ctx, ip.IP.String()))(t)
	equal(t, "pointer", found.DNSPtr[ip.IP.String()], "moves.example.org")
	_, err = client.PrimaryIP.Delete(ctx, ip)
	gone(t, nil, err)
}

func TestFloatingIPsMoveFromServerToServer(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	ip := must(client.FloatingIP.Create(ctx, hcloud.FloatingIPCreateOpts{
		Name: hcloud.Ptr("floats"), Type: hcloud.FloatingIPTypeIPv4, HomeLocation: &hcloud.Location{Name: "fsn1"},
		Description: hcloud.Ptr("Web"), Labels: map[string]string{"floats": ""},
	}))(t).FloatingIP
	for _, name := range []string{"floats-a", "floats-b"} {
		server := newServer(t, ctx, client, name)
		done(t, ctx, client, must(client.FloatingIP.Assign(ctx, ip, server))(t))
		now := must(client.Server.GetByID(ctx, server.ID))(t)
		equal(t, "floating IP", now.PublicNet.FloatingIPs[0].ID, ip.ID)
	}
	done(t, ctx, client, must(client.FloatingIP.Unassign(ctx, ip))(t))
	done(t, ctx, client, must(client.FloatingIP.ChangeDNSPtr(ctx, ip, ip.IP.String(), hcloud.Ptr("floats.example.org")))(t))
	ip = must(client.FloatingIP.Update(ctx, ip, hcloud.FloatingIPUpdateOpts{Name: "floated", Description: "Mail"}))(t)
	equal(t, "description", ip.Description, "Mail")
	equal(t, "pointer", ip.DNSPtr[ip.IP.String()], "floats.example.org")
	all := must(client.FloatingIP.List(ctx, hcloud.FloatingIPListOpts{Name: "floated"}))(t)
	equal(t, "found", len(all), 1)
	_, err := client.FloatingIP.Delete(ctx, ip)
	gone(t, nil, err)
}
