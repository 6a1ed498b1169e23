// Command archive packs files into a .tar.gz or a .zip whose bytes depend on nothing but the files, their names and -time.
//
//	archive -out NAME.zip -folder NAME -time SECONDS FILE... FOLDER...
package main

import (
	"archive/tar"
	"archive/zip"
	"cmp"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// entry is a file in the archive.
type entry struct {
	name   string // its path there
	source string
	mode   fs.FileMode
}

func main() {
	out := flag.String("out", "", "the archive, .tar.gz or .zip")
	folder := flag.String("folder", "", "the folder in the archive that everything is in")
	seconds := flag.Int64("time", 0, "the time of all files, in seconds since 1970")
	flag.Parse()
	if err := run(*out, *folder, time.Unix(*seconds, 0).UTC(), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "archive:", err)
		os.Exit(1)
	}
}

func run(out, folder string, modified time.Time, sources []string) (err error) {
	entries, err := find(folder, sources)
	if err != nil {
		return err
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, file.Close()) }()
	switch {
	case strings.HasSuffix(out, ".zip"):
		return writeZip(file, entries, modified)
	case strings.HasSuffix(out, ".tar.gz"):
		return writeTar(file, entries, modified)
	}
	return fmt.Errorf("-out %q: must end with .tar.gz or .zip", out)
}

// find lists the files and those of the folders, sorted by their names in the archive. Whether one can be executed is all that
// is left of its mode: the rest is a matter of the umask.
func find(folder string, sources []string) ([]entry, error) {
	var entries []entry
	for _, source := range sources {
		err := filepath.WalkDir(source, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			mode := fs.FileMode(0o644)
			if info.Mode()&0o100 != 0 {
				mode = 0o755
			}
			inside, err := filepath.Rel(filepath.Dir(source), file)
			entries = append(entries, entry{name: path.Join(folder, filepath.ToSlash(inside)), source: file, mode: mode})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return entries, nil
}

func writeTar(file io.Writer, entries []entry, modified time.Time) error {
	zipped := gzip.NewWriter(file)
	writer := tar.NewWriter(zipped)
	for _, e := range entries {
		data, err := os.ReadFile(e.source)
		if err != nil {
			return err
		}
		header := &tar.Header{Name: e.name, Mode: int64(e.mode), Size: int64(len(data)), ModTime: modified, Format: tar.FormatUSTAR}
		if err := writer.WriteHeader(header); err != nil {
			return err
		}
		if _, err := writer.Write(data); err != nil {
			return err
		}
	}
	return cmp.Or(writer.Close(), zipped.Close())
}

func writeZip(file io.Writer, entries []entry, modified time.Time) error {
	writer := zip.NewWriter(file)
	for _, e := range entries {
		data, err := os.ReadFile(e.source)
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: modified}
		header.SetMode(e.mode)
		part, err := writer.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := part.Write(data); err != nil {
			return err
		}
	}
	return writer.Close()
}
