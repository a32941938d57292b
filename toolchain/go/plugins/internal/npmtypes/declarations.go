// Package npmtypes reads what an installed npm package of Pulumi's declares, for tests that a
// plugin takes the inputs which the package sends.
package npmtypes

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Property is one property of an interface.
type Property struct {
	Optional bool
	List     bool
	// Interface is the name of the interface of the value or of a list's elements, if it has one.
	Interface string
	// Scalar is string, number or boolean: the value, or a list's elements, if they are such.
	Scalar string
}

// Declarations are the properties of interfaces, by the interface's name.
type Declarations map[string]map[string]Property

var (
	interfaceStart = regexp.MustCompile(`^export interface (\w+) \{`)
	property       = regexp.MustCompile(`^    (?:readonly )?(\w+)(\??): (.*)$`)
	reference      = regexp.MustCompile(`\binputs\.(\w+)`)
	scalar         = regexp.MustCompile(`\b(?:string|number|boolean)\b`)
)

// Read returns the interfaces that the package @pulumi/name declares for its inputs. The packages
// must be installed, which is what npm ci in the project's folder does.
func Read(name string) (Declarations, error) {
	root := filepath.Join(projectFolder, "node_modules", "@pulumi", name)
	files, err := filepath.Glob(filepath.Join(root, "*.d.ts"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: no declarations; run npm ci in the project's folder", root)
	}
	if nested := filepath.Join(root, "types", "input.d.ts"); exists(nested) {
		files = append(files, nested)
	}
	declarations := Declarations{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		declarations.parse(string(text))
	}
	return declarations, nil
}

// projectFolder is where tests of a package directly below this module find the project.
const projectFolder = "../../../.."

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (d Declarations) parse(text string) {
	var current map[string]Property
	for _, line := range strings.Split(text, "\n") {
		if start := interfaceStart.FindStringSubmatch(line); start != nil {
			current = map[string]Property{}
			d[start[1]] = current
			continue
		}
		if strings.HasPrefix(line, "}") {
			current = nil
		}
		if current == nil {
			continue
		}
		// A type that goes on in the next line is that of a map, whose elements are not compared.
		if found := property.FindStringSubmatch(line); found != nil {
			p := Property{Optional: found[2] == "?", List: strings.Contains(found[3], "[]")}
			if name := reference.FindStringSubmatch(found[3]); name != nil {
				p.Interface = name[1]
			} else {
				p.Scalar = scalar.FindString(found[3])
			}
			current[found[1]] = p
		}
	}
}
