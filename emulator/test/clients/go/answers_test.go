package clients

import (
	"reflect"
	"regexp"

	"github.com/hetznercloud/hcloud-go/v2/hcloud/schema"
)

// Fields of the schema that the API does not send, or not always, and why the library has them.
var neverSent = map[string]bool{
	"ServerType.included_traffic":          true, // stands in the prices since 2024-08-05
	"PricingPrimaryIPTypePrice.datacenter": true, // prices are by location

	"Error.details": true, // where a certificate's status tells of one

	// A target has the fields of its type.
	"LoadBalancerTarget.server":         true,
	"LoadBalancerTarget.label_selector": true,
	"LoadBalancerTarget.ip":             true,
	"LoadBalancerTarget.use_private_ip": true, // not those of type ip
	"LoadBalancerTarget.health_status":  true, // not those of type label_selector

	"ZonePrimaryNameserver.tsig_algorithm": true, // where it was not given
	"ZonePrimaryNameserver.tsig_key":       true,
}

// Fields that the API sends and the schema leaves out.
var unknownHere = map[string]bool{
	"LoadBalancerTargetServer.ip": true,
}

// Where the API sends null and the schema, which decodes it to zero, does not say so; below the resource.
var nullable = map[string]bool{
	"public_net.ipv4":         true,
	"public_net.ipv6":         true,
	"public_net.ipv6.dns_ptr": true,
	"authoritative_nameservers.delegation_last_check": true,
	"certificate":              true, // while a managed one is pending
	"not_valid_before":         true,
	"not_valid_after":          true,
	"fingerprint":              true,
	"pagination.previous_page": true,
	"pagination.next_page":     true,
	"pagination.last_page":     true,
	"pagination.total_entries": true,
}

// listOf is the type of a list: its schema, and the page that it is.
func listOf(list any) any {
	fields := []reflect.StructField{
		{Name: "Meta", Type: reflect.TypeOf(schema.Meta{}), Tag: `json:"meta"`},
	}
	fields = append(fields, reflect.VisibleFields(reflect.TypeOf(list))...)
	return reflect.New(reflect.StructOf(fields)).Elem().Interface()
}

