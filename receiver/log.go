package receiver

import (
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/internal/record"
)

// linesPerMinute is how many lines a reason may have: a sender that does something wrong does it with every message.
const linesPerMinute = 10

// limitedLog writes lines without keys and payloads.
type limitedLog struct {
	logger *zap.Logger

	mu      sync.Mutex
	reasons map[string]*lines
}

// lines are those of one reason.
type lines struct {
	since   time.Time
	written int
	omitted int
}

func newLimitedLog(logger *zap.Logger) *limitedLog {
	// What senders do is no bug, which a stack trace would help to find.
	return &limitedLog{logger: logger.WithOptions(zap.AddStacktrace(zapcore.DPanicLevel)), reasons: map[string]*lines{}}
}

// details tells of elements that are no messages, and of problems in those that are.
func (l *limitedLog) details(details []record.Detail) {
	for _, d := range details {
		l.warn(d.Reason, "There is a problem in what a Segment library has sent; see docs/receiver.md for the reason",
			zap.String("type", d.Type), zap.String("message_id", d.MessageID))
	}
}

// request tells of a request that was not taken. Of one that the next component has not taken, consumer tells.
func (l *limitedLog) request(route string, a *answer) {
	if a == busy || a == refused {
		return
	}
	l.warn(a.code, "A request was not taken: "+a.message, zap.String("route", route), zap.Int("status", a.status))
}

// consumer tells what the next component has said. The sender is not told: it could not do anything about it.
func (l *limitedLog) consumer(a *answer, err error) {
	l.warn(a.code, "The next component has not taken the records",
		zap.Int("status", a.status), zap.String("because", httpclient.Shorten(httpclient.Printable(err.Error()))))
}

// settings tells why settings could not be fetched.
func (l *limitedLog) settings(source string, err error) {
	l.warn("settings", "The settings of a source could not be fetched", zap.String("source", source), zap.Error(err))
}

func (l *limitedLog) warn(reason, text string, fields ...zap.Field) {
	omitted, ok := l.admit(reason)
	if !ok {
		return
	}
	fields = append(fields, zap.String("reason", reason))
	if omitted > 0 {
		fields = append(fields, zap.Int("lines_left_out_before", omitted))
	}
	l.logger.Warn(text, fields...)
}

// admit says whether a line may be written now, and how many were not since the last one. Reasons are few: none is made of what
// was sent.
func (l *limitedLog) admit(reason string) (omitted int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := l.reasons[reason]
	if of == nil {
		of = &lines{}
		l.reasons[reason] = of
	}
	if now := time.Now(); now.Sub(of.since) >= time.Minute {
		of.since, of.written = now, 0
	}
	if of.written == linesPerMinute {
		of.omitted++
		return 0, false
	}
	of.written++
	omitted, of.omitted = of.omitted, 0
	return omitted, true
}
