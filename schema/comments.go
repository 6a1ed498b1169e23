package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// comments reads what the packages of the settings say about them. The zero value is ready.
type comments struct {
	packages map[string]map[string]typeComments
}

// typeComments is what is said in the definition of a type.
type typeComments struct {
	// fields are the comments of the fields of a struct.
	fields map[string]string
	// constants are those of the type that are texts, in their order.
	constants []constant
}

type constant struct {
	name, value, comment string
}

// of is what is said of a type that has a name.
func (c *comments) of(t reflect.Type) (typeComments, error) {
	if _, known := c.packages[t.PkgPath()]; !known {
		types, err := readPackage(t.PkgPath())
		if err != nil {
			return typeComments{}, fmt.Errorf("package of %s: %w", t, err)
		}
		if c.packages == nil {
			c.packages = map[string]map[string]typeComments{}
		}
		c.packages[t.PkgPath()] = types
	}
	return c.packages[t.PkgPath()][t.Name()], nil
}

func readPackage(path string) (map[string]typeComments, error) {
	// The build package asks the go command, which knows the modules.
	pkg, err := build.Import(path, ".", 0)
	if err != nil {
		return nil, err
	}
	types := map[string]typeComments{}
	for _, name := range pkg.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), pkg.Dir+"/"+name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			if decl, is := decl.(*ast.GenDecl); is {
				readDeclaration(types, decl)
			}
		}
	}
	return types, nil
}

func readDeclaration(types map[string]typeComments, decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if structure, is := spec.Type.(*ast.StructType); is {
				entry := types[spec.Name.Name]
				entry.fields = fieldComments(structure)
				types[spec.Name.Name] = entry
			}
		case *ast.ValueSpec:
			named, is := spec.Type.(*ast.Ident)
			if !is || decl.Tok != token.CONST || len(spec.Values) != 1 {
				continue
			}
			if text, is := spec.Values[0].(*ast.BasicLit); is && text.Kind == token.STRING {
				value, _ := strconv.Unquote(text.Value)
				entry := types[named.Name]
				entry.constants = append(entry.constants, constant{spec.Names[0].Name, value, strings.TrimSpace(spec.Doc.Text())})
				types[named.Name] = entry
			}
		}
	}
}

func fieldComments(structure *ast.StructType) map[string]string {
	fields := map[string]string{}
	for _, field := range structure.Fields.List {
		for _, name := range field.Names {
			fields[name.Name] = strings.TrimSpace(field.Doc.Text())
		}
	}
	return fields
}
