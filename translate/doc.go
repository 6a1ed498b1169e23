// Package translate turns OpenTelemetry log records into Segment messages, encoded as JSON.
//
// An [Encoder] is told the resource and the scope, then appends one message per record to a byte slice:
//
//	enc := translator.Encoder()
//	defer enc.Release()
//	enc.SetResource(resourceLogs.Resource(), resourceLogs.SchemaUrl())
//	enc.SetScope(scopeLogs.Scope(), scopeLogs.SchemaUrl())
//	body, result := enc.Append(body, record)
//
// It does no I/O, never changes the records, and keeps nothing between them but scratch memory.
package translate
