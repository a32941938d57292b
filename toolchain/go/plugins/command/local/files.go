package local

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Files returns the files below dir that patterns select, as assets by their path relative to dir.
// Patterns apply in order to each file; one that begins with an exclamation mark takes files out.
// An empty dir means the working directory.
func Files(dir string, patterns []string) (map[string]*resource.Asset, error) {
	if dir == "" {
		dir = "."
	}
	rules, err := compile(patterns)
	if err != nil {
		return nil, err
	}
	files := map[string]*resource.Asset{}
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !selected(path, rules) {
			return err
		}
		files[path], err = resource.NewPathAsset(filepath.Join(dir, path))
		return err
	})
	return files, err
}

type rule struct {
	pattern glob.Glob
	exclude bool
}

func compile(patterns []string) ([]rule, error) {
	rules := make([]rule, 0, len(patterns))
	for _, text := range patterns {
		pattern, err := glob.Compile(strings.TrimPrefix(text, "!"), '/')
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule{pattern: pattern, exclude: strings.HasPrefix(text, "!")})
	}
	return rules, nil
}

func selected(path string, rules []rule) bool {
	result := false
	for _, r := range rules {
		if r.pattern.Match(path) {
			result = !r.exclude
		}
	}
	return result
}
