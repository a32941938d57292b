package server

import (
	"testing"

	"hapg/toolchain/plugins/command/remote"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func TestConnectionIsReadThroughItsSecrecy(t *testing.T) {
	connection := resource.MakeSecret(resource.NewObjectProperty(resource.PropertyMap{
		"host":       resource.NewStringProperty("example"),
		"port":       resource.NewNumberProperty(2222),
		"privateKey": secret("key"),
		"proxy":      resource.NewObjectProperty(inputs(map[string]any{"host": "bastion"})),
	}))
	var in remote.Inputs
	if err := decode(resource.PropertyMap{"connection": connection, "stdin": secret("in")}, &in); err != nil {
		t.Fatal(err)
	}
	c := in.Connection
	if c.Host != "example" || *c.Port != 2222 || c.PrivateKey != "key" || c.Proxy.Host != "bastion" || in.Stdin != "in" {
		t.Errorf("got %+v, proxy %+v", in, c.Proxy)
	}
}

// The npm package marks every connection as secret: that alone says nothing about the output.
func TestConnectionDoesNotMakeOutputSecret(t *testing.T) {
	connection := resource.MakeSecret(resource.NewObjectProperty(inputs(map[string]any{"host": "example"})))
	if hasSecret(resource.PropertyMap{"connection": connection}) {
		t.Error("the connection counts")
	}
	if !hasSecret(resource.PropertyMap{"environment": resource.NewObjectProperty(
		resource.PropertyMap{"A": secret("a")})}) {
		t.Error("a nested secret does not count")
	}
}

func TestSourceOfACopy(t *testing.T) {
	textAsset, err := resource.NewTextAsset("hello")
	if err != nil {
		t.Fatal(err)
	}
	address := &resource.Asset{URI: "https://example.invalid/file"}
	if _, err := sourceOf(resource.PropertyMap{"source": resource.NewAssetProperty(address)}); err == nil {
		t.Error("an address is accepted")
	}
	got, err := sourceOf(resource.PropertyMap{"source": resource.MakeSecret(resource.NewAssetProperty(textAsset))})
	if err != nil || !got.isText || got.text != "hello" {
		t.Errorf("got %+v, error %v", got, err)
	}
	if _, err := sourceOf(resource.PropertyMap{"source": resource.NewStringProperty("/a")}); err == nil {
		t.Error("a plain path is accepted")
	}
}
