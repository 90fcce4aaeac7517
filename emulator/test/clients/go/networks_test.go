package clients

import (
	"net"
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func cidr(t *testing.T, text string) *net.IPNet {
	t.Helper()
	_, found, err := net.ParseCIDR(text)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// newNetwork makes a network with one subnet that lasts as long as the test.
func newNetwork(t *testing.T, name string) *hcloud.Network {
	t.Helper()
	ctx, client := connect(t, "HCLOUD")
	network := must(client.Network.Create(ctx, hcloud.NetworkCreateOpts{
		Name: name, IPRange: cidr(t, "10.0.0.0/16"), Labels: map[string]string{"net": name},
		Subnets: []hcloud.NetworkSubnet{{
			Type: hcloud.NetworkSubnetTypeCloud, NetworkZone: hcloud.NetworkZoneEUCentral, IPRange: cidr(t, "10.0.1.0/24"),
		}},
	}))(t)
	t.Cleanup(func() {
		_, err := client.Network.Delete(ctx, network)
		gone(t, nil, err)
	})
	return network
}

func TestNetworksHaveSubnetsAndRoutes(t *testing.T) {
	network := newNetwork(t, "networks")
	ctx, client := connect(t, "HCLOUD")
	act := acts(t, ctx, client)
	subnet := hcloud.NetworkSubnet{
		Type: hcloud.NetworkSubnetTypeCloud, NetworkZone: hcloud.NetworkZoneEUCentral, IPRange: cidr(t, "10.0.2.0/24"),
	}
	route := hcloud.NetworkRoute{Destination: cidr(t, "10.100.1.0/24"), Gateway: net.ParseIP("10.0.1.9")}
	act(client.Network.AddSubnet(ctx, network, hcloud.NetworkAddSubnetOpts{Subnet: subnet}))
	act(client.Network.AddRoute(ctx, network, hcloud.NetworkAddRouteOpts{Route: route}))
	act(client.Network.ChangeIPRange(ctx, network, hcloud.NetworkChangeIPRangeOpts{IPRange: cidr(t, "10.0.0.0/15")}))
	act(client.Network.ChangeProtection(ctx, network, hcloud.NetworkChangeProtectionOpts{Delete: hcloud.Ptr(true)}))
	now := must(client.Network.GetByName(ctx, "networks"))(t)
	equal(t, "range", now.IPRange.String(), "10.0.0.0/15")
	equal(t, "subnets", len(now.Subnets), 2)
	equal(t, "routes", len(now.Routes), 1)
	_, err := client.Network.Delete(ctx, network)
	refused(t, err, hcloud.ErrorCodeProtected)
	act(client.Network.ChangeProtection(ctx, network, hcloud.NetworkChangeProtectionOpts{Delete: hcloud.Ptr(false)}))
	act(client.Network.DeleteRoute(ctx, network, hcloud.NetworkDeleteRouteOpts{Route: route}))
	act(client.Network.DeleteSubnet(ctx, network, hcloud.NetworkDeleteSubnetOpts{Subnet: subnet}))
	must(client.Network.Update(ctx, network, hcloud.NetworkUpdateOpts{Name: "networks-renamed"}))(t)
}

func TestServersJoinAndLeaveNetworks(t *testing.T) {
	network := newNetwork(t, "joined")
	ctx, client := connect(t, "HCLOUD")
	server := newServer(t, ctx, client, "joins")
	opts := hcloud.ServerAttachToNetworkOpts{Network: network, IP: net.ParseIP("10.0.1.5")}
	done(t, ctx, client, must(client.Server.AttachToNetwork(ctx, server, opts))(t))
	_, _, err := client.Server.AttachToNetwork(ctx, server, opts)
	refused(t, err, hcloud.ErrorCodeServerAlreadyAttached)
	done(t, ctx, client, must(client.Server.ChangeAliasIPs(ctx, server, hcloud.ServerChangeAliasIPsOpts{
		Network: network, AliasIPs: []net.IP{net.ParseIP("10.0.1.50")},
	}))(t))
	now := must(client.Server.GetByID(ctx, server.ID))(t)
	equal(t, "private address", now.PrivateNet[0].IP.String(), "10.0.1.5")
	equal(t, "alias", now.PrivateNet[0].Aliases[0].String(), "10.0.1.50")
	equal(t, "servers", len(must(client.Network.GetByID(ctx, network.ID))(t).Servers), 1)
	members, err := client.Network.AllMembers(ctx, network)
	gone(t, nil, err)
	equal(t, "member", members[0].IP.String(), "10.0.1.5")
	done(t, ctx, client, must(client.Server.DetachFromNetwork(ctx, server, hcloud.ServerDetachFromNetworkOpts{Network: network}))(t))
}
