package clients

import (
	"fmt"
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestListsAreReadPageByPage(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	const count = 60 // more than the largest page
	for i := range count {
		made := must(client.Firewall.Create(ctx, hcloud.FirewallCreateOpts{
			Name: fmt.Sprintf("page-%02d", i), Labels: map[string]string{"pages": ""},
		}))(t)
		t.Cleanup(func() {
			_, err := client.Firewall.Delete(ctx, made.Firewall)
			gone(t, nil, err)
		})
	}
	opts := hcloud.FirewallListOpts{ListOpts: hcloud.ListOpts{LabelSelector: "pages", PerPage: 25}, Sort: []string{"name:desc"}}
	all, err := client.Firewall.AllWithOpts(ctx, opts)
	gone(t, nil, err)
	equal(t, "all", len(all), count)
	equal(t, "first", all[0].Name, "page-59")

	opts.Page = 3
	last, response, err := client.Firewall.List(ctx, opts)
	gone(t, response, err)
	equal(t, "on the last page", len(last), 10)
	equal(t, "pages", response.Meta.Pagination.LastPage, 3)
	equal(t, "next page", response.Meta.Pagination.NextPage, 0)
	equal(t, "entries", response.Meta.Pagination.TotalEntries, count)
}
