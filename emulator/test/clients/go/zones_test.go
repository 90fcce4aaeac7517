package clients

import (
	"strings"
	"testing"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func TestZonesAreMadeReadChangedAndDeleted(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	made := must(client.Zone.Create(ctx, hcloud.ZoneCreateOpts{
		Name: "go.test", Mode: hcloud.ZoneModePrimary, TTL: hcloud.Ptr(600),
		RRSets: []hcloud.ZoneCreateOptsRRSet{{
			Name: "www", Type: hcloud.ZoneRRSetTypeA, Records: []hcloud.ZoneRRSetRecord{{Value: "192.0.2.1", Comment: "web"}},
		}},
	}))(t)
	done(t, ctx, client, made.Action)
	zone := must(client.Zone.Get(ctx, "go.test"))(t)
	equal(t, "id", zone.ID, made.Zone.ID)
	equal(t, "records", zone.RecordCount, 5)
	equal(t, "name servers", len(zone.AuthoritativeNameservers.Assigned), 3)
	_, _, err := client.Zone.Create(ctx, hcloud.ZoneCreateOpts{Name: "go.test", Mode: hcloud.ZoneModePrimary})
	refused(t, err, hcloud.ErrorCodeUniquenessError)

	zone = must(client.Zone.Update(ctx, zone, hcloud.ZoneUpdateOpts{Labels: map[string]string{"a": "b"}}))(t)
	equal(t, "label", zone.Labels["a"], "b")
	done(t, ctx, client, must(client.Zone.ChangeTTL(ctx, zone, hcloud.ZoneChangeTTLOpts{TTL: 120}))(t))
	protect := func(on bool) {
		done(t, ctx, client, must(client.Zone.ChangeProtection(ctx, zone, hcloud.ZoneChangeProtectionOpts{Delete: &on}))(t))
	}
	protect(true)
	_, _, err = client.Zone.Delete(ctx, zone)
	refused(t, err, hcloud.ErrorCodeProtected)
	protect(false)

	file := must(client.Zone.ExportZonefile(ctx, zone))(t).Zonefile + "api A 192.0.2.2\n"
	done(t, ctx, client, must(client.Zone.ImportZonefile(ctx, zone, hcloud.ZoneImportZonefileOpts{Zonefile: file}))(t))
	_, _, err = client.Zone.ImportZonefile(ctx, zone, hcloud.ZoneImportZonefileOpts{Zonefile: strings.Replace(file, "SOA", "SPF", 1)})
	refused(t, err, hcloud.ErrorCodeInvalidInput)
	sets, err := client.Zone.AllRRSets(ctx, zone)
	gone(t, nil, err)
	equal(t, "sets", len(sets), 4)
	zones, err := client.Zone.AllWithOpts(ctx, hcloud.ZoneListOpts{Mode: hcloud.ZoneModePrimary, Name: "go.test"})
	gone(t, nil, err)
	equal(t, "TTL", zones[0].TTL, 120)
	done(t, ctx, client, must(client.Zone.Delete(ctx, zone))(t).Action)
	if none, _, err := client.Zone.Get(ctx, "go.test"); none != nil || err != nil {
		t.Errorf("got %v, %v of a deleted zone", none, err)
	}
}

func TestZonesOfOtherServersKnowWhereTheyAreCopiedFrom(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	made := must(client.Zone.Create(ctx, hcloud.ZoneCreateOpts{
		Name: "go-copy.test", Mode: hcloud.ZoneModeSecondary,
		PrimaryNameservers: []hcloud.ZoneCreateOptsPrimaryNameserver{{Address: "203.0.113.1"}},
	}))(t)
	done(t, ctx, client, made.Action)
	equal(t, "port", made.Zone.PrimaryNameservers[0].Port, 53)
	next := hcloud.ZoneChangePrimaryNameserversOptsPrimaryNameserver{
		Address: "203.0.113.2", Port: 5353, TSIGAlgorithm: hcloud.ZoneTSIGAlgorithmHMACSHA256, TSIGKey: "c2VjcmV0",
	}
	opts := hcloud.ZoneChangePrimaryNameserversOpts{
		PrimaryNameservers: []hcloud.ZoneChangePrimaryNameserversOptsPrimaryNameserver{next},
	}
	done(t, ctx, client, must(client.Zone.ChangePrimaryNameservers(ctx, made.Zone, opts))(t))
	zone := must(client.Zone.GetByID(ctx, made.Zone.ID))(t)
	equal(t, "key", zone.PrimaryNameservers[0].TSIGKey, "c2VjcmV0")
	_, _, err := client.Zone.ListRRSets(ctx, zone, hcloud.ZoneRRSetListOpts{})
	refused(t, err, hcloud.ErrorCode("incorrect_zone_mode"))
	done(t, ctx, client, must(client.Zone.Delete(ctx, zone))(t).Action)
}

func TestRecordsAreAddedChangedAndRemoved(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	zone := must(client.Zone.Create(ctx, hcloud.ZoneCreateOpts{Name: "go-records.test", Mode: hcloud.ZoneModePrimary}))(t).Zone
	one, two := hcloud.ZoneRRSetRecord{Value: "192.0.2.1"}, hcloud.ZoneRRSetRecord{Value: "192.0.2.2", Comment: "two"}
	only := func(records ...hcloud.ZoneRRSetRecord) []hcloud.ZoneRRSetRecord { return records }
	made := must(client.Zone.CreateRRSet(ctx, zone, hcloud.ZoneRRSetCreateOpts{Name: "www", Type: hcloud.ZoneRRSetTypeA, Records: only(one)}))(t)
	done(t, ctx, client, made.Action)
	set := made.RRSet
	set.Zone = zone
	done(t, ctx, client, must(client.Zone.AddRRSetRecords(ctx, set, hcloud.ZoneRRSetAddRecordsOpts{Records: only(two), TTL: hcloud.Ptr(60)}))(t))
	two.Comment = "second"
	done(t, ctx, client, must(client.Zone.UpdateRRSetRecords(ctx, set, hcloud.ZoneRRSetUpdateRecordsOpts{Records: only(two)}))(t))
	done(t, ctx, client, must(client.Zone.RemoveRRSetRecords(ctx, set, hcloud.ZoneRRSetRemoveRecordsOpts{Records: only(one)}))(t))
	done(t, ctx, client, must(client.Zone.ChangeRRSetTTL(ctx, set, hcloud.ZoneRRSetChangeTTLOpts{TTL: hcloud.Ptr(90)}))(t))
	now := must(client.Zone.GetRRSetByID(ctx, zone, "www/A"))(t)
	equal(t, "records", len(now.Records), 1)
	equal(t, "record", now.Records[0], two)
	equal(t, "TTL", *now.TTL, 90)

	protect := func(on bool) {
		done(t, ctx, client, must(client.Zone.ChangeRRSetProtection(ctx, set, hcloud.ZoneRRSetChangeProtectionOpts{Change: &on}))(t))
	}
	protect(true)
	_, _, err := client.Zone.SetRRSetRecords(ctx, set, hcloud.ZoneRRSetSetRecordsOpts{Records: only(one)})
	refused(t, err, hcloud.ErrorCodeProtected)
	protect(false)
	done(t, ctx, client, must(client.Zone.SetRRSetRecords(ctx, set, hcloud.ZoneRRSetSetRecordsOpts{Records: only(one)}))(t))
	_, _, err = client.Zone.SetRRSetRecords(ctx, set, hcloud.ZoneRRSetSetRecordsOpts{Records: only(hcloud.ZoneRRSetRecord{Value: "x"})})
	problem := refused(t, err, hcloud.ErrorCodeInvalidInput)
	equal(t, "field", problem.Details.(hcloud.ErrorDetailsInvalidInput).Fields[0].Name, "records.0.value")
	labelled := must(client.Zone.UpdateRRSet(ctx, set, hcloud.ZoneRRSetUpdateOpts{Labels: map[string]string{"a": "b"}}))(t)
	equal(t, "label", labelled.Labels["a"], "b")
	done(t, ctx, client, must(client.Zone.DeleteRRSet(ctx, set))(t).Action)
	if none, _, err := client.Zone.GetRRSetByNameAndType(ctx, zone, "www", hcloud.ZoneRRSetTypeA); none != nil || err != nil {
		t.Errorf("got %v, %v of a deleted set", none, err)
	}
	done(t, ctx, client, must(client.Zone.Delete(ctx, zone))(t).Action)
}
