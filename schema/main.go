// Command schema writes config/otelcol-segment.schema.json, with which editors complete and check the sections of these components in the
// configuration of a collector. It takes the settings and their defaults from the structs, and what is said about them from the
// comments of their fields.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
)

const file = "../config/otelcol-segment.schema.json"

func main() {
	if err := write(); err != nil {
		log.Fatal(err)
	}
}

func write() error {
	document, err := makeDocument()
	if err != nil {
		return err
	}
	data, err := encode(document)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

func encode(document *schema) ([]byte, error) {
	var data bytes.Buffer
	encoder := json.NewEncoder(&data)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(document)
	return data.Bytes(), err
}
