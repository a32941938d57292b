package server

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// withoutContent packs properties as the engine does to read a resource.
func withoutContent(t *testing.T, properties resource.PropertyMap) *structpb.Struct {
	t.Helper()
	packed, err := plugin.MarshalProperties(properties,
		plugin.MarshalOptions{ElideAssetContents: true, KeepSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestReadFindsTheFilesOfACommandAgain(t *testing.T) {
	e := newEngine(t, localType)
	dir := t.TempDir()
	in := inputs(map[string]any{
		"create": "echo hello > file.txt", "dir": dir,
		"assetPaths": []any{"*.txt"}, "archivePaths": []any{"*.txt"},
	})
	state := e.create(in)
	response, err := e.server.Read(context.Background(), &pulumirpc.ReadRequest{
		Urn: e.urn, Id: "id", Properties: withoutContent(t, state), Inputs: withoutContent(t, in),
	})
	if err != nil {
		t.Fatal(err)
	}
	read := e.unpack(response.GetProperties())
	asset := read["assets"].ObjectValue()["file.txt"].AssetValue()
	if asset.Path != filepath.Join(dir, "file.txt") || len(read["archive"].ArchiveValue().Assets) != 1 {
		t.Errorf("got %v", read)
	}
	wantText(t, read, "stdout", "")
}

// The engine fills in an archive that has no content, but not one that claims to be empty.
func TestReadLeavesArchivesOpen(t *testing.T) {
	e := newEngine(t, "command:remote:CopyToRemote")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	archive, err := resource.NewPathArchive(dir)
	if err != nil {
		t.Fatal(err)
	}
	state := resource.PropertyMap{
		"source":   resource.NewArchiveProperty(archive),
		"triggers": resource.NewArrayProperty([]resource.PropertyValue{resource.NewArchiveProperty(archive)}),
	}
	response, err := e.server.Read(context.Background(),
		&pulumirpc.ReadRequest{Urn: e.urn, Id: "id", Properties: withoutContent(t, state)})
	if err != nil {
		t.Fatal(err)
	}
	source := response.GetProperties().GetFields()["source"].GetStructValue().GetFields()
	trigger := response.GetProperties().GetFields()["triggers"].GetListValue().GetValues()[0].GetStructValue().GetFields()
	for name, fields := range map[string]map[string]*structpb.Value{"source": source, "trigger": trigger} {
		if _, claimed := fields["assets"]; claimed || fields["hash"].GetStringValue() != archive.Hash {
			t.Errorf("%s: got %v", name, fields)
		}
	}
}
