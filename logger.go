package segmentexporter

import (
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/otel-segment/segmentexporter/exporter"
	"github.com/otel-segment/segmentexporter/internal/safequeue"
)

// withoutStackTraces leaves out what the Collector adds to each error: an error of this component is about a setting, a
// server or a record, and where in the code it was noticed helps nobody.
func withoutStackTraces(logger *zap.Logger) *zap.Logger {
	return logger.WithOptions(zap.AddStacktrace(zapcore.DPanicLevel))
}

// withoutFalseLosses leaves out the lines in which the helper says that it drops or deletes what it does not: the queue on
// disk keeps the messages, or the sender has been told that it has to, or the storage has failed and takes no deletes.
func withoutFalseLosses(logger *zap.Logger) *zap.Logger {
	return logger.WithOptions(zap.WrapCore(func(core zapcore.Core) zapcore.Core { return lossFilter{core} }))
}

type lossFilter struct {
	zapcore.Core
}

func (f lossFilter) With(fields []zapcore.Field) zapcore.Core {
	return lossFilter{f.Core.With(fields)}
}

func (f lossFilter) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if f.Enabled(entry.Level) {
		return checked.AddCore(entry, f)
	}
	return checked
}

func (f lossFilter) Write(entry zapcore.Entry, fields []zapcore.Field) error {
	for i := range fields {
		if err, is := fields[i].Interface.(error); is && (exporter.NotLost(err) || safequeue.Failed(err)) {
			return nil
		}
	}
	// The core is asked only now, so that one which samples does not count what is left out.
	if checked := f.Core.Check(entry, nil); checked != nil {
		checked.Write(fields...)
	}
	return nil
}
