package clients

import (
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestTheCatalogueIsRead(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	serverTypes, err := client.ServerType.All(ctx)
	gone(t, nil, err)
	for _, serverType := range serverTypes {
		same := must(client.ServerType.GetByID(ctx, serverType.ID))(t)
		equal(t, "server type", same.Name, serverType.Name)
	}
	locations, err := client.Location.All(ctx)
	gone(t, nil, err)
	equal(t, "location", must(client.Location.GetByName(ctx, "fsn1"))(t).ID, locations[0].ID)
	equal(t, "network zone", locations[0].NetworkZone, hcloud.NetworkZoneEUCentral)

	images := must(client.Image.List(ctx, hcloud.ImageListOpts{
		Type: []hcloud.ImageType{hcloud.ImageTypeSystem}, Architecture: []hcloud.Architecture{hcloud.ArchitectureARM},
	}))(t)
	equal(t, "has images", len(images) > 0, true)
	image := must(client.Image.GetByNameAndArchitecture(ctx, "debian-12", hcloud.ArchitectureX86))(t)
	equal(t, "image", must(client.Image.GetByID(ctx, image.ID))(t).Name, "debian-12")

	pricing := must(client.Pricing.Get(ctx))(t)
	equal(t, "currency", pricing.Volume.PerGBMonthly.Currency, "EUR")
	equal(t, "prices of server types", len(pricing.ServerTypes), len(serverTypes))
}

func TestDatacentersAreGone(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	_, _, err := client.Datacenter.GetByID(ctx, 4)
	refused(t, err, hcloud.ErrorDeprecatedAPIEndpoint)
}
