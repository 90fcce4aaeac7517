from cloud import CloudTest


class Lists(CloudTest):
    def test_lists_are_read_page_by_page(self):
        for number in range(60):
            firewall = self.client.firewalls.create(
                name=f"python-{number:02}", labels={"python-pages": ""}
            ).firewall
            self.addCleanup(firewall.delete)
        every = self.client.firewalls.get_all(label_selector="python-pages", sort="name:desc")
        self.assertEqual(len(every), 60)
        self.assertEqual(every[0].name, "python-59")
        page = self.client.firewalls.get_list(label_selector="python-pages", page=3, per_page=25)
        self.assertEqual(len(page.firewalls), 10)
        self.assertIsNone(page.meta.pagination.next_page)
        self.assertEqual(page.meta.pagination.total_entries, 60)
