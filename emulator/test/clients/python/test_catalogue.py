import warnings

from cloud import CloudTest


class Catalogue(CloudTest):
    def test_the_catalogue_is_read(self):
        server_type = self.client.server_types.get_by_name("cx23")
        self.assertEqual((server_type.cores, server_type.architecture), (2, "x86"))
        self.assertIsNone(server_type.locations[0].deprecation)
        ended = self.client.server_types.get_by_name("cpx11").locations[0].deprecation
        self.assertEqual(ended.unavailable_after.year, 2025)
        self.assertEqual(self.client.locations.get_by_name("hel1").country, "FI")
        image = self.client.images.get_by_name_and_architecture("debian-12", "arm")
        self.assertEqual(image.os_flavor, "debian")
        self.assertEqual(len(self.client.server_types.get_all()) > 15, True)
        balancer_type = self.client.load_balancer_types.get_by_name("lb21")
        self.assertEqual(self.client.load_balancer_types.get_by_id(balancer_type.id).name, "lb21")
        self.assertEqual(len(self.client.locations.get_all()), 6)

    def test_what_is_gone_says_so(self):
        self.assertEqual(self.client.server_types.get_by_id(1).name, "cx11")  # retired
        with warnings.catch_warnings(), self.refused("deprecated_api_endpoint"):
            warnings.simplefilter("ignore")  # the client warns of it too
            self.client.datacenters.get_all()
