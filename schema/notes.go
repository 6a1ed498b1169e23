package main

import (
	"os"
	"regexp"
	"strings"

	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"
)

// readNotes takes the comments from config/all-settings.yaml, by the path of the setting below them.
func readNotes() (map[string]string, error) {
	data, err := os.ReadFile("../config/all-settings.yaml")
	if err != nil {
		return nil, err
	}
	// A setting without a default is in a comment itself.
	text := regexp.MustCompile(`(?m)^( +)# ([a-z_]+: )`).ReplaceAllString(string(data), "${1}${2}")
	var file struct {
		Exporters struct {
			Segment yaml.Node `yaml:"segment"`
		} `yaml:"exporters"`
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		return nil, err
	}
	notes := map[string]string{}
	addNotes(notes, "exporters::segment", &file.Exporters.Segment)
	return notes, nil
}

func addNotes(notes map[string]string, path string, section *yaml.Node) {
	if section.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i < len(section.Content); i += 2 {
		key := section.Content[i]
		inside := path + confmap.KeyDelimiter + key.Value
		notes[inside] = strings.Join(strings.Fields(strings.ReplaceAll("\n"+key.HeadComment, "\n#", " ")), " ")
		addNotes(notes, inside, section.Content[i+1])
	}
}