// What answers a method and path; the first that fits.
var answers = []struct {
	method, path string
	schema       any
}{
	{"GET", `(/\w+)?/actions/\d+`, schema.ActionGetResponse{}},
	{"GET", `(/\w+)?(/\d+)?/actions`, listOf(schema.ActionListResponse{})},
	{"POST", `/servers/\d+/actions/enable_rescue`, schema.ServerActionEnableRescueResponse{}},
	{"POST", `/servers/\d+/actions/reset_password`, schema.ServerActionResetPasswordResponse{}},
	{"POST", `/servers/\d+/actions/request_console`, schema.ServerActionRequestConsoleResponse{}},
	{"POST", `/servers/\d+/actions/create_image`, schema.ServerActionCreateImageResponse{}},
	{"POST", `/servers/\d+/actions/rebuild`, schema.ServerActionRebuildResponse{}},
	{"POST", `/firewalls/\d+/actions/\w+`, schema.FirewallActionSetRulesResponse{}},
	{"POST", `/\w+/[^/]+(/rrsets/[^/]+/[^/]+|/subaccounts/\d+)?/actions/\w+`, schema.ActionGetResponse{}},

	{"GET", `/servers`, listOf(schema.ServerListResponse{})},
	{"POST", `/servers`, schema.ServerCreateResponse{}},
	{"DELETE", `/servers/\d+`, schema.ServerDeleteResponse{}},
	{"", `/servers/\d+`, schema.ServerGetResponse{}},
	{"GET", `/servers/\d+/metrics`, schema.ServerGetMetricsResponse{}},
	{"GET", `/volumes`, listOf(schema.VolumeListResponse{})},
	{"POST", `/volumes`, schema.VolumeCreateResponse{}},
	{"", `/volumes/\d+`, schema.VolumeGetResponse{}},
	{"GET", `/primary_ips`, listOf(schema.PrimaryIPListResponse{})},
	{"POST", `/primary_ips`, schema.PrimaryIPCreateResponse{}},
	{"", `/primary_ips/\d+`, schema.PrimaryIPGetResponse{}},
	{"GET", `/floating_ips`, listOf(schema.FloatingIPListResponse{})},
	{"POST", `/floating_ips`, schema.FloatingIPCreateResponse{}},
	{"", `/floating_ips/\d+`, schema.FloatingIPGetResponse{}},
	{"GET", `/certificates`, listOf(schema.CertificateListResponse{})},
	{"POST", `/certificates`, schema.CertificateCreateResponse{}},
	{"", `/certificates/\d+`, schema.CertificateGetResponse{}},
	{"GET", `/isos`, listOf(schema.ISOListResponse{})},
	{"GET", `/isos/\d+`, schema.ISOGetResponse{}},
	{"GET", `/storage_boxes`, listOf(schema.StorageBoxListResponse{})},
	{"POST", `/storage_boxes`, schema.StorageBoxCreateResponse{}},
	{"DELETE", `/storage_boxes/\d+(/\w+/\d+)?`, schema.ActionGetResponse{}},
	{"", `/storage_boxes/\d+`, schema.StorageBoxGetResponse{}},
	{"GET", `/storage_boxes/\d+/folders`, schema.StorageBoxFoldersResponse{}},
	{"GET", `/storage_boxes/\d+/snapshots`, listOf(schema.StorageBoxSnapshotListResponse{})},
	{"POST", `/storage_boxes/\d+/snapshots`, schema.StorageBoxSnapshotCreateResponse{}},
	{"", `/storage_boxes/\d+/snapshots/\d+`, schema.StorageBoxSnapshotGetResponse{}},
	{"GET", `/storage_boxes/\d+/subaccounts`, listOf(schema.StorageBoxSubaccountListResponse{})},
	{"POST", `/storage_boxes/\d+/subaccounts`, schema.StorageBoxSubaccountCreateResponse{}},
	{"", `/storage_boxes/\d+/subaccounts/\d+`, schema.StorageBoxSubaccountGetResponse{}},
	{"GET", `/storage_box_types`, listOf(schema.StorageBoxTypeListResponse{})},
	{"GET", `/storage_box_types/\d+`, schema.StorageBoxTypeGetResponse{}},
	{"GET", `/firewalls`, listOf(schema.FirewallListResponse{})},
	{"POST", `/firewalls`, schema.FirewallCreateResponse{}},
	{"", `/firewalls/\d+`, schema.FirewallGetResponse{}},
	{"GET", `/ssh_keys`, listOf(schema.SSHKeyListResponse{})},
	{"POST", `/ssh_keys`, schema.SSHKeyCreateResponse{}},
	{"", `/ssh_keys/\d+`, schema.SSHKeyGetResponse{}},
	{"GET", `/images`, listOf(schema.ImageListResponse{})},
	{"", `/images/\d+`, schema.ImageGetResponse{}},
	{"GET", `/networks`, listOf(schema.NetworkListResponse{})},
	{"POST", `/networks`, schema.NetworkCreateResponse{}},
	{"", `/networks/\d+`, schema.NetworkGetResponse{}},
	{"GET", `/networks/\d+/members`, listOf(schema.NetworkMemberListResponse{})},
	{"GET", `/placement_groups`, listOf(schema.PlacementGroupListResponse{})},
	{"POST", `/placement_groups`, schema.PlacementGroupCreateResponse{}},
	{"", `/placement_groups/\d+`, schema.PlacementGroupGetResponse{}},
	{"GET", `/load_balancers`, listOf(schema.LoadBalancerListResponse{})},
	{"POST", `/load_balancers`, schema.LoadBalancerCreateResponse{}},
	{"DELETE", `/load_balancers/\d+`, schema.ActionGetResponse{}},
	{"", `/load_balancers/\d+`, schema.LoadBalancerGetResponse{}},
	{"GET", `/load_balancers/\d+/metrics`, schema.LoadBalancerGetMetricsResponse{}},
	{"GET", `/zones`, listOf(schema.ZoneListResponse{})},
	{"POST", `/zones`, schema.ZoneCreateResponse{}},
	{"DELETE", `/zones/[^/]+`, schema.ActionGetResponse{}},
	{"", `/zones/[^/]+`, schema.ZoneGetResponse{}},
	{"GET", `/zones/[^/]+/zonefile`, schema.ZoneExportZonefileResponse{}},
	{"GET", `/zones/[^/]+/rrsets`, listOf(schema.ZoneRRSetListResponse{})},
	{"POST", `/zones/[^/]+/rrsets`, schema.ZoneRRSetCreateResponse{}},
	{"DELETE", `/zones/[^/]+/rrsets/[^/]+/[^/]+`, schema.ActionGetResponse{}},
	{"", `/zones/[^/]+/rrsets/[^/]+/[^/]+`, schema.ZoneRRSetGetResponse{}},
	{"GET", `/locations`, listOf(schema.LocationListResponse{})},
	{"GET", `/locations/\d+`, schema.LocationGetResponse{}},
	{"GET", `/server_types`, listOf(schema.ServerTypeListResponse{})},
	{"GET", `/server_types/\d+`, schema.ServerTypeGetResponse{}},
	{"GET", `/pricing`, schema.PricingGetResponse{}},
	{"GET", `/load_balancer_types`, listOf(schema.LoadBalancerTypeListResponse{})},
	{"GET", `/load_balancer_types/\d+`, schema.LoadBalancerTypeGetResponse{}},
}

// schemaOf finds the type of an answer; nil if there is none.
func schemaOf(method, path string, status int) any {
	if status >= 400 {
		return schema.ErrorResponse{}
	}
	for _, answer := range answers {
		if answer.method != "" && answer.method != method {
			continue
		}
		if regexp.MustCompile(`^/v1` + answer.path + `$`).MatchString(path) {
			return answer.schema
		}
	}
	return nil
}
