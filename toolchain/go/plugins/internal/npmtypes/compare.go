package npmtypes

import (
	"fmt"
	"sort"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// Differences returns in what the inputs that a bridged schema takes are not those of an
// interface, down through nested objects. Empty if they agree.
func (d Declarations) Differences(
	interfaceName string, schema shim.SchemaMap, overlay map[string]*tfbridge.SchemaInfo,
) []string {
	declared, ok := d[interfaceName]
	if !ok {
		return []string{interfaceName + " is not declared"}
	}
	var problems []string
	taken := map[string]bool{}
	schema.Range(func(key string, field shim.Schema) bool {
		name := tfbridge.TerraformToPulumiNameV2(key, schema, overlay)
		taken[name] = true
		if field.Computed() && !field.Optional() || field.Removed() != "" {
			return true // an output; nested ones are declared with the inputs
		}
		path := interfaceName + "." + name
		property, ok := declared[name]
		if !ok {
			problems = append(problems, path+" is not declared")
			return true
		}
		problems = append(problems, d.compare(path, property, field, overlay[key])...)
		return true
	})
	for name := range declared {
		if !taken[name] {
			problems = append(problems, interfaceName+"."+name+" is not taken")
		}
	}
	sort.Strings(problems)
	return problems
}

func (d Declarations) compare(
	path string, property Property, field shim.Schema, overlay *tfbridge.SchemaInfo,
) []string {
	isList := (field.Type() == shim.TypeList || field.Type() == shim.TypeSet) &&
		!tfbridge.IsMaxItemsOne(field, overlay)
	if isList != property.List {
		return []string{fmt.Sprintf("%s: declared as a list: %t, taken as a list: %t", path, property.List, isList)}
	}
	object, ok := field.Elem().(shim.Resource)
	if !ok {
		if taken := scalarOf(field); taken != property.Scalar {
			return []string{fmt.Sprintf("%s: declared as %q, taken as %q", path, property.Scalar, taken)}
		}
		return nil
	}
	if property.Interface == "" {
		return []string{path + " is not declared as an object"}
	}
	var fields map[string]*tfbridge.SchemaInfo
	if overlay != nil {
		fields = overlay.Fields
		if overlay.Elem != nil {
			fields = overlay.Elem.Fields
		}
	}
	return d.Differences(property.Interface, object.Schema(), fields)
}

// scalarOf returns what TypeScript calls a field's value or a list's elements, and nothing for a
// map, whose elements are not compared.
func scalarOf(field shim.Schema) string {
	switch field.Type() {
	case shim.TypeBool:
		return "boolean"
	case shim.TypeInt, shim.TypeFloat:
		return "number"
	case shim.TypeString:
		return "string"
	}
	if elements, ok := field.Elem().(shim.Schema); ok && field.Type() != shim.TypeMap {
		return scalarOf(elements)
	}
	return ""
}
