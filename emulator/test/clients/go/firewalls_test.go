package clients

import (
	"net"
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestFirewallsAreMadeAppliedAndRemoved(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	server := newServer(t, ctx, client, "firewalls")
	_, everyone, _ := net.ParseCIDR("0.0.0.0/0")
	rule := hcloud.FirewallRule{
		Direction: hcloud.FirewallRuleDirectionIn, Protocol: hcloud.FirewallRuleProtocolTCP,
		SourceIPs: []net.IPNet{*everyone}, Port: hcloud.Ptr("22"), Description: hcloud.Ptr("ssh"),
	}
	made := must(client.Firewall.Create(ctx, hcloud.FirewallCreateOpts{Name: "firewalls", Rules: []hcloud.FirewallRule{rule}}))(t)
	done(t, ctx, client, made.Actions...)
	firewall := made.Firewall

	target := hcloud.FirewallResource{Type: hcloud.FirewallResourceTypeServer, Server: &hcloud.FirewallResourceServer{ID: server.ID}}
	bySelector := hcloud.FirewallResource{
		Type: hcloud.FirewallResourceTypeLabelSelector, LabelSelector: &hcloud.FirewallResourceLabelSelector{Selector: "tier=web"},
	}
	targets := []hcloud.FirewallResource{target, bySelector}
	done(t, ctx, client, must(client.Firewall.ApplyResources(ctx, firewall, targets))(t)...)
	_, _, err := client.Firewall.ApplyResources(ctx, firewall, []hcloud.FirewallResource{target})
	refused(t, err, hcloud.ErrorCodeFirewallAlreadyApplied)
	_, err = client.Firewall.Delete(ctx, firewall)
	refused(t, err, hcloud.ErrorCodeResourceInUse)
	now := must(client.Server.GetByID(ctx, server.ID))(t)
	equal(t, "firewalls", len(now.PublicNet.Firewalls), 1)

	rule.Port = hcloud.Ptr("80-443")
	done(t, ctx, client, must(client.Firewall.SetRules(ctx, firewall, hcloud.FirewallSetRulesOpts{Rules: []hcloud.FirewallRule{rule}}))(t)...)
	firewall = must(client.Firewall.GetByName(ctx, "firewalls"))(t)
	equal(t, "port", *firewall.Rules[0].Port, "80-443")
	equal(t, "applied to", len(firewall.AppliedTo), 2)
	done(t, ctx, client, must(client.Firewall.RemoveResources(ctx, firewall, targets))(t)...)
	firewall = must(client.Firewall.Update(ctx, firewall, hcloud.FirewallUpdateOpts{Name: "renamed"}))(t)
	_, err = client.Firewall.Delete(ctx, firewall)
	gone(t, nil, err)
}
