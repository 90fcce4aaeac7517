package clients

import (
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestKeysAreMadeFoundChangedAndDeleted(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	public := publicKey(t)
	key := must(client.SSHKey.Create(ctx, hcloud.SSHKeyCreateOpts{Name: "keys", PublicKey: public}))(t)
	equal(t, "public key", key.PublicKey, public)
	equal(t, "found by fingerprint", must(client.SSHKey.GetByFingerprint(ctx, key.Fingerprint))(t).ID, key.ID)

	_, _, err := client.SSHKey.Create(ctx, hcloud.SSHKeyCreateOpts{Name: "other", PublicKey: public})
	refused(t, err, hcloud.ErrorCodeUniquenessError)
	labels := map[string]string{"who": "me"}
	changed := must(client.SSHKey.Update(ctx, key, hcloud.SSHKeyUpdateOpts{Name: "renamed", Labels: labels}))(t)
	equal(t, "label", changed.Labels["who"], "me")
	_, err = client.SSHKey.Delete(ctx, key)
	gone(t, nil, err)
	equal(t, "is gone", must(client.SSHKey.GetByID(ctx, key.ID))(t) == nil, true)
}
