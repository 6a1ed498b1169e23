package harness

// WithoutSandbox overlays a collector whose Segment is somewhere else.
const WithoutSandbox = "service: {extensions: []}"

// OnDisk overlays a queue that is kept in a folder.
func OnDisk(folder string) string {
	return `
extensions: {file_storage: {directory: "` + folder + `"}}
exporters: {segment: {sending_queue: {storage: file_storage}}}
service: {extensions: [file_storage]}
`
}

// UploadTo overlays the endpoint, and short times: an upload is given up after a second, and tried again within 250 ms.
func UploadTo(url string) string {
	return `
exporters:
  segment:
    endpoint: "` + url + `"
    timeout: 1s
    retry_on_failure: {initial_interval: 50ms, max_interval: 250ms}
`
}

// HealthCheck overlays the extension, at host:port. It answers 500 to errors that only a restart can mend.
func HealthCheck(address string) string {
	return `
extensions: {health_check: {http: {endpoint: "` + address + `", status: {path: /}}, component_health: {include_permanent_errors: true}}}
service: {extensions: [health_check]}
`
}
