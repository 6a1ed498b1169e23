package sandbox

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"time"
)

// pageFiles are all that the page needs: it loads nothing from elsewhere.
//
//go:embed page
var pageFiles embed.FS

// pageTypes are the content types by file extension. Those of the machine can be others, and with nosniff a browser would refuse
// such files.
var pageTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
}

// pagePolicy lets the page use its own files and the API, and nothing that a message might bring in.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pages are the files by their names.
var pages = readPages()

// page is one file, which does not change while the program runs.
type page struct {
	content     []byte
	contentType string
	etag        string
}

func readPages() map[string]*page {
	all := map[string]*page{}
	err := fs.WalkDir(pageFiles, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := pageFiles.ReadFile(name)
		digest := sha256.Sum256(content)
		all[name] = &page{content, pageTypes[path.Ext(name)], `"` + hex.EncodeToString(digest[:]) + `"`}
		return err
	})
	if err != nil {
		panic(err) // the files are part of the program
	}
	return all
}

// getPage serves the files of the page by their names.
func getPage(w http.ResponseWriter, r *http.Request) {
	file, ok := pages["page/"+r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	file.ServeHTTP(w, r)
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", pagePolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", p.etag)
	header.Set("Content-Type", p.contentType)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.content))
}
