package clients

import (
	"net"
	"testing"
	"time"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestLoadBalancersHaveServicesAndTargets(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	server := newServer(t, ctx, client, "balanced")
	network := newNetwork(t, "balanced")
	made := must(client.LoadBalancer.Create(ctx, hcloud.LoadBalancerCreateOpts{
		Name: "balancer", LoadBalancerType: &hcloud.LoadBalancerType{Name: "lb11"}, Location: &hcloud.Location{Name: "fsn1"},
		Algorithm: &hcloud.LoadBalancerAlgorithm{Type: hcloud.LoadBalancerAlgorithmTypeRoundRobin},
	}))(t)
	done(t, ctx, client, made.Action)
	balancer := made.LoadBalancer
	act := acts(t, ctx, client)
	port := freePort(t)
	service := hcloud.LoadBalancerAddServiceOpts{Protocol: hcloud.LoadBalancerServiceProtocolHTTP, ListenPort: &port, DestinationPort: hcloud.Ptr(80)}
	act(client.LoadBalancer.AddService(ctx, balancer, service))
	_, _, err := client.LoadBalancer.AddService(ctx, balancer, service)
	refused(t, err, hcloud.ErrorCodeSourcePortAlreadyUsed)
	act(client.LoadBalancer.UpdateService(ctx, balancer, port, hcloud.LoadBalancerUpdateServiceOpts{DestinationPort: hcloud.Ptr(8080)}))
	act(client.LoadBalancer.AddServerTarget(ctx, balancer, hcloud.LoadBalancerAddServerTargetOpts{Server: server}))
	_, _, err = client.LoadBalancer.AddServerTarget(ctx, balancer, hcloud.LoadBalancerAddServerTargetOpts{Server: server})
	refused(t, err, hcloud.ErrorCode("target_already_defined"))
	act(client.LoadBalancer.AddLabelSelectorTarget(ctx, balancer, hcloud.LoadBalancerAddLabelSelectorTargetOpts{Selector: "tier=web"}))
	address := net.ParseIP("127.1.2.3") // of loopback and none of the cloud's: a dedicated server
	act(client.LoadBalancer.AddIPTarget(ctx, balancer, hcloud.LoadBalancerAddIPTargetOpts{IP: address}))
	act(client.LoadBalancer.AttachToNetwork(ctx, balancer, hcloud.LoadBalancerAttachToNetworkOpts{Network: network}))
	act(client.LoadBalancer.ChangeAlgorithm(ctx, balancer, hcloud.LoadBalancerChangeAlgorithmOpts{Type: hcloud.LoadBalancerAlgorithmTypeLeastConnections}))
	act(client.LoadBalancer.ChangeType(ctx, balancer, hcloud.LoadBalancerChangeTypeOpts{LoadBalancerType: &hcloud.LoadBalancerType{Name: "lb21"}}))

	now := must(client.LoadBalancer.GetByName(ctx, "balancer"))(t)
	equal(t, "type", now.LoadBalancerType.Name, "lb21")
	equal(t, "algorithm", now.Algorithm.Type, hcloud.LoadBalancerAlgorithmTypeLeastConnections)
	equal(t, "destination port", now.Services[0].DestinationPort, 8080)
	equal(t, "targets", len(now.Targets), 3)
	equal(t, "networks", len(now.PrivateNet), 1)

	_, _, err = client.LoadBalancer.DisablePublicInterface(ctx, balancer)
	refused(t, err, hcloud.ErrorCode("targets_without_use_private_ip"))
	act(client.LoadBalancer.RemoveServerTarget(ctx, balancer, server))
	act(client.LoadBalancer.RemoveLabelSelectorTarget(ctx, balancer, "tier=web"))
	act(client.LoadBalancer.RemoveIPTarget(ctx, balancer, address))
	act(client.LoadBalancer.DisablePublicInterface(ctx, balancer))
	act(client.LoadBalancer.EnablePublicInterface(ctx, balancer))
	act(client.LoadBalancer.DetachFromNetwork(ctx, balancer, hcloud.LoadBalancerDetachFromNetworkOpts{Network: network}))
	act(client.LoadBalancer.DeleteService(ctx, balancer, port))
	must(client.LoadBalancer.Update(ctx, balancer, hcloud.LoadBalancerUpdateOpts{Name: "balancer-renamed"}))(t)
	done(t, ctx, client, must(client.LoadBalancer.DeleteWithResult(ctx, balancer))(t).Action)
}

func TestLoadBalancersHaveAddressesAndMetrics(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	act := acts(t, ctx, client)
	ip := must(client.PrimaryIP.Create(ctx, hcloud.PrimaryIPCreateOpts{
		Name: "measured", Type: hcloud.PrimaryIPTypeIPv4, Location: "fsn1", AutoDelete: hcloud.Ptr(true),
	}))(t).PrimaryIP
	made := must(client.LoadBalancer.Create(ctx, hcloud.LoadBalancerCreateOpts{
		Name: "measured", LoadBalancerType: &hcloud.LoadBalancerType{Name: "lb11"}, Location: &hcloud.Location{Name: "fsn1"},
		PublicNet: &hcloud.LoadBalancerCreateOptsPublicNet{IPv4: ip},
	}))(t)
	done(t, ctx, client, made.Action)
	balancer := must(client.LoadBalancer.GetByID(ctx, made.LoadBalancer.ID))(t)
	equal(t, "address", balancer.PublicNet.IPv4.IP.String(), ip.IP.String())
	act(client.LoadBalancer.ChangeDNSPtr(ctx, balancer, ip.IP.String(), hcloud.Ptr("measured.example.org")))
	metrics := must(client.LoadBalancer.GetMetrics(ctx, balancer, hcloud.LoadBalancerGetMetricsOpts{
		Types: []hcloud.LoadBalancerMetricType{hcloud.LoadBalancerMetricBandwidth},
		Start: time.Now().Add(-time.Minute), End: time.Now(),
	}))(t)
	equal(t, "series", len(metrics.TimeSeries), 2)

	act(client.LoadBalancer.ChangeProtection(ctx, balancer, hcloud.LoadBalancerChangeProtectionOpts{Delete: hcloud.Ptr(true)}))
	_, _, err := client.LoadBalancer.DeleteWithResult(ctx, balancer)
	refused(t, err, hcloud.ErrorCodeProtected)
	act(client.LoadBalancer.ChangeProtection(ctx, balancer, hcloud.LoadBalancerChangeProtectionOpts{Delete: hcloud.Ptr(false)}))
	done(t, ctx, client, must(client.LoadBalancer.DeleteWithResult(ctx, balancer))(t).Action)
	equal(t, "the address is gone", must(client.PrimaryIP.GetByID(ctx, ip.ID))(t) == nil, true)
}

func TestLoadBalancerTypesAreRead(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	types, err := client.LoadBalancerType.All(ctx)
	gone(t, nil, err)
	equal(t, "name", must(client.LoadBalancerType.GetByID(ctx, types[0].ID))(t).Name, "lb11")
}
