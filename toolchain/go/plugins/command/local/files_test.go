package local

import (
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
)

func TestPatternsSelectFilesInOrder(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"assets/logos/logo.svg", "src/index.js", "src/secret.js", "top.js"} {
		file := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string][]string{
		"assets/** src/**.js !**secret.*": {"assets/logos/logo.svg", "src/index.js"},
		"*.js":                            {"top.js"},
		"!**secret.* **.js":               {"src/index.js", "src/secret.js", "top.js"},
		"none":                            {},
	}
	for patterns, want := range cases {
		files, err := Files(dir, strings.Fields(patterns))
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for path, asset := range files {
			got = append(got, path)
			if asset.Path != filepath.Join(dir, path) {
				t.Errorf("%s: asset of %s", path, asset.Path)
			}
		}
		sort.Strings(got)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, want %q", patterns, got, want)
		}
	}
}

func TestMalformedPatternIsAnError(t *testing.T) {
	if _, err := Files(t.TempDir(), []string{"["}); err == nil {
		t.Error("no error")
	}
}
