package translate

import (
	"math"
	"net/netip"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// row is one line of the context table: the first source that has a usable value sets the member at path. Sources on
// the record come before those on the resource.
type row struct {
	path     string
	record   []string
	resource []string
	convert  func(pcommon.Value) (leaf, bool)
	when     condition
	beside   string // key of a member of the same group that must be there too
	note     string // what docs/vocabulary.md says of the conversion
}

// condition is when a row applies.
type condition uint8

const (
	always condition = iota
	onDevice
	onDeviceNotBrowser
	onPage
	ifIP
	ifLocation
)

// contextTable is the table of docs/vocabulary.md, in the order of the output. `page.url`, what is read from it, the trace and
// the group are not in it, because no single attribute makes them; see context.go and url.go.
var contextTable = []row{
	{path: "app.name", resource: list("service.name"), convert: serviceName, note: "not when it begins with `unknown_service`"},
	{path: "app.version", resource: list("service.version"), convert: asText},
	{path: "app.build", record: list("app.build_id"), resource: list("app.build_id"), convert: asText},
	{path: "device.id", resource: list("device.id", "app.installation.id"), convert: asText, when: onDevice},
	{path: "device.manufacturer", resource: list("device.manufacturer"), convert: asText, when: onDevice},
	{path: "device.model", resource: list("device.model.identifier", "device.model.name"), convert: asText, when: onDevice},
	{path: "device.name", resource: list("device.model.name"), convert: asText, when: onDevice},
	{path: "device.type", record: list("os.name"), resource: list(osNames...), convert: deviceType, when: onDeviceNotBrowser, note: "from the operating system: android, ios, tvos, watchos, visionos, macos; not in a browser"},
	{path: "os.name", record: list("os.name"), resource: list(osNames...), convert: osName, when: onDevice, note: "windows is Windows, darwin macOS, linux Linux"},
	{path: "os.version", record: list("os.version"), resource: list("os.version"), convert: asText, when: onDevice},
	{path: "locale", resource: list("browser.language"), convert: asText, when: onDevice},
	{path: "userAgentData.brands", resource: list("browser.brands"), convert: brands, when: onDevice, note: "each split at its last space into `brand` and `version`"},
	{path: "userAgentData.mobile", resource: list("browser.mobile"), convert: asBool, when: onDevice},
	{path: "userAgentData.platform", resource: list("browser.platform"), convert: asText, when: onDevice},
	{path: "userAgent", record: list("user_agent.original", "http.user_agent"), resource: list("user_agent.original", "browser.user_agent"), convert: asText},
	{path: "network.wifi", record: list("network.connection.type", "net.host.connection.type"), resource: list("network.connection.type"), convert: isWifi, note: "true for `wifi`, false for `cell` and `unavailable`"},
	{path: "network.cellular", record: list("network.connection.type", "net.host.connection.type"), resource: list("network.connection.type"), convert: isCellular, note: "true for `cell`, false for `wifi` and `unavailable`"},
	{path: "network.carrier", record: list("network.carrier.name", "net.host.carrier.name"), resource: list("network.carrier.name"), convert: asText},
	{path: "session.id", record: list("session.id"), resource: list("session.id"), convert: asText},
	{path: "session.previousId", record: list("session.previous_id"), convert: asText, beside: "id", note: "only beside a `session.id`"},
	{path: "page.referrer", record: list("http.request.header.referer"), convert: firstText, when: onPage, note: "the first element of a list"},
	{path: "ip", record: list("client.address", "source.address", "http.client_ip"), convert: ipAddress, when: ifIP, note: "only an IP address"},
	{path: "location.country", record: geo("country.iso_code", "country_name"), resource: geo("country.iso_code", "country_name"), convert: asText, when: ifLocation},
	{path: "location.region", record: geo("region.iso_code", "region_name"), resource: geo("region.iso_code", "region_name"), convert: asText, when: ifLocation},
	{path: "location.city", record: geo("locality.name", "city_name"), resource: geo("locality.name", "city_name"), convert: asText, when: ifLocation},
	{path: "location.latitude", record: geo("location.lat"), resource: geo("location.lat"), convert: asNumber, when: ifLocation},
	{path: "location.longitude", record: geo("location.lon"), resource: geo("location.lon"), convert: asNumber, when: ifLocation},
}

var osNames = []string{"os.name", "user_agent.os.name", "os.type"}

func list(keys ...string) []string { return keys }

// geo is the names of the `geo` namespace, then of the same one below `client`.
func geo(names ...string) []string {
	var keys []string
	for _, prefix := range [...]string{"geo.", "client.geo."} {
		for _, name := range names {
			keys = append(keys, prefix+name)
		}
	}
	return keys
}

func textLeaf(s string) (leaf, bool) { return leaf{kind: text, str: s}, s != "" }

func asText(v pcommon.Value) (leaf, bool) { return textLeaf(textOf(v)) }

func asBool(v pcommon.Value) (leaf, bool) {
	return boolLeaf(v.Bool()), v.Type() == pcommon.ValueTypeBool
}

func asNumber(v pcommon.Value) (leaf, bool) {
	switch v.Type() {
	case pcommon.ValueTypeInt:
		return intLeaf(v.Int()), true
	case pcommon.ValueTypeDouble:
		return leaf{kind: double, num: math.Float64bits(v.Double())}, finite(v.Double())
	default:
		return leaf{}, false
	}
}

// serviceName leaves out the name that SDKs make up when there is none.
func serviceName(v pcommon.Value) (leaf, bool) {
	name := textOf(v)
	return leaf{kind: text, str: name}, name != "" && !strings.HasPrefix(name, "unknown_service")
}

func osName(v pcommon.Value) (leaf, bool) {
	switch name := textOf(v); name {
	case "windows":
		return textLeaf("Windows")
	case "darwin":
		return textLeaf("macOS")
	case "linux":
		return textLeaf("Linux")
	default:
		return textLeaf(name)
	}
}

// deviceTypes is the Segment device type by operating system, in lower case.
var deviceTypes = map[string]string{
	"android": "android", "ios": "ios", "ipados": "ios", "tvos": "tvos", "watchos": "watchos",
	"visionos": "visionos", "macos": "macos", "darwin": "macos",
}

func deviceType(v pcommon.Value) (leaf, bool) {
	name := textOf(v)
	typ := deviceTypes[strings.ToLower(name)]
	if typ == "" {
		return leaf{kind: absent}, name != ""
	}
	return textLeaf(typ)
}

// brands splits each brand at its last space into a name and a version.
func brands(v pcommon.Value) (leaf, bool) {
	if v.Type() != pcommon.ValueTypeSlice {
		return leaf{}, false
	}
	json := []byte{'['}
	for _, element := range v.Slice().All() {
		brand := textOf(element)
		if brand == "" {
			continue
		}
		if len(json) > 1 {
			json = append(json, ',')
		}
		name, version := brand, ""
		if space := strings.LastIndexByte(brand, ' '); space >= 0 {
			name, version = brand[:space], brand[space+1:]
		}
		json, _ = appendString(append(json, `{"brand":`...), name)
		if version != "" {
			json, _ = appendString(append(json, `,"version":`...), version)
		}
		json = append(json, '}')
	}
	return leaf{kind: encoded, str: string(append(json, ']'))}, len(json) > 1
}

// isWifi and isCellular know three kinds of connection; any other says nothing about either.
func isWifi(v pcommon.Value) (leaf, bool) { return connection(v, "wifi") }

func isCellular(v pcommon.Value) (leaf, bool) { return connection(v, "cell") }

func connection(v pcommon.Value, is string) (leaf, bool) {
	switch typ := textOf(v); typ {
	case "":
		return leaf{}, false
	case "wifi", "cell", "unavailable":
		return boolLeaf(typ == is), true
	default:
		return leaf{kind: absent}, true
	}
}

// firstText takes a string, or the first element of a list, as HTTP headers are recorded.
func firstText(v pcommon.Value) (leaf, bool) {
	if v.Type() == pcommon.ValueTypeSlice && v.Slice().Len() > 0 {
		v = v.Slice().At(0)
	}
	return asText(v)
}

func ipAddress(v pcommon.Value) (leaf, bool) {
	address := textOf(v)
	_, err := netip.ParseAddr(address)
	return leaf{kind: text, str: address}, err == nil
}
