package clients

import (
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

const secret = "Secret-123456"

func TestStorageBoxesAreKept(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	types := must(client.StorageBoxType.List(ctx, hcloud.StorageBoxTypeListOpts{Name: "bx21"}))(t)
	equal(t, "type", must(client.StorageBoxType.GetByID(ctx, types[0].ID))(t).Name, "bx21")
	made := must(client.StorageBox.Create(ctx, hcloud.StorageBoxCreateOpts{
		Name: "go", StorageBoxType: &hcloud.StorageBoxType{Name: "bx11"},
		Location: &hcloud.Location{Name: "fsn1"}, Password: secret,
	}))(t)
	done(t, ctx, client, made.Action)
	box, act := made.StorageBox, acts(t, ctx, client)
	act(client.StorageBox.ChangeType(ctx, box, hcloud.StorageBoxChangeTypeOpts{StorageBoxType: types[0]}))
	act(client.StorageBox.ResetPassword(ctx, box, hcloud.StorageBoxResetPasswordOpts{Password: secret}))
	act(client.StorageBox.UpdateAccessSettings(ctx, box, hcloud.StorageBoxUpdateAccessSettingsOpts{SSHEnabled: hcloud.Ptr(true)}))
	act(client.StorageBox.EnableSnapshotPlan(ctx, box, hcloud.StorageBoxEnableSnapshotPlanOpts{MaxSnapshots: 3}))
	box = must(client.StorageBox.GetByName(ctx, "go"))(t)
	equal(t, "type", box.StorageBoxType.Name, "bx21")
	equal(t, "SSH", box.AccessSettings.SSHEnabled, true)
	equal(t, "plan", box.SnapshotPlan.MaxSnapshots, 3)
	act(client.StorageBox.DisableSnapshotPlan(ctx, box))
	must(client.StorageBox.Folders(ctx, box, hcloud.StorageBoxFoldersOpts{}))(t)
	box = must(client.StorageBox.Update(ctx, box, hcloud.StorageBoxUpdateOpts{Name: "golang"}))(t)
	deleted := must(client.StorageBox.Delete(ctx, box))(t)
	done(t, ctx, client, deleted.Action)
}

func TestStorageBoxesHaveSnapshotsAndSubaccounts(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	box := must(client.StorageBox.Create(ctx, hcloud.StorageBoxCreateOpts{
		Name: "go-parts", StorageBoxType: &hcloud.StorageBoxType{Name: "bx11"},
		Location: &hcloud.Location{Name: "fsn1"}, Password: secret,
	}))(t).StorageBox
	act := acts(t, ctx, client)
	taken := must(client.StorageBox.CreateSnapshot(ctx, box, hcloud.StorageBoxSnapshotCreateOpts{Description: "go"}))(t)
	done(t, ctx, client, taken.Action)
	snapshot := must(client.StorageBox.GetSnapshotByName(ctx, box, taken.Snapshot.Name))(t)
	act(client.StorageBox.RollbackSnapshot(ctx, box, hcloud.StorageBoxRollbackSnapshotOpts{Snapshot: snapshot}))
	removed := must(client.StorageBox.DeleteSnapshot(ctx, snapshot))(t)
	done(t, ctx, client, removed.Action)

	opened := must(client.StorageBox.CreateSubaccount(ctx, box, hcloud.StorageBoxSubaccountCreateOpts{
		Name: "deploy", HomeDirectory: "deploy", Password: secret,
	}))(t)
	done(t, ctx, client, opened.Action)
	account := must(client.StorageBox.GetSubaccountByName(ctx, box, "deploy"))(t)
	act(client.StorageBox.ResetSubaccountPassword(ctx, account, hcloud.StorageBoxSubaccountResetPasswordOpts{Password: secret}))
	act(client.StorageBox.UpdateSubaccountAccessSettings(ctx, account, hcloud.StorageBoxSubaccountUpdateAccessSettingsOpts{
		Readonly: hcloud.Ptr(true),
	}))
	equal(t, "read only", must(client.StorageBox.GetSubaccountByID(ctx, box, account.ID))(t).AccessSettings.Readonly, true)
	closed := must(client.StorageBox.DeleteSubaccount(ctx, account))(t)
	done(t, ctx, client, closed.Action)
	deleted := must(client.StorageBox.Delete(ctx, box))(t)
	done(t, ctx, client, deleted.Action)
}
