package remote

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func wantFile(t *testing.T, path, text string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != text {
		t.Errorf("%s: got %q, error %v", path, got, err)
	}
}

// The server transfers files on this machine, so that a remote path can be looked at here.
func TestWhereACopyGoes(t *testing.T) {
	server := startServer(t)
	source := t.TempDir()
	file := put(t, filepath.Join(source, "file"), "content")
	folder := filepath.Join(source, "folder")
	put(t, filepath.Join(folder, "sub", "inner"), "inner content")

	target := t.TempDir()
	existing := put(t, filepath.Join(target, "existing"), "a longer content that is replaced")
	cases := []struct{ source, target, result, text string }{
		{file, filepath.Join(target, "new"), filepath.Join(target, "new"), "content"},
		{file, target, filepath.Join(target, "file"), "content"},
		{file, existing, existing, "content"},
		{file, filepath.Join(target, "made", "by", "copy"), filepath.Join(target, "made", "by", "copy"), "content"},
		{folder, target, filepath.Join(target, "folder", "sub", "inner"), "inner content"},
		{folder, filepath.Join(target, "not there"), filepath.Join(target, "not there", "folder", "sub", "inner"), "inner content"},
		{folder + "/", target, filepath.Join(target, "sub", "inner"), "inner content"},
	}
	for _, c := range cases {
		if err := CopyPath(context.Background(), server.connection(), c.source, c.target, discard); err != nil {
			t.Errorf("%s to %s: %v", c.source, c.target, err)
			continue
		}
		wantFile(t, c.result, c.text)
	}
	if err := CopyPath(context.Background(), server.connection(), folder, existing, discard); err == nil {
		t.Error("a folder is copied to a file")
	}
}

func TestTextIsPrivateWhenNew(t *testing.T) {
	server := startServer(t)
	path := filepath.Join(t.TempDir(), "folder", "secret")
	if err := CopyText(context.Background(), server.connection(), "one", path, discard); err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, "one")
	wantMode(t, path, 0o600)

	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := CopyText(context.Background(), server.connection(), "2", path, discard); err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, "2")
	wantMode(t, path, 0o640)
	if err := CopyText(context.Background(), server.connection(), "x", filepath.Dir(path), discard); err == nil {
		t.Error("a text is written to a folder")
	}
}

func wantMode(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != mode {
		t.Errorf("mode %v, want %v, error %v", info.Mode(), mode, err)
	}
}
