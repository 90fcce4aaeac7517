package clients

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

// pair is a certificate and its key, in PEM.
func pair(t *testing.T, domain string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{domain}, NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
	}
	return text("CERTIFICATE", der), text("PRIVATE KEY", secret)
}

func TestCertificatesAreUploadedAndUsed(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	pem, key := pair(t, "go.test")
	certificate := must(client.Certificate.Create(ctx, hcloud.CertificateCreateOpts{
		Name: "go", Certificate: pem, PrivateKey: key,
	}))(t)
	equal(t, "domain", certificate.DomainNames[0], "go.test")
	balancer := must(client.LoadBalancer.Create(ctx, hcloud.LoadBalancerCreateOpts{
		Name: "go-https", LoadBalancerType: &hcloud.LoadBalancerType{Name: "lb11"},
		Location: &hcloud.Location{Name: "fsn1"},
	}))(t).LoadBalancer
	act := acts(t, ctx, client)
	act(client.LoadBalancer.AddService(ctx, balancer, hcloud.LoadBalancerAddServiceOpts{
		Protocol: hcloud.LoadBalancerServiceProtocolHTTPS, ListenPort: hcloud.Ptr(freePort(t)),
		HTTP: &hcloud.LoadBalancerAddServiceOptsHTTP{Certificates: []*hcloud.Certificate{certificate}},
	}))
	used := must(client.Certificate.GetByName(ctx, "go"))(t)
	equal(t, "user", used.UsedBy[0].ID, balancer.ID)
	_, err := client.Certificate.Delete(ctx, certificate)
	refused(t, err, hcloud.ErrorCodeResourceInUse)
	deleted := must(client.LoadBalancer.DeleteWithResult(ctx, balancer))(t)
	done(t, ctx, client, deleted.Action)
	_, err = client.Certificate.Delete(ctx, certificate)
	gone(t, nil, err)
}

func TestCertificatesAreIssuedForZonesThatAreThere(t *testing.T) {
	ctx, client := connect(t, "HCLOUD")
	opts := hcloud.CertificateCreateOpts{
		Name: "managed", Type: hcloud.CertificateTypeManaged, DomainNames: []string{"go-managed.test"},
	}
	asked := must(client.Certificate.CreateCertificate(ctx, opts))(t)
	if err := client.Action.WaitFor(ctx, asked.Action); err == nil {
		t.Fatal("it was issued without a zone")
	}
	failed := must(client.Certificate.GetByID(ctx, asked.Certificate.ID))(t)
	equal(t, "issuance", failed.Status.Issuance, hcloud.CertificateStatusTypeFailed)
	equal(t, "error", failed.Status.Error.Code, hcloud.ErrorCodeDNSZoneNotFound)
	zone := must(client.Zone.Create(ctx, hcloud.ZoneCreateOpts{Name: "go-managed.test", Mode: hcloud.ZoneModePrimary}))(t)
	done(t, ctx, client, zone.Action)
	done(t, ctx, client, must(client.Certificate.RetryIssuance(ctx, failed))(t))
	issued := must(client.Certificate.GetByID(ctx, failed.ID))(t)
	equal(t, "issuance", issued.Status.Issuance, hcloud.CertificateStatusTypeCompleted)
	_, err := client.Certificate.Delete(ctx, issued)
	gone(t, nil, err)
	done(t, ctx, client, must(client.Zone.Delete(ctx, zone.Zone))(t).Action)
}
