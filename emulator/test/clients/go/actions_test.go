package clients

import (
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestActionsArePolledUntilTheyEnd(t *testing.T) {
	ctx, client := connect(t, "SLOW")
	made := must(client.Volume.Create(ctx, hcloud.VolumeCreateOpts{
		Name: "slow", Size: 10, Location: &hcloud.Location{Name: "fsn1"},
	}))(t)
	equal(t, "status at first", made.Action.Status, hcloud.ActionStatusRunning)
	between := 0
	err := client.Action.WaitForFunc(ctx, func(update *hcloud.Action) error {
		if update.Status == hcloud.ActionStatusRunning && update.Progress > 0 && update.Progress < 100 {
			between++
		}
		return nil
	}, made.Action)
	gone(t, nil, err)
	equal(t, "progress was seen", between > 0, true)
	ended := must(client.Action.GetByID(ctx, made.Action.ID))(t)
	equal(t, "status", ended.Status, hcloud.ActionStatusSuccess)
	equal(t, "progress", ended.Progress, 100)
	equal(t, "resource", ended.Resources[0].ID, made.Volume.ID)
	_, err = client.Volume.Delete(ctx, made.Volume)
	gone(t, nil, err)
}

func TestActionsAreListedPerResource(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	server := newServer(t, ctx, client, "listed")
	done(t, ctx, client, must(client.Server.Poweroff(ctx, server))(t))
	own := must(client.Server.Action.ListFor(ctx, server, hcloud.ActionListOpts{Sort: []string{"id"}}))(t)
	commands := ""
	for _, action := range own {
		commands += action.Command + " "
	}
	equal(t, "commands", commands, "create_server start_server stop_server ")
	one := must(client.Server.Action.GetByID(ctx, own[0].ID))(t)
	equal(t, "action", one.Command, "create_server")
}
