from cloud import CloudTest
from hcloud.zones import ZonePrimaryNameserver, ZoneRecord, ZoneRRSet


class Zones(CloudTest):
    def test_zones_are_made_changed_exported_and_deleted(self):
        records = [ZoneRecord(value="192.0.2.1", comment="web")]
        made = self.client.zones.create(
            name="python.test",
            mode="primary",
            rrsets=[ZoneRRSet(name="www", type="A", records=records)],
        )
        made.action.wait_until_finished()
        zone = made.zone
        self.assertEqual(zone.record_count, 5)
        with self.refused("uniqueness_error"):
            self.client.zones.create(name="python.test", mode="primary")
        self.assertEqual(zone.update(labels={"a": "b"}).labels, {"a": "b"})
        zone.change_ttl(120).wait_until_finished()
        zone.change_protection(delete=True).wait_until_finished()
        with self.refused("protected"):
            zone.delete()
        zone.change_protection(delete=False).wait_until_finished()
        file = zone.export_zonefile().zonefile
        self.assertIn("www\tIN\tA\t192.0.2.1 ; web\n", file)
        zone.import_zonefile(file).wait_until_finished()
        with self.refused("invalid_input"):
            zone.import_zonefile("nonsense")
        [found] = self.client.zones.get_all(name="python.test")
        self.assertEqual((found.id, found.ttl, found.status), (zone.id, 120, "ok"))
        zone.delete().action.wait_until_finished()
        with self.refused("not_found"):
            self.client.zones.get("python.test")

    def test_zones_copied_from_elsewhere_have_no_records_to_change(self):
        primary = ZonePrimaryNameserver(address="203.0.113.1")
        zone = self.client.zones.create(
            name="python-copy.test", mode="secondary", primary_nameservers=[primary]
        ).zone
        self.addCleanup(zone.delete)
        other = ZonePrimaryNameserver(address="203.0.113.2", port=5353)
        zone.change_primary_nameservers([other]).wait_until_finished()
        now = self.client.zones.get(zone.id)
        self.assertEqual(now.primary_nameservers[0].port, 5353)
        with self.refused("incorrect_zone_mode"):
            zone.get_rrset_all()

    def test_records_are_added_changed_and_removed(self):
        zone = self.client.zones.create(name="python-records.test", mode="primary").zone
        self.addCleanup(zone.delete)
        first, second = ZoneRecord(value='"one"'), ZoneRecord(value='"two"')
        made = zone.create_rrset(name="note", type="TXT", records=[first])
        made.action.wait_until_finished()
        rrset = made.rrset
        rrset.add_rrset_records([second]).wait_until_finished()
        second.comment = "changed"
        rrset.update_rrset_records([second]).wait_until_finished()
        rrset.remove_rrset_records([first]).wait_until_finished()
        rrset.change_rrset_ttl(60).wait_until_finished()
        rrset.change_rrset_protection(change=True).wait_until_finished()
        with self.refused("protected"):
            rrset.set_rrset_records([first])
        rrset.change_rrset_protection(change=False).wait_until_finished()
        now = zone.get_rrset("note", "TXT")
        self.assertEqual([(r.value, r.comment) for r in now.records], [('"two"', "changed")])
        self.assertEqual(now.ttl, 60)
        with self.refused("invalid_input"):
            rrset.set_rrset_records([ZoneRecord(value="unquoted")])
        rrset.set_rrset_records([first]).wait_until_finished()
        rrset.delete_rrset().action.wait_until_finished()
        self.assertEqual([s.type for s in zone.get_rrset_all()], ["NS", "SOA"])
